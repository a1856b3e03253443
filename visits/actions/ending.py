"""What else becomes of a visit: tries, appointments, not reached, declined, called off (4.6)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from crm.customers.actions import note, note_consent
from crm.customers.models import Consent
from crm.people.models import User
from crm.records import audit
from crm.records.actions import claim_request, transition
from crm.rulebook.queues import rules_for
from followups.models import Method
from visits import access, due, states
from visits.actions.bells import move_bells
from visits.actions.calling_off import call_off_unwished, end_visit
from visits.actions.making import allow_visitor
from visits.actions.opinions import ask_for_number
from visits.models import CancelReason, Visit, VisitAttempt
from visits.queues.tries import IN_VAIN, tried_enough


def try_visit(
    visit: Visit,
    *,
    by: User,
    version: int,
    method: str,
    outcome: str,
    now: dt.datetime,
    note_words: str = "",
    again_at: dt.datetime | None = None,
    close: bool = False,
    request_id: str = "",
) -> VisitAttempt | None:
    """Write down a try that led to no visit, and when to try again (RV-30).

    Without `again_at` the next working day at the other half of the day. The bells move to it, and
    an agreed time that has passed is agreed no more. With `close`, where the
    tries are enough with this one, it ends as not reached in the same save. None for a form sent
    twice. Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    allow_visitor(visit, by)
    _check_try(method, outcome, again_at, now)
    with transaction.atomic():
        if not claim_request(by, "try_visit", request_id):
            return None
        numbers, calendar = rules_for(visit.store_id)
        again_at = again_at or due.next_try(now, numbers=numbers, calendar=calendar)
        transition(
            visit,
            frm=states.MOVES["try"],
            to=states.IN_PROGRESS,
            version=version,
            tries=F("tries") + 1,
            next_try_at=again_at,
            appointed_at=_still_agreed(visit, now),
        )
        told = {"by": by, "method": method, "outcome": outcome, "note": note_words.strip()[:300]}
        attempt = VisitAttempt.objects.create(visit=visit, at=now, created_at=now, **told)
        ask_for_number(visit, outcome, now=now)
        note(visit.card, "visit_tried", by=by, now=now, outcome=outcome, tries=visit.tries)
        audit.record("visits.try_visit", by=by, obj=visit, after={"outcome": outcome}, at=now)
        if close:
            _give_up(visit, by=by, now=now)
        else:
            move_bells(visit, now=now)
    return attempt


def _give_up(visit: Visit, *, by: User, now: dt.datetime) -> None:
    _allow_giving_up(visit)
    version = visit.version
    end_visit(visit, "give_up", states.NOT_REACHED, "", by=by, version=version, now=now)


def _still_agreed(visit: Visit, now: dt.datetime) -> dt.datetime | None:
    """A time agreed that is still to come; one that passed in vain is over."""
    at = visit.appointed_at
    return at if at is not None and at > now else None


def _check_try(method: str, outcome: str, again_at: dt.datetime | None, now: dt.datetime) -> None:
    wrong = {}
    if outcome not in IN_VAIN:
        wrong["outcome"] = _("Choose what came of it.")
    if method not in Method.values:
        wrong["method"] = _("Choose how the customer was contacted.")
    if again_at is not None and again_at <= now:
        wrong["again_at"] = _("Choose a time still to come.")
    if wrong:
        raise ValidationError(wrong)


def give_up_visit(
    visit: Visit, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Close a visit as not reached after enough tries; it still counts as due (RV-30, N-25).

    Raises `PermissionDenied`, `ValidationError` while the tries are too few, `Stale`.
    """
    allow_visitor(visit, by)
    _allow_giving_up(visit)
    _close(visit, "give_up", states.NOT_REACHED, "", by=by, version=version, now=now,
           request_id=request_id)  # fmt: skip


def _allow_giving_up(visit: Visit) -> None:
    if tried_enough(visit):
        return
    numbers, _calendar = rules_for(visit.store_id)
    words = {
        "tries": numbers.visit_tries,
        "days": numbers.visit_try_days,
        "within": numbers.visit_try_window_days,
    }
    message = _("Try %(tries)d times on %(days)d days within %(within)d days first.")
    raise ValidationError(message % words)


def decline_visit(
    visit: Visit,
    *,
    by: User,
    version: int,
    reason: str,
    now: dt.datetime,
    never_again: bool = False,
    request_id: str = "",
) -> None:
    """The customer would not be visited; with `never_again` no return visit is planned any more.

    Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    allow_visitor(visit, by)
    reason = _reason(reason)
    with transaction.atomic():
        done = _close(
            visit, "decline", states.DECLINED, reason, by=by, version=version, now=now,
            request_id=request_id,
        )  # fmt: skip
        if done and never_again:
            purpose = Consent.Purpose.VISIT
            note_consent(visit.card, by=by, purpose=purpose, allowed=False, words=reason, now=now)
            call_off_unwished(visit.card, by=by, now=now, but=visit)


def cancel_visit(
    visit: Visit,
    *,
    by: User,
    version: int,
    reason: str,
    now: dt.datetime,
    words: str = "",
    request_id: str = "",
) -> None:
    """The supervisor calls a visit off, why out of `CancelReason`: it leaves every figure (4.6).

    Never who is judged by it. Another reason than the listed ones is said in `words`. Raises
    `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if visit.state in states.MOVES["cancel"] and not access.can_cancel(by, visit):
        raise PermissionDenied
    why = _listed(reason, words)
    _close(visit, "cancel", states.CANCELLED, why, by=by, version=version, now=now,
           request_id=request_id)  # fmt: skip


def _listed(reason: str, words: str) -> str:
    if reason not in CancelReason.values:
        raise ValidationError({"reason": _("Choose a reason.")})
    is_other = reason == CancelReason.OTHER
    if is_other and not words.strip():
        raise ValidationError({"words": _("Say why.")})
    if words.strip() and not is_other:
        raise ValidationError({"reason": _("Words go with another reason than the listed ones.")})
    return words.strip()[:200] if is_other else reason


def _reason(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    return reason.strip()[:200]


def _close(
    visit: Visit,
    verb: str,
    to: str,
    reason: str,
    *,
    by: User,
    version: int,
    now: dt.datetime,
    request_id: str,
) -> bool:
    """End a visit without answers; False for a form sent twice."""
    with transaction.atomic():
        if not claim_request(by, f"{verb}_visit", request_id):
            return False
        end_visit(visit, verb, to, reason, by=by, version=version, now=now)
    return True


def appoint_visit(
    visit: Visit,
    *,
    by: User,
    version: int,
    at: dt.datetime,
    now: dt.datetime,
    place: str = "",
    request_id: str = "",
) -> None:
    """A time agreed with the customer, on site or for a call; the bells move to it (RV-20).

    Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    allow_visitor(visit, by)
    if at <= now:
        raise ValidationError({"at": _("Choose a time still to come.")})
    with transaction.atomic():
        if not claim_request(by, "appoint_visit", request_id):
            return
        transition(
            visit,
            frm=states.MOVES["appoint"],
            to=states.APPOINTED,
            version=version,
            appointed_at=at,
            place=place.strip()[:200],
            next_try_at=None,
        )
        move_bells(visit, now=now)
        note(visit.card, "visit_appointed", by=by, now=now, at=at.isoformat())
        audit.record("visits.appoint_visit", by=by, obj=visit, after={"at": at}, at=now)
