"""Mail with a one-time link. Its address begins with SITE_URL, never with what a request says."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from crm.people.actions import link_time
from crm.people.models import OneTimeLink, User

log = logging.getLogger("showfloor.mail")
CONSOLE = "django.core.mail.backends.console.EmailBackend"


def mail_is_set_up() -> bool:
    """Whether mail leaves this machine: a console is nobody's inbox."""
    return bool(settings.EMAIL_BACKEND != CONSOLE)


def address_of_link(token: str) -> str:
    """The whole address of a one-time link (D26)."""
    return settings.SITE_URL + reverse("home:use_link", args=[token])


def mail_link(user: User, token: str, kind: str) -> bool:
    """Send `user` their one-time link in their language; False when it could not be sent.

    Call it after the transaction that made the link.
    """
    if not user.email or not mail_is_set_up():
        return False
    with translation.override(user.language or settings.LANGUAGE_CODE):
        is_reset = kind == OneTimeLink.Kind.RESET
        subject = _("Set a new password") if is_reset else _("Your account is ready")
        span = link_time(kind)
        context = {
            "name": user.name,
            "username": user.username,
            "url": address_of_link(token),
            "is_reset": is_reset,
            "minutes": int(span.total_seconds() // 60),
            "days": span.days,
        }
        body = render_to_string("accounts/mail_link.txt", context)
    try:
        return bool(send_mail(subject, body, None, [user.email]))
    except (OSError, SMTPException) as error:
        log.warning("A one-time link could not be mailed: %s", type(error).__name__)
        return False
