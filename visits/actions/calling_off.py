"""What is still to come falls away: not wished, erased, or its complaint reopened (PS-01, D48)."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from complaints.models import Ticket
from crm.customers.actions import note
from crm.customers.models import Card
from crm.notices import actions as notices
from crm.notices.mails import FAILED, UNWISHED, WAITING
from crm.notices.models import About
from crm.people.models import User
from crm.records import audit
from crm.records.actions import change, transition
from visits import states
from visits.actions.care_ends import call_off_unwished_care
from visits.actions.making import end_work
from visits.assignment import permitted_method
from visits.models import Visit, VisitMail
from visits.queues.surveys import wishes_none
from visits.queues.wishes import answers_by_refused_ways, refused_ways, unwished_visits


def end_visit(
    visit: Visit,
    verb: str,
    to: str,
    reason: str,
    *,
    by: User | None,
    version: int,
    now: dt.datetime,
) -> None:
    """End a visit without answers, in the caller's transaction; raises `Stale`."""
    transition(visit, frm=states.MOVES[verb], to=to, version=version, end_reason=reason)
    end_work(visit, reason=to, now=now)
    note(visit.card, f"visit_{to}", by=by, now=now, reason=reason)
    audit.record(
        "visits.end_visit", by=by, obj=visit, after={"state": to, "reason": reason}, at=now
    )


def call_off_unwished(
    card: Card, *, by: User | None, now: dt.datetime, but: Visit | None = None
) -> None:
    """Whatever is ahead for a customer and not wished falls away, in the caller's transaction.

    Visits, greetings and mails on any of their cards, each told to whose work it was. A visit by
    another way stays; so does a visit that was made and awaits its entry, and an answer owed
    after a complaint, which takes another way where its own was refused (PS-01).
    """
    rows = unwished_visits(card.customer_id).select_related("card__customer", "assignee")
    for visit in rows.exclude(pk=but.pk if but else 0).order_by("pk"):
        reason = _("The customer does not wish it.")
        end_visit(visit, "cancel", states.CANCELLED, reason, by=by, version=visit.version, now=now)
        _tell(visit, "unwished", by=by, now=now)
    _take_another_way(card, by=by, now=now)
    call_off_unwished_care(now=now, by=by, customer_id=card.customer_id)
    mails = VisitMail.objects.filter(visit__card__customer=card.customer_id, state=WAITING)
    for mail in mails.select_related("visit__card"):
        if wishes_none(mail.visit, mail.channel):
            own = VisitMail.objects.filter(pk=mail.pk, state=WAITING)
            own.update(state=FAILED, last_error=UNWISHED, version=F("version") + 1)


def _take_another_way(card: Card, *, by: User | None, now: dt.datetime) -> None:
    """An answer owed after a complaint is given by a way that the customer has not refused."""
    refused = refused_ways([card.pk]).get(card.pk, set())
    for visit in answers_by_refused_ways(card.customer_id).order_by("pk"):
        before = {"method": visit.method}
        after = {"method": permitted_method(visit.method, refused)}
        change(visit, version=visit.version, **after)
        audit.record("visits.change_method", by=by, obj=visit, before=before, after=after, at=now)


def call_off_reopened(ticket: Ticket, *, by: User | None, now: dt.datetime) -> None:
    """A complaint goes back to work: its answer is not asked about any more (CP-24, CP-32).

    In the caller's transaction and before the ticket's row is touched. A visit that was made and
    awaits its entry stays; the next answer brings another one.
    """
    rows = Visit.objects.due().filter(ticket=ticket, kind=Visit.Kind.COMPLAINT)
    rows = rows.exclude(state=states.AWAITING_ENTRY).select_related("card__customer", "assignee")
    with translation.override(settings.LANGUAGE_CODE):
        reason = _("The complaint was reopened; its next answer is asked about anew.")
    for visit in rows.select_for_update(no_key=True, of=("self",)).order_by("pk"):
        end_visit(visit, "cancel", states.CANCELLED, reason, by=by, version=visit.version, now=now)
        _tell(visit, "reopened", by=by, now=now)


def _tell(visit: Visit, why: str, *, by: User | None, now: dt.datetime) -> None:
    """Whoever was to make it learns that nobody calls any more."""
    if visit.assignee is None or visit.assignee == by:
        return
    notices.tell(
        to=visit.assignee,
        kind=f"visit_{why}",
        occasion=f"visit:{visit.public_id}/{why}",
        about=About.of(visit),
        subject=f"visit:{visit.public_id}",
        link=("visits:visit", visit.public_id),
        data={"customer": visit.card.customer.name},
        now=now,
    )


def call_off_erased(card: Card, *, by: User | None, now: dt.datetime) -> None:
    """A customer is erased: what lay ahead is called off, what was due by now was not reached.

    So no figure of the past improves. Mails that wait to be sent are not sent (D48).
    """
    mails = VisitMail.objects.filter(visit__card=card, state=WAITING)
    mails.update(state=FAILED, last_error="erased", version=F("version") + 1)
    today = timezone.localdate(now)
    rows = Visit.objects.due().filter(card=card).select_related("card", "assignee").order_by("pk")
    for visit in rows:
        to = states.CANCELLED if visit.due_on >= today else states.NOT_REACHED
        end_visit(visit, "cancel", to, "", by=by, version=visit.version, now=now)
