"""A visit at the customer's: prepared, with a gift, thanked for, entered by a date (RV-20..29)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.customers.actions import note
from crm.notices import actions as notices
from crm.notices.models import About
from crm.people.models import User
from crm.records import audit
from crm.records.actions import change, claim_request, transition
from crm.rulebook.queues import rules_for
from visits import states
from visits.actions.bells import occasion_of
from visits.actions.making import allow_visitor
from visits.due import entry_due
from visits.models import OnSiteVisit, Visit, VisitGift
from visits.queues.deliveries import delivered_first

CHECKS = ("situation", "documents", "sheet", "gift")


def prepare_visit(
    visit: Visit,
    *,
    by: User,
    version: int,
    now: dt.datetime,
    ready: Collection[str] = (),
    request_id: str = "",
) -> None:
    """Tick what is ready, by the names in `CHECKS`; what is not named is not ready (RV-26).

    Raises `PermissionDenied`, `ValidationError`, `Stale`.
    """
    allow_visitor(visit, by)
    if visit.state not in states.IN_HAND:
        raise ValidationError(_("This visit is over."))
    with transaction.atomic():
        if not claim_request(by, "prepare_visit", request_id):
            return
        change(visit, version=version)
        ticks = {name: name in ready for name in CHECKS}
        OnSiteVisit.objects.update_or_create(visit=visit, defaults=ticks)
        audit.record("visits.prepare_visit", by=by, obj=visit, after=ticks, at=now)


def log_gift(
    visit: Visit,
    *,
    by: User,
    version: int,
    now: dt.datetime,
    what: str = "",
    value: Decimal | None = None,
    handed_over: bool = False,
    given: Collection[int] = (),
    request_id: str = "",
) -> None:
    """Write a gift down with what it cost, and say which earlier ones were handed over (RV-20).

    `given` are ids of gifts of this visit. Raises `PermissionDenied`, `ValidationError` by field,
    `Stale`.
    """
    allow_visitor(visit, by)
    what = what.strip()
    _check_gift(what, value, given)
    with transaction.atomic():
        if not claim_request(by, "log_gift", request_id):
            return
        change(visit, version=version)
        visit.gifts.filter(pk__in=given, given_at__isnull=True).update(given_at=now)
        if what and value is not None:
            VisitGift.objects.create(
                visit=visit,
                what=what,
                value=value,
                given_at=now if handed_over else None,
                by=by,
                created_at=now,
            )
        after = {"gift": what, "value": value, "handed_over": handed_over or bool(given)}
        audit.record("visits.log_gift", by=by, obj=visit, after=after, at=now)


def _check_gift(what: str, value: Decimal | None, given: Collection[int]) -> None:
    if what and value is None:
        raise ValidationError({"value": _("Say what it cost; 0 where it cost nothing.")})
    if not what and not given:
        raise ValidationError({"what": _("Name the gift, or tick one that was handed over.")})


def thank_customer(
    visit: Visit, *, by: User, version: int, now: dt.datetime, how: str, request_id: str = ""
) -> None:
    """The customer was thanked after a visit, once (RV-20).

    Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    allow_visitor(visit, by)
    if not how.strip():
        raise ValidationError({"how": _("Say how the customer was thanked.")})
    if visit.made_at is None:
        raise ValidationError(_("The visit has not been made yet."))
    with transaction.atomic():
        if not claim_request(by, "thank_customer", request_id):
            return
        change(visit, version=version)
        thanks = {"thanked_at": now, "thanked_by": by, "thanked_how": how.strip()[:120]}
        OnSiteVisit.objects.update_or_create(visit=visit, defaults=thanks)
        note(visit.card, "visit_thanked", by=by, now=now)
        audit.record("visits.thank_customer", by=by, obj=visit, at=now)


def enter_later(
    visit: Visit,
    *,
    by: User,
    version: int,
    now: dt.datetime,
    made_at: dt.datetime,
    request_id: str = "",
) -> None:
    """The visit was made and its answers stand on paper: they are entered by a date (RV-29).

    The visitor is reminded of the entry instead of the visit. A visit about a delivery was not
    made before it. Raises `PermissionDenied`,
    `ValidationError` by field, `Stale`.
    """
    allow_visitor(visit, by)
    _check_made(visit, made_at, now)
    with transaction.atomic():
        if not claim_request(by, "enter_later", request_id):
            return
        numbers, calendar = rules_for(visit.store_id)
        entry_due_at = entry_due(made_at, numbers=numbers, calendar=calendar)
        transition(
            visit,
            frm=states.MOVES["enter_later"],
            to=states.AWAITING_ENTRY,
            version=version,
            made_at=made_at,
            entry_due_at=entry_due_at,
            next_try_at=None,
        )
        bell = replace(
            occasion_of(visit),
            occasion=f"visit:{visit.public_id}/entry",
            kind="visit_entry",
            due_at=entry_due_at,
            untimed=False,
        )
        notices.move(bell, replaces=About.of(visit), now=now)
        note(visit.card, "visit_made", by=by, now=now)
        audit.record(
            "visits.enter_later", by=by, obj=visit, after={"entry_due_at": entry_due_at}, at=now
        )


def _check_made(visit: Visit, made_at: dt.datetime, now: dt.datetime) -> None:
    if made_at > now:
        raise ValidationError({"made_at": _("Choose a time that has passed.")})
    handed_over = delivered_first(visit)
    if handed_over is not None and made_at < handed_over:
        raise ValidationError({"made_at": _("Choose a time after the car was handed over.")})
