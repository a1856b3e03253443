"""Looking for a number beyond one's own scope: the answer is who holds it, no more."""

from __future__ import annotations

import unicodedata

from django.conf import settings

from crm.customers import duplicates, phones
from crm.customers.duplicates import Duplicate
from crm.customers.phones import PhoneError
from crm.people.models import User


def whole_phone(words: str) -> str:
    """The number a search asks for as E.164; empty where it is not a whole number."""
    plain = unicodedata.normalize("NFKC", words[:60]).strip()
    if sum(char.isdigit() for char in plain) < 7:
        return ""
    try:
        return phones.normalise(plain, settings.PHONE_REGION)
    except PhoneError:
        return ""


def held_elsewhere(user: User, phone: str) -> Duplicate | None:
    """Who of the user's store holds this number outside their scope; None where nobody does."""
    post = user.reach.main
    if not phone or post is None or post.store_id is None:
        return None
    return duplicates.find(user, [phone], post.store_id)
