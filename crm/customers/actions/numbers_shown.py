"""Who sees a customer's numbers in full, kept as rows and within a budget (security.md 1.3)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable
from contextlib import suppress

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.customers import access, duplicates
from crm.customers.duplicates import Duplicate
from crm.customers.models import Card, PhoneView
from crm.notices.actions import tell
from crm.notices.models import About
from crm.notices.roles import Desk
from crm.people import roles
from crm.people.models import User
from crm.people.roles import Reach
from crm.records import audit
from crm.records.actions import claim_request, one_at_a_time
from crm.records.queues import sent_before
from crm.rulebook.numbers import Numbers
from crm.rulebook.queues import numbers_for

SEARCHED_BY_PHONE = 4
FOLLOWED_TIMES = 3
TEN_MINUTES = dt.timedelta(minutes=10)


class TooManyReveals(Exception):
    """The person's budget of the day is used up; nothing was shown."""


def reveal_phone(
    card: Card, *, by: User, reason: str, now: dt.datetime, request_id: str = ""
) -> list[str]:
    """The customer's numbers (E.164) for somebody who does not call them as a matter of course.

    Each reveal is kept with its reason; a form sent twice is one reveal of the day. Raises
    PermissionDenied, ValidationError without a reason, and TooManyReveals over the day's budget,
    which the supervisor and the privacy officer are told of.
    """
    if not access.can_reveal_phone(by, card):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": _("Required.")})
    today = timezone.localdate(now)
    form = f"reveal_phone:{card.public_id}:{today:%Y%m%d}"
    with transaction.atomic():
        one_at_a_time(by)
        is_shown = sent_before(by, form, request_id) or _within_budget(card, by, reason, now)
        if is_shown:
            claim_request(by, form, request_id)
    if not is_shown:
        raise TooManyReveals
    return [number for number in (card.customer.phone, card.customer.phone2) if number]


def _within_budget(card: Card, by: User, reason: str, now: dt.datetime) -> bool:
    """Keep one more reveal; False, and those above told, over the day's budget."""
    numbers, today = numbers_for(card.store_id), timezone.localdate(now)
    mine = PhoneView.objects.filter(user=by, kind=PhoneView.Kind.REVEALED)
    if mine.filter(day=today).count() >= budget(by.reach, numbers):
        _warn(by, "reveals_over_budget", f"{today:%Y-%m-%d}", now=now)
        return False
    PhoneView.objects.create(
        card=card, user=by, kind=PhoneView.Kind.REVEALED, at=now, day=today, reason=reason
    )
    audit.record("customers.reveal_phone", by=by, obj=card, after={"reason": reason}, at=now)
    if mine.filter(at__gt=now - TEN_MINUTES).count() >= numbers.reveals_alarm_in_ten_minutes:
        _warn(by, "reveals_in_a_row", f"{now:%Y-%m-%dT%H}", now=now)
    return True


def note_phones_shown(cards: Iterable[Card], *, by: User, now: dt.datetime) -> None:
    """Keep that these cards' numbers stood in full on a page of `by`: once a day and card.

    One statement; cards whose numbers `by` does not dial are left out.
    """
    keep_numbers_shown([card.pk for card in cards if access.dials(by, card)], by=by, now=now)


def keep_numbers_shown(keys: Collection[int], *, by: User, now: dt.datetime) -> None:
    """The same for the cards with these keys, whose numbers `by` dials; no statement for none."""
    day = timezone.localdate(now)
    PhoneView.objects.bulk_create(
        [
            PhoneView(card_id=key, user=by, kind=PhoneView.Kind.SHOWN, at=now, day=day)
            for key in keys
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def count_phone_check(user: User, *, now: dt.datetime) -> bool:
    """Keep that this person asked about a number; False, and nothing kept, over the budget."""
    one_at_a_time(user)  # two at once could both have the last one
    asked, limit = duplicates.asked_lately(user, now=now)
    if asked >= limit:
        return False
    audit.record(duplicates.CHECKED, by=user, at=now)
    return True


def told_of_taken(user: User, taken: Duplicate, *, now: dt.datetime) -> Duplicate | None:
    """What a form that was refused may say of the number in it; None over the hour's budget.

    Saving a form asks about a number as a check does, so it counts as one; over the budget it is
    still written down, up to three times as often.
    """
    if count_phone_check(user, now=now):
        return taken
    asked, limit = duplicates.asked_lately(user, now=now)
    if asked < FOLLOWED_TIMES * limit:
        audit.record(duplicates.CHECKED, by=user, after={"held_back": True}, at=now)
    return taken if taken.is_own else None


def note_phone_search(user: User, words: str, *, hits: int, now: dt.datetime) -> None:
    """Keep that somebody searched by digits, how many of them and with what luck (D44).

    The digits themselves are never kept. While an import holds the database a search goes on
    without being kept.
    """
    digits = re.sub(r"[\s+()-]", "", words)
    if len(digits) >= SEARCHED_BY_PHONE and digits.isdecimal():
        after = {"digits": len(digits), "count": hits}
        with suppress(OperationalError):
            audit.record("customers.search_phone", by=user, after=after, at=now)


def budget(reach: Reach, numbers: Numbers) -> int:
    """How many numbers a person may reveal a day, by the widest post they hold."""
    if reach.has(roles.SALES_SUPERVISOR, roles.MANAGER, roles.GENERAL_MANAGER):
        return numbers.reveals_a_day_supervisor
    if reach.has(roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR):
        return numbers.reveals_a_day_service
    return numbers.reveals_a_day


def _warn(by: User, kind: str, when: str, *, now: dt.datetime) -> None:
    post = by.reach.main
    store_id, team_id = (post.store_id, post.team_id) if post else (None, None)
    for desk in (
        Desk(roles.SALES_SUPERVISOR, store_id, team_id),
        Desk(roles.PRIVACY_OFFICER),
    ):
        tell(
            to=desk,
            kind=kind,
            occasion=f"{kind}:{by.public_id}/{when}/{desk.role}",
            about=About.of(by),
            now=now,
            data={"who": by.name},
        )
