"""The words of a message that leaves the house, in its reader's language.

A person's own mail names the customer as their inbox does. What several people or a provider
read shortens the name; free text, phone numbers and amounts never leave (security.md 1.3).
"""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.notices import states
from crm.notices.channels.interface import Enclosed, Message, mask_name
from crm.notices.models import Delivery, Notice

FULL_NAMES = frozenset({states.EMAIL})


def message_of(
    delivery: Delivery,
    *,
    size: int,
    is_group: bool,
    topic: str = "",
    enclosed: Enclosed | None = None,
) -> Message:
    """The message of a delivery; `size` is how many lines a digest stands for, else 0."""
    person = delivery.recipient
    with translation.override(person.language or settings.LANGUAGE_CODE):
        sentence = _digest_words(size) if size else _sentence(delivery)
        context = {
            "name": person.name,
            "sentence": sentence,
            "due_at": None if size or delivery.notice is None else delivery.notice.due_at,
            "untimed": delivery.notice is not None and delivery.notice.untimed,
            "is_group": is_group,
            "url": settings.SITE_URL + reverse("notices:inbox"),
        }
        is_mail = delivery.channel == states.EMAIL
        template = "notices/outside/mail.txt" if is_mail else "notices/outside/short.txt"
        body = render_to_string(template, context).strip()
    return Message(
        key=delivery.key,
        name=person.name,
        subject=sentence,
        body=body,
        email=person.email,
        phone=person.phone,
        topic=topic,
        store_code=delivery.store.code if delivery.store else "",
        enclosed=enclosed,
    )


def _digest_words(size: int) -> str:
    words = ngettext("%(n)d reminder waits.", "%(n)d reminders wait.", size)
    return words % {"n": size}


def _sentence(delivery: Delivery) -> str:
    """The line as it stands in the inbox, on one line of plain text."""
    notice = delivery.notice
    if notice is None:
        return _("A reminder waits.")
    data = dict(notice.data)
    if delivery.channel not in FULL_NAMES and data.get("customer"):
        data["customer"] = mask_name(str(data["customer"]))
    told = Notice(kind=notice.kind, step=notice.step, is_copy=notice.is_copy, data=data)
    # A plain-text message: the sentence is not HTML, so nothing is escaped.
    words = render_to_string("notices/outside/sentence.txt", {"notice": told, "d": data})
    return " ".join(words.split())
