"""Fires a claimed batch: inbox row, delivery and state in one transaction, hence exactly once."""

from __future__ import annotations

import datetime as dt
import logging
import random
import time

from django.db import OperationalError, transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest

from crm.notices import due, states
from crm.notices.actions.voiding import close_lines
from crm.notices.channels.names import set_up
from crm.notices.channels.reasons import NOBODY
from crm.notices.dispatch.claims import Claim, Taken, held, moment_of
from crm.notices.dispatch.dead import addressees_of, bury, duty_for
from crm.notices.dispatch.digests import Sweep, fold
from crm.notices.dispatch.queueing import Reader, Told, queue_lines
from crm.notices.dispatch.writing import Line, earlier_lines, settle, write_lines
from crm.notices.models import Notice, Reminder
from crm.people.models import User, new_public_ids

log = logging.getLogger("showfloor.reminders")

RUNG_AGAIN = "rung again"


def fire_or_settle(claims: list[Taken], sweep: Sweep, now: dt.datetime | None) -> None:
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


def fire(claims: list[Taken], sweep: Sweep, *, now: dt.datetime | None = None) -> list[Taken]:
    """Write the inbox rows of a batch and set it fired, in one transaction.

    Everything is made ready before the first lock is taken. Rows cancelled meanwhile, or
    claimed by somebody else after this lease ran out, are left alone. Returns the rows fired.
    """
    moment = moment_of(now)
    lines = _lines(claims, moment)
    reached = {line.reminder.id for line in lines}
    nobody = [claim for claim in claims if claim.id not in reached]
    with transaction.atomic():
        began = time.monotonic()
        mine = settle([claim for claim in claims if claim.id in reached], moment)
        lines = [line for line in lines if line.reminder.id in mine]
        lost = list(Reminder.objects.filter(pk__in=held(nobody))) if nobody else []
        for row in lost:
            bury(row, NOBODY, now=moment)
        earlier = earlier_lines(lines, moment)
        if earlier:
            close_lines(Notice.objects.filter(pk__in=earlier), reason=RUNG_AGAIN, now=moment)
        taken_back = fold(lines, sweep, moment)
        write_lines(lines, moment)
        if set_up():
            queue_lines(_leaving(lines), moment, instead_of=taken_back)
    sweep.wrote_s = time.monotonic() - began
    sweep.tally.fired += len(mine)
    sweep.tally.delivered += len(lines)
    sweep.tally.failed += len(lost)
    return [claim for claim in claims if claim.id in mine]


def _leaving(lines: list[Line]) -> list[Told]:
    """What of a batch goes out of the house as well: lines that stand alone, and digests."""
    found: list[Told] = []
    digests: dict[int, Told] = {}
    for line in lines:
        row, person = line.reminder, Reader(line.person, line.whose)
        if not line.is_open or line.pk is None:
            continue
        if line.folded_into is None:
            found.append(Told(line.pk, person, row.id, row.store_id, row.key, row.not_before))
            continue
        last = digests.get(line.person)
        wanted = max(row.not_before, last.wanted_at) if last else row.not_before
        key = f"digest/{line.folded_into}"
        digests[line.person] = Told(line.folded_into, person, row.id, row.store_id, key, wanted)
    return found + list(digests.values())


def _lines(claims: list[Taken], now: dt.datetime) -> list[Line]:
    """The inbox lines of a batch, for whoever is on duty at this moment.

    Of several bells of one occasion in the batch the last alone stays open.
    """
    duty = duty_for(claims, now)
    reach = [(row, person, copy) for row in claims for person, copy in addressees_of(row, duty)]
    people = _people(reach)
    last: dict[tuple[str, int], tuple[dt.datetime, int]] = {}
    for row, person, _copy in reach:
        turn = (row.not_before, row.id)
        last[row.occasion, person] = max(last.get((row.occasion, person), turn), turn)
    ids = new_public_ids(2 * len(reach))
    return [
        Line(
            reminder=row,
            public_id=line_id,
            proof_id=proof_id,
            person=person,
            whose=people[person][0],
            is_copy=copy,
            late_by=now - row.not_before,
            owner=_owner(row, people),
            ended="" if last[row.occasion, person][1] == row.id else RUNG_AGAIN,
        )
        for (row, person, copy), line_id, proof_id in zip(
            reach, ids[: len(reach)], ids[len(reach) :], strict=True
        )
    ]


def _people(reach: list[tuple[Taken, int, bool]]) -> dict[int, tuple[str, str]]:
    """Public id and name of everybody a batch tells, and of the owners it tells others about."""
    wanted = {person for _row, person, _copy in reach}
    wanted |= {row.recipient_id for row, _p, _c in reach if row.recipient_id is not None}
    rows = User.objects.filter(pk__in=wanted).values_list("pk", "public_id", "name")
    return {pk: (public_id, name) for pk, public_id, name in rows}


def _owner(row: Taken, people: dict[int, tuple[str, str]]) -> str | None:
    """Whose contact it is, where a desk is told, by the owner's name at that moment."""
    if not row.role or row.recipient_id is None:
        return None
    return people[row.recipient_id][1]
