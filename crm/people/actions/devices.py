"""Verbs on open sessions: begun, seen, ended from elsewhere."""

from __future__ import annotations

import datetime as dt
from importlib import import_module

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone

from crm.people.browsers import browser_name
from crm.people.models import Device, User


def note_device(
    user: User, session: SessionBase, *, agent: str, address: str, begun_at: dt.datetime
) -> None:
    """Keep which browser holds this session."""
    if not session.session_key:
        session.create()
    Device.objects.update_or_create(
        session_key=session.session_key,
        defaults={
            "user": user,
            "browser": browser_name(agent)[:60],
            "address": address[:45],
            "begun_at": begun_at,
            "seen_at": timezone.now(),
        },
    )


def touch_device(session: SessionBase, *, now: dt.datetime) -> None:
    """Note that the person was just here."""
    Device.objects.filter(session_key=session.session_key).update(seen_at=now)


def drop_device(session: SessionBase) -> None:
    """The person signed out here."""
    Device.objects.filter(session_key=session.session_key).delete()


def end_device(device: Device) -> bool:
    """End the session of one device; its next request finds nobody signed in.

    False when another press ended it before.
    """
    import_module(settings.SESSION_ENGINE).SessionStore(device.session_key).delete()
    return bool(Device.objects.filter(pk=device.pk).delete()[0])


def forget_devices(*, now: dt.datetime) -> None:
    """Drop devices whose session must have ended by itself."""
    oldest = now - dt.timedelta(seconds=settings.SESSION_COOKIE_AGE)
    Device.objects.filter(begun_at__lt=oldest).delete()
