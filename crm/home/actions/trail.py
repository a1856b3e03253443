"""What the door writes into the audit trail, and the daily proof that the trail is whole.

What was typed as a username is never kept.
"""

from __future__ import annotations

import datetime as dt
import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone

from crm.home.actions.mails import mail_is_set_up
from crm.notices.actions import tell
from crm.notices.models import About
from crm.notices.roles import Desk
from crm.people.models import User
from crm.people.roles import GENERAL_MANAGER, PRIVACY_OFFICER
from crm.records.audit import Verdict, check, record
from crm.records.audit.checking import VERIFIED

log = logging.getLogger("showfloor.audit")


def note_sign_in(user: User, *, address: str, second_step: str = "") -> None:
    """A session began; `second_step` says by which kind of code, where one was asked for."""
    how = {"second_step": second_step} if second_step else {}
    record("people.sign_in", by=user, obj=user, after={"address": address, **how})


def note_sign_out(user: User, *, address: str) -> None:
    """A session ended."""
    record("people.sign_out", by=user, obj=user, after={"address": address})


def note_refusal(username: str, *, address: str) -> None:
    """A sign-in failed: whose account, if it exists; people type passwords into this field."""
    record("people.refuse_sign_in", by=None, obj=account(username), after={"address": address})


def note_lock_out(username: str, *, address: str) -> None:
    """An account is held back after too many failures."""
    record("people.lock_out", by=None, obj=account(username), after={"address": address})


def account(username: str) -> User | None:
    """The account of that name, if there is one."""
    name = User.normalize_username(username).replace("\0", "")
    return User.objects.filter(username=name).first()


def verify_trail(*, now: dt.datetime) -> Verdict:
    """Walk the chain, keep the outcome on the trail itself and its head outside (D44).

    The head goes to the log and by mail to `AUDIT_HEAD_TO`. A broken chain rings at the privacy
    officer's and the general manager's.
    """
    verdict = check()
    problem = verdict.problem
    facts = {"number": verdict.head.number, "hash": verdict.head.hash, "unbroken": not problem}
    with transaction.atomic():
        if problem:
            facts |= {"fault": problem.fault, "broken_at": problem.number}
            facts |= {"event": problem.event_id}
        event = record(VERIFIED, by=None, after=facts, at=now)
        if problem:
            for role in (PRIVACY_OFFICER, GENERAL_MANAGER):
                tell(
                    to=Desk(role),
                    kind="trail_broken",
                    occasion=f"trail:{timezone.localdate(now)}/{role}",
                    about=About("records", "auditevent", str(event.pk)),
                    link=("records:trail", ""),
                    now=now,
                )
    if problem:
        log.critical("the audit trail is broken: %s", problem)
    log.info("the audit trail is sealed up to %s", verdict.head)
    mail_head(verdict)
    return verdict


def mail_head(verdict: Verdict) -> bool:
    """Send the head to a place that nobody with rights on the database reaches; False if not."""
    if not settings.AUDIT_HEAD_TO or not mail_is_set_up():
        return False
    state = f"broken: {verdict.problem}" if verdict.problem else "unbroken"
    body = f"{settings.SITE_URL}\nsealed up to {verdict.head}\nThe audit trail is {state}.\n"
    try:
        return bool(send_mail(f"Audit trail {state}", body, None, settings.AUDIT_HEAD_TO))
    except (OSError, SMTPException) as error:
        log.warning("the head of the audit trail was not mailed: %s", type(error).__name__)
        return False
