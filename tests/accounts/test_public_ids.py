"""The random ids of addresses: never alike, every letter as likely as any other."""

from __future__ import annotations

from collections import Counter

from crm.people.models import new_public_id, new_public_ids
from crm.people.models.places import PUBLIC_ID_ALPHABET, PUBLIC_ID_LENGTH


def test_ids_are_never_alike_and_use_every_letter_equally() -> None:
    ids = [new_public_id() for _n in range(5000)]
    assert len(set(ids)) == 5000
    assert {len(one) for one in ids} == {PUBLIC_ID_LENGTH}
    often = Counter("".join(ids))
    assert set(often) == set(PUBLIC_ID_ALPHABET)
    assert max(often.values()) < 1.3 * min(often.values())


def test_ids_of_one_batch_lie_beside_each_other() -> None:
    ids = new_public_ids(500)
    assert len(set(ids)) == 500
    assert {len(one) for one in ids} == {PUBLIC_ID_LENGTH}
    assert len({one[:4] for one in ids}) == 1
    assert new_public_ids(0) == []
