"""Fires a claimed batch: inbox row, delivery and state in one transaction, hence exactly once."""

from __future__ import annotations

import datetime as dt
import logging
import random
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest

from crm.notices import due, states
from crm.notices.actions.voiding import close_lines
from crm.notices.channels.reasons import NOBODY
from crm.notices.dispatch.claims import Claim, held, moment_of
from crm.notices.dispatch.dead import addressees_of, bury, duty_for
from crm.notices.dispatch.digests import Sweep, fold
from crm.notices.dispatch.queueing import Told, queue_lines
from crm.notices.models import Delivery, Notice, Reminder, message_fields
from crm.people.models import User

log = logging.getLogger("showfloor.reminders")

RUNG_AGAIN = "rung again"

Addressed = list[tuple[Reminder, int, bool]]


def fire_or_settle(claims: list[Claim], sweep: Sweep, now: dt.datetime | None) -> None:
    """Fire a batch; where it fails, row by row, so that one bad row holds up no other."""
    try:
        fire(claims, sweep, now=now)
    except OperationalError:
        raise  # the database is away or busy: the lease brings the rows back
    except Exception as error:
        sweep.forget()
        if len(claims) > 1:
            for one in claims:
                fire_or_settle([one], sweep, now)
        else:
            sweep.tally.failed += 1
            _settle_failed(claims[0], error, now=moment_of(now))


def _settle_failed(claim: Claim, error: Exception, *, now: dt.datetime) -> None:
    """Count a try that failed: wait longer each time, then give up."""
    reason = f"{type(error).__name__}: {error}".replace("\x00", "")
    log.warning("reminder %s failed: %s", claim.id, reason)
    with transaction.atomic():
        for row in Reminder.objects.filter(pk__in=held([claim])):
            attempts = row.attempts + 1
            if attempts >= due.ATTEMPTS_AT_MOST:
                bury(row, reason, now=now, attempts=attempts)
                continue
            jitter = random.uniform(0.8, 1.2)  # noqa: S311  # nosec B311: spreads retries only
            Reminder.objects.filter(pk=row.pk).update(
                state=states.PENDING,
                lease_until=None,
                attempts=attempts,
                last_error=reason[:200],
                not_before=Greatest(
                    F("not_before"), Value(now + due.back_off(attempts, jitter=jitter))
                ),
            )


def fire(claims: list[Claim], sweep: Sweep, *, now: dt.datetime | None = None) -> list[Reminder]:
    """Write the inbox rows of a batch and set it fired, in one transaction.

    Everything is made ready before the first lock is taken. Rows cancelled meanwhile, or
    claimed by somebody else after this lease ran out, are left alone. Returns the rows fired.
    """
    moment = moment_of(now)
    rows = list(Reminder.objects.filter(pk__in=[claim.id for claim in claims]).order_by("pk"))
    duty = duty_for(rows, moment)
    told = [(row, person, copy) for row in rows for person, copy in addressees_of(row, duty)]
    people = _people(told)
    deliveries, lines = _deliveries(told, people, moment), _lines(told, people, moment)
    with transaction.atomic():
        mine = held(claims)
        told = [one for one in told if one[0].pk in mine]
        reached = {row.pk for row, _person, _copy in told}
        lost = [row for row in rows if row.pk in mine - reached]
        for row in lost:
            bury(row, NOBODY, now=moment)
        Reminder.objects.filter(pk__in=reached).update(
            state=states.FIRED, fired_at=moment, lease_until=None
        )
        _close_earlier(told, moment)
        Delivery.objects.bulk_create([one for one in deliveries if one.reminder_id in reached])
        lines = [one for one in lines if one[0] in reached]
        taken_back = fold([(line, late) for _pk, line, late in lines], sweep, moment)
        Notice.objects.bulk_create([line for _pk, line, _late in lines])
        by_pk = {row.pk: row for row in rows}
        outside = [(by_pk[pk], line, people[line.recipient_id]) for pk, line, _late in lines]
        queue_lines(_leaving(outside), moment, instead_of=taken_back)
    sweep.tally.fired += len(reached)
    sweep.tally.delivered += len(told)
    sweep.tally.failed += len(lost)
    return [row for row in rows if row.pk in reached]


def _leaving(lines: list[tuple[Reminder, Notice, User]]) -> list[Told]:
    """What of a batch goes out of the house as well: lines that stand alone, and digests."""
    found: list[Told] = []
    digests: dict[int, Told] = {}
    for row, line, person in lines:
        if line.state != states.NEW:
            continue
        digest = line.folded_into_id
        if digest is None:
            found.append(Told(line.pk, person, row.pk, row.store_id, row.key, row.not_before))
            continue
        last = digests.get(person.pk)
        wanted = max(row.not_before, last.wanted_at) if last else row.not_before
        key = f"digest/{digest}"
        digests[person.pk] = Told(digest, person, row.pk, row.store_id, key, wanted)
    return found + list(digests.values())


def _close_earlier(told: Addressed, now: dt.datetime) -> None:
    """A later bell of the same occasion takes the place of the lines before it."""
    pairs = {(row.occasion, person) for row, person, _copy in told}
    lines = Notice.objects.still_open().filter(
        occasion__in={occasion for occasion, _person in pairs},
        recipient__in={person for _occasion, person in pairs},
    )
    found = lines.values_list("pk", "occasion", "recipient_id")
    earlier = [pk for pk, occasion, person in found if (occasion, person) in pairs]
    if earlier:
        close_lines(Notice.objects.filter(pk__in=earlier), reason=RUNG_AGAIN, now=now)


def _people(told: Addressed) -> dict[int, User]:
    """Everybody a batch tells, and the owners it tells others about."""
    wanted = {person for _row, person, _copy in told}
    wanted |= {row.recipient_id for row, _p, _c in told if row.recipient_id is not None}
    return User.objects.only("public_id", "name").in_bulk(wanted)


def _deliveries(told: Addressed, people: dict[int, User], now: dt.datetime) -> list[Delivery]:
    return [
        Delivery(
            key=f"{row.key}/{states.IN_APP}/{people[person].public_id}",
            store_id=row.store_id,
            reminder=row,
            recipient_id=person,
            state=states.FIRED,
            fence=row.fence,
            delivered_at=now,
            created_at=now,
        )
        for row, person, _copy in told
    ]


def _lines(
    told: Addressed, people: dict[int, User], now: dt.datetime
) -> list[tuple[int, Notice, dt.timedelta]]:
    """The inbox rows of a batch, each with its reminder's id and how late it comes.

    Of several bells of one occasion in the batch the last alone stays open.
    """
    in_order = sorted(told, key=lambda one: (one[0].not_before, one[0].pk))
    last = {(row.occasion, person): row.pk for row, person, _copy in in_order}
    closed = {"state": states.CLOSED, "closed_at": now, "ended_because": RUNG_AGAIN}
    lines = [
        Notice(
            key=f"{row.key}/{states.IN_APP}/{people[person].public_id}",
            recipient_id=person,
            is_copy=copy,
            created_at=now,
            **{**message_fields(row), "data": _data(row, people)},
            **(closed if last[row.occasion, person] != row.pk else {}),
        )
        for row, person, copy in told
    ]
    return [
        (row.pk, line, now - row.not_before)
        for line, (row, _person, _copy) in zip(lines, told, strict=True)
    ]


def _data(row: Reminder, people: dict[int, User]) -> dict[str, Any]:
    """A desk reads whose contact it is, by the name of the owner at that moment."""
    data: dict[str, Any] = dict(row.data)
    if row.role and row.recipient_id is not None:
        data["owner"] = people[row.recipient_id].name
    return data
