"""What must be so before a complaint can close, and where closed ones are filed (CP-21, CP-22)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints import access, due, states
from complaints.models import Case, Correction, CustomerWord, DepartmentTask, Entry, File, Ticket
from complaints.queues.conditions import Condition
from crm.customers.models import Card, Consent
from crm.people.models import User
from crm.records.queues import counted
from crm.rulebook.queues import rules_for
from crm.ui import moments

YEARS = 30


def conditions_of(ticket: Ticket, now: dt.datetime, word: CustomerWord | None) -> list[Condition]:
    """The checklist of a complaint, item by item, the customer's last `word` at the end."""
    content = bool(word and word.content)
    unheard = not content and ticket.state == states.REPLIED and not missing_tries(ticket)
    ended = ticket.state in states.ENDED
    found = _found(ticket, now)
    put_right = [one for one in _put_right(ticket, found) if one.is_met or not ended]
    said = Condition(_said(word), content or unheard)
    return [*_of_the_work(ticket, found), *put_right, said]


def unmet(ticket: Ticket, now: dt.datetime) -> list[Condition]:
    """What keeps it from being closed, the customer's yes left out."""
    found = _found(ticket, now)
    work = (*_of_the_work(ticket, found), *_put_right(ticket, found))
    return [one for one in work if not one.is_met]


def last_word(ticket: Ticket) -> CustomerWord | None:
    """What the customer said of the answer last, since it was last reopened."""
    rows = CustomerWord.objects.filter(ticket=ticket, round=ticket.reopenings)
    return rows.select_related("by").first()


def tries_in_vain(ticket: Ticket) -> str:
    """When the customer was tried in vain, where that was enough to close without a yes (N-25)."""
    tried = _tried(ticket, since=ticket.told_at)
    if not _enough(ticket, tried):
        return ""
    days = [moments.local(at).strftime("%Y-%m-%d %H:%M") for at in reversed(tried)]
    return _("Not reached: %(moments)s") % {"moments": pgettext("list", ", ").join(days)}


def missing_tries(ticket: Ticket) -> str:
    """What is missing to close it without the customer's yes, in words; empty where nothing is.

    Tries in vain on enough days since the answer (N-25), or a customer who refused every contact.
    """
    tried = _tried(ticket, since=ticket.told_at)
    if _enough(ticket, tried) or _refuses(ticket):
        return ""
    numbers, _calendar = rules_for(ticket.store_id)
    needs = _(
        "Without the customer's yes it closes after %(tries)d tries in vain on %(days)d days since"
        " the answer; written down: %(done)d."
    )
    said = {"tries": numbers.visit_tries, "days": numbers.visit_try_days, "done": len(tried)}
    return needs % said


def is_lost_now(ticket: Ticket) -> bool:
    """Whether the last try in vain was the one that made them enough (N-25)."""
    tried = _tried(ticket)
    return _enough(ticket, tried) and not _enough(ticket, tried[1:])


def lacks_first_word(ticket: Ticket) -> bool:
    """Whether the customer has yet to hear who looks after it, before a solution (CP-18).

    Not once they were tried in vain on enough days (N-25), nor where they refused every contact:
    then the answer itself tells them.
    """
    if not access.waits_for_first_word(ticket):
        return False
    return not (_enough(ticket, _tried(ticket)) or _refuses(ticket))


def is_too_late(ticket: Ticket, now: dt.datetime) -> bool:
    """Whether it was closed so long ago that it is not reopened any more (N-35).

    One that is not closed, though it once was, is never too late.
    """
    if ticket.state != states.CLOSED or ticket.closed_at is None:
        return False
    numbers, _calendar = rules_for(ticket.store_id)
    return due.too_late_to_reopen(ticket.closed_at, now, numbers=numbers)


def _tried(ticket: Ticket, since: dt.datetime | None = None) -> list[dt.datetime]:
    """The tries since the customer was spoken to, the last one first; not before `since`."""
    rows = ticket.entries.filter(kind=Entry.Kind.UNREACHED).order_by("-at", "-pk")
    tried = rows.values_list("at", flat=True)[: ticket.misses]
    return [at for at in tried if since is None or at >= since]


def _refuses(ticket: Ticket) -> bool:
    """Whether the customer wishes no contact at all."""
    if ticket.card is None:
        return False
    refusals = Consent.objects.refusing(Consent.Purpose.CONTACT)
    return refusals.filter(customer=ticket.card.customer_id).exists()


