"""Fields somebody sent along that no form asked for: a try to set what the server sets (D13)."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.db import OperationalError
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.utils import timezone

from crm.people.models import User
from crm.records.audit.writing import record
from crm.records.models import AuditEvent

log = logging.getLogger("showfloor.audit")

ATTEMPT = "records.mass_assignment_attempt"
OURS = frozenset({"crm", "followups", "visits", "complaints"})
# Carried by every form, read where the verb needs it.
CARRIED = frozenset({"csrfmiddlewaretoken", "request_id", "version", "next", "username"})
# Questions asked from within a larger form, whose other fields travel along.
PART_OF_A_FORM = frozenset(
    {
        *("customers:check_phone", "customers:report_duplicate"),
        *("reception:receive_for_owner", "ui:read_moment"),
    }
)
NAMED_AT_MOST = 20
LISTED_AT_MOST, WITHIN = 30, dt.timedelta(minutes=10)


class Watched(QueryDict):
    """What was posted, and which of it somebody asked for."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self.asked: set[str] = set()
        super().__init__(*args, **options)

    @classmethod
    def of(cls, posted: QueryDict) -> Watched:
        """The same words, nobody having asked for any."""
        made = cls("", mutable=True, encoding=posted.encoding)
        for name, values in posted.lists():
            made.setlist(name, values)
        made._mutable = False
        made.asked.clear()
        return made

    def __getitem__(self, key: str) -> Any:
        self.asked.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.asked.add(str(key))
        return super().__contains__(key)

    def getlist(self, key: str, default: Any = None) -> list[Any]:
        self.asked.add(key)
        found: list[Any] = super().getlist(key, default)
        return found

    def items(self) -> Iterator[Any]:  # type: ignore[override]
        self.asked.update(self.keys())
        return iter(super().items())

    def lists(self) -> Any:
        self.asked.update(self.keys())
        return super().lists()

    def unasked(self) -> list[str]:
        """Names of columns of ours that were sent and that nobody looked at."""
        return sorted((set(self.keys()) - self.asked - CARRIED) & columns())


@cache
def columns() -> frozenset[str]:
    """The name of every column of every table of the product."""
    ours = (m for m in apps.get_models() if m.__module__.split(".")[0] in OURS)
    return frozenset(
        name for model in ours for f in model._meta.concrete_fields for name in (f.name, f.attname)
    )


def has_room(user: User) -> bool:
    """Whether few enough attempts of this person were written down lately."""
    since = timezone.now() - WITHIN
    lately = AuditEvent.objects.filter(actor=user, action=ATTEMPT, at__gt=since)
    return lately.order_by()[:LISTED_AT_MOST].count() < LISTED_AT_MOST


def watch(request: HttpRequest) -> None:
    """Look on while a form is read; nothing of what it holds is changed."""
    if request.method == "POST":
        request.POST = Watched.of(request.POST)  # type: ignore[assignment]


def note_unasked(request: HttpRequest, response: HttpResponseBase) -> None:
    """Write an attempt down; a refused request is on the trail as such.

    A busy database must not turn an answer into an error.
    """
    posted, match = request.POST if request.method == "POST" else None, request.resolver_match
    if not isinstance(posted, Watched) or match is None or match.view_name in PART_OF_A_FORM:
        return
    user, was_read = request.user, response.status_code in {200, 204, 302, 409, 422}
    names = posted.unasked() if was_read and isinstance(user, User) else []
    if not names:
        return
    log.warning("mass_assignment_attempt at %s: %s", match.view_name, ", ".join(names))
    if has_room(user):
        subject_id = str(match.kwargs.get("public_id", ""))
        after = {"page": match.view_name, "fields": names[:NAMED_AT_MOST]}
        try:
            record(ATTEMPT, by=user, subject_id=subject_id, after=after)
        except OperationalError as error:
            log.warning("an attempt was not written down: %s", error)
