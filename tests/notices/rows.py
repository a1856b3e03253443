"""Rows of reminders about Lin's planned contact with 张伟, for tests of the room."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crm.notices.actions import Occasion
from crm.notices.models import About, Notice, Reminder
from crm.people.models import User
from tests.people import NOW, Cast

CONTACT = About("followups", "plannedcontact", "contact22222222")
CARD = "card:card2222222222"


def occasion(cast: Cast, **changes: Any) -> Occasion:
    """Lin is to contact 张伟 tomorrow at 15:00."""
    return Occasion(
        **{
            "occasion": "contact:contact22222222/v1",
            "kind": "contact_due",
            "about": CONTACT,
            "to": cast.lin,
            "due_at": NOW.replace(hour=15, minute=0) + dt.timedelta(days=1),
            "store_id": cast.pudong.pk,
            "team_id": cast.team_one.pk,
            "subject": CARD,
            "link": ("followups:log_contact", CONTACT.public_id),
            "data": {"customer": "张伟", "level": "H", "method": "phone", "reason": "夫人未看车"},
            **changes,
        }
    )


def make_reminder(to: User, name: str, *, at: dt.datetime = NOW, **fields: Any) -> Reminder:
    """One bell that rings at `at`."""
    return Reminder.objects.create(
        **{
            "key": f"{name}/before",
            "occasion": name,
            "step": "before",
            "kind": "contact_due",
            "about_room": "followups",
            "about_model": "plannedcontact",
            "about_id": name[:22],
            "recipient": to,
            "due_at": at + dt.timedelta(hours=1),
            "not_before": at,
            "data": {"customer": "张伟"},
            **fields,
        }
    )


def make_notice(to: User, name: str, *, at: dt.datetime = NOW, **fields: Any) -> Notice:
    """One line of somebody's inbox."""
    return Notice.objects.create(
        **{
            "key": f"{name}/told/{to.pk}",
            "occasion": name,
            "kind": "contact_due",
            "step": "before",
            "recipient": to,
            "created_at": at,
            "due_at": at + dt.timedelta(hours=1),
            "data": {"customer": "张伟"},
            **fields,
        }
    )


def inbox_of(user: User) -> list[str]:
    """What lies in somebody's inbox, as "kind step"."""
    lines = Notice.objects.filter(recipient=user).order_by("id")
    return [f"{line.kind} {line.step}".strip() for line in lines]
