"""Entry points for the worker; they take ids and may run twice or late."""

from __future__ import annotations

import subprocess  # nosec B404: our own commands only
import sys
from importlib import import_module

from axes.models import AccessAttempt
from django.conf import settings
from django.utils import timezone

from crm.home.actions.accounts import make_own_reset_link
from crm.home.actions.mails import mail_link
from crm.home.actions.trail import verify_trail as verify
from crm.home.management.backup.register import bring_up_to_date
from crm.home.queues.backups import work_due
from crm.notices.actions import forget_wrong_links
from crm.people.actions import forget_devices
from crm.people.models import OneTimeLink, User
from crm.people.queues import was_mailed_lately


def mail_reset_links(user_ids: list[int]) -> int:
    """Mail a fresh reset link to each of these users; how many were sent."""
    sent, now = 0, timezone.now()
    for user in User.objects.filter(pk__in=user_ids, is_active=True).exclude(email=""):
        if not was_mailed_lately(user, now):
            token = make_own_reset_link(user, now=now)
            sent += mail_link(user, token, OneTimeLink.Kind.RESET)
    return sent


def forget_expired() -> None:
    """Drop sessions that ended and counted failures that no longer hold anybody back.

    Beside it the register of erasures gets what could not be written into it at the time.
    """
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    AccessAttempt.objects.filter(attempt_time__lt=since).delete()
    forget_devices(now=timezone.now())
    forget_wrong_links(now=timezone.now())
    bring_up_to_date()


def verify_trail() -> None:
    """Once a day: is the audit trail what was sealed?"""
    verify(now=timezone.now())


def back_up() -> None:
    """A backup once a day and a trial restore once a week, where `BACKUP_DIR` asks for them.

    Each is a child of its own: it lives on when the worker is restarted meanwhile.
    """
    if not settings.BACKUP_DIR:
        return
    make, check = work_due(timezone.now())
    if make:
        manage("backup")
    if make and check:
        manage("restore_check")


def manage(name: str) -> None:
    """One of our commands; what it says goes to the worker's log, the outcome into its row."""
    subprocess.run(  # noqa: S603  # nosec B603: our own command
        [sys.executable, "manage.py", name],
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        check=False,
    )
