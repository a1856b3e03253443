"""What becomes of a care task: done, tried, left out, given on, called off (RB-08, RB-09)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.customers.actions import note_consent
from crm.customers.models import Card, Consent
from crm.notices import actions as notices
from crm.notices.models import About
from crm.people.models import User
from crm.records import audit
from crm.records.actions import claim_request, transition
from followups.actions import log_care
from followups.models import Contact, Outcome
from visits import access, states
from visits.actions.assigning import close_case
from visits.actions.caring import move_care
from visits.models import CareTask, CareTaskQuerySet
from visits.queues.carers import carers_of
from visits.queues.caring import CLOSES_CARE, refusing
from visits.queues.tries import IN_VAIN

# What a care contact can come to: reached, answered, sent, or tried in vain.
OUTCOMES = (Outcome.SENT, Outcome.REACHED, Outcome.REPLIED, *IN_VAIN)
NO_CARE = Consent.Purpose.MARKETING


def complete_care(
    task: CareTask,
    *,
    by: User,
    version: int,
    method: str,
    outcome: str,
    now: dt.datetime,
    words: str = "",
    gift: str = "",
    no_more: bool = False,
    request_id: str = "",
) -> Contact | None:
    """Log what was done: a care contact; in vain it is a try, and the task stays open.

    With `no_more` the customer wishes no greetings any more, and everything still open falls
    away. None for a form sent twice. Raises `PermissionDenied`, `ValidationError` by field,
    `Stale`.
    """
    if not access.does_care(by, task):
        raise PermissionDenied
    if outcome not in OUTCOMES:
        raise ValidationError({"outcome": _("Choose what came of it.")})
    with transaction.atomic():
        if not claim_request(by, "complete_care", request_id):
            return None
        contact = log_care(task.card, by=by, method=method, outcome=outcome, words=words, now=now)
        done = {"outcome": outcome, "method": method, "contact": contact, "gift": gift.strip()[:80]}
        if outcome in IN_VAIN:
            tried = {"tries": F("tries") + 1}
            transition(task, frm=states.OPEN, to=states.OPEN, version=version, **tried)
        else:
            _end(task, states.DONE, by=by, version=version, now=now, **done)
        after = {"outcome": outcome, "occasion": task.occasion}
        audit.record("visits.complete_care", by=by, obj=task, after=after, at=now)
        if no_more:
            words = _("Said at a greeting.")
            note_consent(task.card, by=by, purpose=NO_CARE, allowed=False, words=words, now=now)
            call_off_unwished_care(now=now, by=by, customer_id=task.card.customer_id)
    return contact


def skip_care(
    task: CareTask, *, by: User, version: int, reason: str, now: dt.datetime, request_id: str = ""
) -> None:
    """Leave it out, with the reason. Raises `PermissionDenied`, `ValidationError`, `Stale`."""
    if not access.does_care(by, task):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    with transaction.atomic():
        if not claim_request(by, "skip_care", request_id):
            return
        words = reason.strip()[:200]
        _end(task, states.SKIPPED, by=by, version=version, now=now, reason=words)
        audit.record("visits.skip_care", by=by, obj=task, after={"reason": words}, at=now)


def assign_care(
    task: CareTask, *, to: User, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Give an open task to somebody else; raises `PermissionDenied`, `ValidationError`, `Stale`."""
    if not access.can_assign_care(by, task):
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "assign_care", request_id):
            return
        if not carers_of(task, timezone.localdate(now)).filter(pk=to.pk).exists():
            raise ValidationError({"to": _("This person does not care for customers here.")})
        before = task.assignee
        move_care(task, to, now=now, version=version)
        audit.record(
            "visits.assign_care",
            by=by,
            obj=task,
            before={"assignee": before.username if before else ""},
            after={"assignee": to.username},
            at=now,
        )


