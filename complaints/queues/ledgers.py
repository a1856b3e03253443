"""The running ledger of complaints and opinions (台账), year by year (CP-06, CP-21)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints import states
from complaints.models import Ticket, TicketQuerySet
from complaints.queues.finding import found_by
from complaints.queues.tickets import ticket_queue
from crm.people.models import User
from crm.ui.lists import Chip, Filter, ListSpec, Sort

YEARS = 10


def ledger(user: User, query: str = "") -> TicketQuerySet:
    """What stands in the ledger within this person's scope, with what a line shows.

    With a query, what is found by its words.
    """
    rows = ticket_queue(user).filter(ledger_no__isnull=False)
    return found_by(rows, user, query).select_related("intake", "about", "solved_by")


def ledger_years(today: dt.date) -> list[str]:
    """The years a reader may open, the running one first."""
    return [str(today.year - back) for back in range(YEARS)]


def ledger_list(years: Sequence[str]) -> ListSpec:
    """What the ledger allows: a year, a kind, open or settled; the newest number on top."""
    return ListSpec(
        sorts=(Sort("number", pgettext_lazy("ledger", "Number"), ("-reported_at", "-id")),),
        chips=(
            Chip("all", _("All")),
            Chip("open", _("Open"), ~Q(state__in=states.SETTLED)),
            Chip("settled", _("Settled"), Q(state__in=states.SETTLED)),
        ),
        filters=(
            Filter("year", "reported_at__year", tuple(years)),
            Filter("kind", "kind", tuple(Ticket.Kind.values)),
        ),
        carried=("q",),
    )
