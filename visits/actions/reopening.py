"""A visit that was entered wrongly goes back to be entered anew; what it said stays (4.6)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.customers.actions import note
from crm.notices import actions as notices
from crm.notices.models import About
from crm.people.models import User
from crm.records import audit
from crm.records.actions import claim_request, transition
from crm.rulebook.queues import rules_for
from visits import access, states
from visits.actions.assigning import open_cases
from visits.actions.bells import occasion_of
from visits.due import entry_due
from visits.models import Measurement, Visit, VisitAudit

# What a visit says only once it was made.
UNSAID = {
    "completed_at": None,
    "satisfaction": None,
    "recommend": None,
    "repurchase": None,
    "declined": False,
    "nothing_because": "",
    "owner": None,
    "owner_team": None,
    "owner_store": None,
}


def reopen_visit(
    visit: Visit, *, by: User, version: int, reason: str, now: dt.datetime, request_id: str = ""
) -> None:
    """Give a visit back to its visitor to be entered anew, by the date entries are due (N-26).

    Its answers stay as an edition of their own and count no more; tickets and promises made of
    it stay. Never where the customer answered themselves, nor once an audit drew it. Raises
    `PermissionDenied`, `ValidationError`, `Stale`.
    """
    if not access.may_reopen(by, visit):
        raise PermissionDenied
    reason = reason.strip()[:200]
    if not reason:
        raise ValidationError({"reason": _("Say why.")})
    with transaction.atomic():
        if not claim_request(by, "reopen_visit", request_id):
            return
        numbers, calendar = rules_for(visit.store_id)
        entry_due_at = entry_due(now, numbers=numbers, calendar=calendar)
        transition(
            visit,
            frm=states.MOVES["reopen"],
            to=states.AWAITING_ENTRY,
            version=version,
            entry_due_at=entry_due_at,
            end_reason=reason,
            **UNSAID,
        )
        _check(visit)
        Measurement.objects.filter(visit=visit).delete()
        _give_back(visit, entry_due_at, by=by, now=now)
        note(visit.card, "visit_reopened", by=by, now=now)
        audit.record("visits.reopen_visit", by=by, obj=visit, after={"reason": reason}, at=now)


def _check(visit: Visit) -> None:
    """Asked once the row is held, so that neither comes in between."""
    if VisitAudit.objects.filter(visit=visit).exists():
        raise ValidationError(_("An audit has drawn it: it is judged as it was entered."))
    last = visit.responses.order_by("-edition").first()
    if last is not None and last.entered_by_id is None:
        raise ValidationError(_("The customer answered themselves: there is nothing to enter."))
    if visit.assignee_id is None:
        raise ValidationError(_("Nobody made this visit who could enter it anew."))


def _give_back(visit: Visit, entry_due_at: dt.datetime, *, by: User, now: dt.datetime) -> None:
    """The visitor sees the card again, is told and is reminded of the entry."""
    open_cases([visit])
    bell = replace(
        occasion_of(visit),
        occasion=f"visit:{visit.public_id}/entry/v{visit.version}",
        kind="visit_entry",
        due_at=entry_due_at,
        untimed=False,
    )
    notices.move(bell, replaces=About.of(visit), now=now)
    if visit.assignee is None or visit.assignee == by:
        return
    notices.tell(
        to=visit.assignee,
        kind="visit_back",
        occasion=f"visit:{visit.public_id}/back/v{visit.version}",
        about=About.of(visit),
        subject=f"visit:{visit.public_id}",
        link=("visits:visit", visit.public_id),
        data={"customer": visit.card.customer.name},
        now=now,
    )
