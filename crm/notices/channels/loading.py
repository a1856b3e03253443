"""The channels of this installation, built for the worker from its settings."""

from __future__ import annotations

from django.conf import settings

from crm.notices import states
from crm.notices.channels.bots import PLUGINS, Bot, Push
from crm.notices.channels.interface import Channel
from crm.notices.channels.mail import Mail
from crm.notices.channels.names import set_up
from crm.notices.channels.sms import Console, Sms


def all_channels() -> dict[str, Channel]:
    """Each channel that is set up, by its name."""
    found: dict[str, Channel] = {}
    for name in set_up():
        if name == states.EMAIL:
            found[name] = Mail()
        elif name == states.NTFY:
            found[name] = Push(settings.NTFY_URL)
        elif name == states.SMS:
            found[name] = Sms(Console())
        else:
            found[name] = Bot(name, settings.BOTS[name], PLUGINS[name])
    return found
