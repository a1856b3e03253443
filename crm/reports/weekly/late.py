"""Complaints that missed a time limit, as a report freezes and words them (RP-09)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from complaints.models import Clock, Ticket
from crm.people import roles
from crm.people.models import Membership
from crm.records.kpis import Question, Rate
from crm.reports.kpis import kpi_of
from crm.reports.kpis.complaints import CLOCKS, clock_key
from crm.reports.models import READERS
from crm.ui import numbers
from crm.ui.moments import span

NAMED_AT_MOST = 5
Printed = dict[str, Any]


def late_complaints(ask: Question) -> Printed:
    """How many complaints missed a limit that ran out in the period, and the latest by name.

    One about somebody who reads such reports is counted and not named (CP-15).
    """
    worst: dict[int, tuple[float, str]] = {}
    for kind in CLOCKS:
        figure = kpi_of(clock_key(kind)).read(ask)
        assert isinstance(figure, Rate)
        (part,) = figure.parts
        missed = part.rows.exclude(part.hit).order_by()
        for ticket, due_at, met_at in missed.values_list("ticket", "due_at", "met_at"):
            seconds = (min(met_at or ask.now, ask.now) - due_at).total_seconds()
            worst[ticket] = max(worst.get(ticket, (0.0, "")), (seconds, kind))
    readers = Membership.objects.filter(role__in=(*READERS, roles.GENERAL_MANAGER)).values("user")
    hidden = Ticket.objects.filter(pk__in=worst, about__in=readers).values_list("pk", flat=True)
    named = sorted(worst.keys() - set(hidden), key=lambda pk: (worst[pk], pk), reverse=True)
    named = named[:NAMED_AT_MOST]
    found = {one.pk: one for one in Ticket.objects.filter(pk__in=named)}
    tickets = [
        {
            "id": found[pk].public_id,
            "no": found[pk].ticket_no,
            "seconds": worst[pk][0],
            "clock": worst[pk][1],
        }
        for pk in named
    ]
    return {"count": len(worst), "tickets": tickets}


@dataclass(frozen=True)
class Late:
    """A complaint that missed a limit: its number, which limit by how much, where it is."""

    number: str
    words: str
    href: str


def late_total(figures: Printed) -> int:
    """How many complaints missed a limit; none in a report that is older."""
    return int((figures.get("late") or {}).get("count", 0))


def late_of(figures: Printed) -> list[Late]:
    """The latest complaints of a report, worded; none of a report that is older."""
    return [
        Late(
            one["no"],
            _("%(limit)s, %(time)s late")
            % {
                "limit": Clock.Kind(one["clock"]).label,
                "time": span(dt.timedelta(seconds=one["seconds"])),
            },
            reverse("complaints:ticket", args=[one["id"]]),
        )
        for one in (figures.get("late") or {}).get("tickets", [])
    ]


def late_words(figures: Printed) -> str:
    """How many complaints missed a limit, the latest of them by number; empty for none."""
    count = late_total(figures)
    if not count:
        return ""
    joiner = ", " if get_language() == "en" else "、"
    named = joiner.join(
        _("%(number)s (%(what)s)") % {"number": one.number, "what": one.words}
        for one in late_of(figures)
    )
    counted = _("Complaints that missed a time limit: %(count)s") % {"count": numbers.number(count)}
    return f"{counted} · {named}" if named else counted
