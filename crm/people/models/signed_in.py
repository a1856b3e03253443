"""How Django reads who is signed in: the person, their posts and absences in one statement."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import BaseUserManager
from django.db import connection
from django.db.models import FilteredRelation, Q, QuerySet
from django.utils import timezone

from crm.people.roles import Post, Reach
from crm.ui.statements import rows_of

if TYPE_CHECKING:
    from crm.people.models.users import User

POST = ("role", "store_id", "team_id", "department_id", "store__name", "id")


class SignedInManager(BaseUserManager["User"]):
    """The default manager, which the sign-in backends ask for one person by primary key."""

    def get(self, *args: Any, **wanted: Any) -> User:
        """One user; asked for by primary key alone, their `reach` of today comes with them."""
        # The managers of relations are subclasses, which look among their own rows.
        if type(self) is not SignedInManager or args or wanted.keys() != {"pk"}:
            return super().get(*args, **wanted)
        key = (self.model, timezone.localdate())
        rows = rows_of(("signed in", *key), partial(_read, *key), person=int(wanted["pk"]))
        if not rows:
            raise self.model.DoesNotExist
        return _made(self.model, rows)


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
    lasting = Q(memberships__valid_to__isnull=True) | Q(memberships__valid_to__gte=today)
    held = lasting & Q(memberships__valid_from__lte=today)
    absent = Q(deputises__starts_on__lte=today, deputises__ends_on__gte=today)
    columns = [column.attname for column in model._meta.concrete_fields]
    rows: QuerySet[User, Any] = (
        QuerySet(model)
        .filter(pk=person)
        .annotate(
            held=FilteredRelation("memberships", condition=held),
            absent=FilteredRelation("deputises", condition=absent),
        )
        .order_by()
        .values_list(*columns, *(f"held__{name}" for name in POST), "absent__user_id")
    )
    return rows
