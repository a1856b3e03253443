"""Numbers in words: one decimal for rates, thousands commas, a real minus. Guide section 5."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

MISSING: Final = "—"
MINUS: Final = "−"

Number = int | float | Decimal


def as_decimal(value: object) -> Decimal | None:
    """The value as a decimal; None where there is no finite number in it."""
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def grouped(value: Decimal, places: int) -> str:
    """A decimal with thousands commas, rounded half up."""
    step = Decimal(1).scaleb(-places)
    rounded = value.quantize(step, rounding=ROUND_HALF_UP) or abs(step * 0)  # no minus before 0
    return f"{rounded:,f}".replace("-", MINUS)


def number(value: object, places: int = 0) -> str:
    """12,345; a missing value is a dash, zero is 0."""
    found = as_decimal(value)
    return MISSING if found is None else grouped(found, places)


def signed(value: object, places: int = 1) -> str:
    """A change with its sign: +1.8, −1.1, 0.0."""
    found = as_decimal(value)
    if found is None:
        return MISSING
    words = grouped(found, places)
    return words if found <= 0 or not words.strip("0.") else f"+{words}"


def percent(numerator: object, denominator: object) -> Decimal | None:
    """The share in percent, half up to one decimal; None where nothing can be divided."""
    top, bottom = as_decimal(numerator), as_decimal(denominator)
    if top is None or not bottom:
        return None
    return (top * 100 / bottom).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def rate(numerator: object, denominator: object) -> str:
    """93.4%, or a dash."""
    found = percent(numerator, denominator)
    return MISSING if found is None else f"{grouped(found, 1)}%"


def money(value: object) -> str:
    """An amount in the installation's currency: 12,800 元; cents only where there are any."""
    found = as_decimal(value)
    if found is None:
        return MISSING
    words = grouped(found, 0 if found == found.to_integral_value() else 2)
    if settings.CURRENCY == "CNY":
        return _("CNY %(amount)s") % {"amount": words}
    return f"{settings.CURRENCY} {words}"
