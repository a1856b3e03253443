"""How Django reads who is signed in: the person, their posts and absences in one statement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import FilteredRelation, Q, QuerySet, Subquery
from django.utils import timezone

from crm.people.roles import Post, Reach
from crm.ui.statements import rows_of

if TYPE_CHECKING:
    from crm.people.models.users import User

# The session whose person was read with it, while Django asks who is signed in.
_session: ContextVar[Any] = ContextVar("session", default=None)
POST = ("role", "store_id", "team_id", "department_id", "store__name", "id")


class SignedInManager(BaseUserManager["User"]):
    """The default manager, which the sign-in backends ask for one person by primary key."""

    def get(self, *args: Any, **wanted: Any) -> User:
        """One user; asked for by primary key alone, their `reach` of today comes with them."""
        # The managers of relations are subclasses, which look among their own rows.
        if type(self) is not SignedInManager or args or wanted.keys() != {"pk"}:
            return super().get(*args, **wanted)
        session = _session.get()
        read: User | None = vars(session).pop("person", None) if session is not None else None
        if read is not None and read.pk == int(wanted["pk"]):
            return read
        key = (self.model, timezone.localdate())
        rows = rows_of(("signed in", *key), partial(_read, *key), person=int(wanted["pk"]))
        if not rows:
            raise self.model.DoesNotExist
        return _made(self.model, rows)

    def of_session(self, key: str, *, now: dt.datetime) -> tuple[User | None, str | None]:
        """Whose device holds this session, with its data; None for a session that is over.

        The data says who is signed in: whoever asks compares.
        """
        kept = (self.model, timezone.localdate())
        read = partial(_read_by_session, *kept)
        rows = rows_of(("session", *kept), read, session=key, now=now)
        if not rows or rows[0][-1] is None:
            return None, None
        return _made(self.model, [row[:-1] for row in rows]), rows[0][-1]


@contextmanager
def read_before(session: Any) -> Iterator[None]:
    """Whoever is asked for inside is the person this session was read with, if it is them."""
    token = _session.set(session)
    try:
        yield
    finally:
        _session.reset(token)


def _made(model: type[User], rows: list[tuple[Any, ...]]) -> User:
    """The user of these rows: one row for each post with each absence stood in for."""
    columns = [column.attname for column in model._meta.concrete_fields]
    user: User = model.from_db(connection.alias, columns, rows[0][: len(columns)])
    if user.is_active:
        beside = [row[len(columns) :] for row in rows]
        posts = {
            key: Post(role, store, team, department, name or "")
            for role, store, team, department, name, key, _absent in beside
            if key is not None
        }
        user.reach = Reach(
            user_id=user.pk,
            posts=tuple(posts[key] for key in sorted(posts)),
            stands_in_for=frozenset(row[6] for row in beside if row[6] is not None),
        )
    return user


def _read(model: type[User], today: dt.date, *, person: int) -> QuerySet[User, tuple[Any, ...]]:
    return _whole(QuerySet(model).filter(pk=person), today)


def _read_by_session(
    model: type[User], today: dt.date, *, session: str, now: dt.datetime
) -> QuerySet[User, tuple[Any, ...]]:
    live = Session.objects.filter(session_key=session, expire_date__gt=now)
    found: QuerySet[User, User] = QuerySet(model).filter(devices__session_key=session)
    return _whole(found, today, Subquery(live.values("session_data")))


def _whole(
    rows: QuerySet[User, User], today: dt.date, *more: Subquery
) -> QuerySet[User, tuple[Any, ...]]:
    """Everything `_made` takes, and `more` behind it."""
    lasting = Q(memberships__valid_to__isnull=True) | Q(memberships__valid_to__gte=today)
    held = lasting & Q(memberships__valid_from__lte=today)
    absent = Q(deputises__starts_on__lte=today, deputises__ends_on__gte=today)
    columns = [column.attname for column in rows.model._meta.concrete_fields]
    whole: QuerySet[User, Any] = (
        rows.annotate(
            held=FilteredRelation("memberships", condition=held),
            absent=FilteredRelation("deputises", condition=absent),
        )
        .order_by()
        .values_list(*columns, *(f"held__{name}" for name in POST), "absent__user_id", *more)
    )
    return whole
