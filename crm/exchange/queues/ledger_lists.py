"""The ledger of complaints (台账) as it is taken out, column by column (CP-04, CP-06, CP-21)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.queues.ledgers import ledger, ledger_list, ledger_years
from crm.exchange.queues.columns import (
    Asked,
    ExportList,
    ListColumn,
    local,
    name_of,
    pages,
    person,
    words,
)
from crm.exchange.sheets.definitions import Value
from crm.people import roles


def complainant(ticket: Any, asked: Asked) -> Value:
    """The customer as the list shows them, else who complained."""
    return name_of(ticket.card, asked) if ticket.card is not None else told(ticket, "name")


def told(ticket: Any, name: str) -> Value:
    """What the register form says; nothing where the ticket came otherwise."""
    intake = getattr(ticket, "intake", None)
    return getattr(intake, name) or None if intake is not None else None


def channel(ticket: Any) -> Value:
    """How it came, in words."""
    intake = getattr(ticket, "intake", None)
    return words(intake, "channel") if intake is not None else None


def about(ticket: Any) -> Value:
    """What or whom it is about."""
    return person(ticket.about) or told(ticket, "subject")


LEDGER = ExportList(
    "ledger",
    _("Complaint ledger"),
    frozenset({roles.SERVICE_SUPERVISOR, roles.MANAGER, roles.GENERAL_MANAGER}),
    lambda asked: pages(
        ledger_list(ledger_years(timezone.localdate(asked.now))),
        ledger(asked.user, asked.query.get("q", "")),
        asked,
    ),
    (
        ListColumn("ledger_no", _("Ledger number"), lambda ticket, _a: ticket.ledger_no),
        ListColumn("ticket_no", _("Ticket number"), lambda ticket, _a: ticket.ticket_no),
        ListColumn("reported", _("Reported"), lambda ticket, _a: local(ticket.reported_at)),
        ListColumn("kind", _("Kind"), lambda ticket, _a: words(ticket, "kind")),
        ListColumn("channel", _("How it came"), lambda ticket, _a: channel(ticket)),
        ListColumn("complainant", _("Complainant"), complainant),
        ListColumn("about", _("Object of the complaint"), lambda ticket, _a: about(ticket)),
        ListColumn("category", _("Category"), lambda ticket, _a: words(ticket, "category")),
        ListColumn("severity", _("Severity"), lambda ticket, _a: words(ticket, "severity")),
        ListColumn("description", _("What was said"), lambda ticket, _a: ticket.description),
        ListColumn("cause", _("Cause"), lambda ticket, _a: told(ticket, "cause")),
        ListColumn("demand", _("Demand"), lambda ticket, _a: told(ticket, "demand")),
        ListColumn("lead", _("Lead department"), lambda ticket, _a: person(ticket.lead_department)),
        ListColumn("responsible", _("Responsible"), lambda ticket, _a: person(ticket.responsible)),
        ListColumn("onsite", _("On-site visit"), lambda ticket, _a: local(ticket.onsite_at)),
        ListColumn("solution", _("Solution"), lambda ticket, _a: ticket.solution or None),
        ListColumn("resolved", _("Resolved"), lambda ticket, _a: local(ticket.resolved_at)),
        ListColumn("closed", _("Closed"), lambda ticket, _a: local(ticket.closed_at)),
        ListColumn("state", _("State"), lambda ticket, _a: words(ticket, "state")),
    ),
)
