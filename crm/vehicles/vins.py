"""A car's identification number as people write it. Pure."""

from __future__ import annotations

import unicodedata


def plain_vin(text: str) -> str:
    """A VIN as it is kept: one width, capitals, nothing between the letters and digits (CC-15)."""
    wide = unicodedata.normalize("NFKC", text).upper()
    return "".join(char for char in wide if char.isalnum())
