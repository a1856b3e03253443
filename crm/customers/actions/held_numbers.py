"""Holding a number for one customer of a store, so that no second one gets it (D20)."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection

from crm.customers.models import Card, Customer, HeldNumber, NumberKey


def hold_numbers(customer: Customer, store_id: int, numbers: Collection[str]) -> bool:
    """Hold these numbers for the customer in the caller's transaction; False where one is taken.

    Whoever enters the same number at the same moment is waited for. A number is free again once
    its holder has no standing card with it in the store: it was changed, erased or handed over.
    """
    digests = digests_of(numbers)
    rows = [HeldNumber(store_id=store_id, customer=customer, digest=one) for one in sorted(digests)]
    HeldNumber.objects.bulk_create(rows, ignore_conflicts=True)
    taken = HeldNumber.objects.filter(store_id=store_id, digest__in=digests)
    for other in taken.exclude(customer=customer):
        cards = Card.objects.of_phones([digests[other.digest]])
        if cards.filter(store_id=store_id, customer_id=other.customer_id).exists():
            return False
        same = HeldNumber.objects.filter(pk=other.pk, customer_id=other.customer_id)
        if not same.update(customer=customer):
            return False
    return True


def release_numbers(customer: Customer, *, but: Collection[str] = ()) -> None:
    """Let go of the numbers held for the customer, but of those."""
    HeldNumber.objects.filter(customer=customer).exclude(digest__in=digests_of(but)).delete()


def digests_of(numbers: Collection[str]) -> dict[str, str]:
    """Each number by its hash, under the secret of this database."""
    whole = [number for number in numbers if number]
    if not whole:
        return {}
    key, _made = NumberKey.objects.get_or_create(pk=1, defaults={"secret": secrets.token_hex(32)})
    secret = key.secret.encode()
    return {hmac.digest(secret, number.encode(), "sha256").hex(): number for number in whole}
