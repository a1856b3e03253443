"""Which channels there are, how they are called, their first limits, and which are set up."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from crm.notices import states
from crm.people.models import Store, User

CONSOLE_MAIL = "django.core.mail.backends.console.EmailBackend"
LABELS = {
    states.EMAIL: _("E-mail"),
    states.WECOM: _("WeCom group"),
    states.DINGTALK: _("DingTalk group"),
    states.FEISHU: _("Feishu group"),
    states.NTFY: _("Push (ntfy)"),
    states.SMS: _("Text message"),
}
# Read by several people, and limited to twenty messages a minute by their makers.
GROUPS = frozenset({states.WECOM, states.DINGTALK, states.FEISHU})


@dataclass(frozen=True)
class Limits:
    """What a channel may send until somebody changes it; quiet hours are local times."""

    per_minute: int
    per_day: int
    quiet: tuple[dt.time, dt.time] | None = None


DEFAULTS = {
    states.EMAIL: Limits(300, 5000),
    states.WECOM: Limits(15, 1000),
    states.DINGTALK: Limits(15, 1000),
    states.FEISHU: Limits(15, 1000),
    states.NTFY: Limits(60, 2000),
    states.SMS: Limits(60, 500, (dt.time(21), dt.time(8))),
}


def set_up() -> tuple[str, ...]:
    """The channels this installation has an address for, in the order they are offered."""
    ready = {
        states.EMAIL: settings.EMAIL_BACKEND != CONSOLE_MAIL,
        states.NTFY: bool(settings.NTFY_URL),
        states.SMS: bool(settings.SMS_URL),
        **{name: bool(settings.BOTS.get(name)) for name in GROUPS},
    }
    return tuple(name for name in states.OUTSIDE if ready[name])


def reaching(user: User) -> tuple[str, ...]:
    """Those of them by which this person can be reached: an address, a group of their store."""
    groups = {name: settings.BOTS.get(name, {}) for name in GROUPS}
    stores = Store.objects.filter(pk__in=[post.store_id for post in user.reach.posts])
    codes = {"", *stores.values_list("code", flat=True)} if any(groups.values()) else set()
    known = {
        states.EMAIL: bool(user.email),
        states.SMS: bool(user.phone),
        states.NTFY: True,  # its topic is ours
        **{name: bool(codes & urls.keys()) for name, urls in groups.items()},
    }
    return tuple(name for name in set_up() if known[name])


def push_server() -> str:
    """The address people enter into the ntfy app, without user or password; empty without one."""
    parts = urlsplit(settings.NTFY_URL)
    if not parts.hostname:
        return ""
    scheme = "https" if parts.scheme == "ntfys" else "http"
    return f"{scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
