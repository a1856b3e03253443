"""Prizes for answering: announced, and drawn once by a recorded seed (RV-21, D25)."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.people.models import User
from crm.records import audit
from crm.records.actions import change, claim_request
from visits import access
from visits.draws import drawn
from visits.models import Draw, DrawWinner, Questionnaire
from visits.queues.draws import entries_of, sheets_to_draw

SEED_BYTES = 32
LONGEST_DAYS = 366


def announce_draw(
    questionnaire: Questionnaire,
    *,
    by: User,
    prize: str,
    prizes: int,
    since: dt.date,
    until: dt.date,
    now: dt.datetime,
    request_id: str = "",
) -> Draw | None:
    """Say that prizes are drawn among those who answer from `since` to `until`, local dates.

    From then on the questionnaire says so, and that the grade does not matter. None for a form
    sent twice. Raises `PermissionDenied`, `ValidationError` by field.
    """
    store_id = access.draws_in(by)
    offered = sheets_to_draw(by).filter(pk=questionnaire.pk)
    if store_id is None or not offered.exists():
        raise PermissionDenied
    _check(prize, prizes, since, until, timezone.localdate(now))
    with transaction.atomic():
        if not claim_request(by, "announce_draw", request_id):
            return None
        others = Draw.objects.filter(questionnaire=questionnaire, store=store_id)
        if others.filter(since__lte=until, until__gte=since).exists():
            raise ValidationError(_("Another draw of this questionnaire runs in these days."))
        draw = Draw.objects.create(
            questionnaire=questionnaire,
            prize=prize.strip(),
            prizes=prizes,
            since=since,
            until=until,
            announced_by=by,
            store_id=store_id,
            created_at=now,
        )
        after = {"prize": draw.prize, "number": prizes, "until": until.isoformat()}
        audit.record("visits.announce_draw", by=by, obj=draw, after=after, at=now)
    return draw


def _check(prize: str, prizes: int, since: dt.date, until: dt.date, today: dt.date) -> None:
    wrong: dict[str, Any] = {}
    if not prize.strip():
        wrong["prize"] = _("Say what can be won.")
    if prizes < 1:
        wrong["prizes"] = _("At least one.")
    if since < today:
        wrong["since"] = _("From today on: what is not announced is not drawn.")
    if not since <= until <= since + dt.timedelta(days=LONGEST_DAYS):
        wrong["until"] = _("After the first day, within a year.")
    if wrong:
        raise ValidationError(wrong)


def draw_winners(
    draw: Draw, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> list[DrawWinner]:
    """Draw once, after the last day: the seed is made here and kept, so anybody can repeat it.

    Raises `PermissionDenied`, `ValidationError`, `Stale`.
    """
    if not access.can_draw(by, draw):
        raise PermissionDenied
    if timezone.localdate(now) <= draw.until:
        raise ValidationError(_("The period is not over yet."))
    with transaction.atomic():
        if not claim_request(by, "draw_winners", request_id):
            return []
        if draw.drawn_at is not None:
            raise ValidationError(_("This draw was drawn already."))
        entries, seed = entries_of(draw), secrets.token_hex(SEED_BYTES)
        if not entries:
            raise ValidationError(_("Nobody has answered in these days."))
        drawn_by = {"seed": seed, "entries": len(entries), "drawn_by": by, "drawn_at": now}
        change(draw, version=version, **drawn_by)
        won = drawn(seed, entries, draw.prizes)
        winners = DrawWinner.objects.bulk_create(
            DrawWinner(draw=draw, response=entries[entry], place=place)
            for place, entry in enumerate(won, start=1)
        )
        after = {"seed": seed, "entries": len(entries), "winners": won}
        audit.record("visits.draw_winners", by=by, obj=draw, after=after, at=now)
    return winners
