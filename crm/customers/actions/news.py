"""What somebody hears from a customer in passing and adds to the card (RV-32)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.customers.actions.cards import picked
from crm.customers.actions.edits import check, refresh_search, refuse_taken
from crm.customers.actions.timeline import note
from crm.customers.models import Card
from crm.people.models import User
from crm.records import audit
from crm.records.actions import change
from crm.ui.texts import clean_lines

NOTES_AT_MOST = 2000


@dataclass(frozen=True, kw_only=True)
class News:
    """What is new: a number, when to reach them, what the car is for, family and other words.

    What is empty was not spoken of and stays as it is.
    """

    phone: str = ""
    best_time: str = ""
    purpose: str = ""
    words: str = ""


@transaction.atomic
def note_news(card: Card, news: News, *, by: User, now: dt.datetime) -> list[str]:
    """Add what was heard to customer and card; returns the names of the fields that changed.

    A new number becomes the first and the former one the second, where there was none. Words
    are added to the notes with their date. Who may is decided by the verb that heard it. Raises
    `ValidationError` by field, `PhoneTaken`, `Stale` when either changed meanwhile. The trail
    keeps the names of contact data alone.
    """
    person = _of_person(card, news)
    purchase = _of_purchase(card, news, now)
    check(card.customer, person)
    check(card, purchase)
    if "phone" in person:
        refuse_taken(card, by, [person["phone"]])
    if person:
        change(card.customer, version=card.customer.version, **person)
        refresh_search(card)
        note(card, "profile_changed", by=by, now=now, fields=sorted(person))
    if purchase:
        change(card, version=card.version, **purchase)
        note(card, "needs_changed", by=by, now=now, fields=sorted(purchase))
    changed = sorted((*person, *purchase))
    if changed:
        audit.record("customers.note_news", by=by, obj=card, after={"fields": changed}, at=now)
    return changed


def _of_person(card: Card, news: News) -> dict[str, Any]:
    customer = card.customer
    values = picked({"best_time": news.best_time}, ("best_time",)) if news.best_time else {}
    if news.phone and news.phone not in (customer.phone, customer.phone2):
        values["phone"] = news.phone
        if customer.phone and not customer.phone2:
            values["phone2"] = customer.phone
    return {name: value for name, value in values.items() if getattr(customer, name) != value}


def _of_purchase(card: Card, news: News, now: dt.datetime) -> dict[str, Any]:
    values = picked({"purpose": news.purpose}, ("purpose",)) if news.purpose else {}
    if news.words.strip():
        line = f"{timezone.localdate(now):%Y-%m-%d} {clean_lines(news.words).strip()}"
        values["notes"] = f"{card.notes}\n{line}".strip()
        if len(values["notes"]) > NOTES_AT_MOST:
            raise ValidationError({"words": _("The notes of this card are full.")})
    return {name: value for name, value in values.items() if getattr(card, name) != value}
