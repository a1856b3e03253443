"""Guessing at the links that let people in without a password: counted, and told of (D43)."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import F

from crm.notices.actions.arming import tell
from crm.notices.models import About
from crm.notices.roles import Desk
from crm.people.roles import ADMIN, PRIVACY_OFFICER
from crm.records.audit import record
from crm.records.models import WrongLink
from crm.records.queues import network_key, was_recorded_lately, wrong_links_lately

ALARM = "records.wrong_links"


@transaction.atomic
def note_wrong_link(address: str, *, now: dt.datetime) -> None:
    """Count a link that is wrong, used or expired; ring once an hour where there are too many.

    Views ask `records.queues.is_guessing(address, now)` first and look nothing up where it says
    so, but count the try: a burst from one address rings as well. The alarm goes to privacy
    officer and administrator and stands on the trail.
    """
    _count(network_key(address), "times", now)
    times = wrong_links_lately(now)
    if times >= settings.WRONG_LINKS_AN_HOUR and not was_recorded_lately(ALARM, now):
        ring_alarm(times, now=now)


@transaction.atomic
def note_sent(address: str, token: str, *, now: dt.datetime) -> None:
    """Count what was sent by a good link; views ask `records.queues.has_to_wait` first."""
    _count(network_key(address), "sent", now)
    _count(network_key(address, token), "sent", now)


def _count(network: str, column: str, now: dt.datetime) -> None:
    minute = now.replace(second=0, microsecond=0)
    row = WrongLink(minute=minute, network=network)
    WrongLink.objects.bulk_create([row], ignore_conflicts=True)
    rows = WrongLink.objects.filter(minute=minute, network=network)
    rows.update(**{column: F(column) + 1})


def ring_alarm(times: int, *, now: dt.datetime) -> None:
    """Tell that somebody guesses at links; two who ring at once tell once."""
    event = record("records.wrong_links", by=None, after={"times": times}, at=now)
    for role in (PRIVACY_OFFICER, ADMIN):
        tell(
            to=Desk(role),
            kind="links_guessed",
            occasion=f"wrong_links:{now:%Y-%m-%dT%H}/{role}",
            about=About("records", "auditevent", str(event.pk)),
            link=("records:sign_ins", ""),
            data={"times": times},
            now=now,
        )


def forget_wrong_links(*, now: dt.datetime) -> None:
    """Drop what was counted a day ago."""
    WrongLink.objects.filter(minute__lt=now - dt.timedelta(days=1)).delete()