def hand_over_care(leaver: User, *, to: User, by: User, now: dt.datetime) -> int:
    """A leaver's open tasks go to a colleague, where that one may have them; how many went.

    The caller has checked the right to do so (PR-22).
    """
    rows = CareTask.objects.waiting().filter(assignee=leaver)
    today, given = timezone.localdate(now), 0
    with transaction.atomic():
        for task in rows.select_related("card__customer", "assignee", "rule").order_by("pk"):
            if not carers_of(task, today).filter(pk=to.pk).exists():
                continue
            move_care(task, to, now=now, version=None)
            after = {"assignee": to.username}
            audit.record("visits.assign_care", by=by, obj=task, after=after, at=now)
            given += 1
    return given


def follow_new_owner(
    card: Card, new_owner: User | None, *, by: User | None, now: dt.datetime
) -> None:
    """The salesperson's open tasks go with the card; in the pool they wait for the supervisor.

    In the caller's transaction. What customer service has stays there.
    """
    rows = CareTask.objects.waiting().filter(card=card, rule__by_service=False)
    for task in rows.select_related("card__customer", "assignee", "rule").order_by("pk"):
        if task.assignee_id == (new_owner.pk if new_owner else None):
            continue
        move_care(task, new_owner, now=now, version=None)
        after = {"assignee": new_owner.username if new_owner else ""}
        audit.record("visits.assign_care", by=by, obj=task, after=after, at=now)


def call_off_care_of(card: Card, *, by: User | None, reason: str, now: dt.datetime) -> int:
    """Call off what is open on any card of a customer, in the caller's transaction."""
    rows = CareTask.objects.waiting().filter(card__customer=card.customer_id)
    return _call_off(rows, by=by, reason=reason, now=now)


def call_off_care_on(card: Card, *, by: User | None, reason: str, now: dt.datetime) -> int:
    """Call off what is open on one card that ends, in the caller's transaction."""
    return _call_off(CareTask.objects.waiting().filter(card=card), by=by, reason=reason, now=now)


def call_off_unwished_care(
    *, now: dt.datetime, by: User | None = None, customer_id: int | None = None
) -> int:
    """What is open for customers who wish no contact or greetings falls away; returns how many.

    The worker's, for everybody; with `customer_id` in the caller's transaction, and whoever was
    to do it is told.
    """
    closed = Consent.objects.withdrawn().filter(purpose__in=CLOSES_CARE)
    rows = CareTask.objects.waiting().filter(card__customer__in=closed.values("customer"))
    if customer_id is not None:
        rows = rows.filter(card__customer=customer_id)
    ended = 0
    for task in rows.select_related("card__customer", "assignee").order_by("pk"):
        if refusing(task.method, [task.card_id]):
            with transaction.atomic():
                reason = _("The customer wishes no greetings.")
                ended += _call_off(
                    CareTask.objects.waiting().filter(pk=task.pk), by=by, reason=reason, now=now
                )
                _tell(task, by=by, now=now)
    return ended


def _tell(task: CareTask, *, by: User | None, now: dt.datetime) -> None:
    """Whoever was to greet the customer learns that nobody does."""
    if task.assignee is None or task.assignee == by:
        return
    notices.tell(
        to=task.assignee,
        kind="care_unwished",
        occasion=f"care:{task.public_id}/unwished",
        about=About.of(task),
        subject=f"care:{task.public_id}",
        link=("visits:care_task", task.public_id),
        data={"customer": task.card.customer.name, "occasion": task.occasion},
        now=now,
    )


def _call_off(rows: CareTaskQuerySet, *, by: User | None, reason: str, now: dt.datetime) -> int:
    ended = 0
    for task in rows.select_related("card", "assignee").order_by("pk"):
        _end(task, states.CALLED_OFF, by=by, version=None, now=now, reason=reason[:200])
        audit.record("visits.call_off_care", by=by, obj=task, after={"reason": reason}, at=now)
        ended += 1
    return ended


def _end(
    task: CareTask,
    to: str,
    *,
    by: User | None,
    version: int | None,
    now: dt.datetime,
    **facts: object,
) -> None:
    transition(task, frm=states.OPEN, to=to, version=version, ended_at=now, ended_by=by, **facts)
    notices.cancel(about=About.of(task), reason=to, now=now)
    if task.assignee is not None:
        close_case(task, task.assignee, now=now)
