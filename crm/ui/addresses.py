"""Addresses of rows: a list has a hundred of them, so each pattern is looked up once."""

from __future__ import annotations

from functools import cache

from django.urls import reverse

ANY = "any-row"


def address_for(name: str, public_id: str) -> str:
    """The address `name` of the row with this public id, which is made of letters and digits."""
    return _pattern(name).replace(ANY, public_id)


@cache
def _pattern(name: str) -> str:
    return reverse(name, args=[ANY])