def _enough(ticket: Ticket, tried: Sequence[dt.datetime]) -> bool:
    numbers, calendar = rules_for(ticket.store_id)
    return due.enough_tries([calendar.local_day(at) for at in tried], numbers=numbers)


def filed(user: User, year: int, query: str = "") -> QuerySet[File]:
    """The year's file within this person's scope, the newest first; by number or words."""
    cards = Card.objects.with_case(user.reach).select_related("customer", "product", "owner")
    tickets = Ticket.objects.visible_to(user).select_related("responsible", "lead_department")
    rows = File.objects.visible_to(user).filter(year=year)
    if query:
        number = rows.filter(file_no__icontains=query) | rows.filter(
            ticket__ticket_no__icontains=query
        )
        rows = number | rows.filter(ticket__description__icontains=query)
    tickets = tickets.prefetch_related(Prefetch("card", queryset=cards))
    return rows.prefetch_related(Prefetch("ticket", queryset=tickets))


def years_filed(user: User) -> list[int]:
    """The years in which something of this person's scope was filed, the newest first."""
    rows = File.objects.visible_to(user).order_by("-year")
    return list(rows.values_list("year", flat=True).distinct()[:YEARS])


def _found(ticket: Ticket, now: dt.datetime) -> dict[str, int]:
    """How many rows the checklist asks for; one statement."""
    late = Correction.objects.filter(ticket=ticket).overdue(timezone.localdate(now))
    return counted(
        {
            "approved": ticket.proposals.filter(state=states.OFFER_APPROVED),
            "waiting": DepartmentTask.objects.filter(ticket=ticket).waiting(),
            "late": late,
            **_put_right_by(ticket),
        }
    )


def _of_the_work(ticket: Ticket, found: Mapping[str, int]) -> list[Condition]:
    replied = ticket.told_at is not None and ticket.state in (
        *states.COMPLAINT_MOVES["close"],
        states.CLOSED,
    )
    return [
        Condition(
            _("The customer knows who looks after it and until when they hear"),
            not access.waits_for_first_word(ticket),
        ),
        Condition(
            _("Looked at on site, or a reason why not"),
            not ticket.needs_onsite or ticket.onsite_at is not None,
        ),
        Condition(_("The solution is approved"), found["approved"] > 0 or replied),
        Condition(_("The customer has the answer"), replied),
        Condition(_("Every department has done its part"), not found["waiting"]),
        Condition(_("No corrective task is overdue"), not found["late"]),
        *_learnt(ticket),
    ]


def owes_correction(ticket: Ticket) -> bool:
    """Whether the approved solution says our own fault and nothing is to be put right yet."""
    liability = _liability(ticket)
    if not states.owes_correction(liability, given=False, spared=False):
        return False
    found = counted(_put_right_by(ticket))
    return states.owes_correction(liability, given=found["given"] > 0, spared=found["spared"] > 0)


def _liability(ticket: Ticket) -> str:
    """Whose fault it was, as the approved solution says; empty without one."""
    approved = ticket.proposals.filter(state=states.OFFER_APPROVED)
    return approved.values_list("liability", flat=True).first() or ""


def _put_right_by(ticket: Ticket) -> dict[str, QuerySet[Any]]:
    """Corrective tasks, and the reasons why none is needed."""
    return {
        "given": Correction.objects.filter(ticket=ticket),
        "spared": ticket.entries.filter(kind=Entry.Kind.SPARED),
    }


def _put_right(ticket: Ticket, found: Mapping[str, int]) -> list[Condition]:
    """What was our own fault is put right, or it is said why not; others need neither (CP-10)."""
    liability, given, spared = _liability(ticket), found["given"] > 0, found["spared"] > 0
    if not states.owes_correction(liability, given=False, spared=False):
        return []
    words = _("Our own fault: something is put right, or a reason why not")
    return [Condition(words, not states.owes_correction(liability, given=given, spared=spared))]


def _learnt(ticket: Ticket) -> list[Condition]:
    """What took a timetable is written down as a case; others need none (RV-37, RV-38)."""
    if not ticket.stages.all():
        return []
    written = Case.objects.filter(ticket=ticket).exists()
    return [Condition(_("It took a timetable: a case is written from it"), written)]


def _said(word: CustomerWord | None) -> str:
    if word is None or word.content:
        return _("The customer is content, or was tried in vain on enough days")
    return _("The customer was not content with the last answer")
