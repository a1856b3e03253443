"""From a raw cell to a value: one reader per kind of column.

Every reader takes what the file holds and returns the value, None for an empty cell, or
raises `Unfit` with the reason, a sentence for the person who filled the sheet. Times are
local to the zone given, rounded to the second.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from crm.customers.phones import PhoneError, split_cell
from crm.exchange.sheets.choices import NO, YES
from crm.exchange.sheets.definitions import Column, Kind, Raw, Value, spelled
from crm.exchange.sheets.moments import read_date, read_lunar, read_time
from crm.exchange.sheets.names import loose, spellings
from crm.exchange.sheets.saying import said as _
from crm.exchange.sheets.texts import Unfit, as_text, plain

CENT = Decimal("0.01")
MONEY_BOUND = Decimal(10) ** 12
WHOLE_BOUND = 10**9

NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:[eE][+-]?\d{1,3})?")


def read_text(column: Column, raw: Raw, _zone: ZoneInfo) -> Value:
    """Text stays text, whatever it begins with."""
    text = as_text(raw)
    if len(text) > column.longest:
        raise Unfit(_("it is longer than %(count)d characters") % {"count": column.longest})
    return text or None


def read_key(column: Column, raw: Raw, zone: ZoneInfo) -> Value:
    """A key keeps its text and its leading zeros; it is one line."""
    text = read_text(column, raw, zone)
    if isinstance(text, str) and "\n" in text:
        raise Unfit(_("a number or name is one line"))
    return text


def read_email(column: Column, raw: Raw, zone: ZoneInfo) -> Value:
    """An e-mail address."""
    text = read_text(column, raw, zone)
    if text is None:
        return None
    try:
        validate_email(str(text))
    except ValidationError:
        raise Unfit(_("this is not an e-mail address")) from None
    return text


def read_choice(column: Column, raw: Raw, _zone: ZoneInfo) -> Value:
    """One of the column's values, by its key, Chinese or English name."""
    text = as_text(raw)
    if not text:
        return None
    wanted = loose(text)
    for choice in column.choices:
        if any(wanted in spellings(name) for name in choice.names()):
            return choice.key
    known = ", ".join(spelled(choice.key, choice.chinese) for choice in column.choices)
    raise Unfit(_("it is none of %(values)s") % {"values": known})


def read_yes_no(_column: Column, raw: Raw, _zone: ZoneInfo) -> Value:
    """Yes or no in any of the ways people write it."""
    if isinstance(raw, bool):
        return raw
    text = loose(as_text(raw))
    if not text:
        return None
    if text in YES or text in NO:
        return text in YES
    raise Unfit(_("write yes or no"))


def number(raw: Raw) -> Decimal | None:
    """A number that may carry spaces, thousands separators, ¥ and full-width digits."""
    if isinstance(raw, (bool, date)):
        raise Unfit(_("this is not a number"))
    text = re.sub(r"[\s\u00a0]", "", plain(as_text(raw)))
    text = re.sub(r"^([+-]?)¥", r"\1", text)
    if not text:
        return None
    if not re.search(r"\d", text) or not NUMBER.fullmatch(text):
        raise Unfit(_("this is not a number"))
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise Unfit(_("this is not a number")) from None


def within(column: Column, value: Decimal) -> None:
    """Hold a number against the column's bounds."""
    if column.least is not None and value < column.least:
        raise Unfit(_("the least is %(bound)d") % {"bound": column.least})
    if column.most is not None and value > column.most:
        raise Unfit(_("the most is %(bound)d") % {"bound": column.most})


def read_whole(column: Column, raw: Raw, zone: ZoneInfo) -> Value:
    """A whole number; a column with choices takes their names too (满意 is 4)."""
    if column.choices and not any(char.isdigit() for char in as_text(raw)):
        named = read_choice(column, raw, zone)
        return int(named) if isinstance(named, str) else None
    value = number(raw)
    if value is None:
        return None
    if abs(value) > WHOLE_BOUND or value != value.to_integral_value():
        raise Unfit(_("this is not a whole number"))
    within(column, value)
    return int(value)


def read_money(column: Column, raw: Raw, _zone: ZoneInfo) -> Value:
    """An amount in yuan with at most two decimals."""
    value = number(raw)
    if value is None:
        return None
    if abs(value) >= MONEY_BOUND:
        raise Unfit(_("this amount is too large"))
    rounded = value.quantize(CENT, ROUND_HALF_UP)
    tolerance = Decimal("0.000001") if isinstance(raw, float) else 0
    if abs(rounded - value) > tolerance:
        raise Unfit(_("an amount has at most two decimals"))
    within(column, rounded)
    return rounded


def phone_fault(error: PhoneError) -> str:
    """Why a text is no phone number, as a sentence."""
    if error.missing > 0:
        return _("this number is %(count)d digits short") % {"count": error.missing}
    if error.missing < 0:
        return _("this number is %(count)d digits too long") % {"count": -error.missing}
    return _("this is not a phone number")


def read_phone(_column: Column, raw: Raw, _zone: ZoneInfo) -> Value:
    """One or two numbers as E.164, joined by `;`: the sheet shares them out."""
    text = as_text(raw)
    if not text:
        return None
    try:
        return ";".join(split_cell(text, settings.PHONE_REGION))
    except PhoneError as error:
        raise Unfit(phone_fault(error)) from None


READERS: dict[Kind, Callable[[Column, Raw, ZoneInfo], Value]] = {
    Kind.KEY: read_key,
    Kind.REFERENCE: read_key,
    Kind.TEXT: read_text,
    Kind.PHONE: read_phone,
    Kind.EMAIL: read_email,
    Kind.CHOICE: read_choice,
    Kind.YES_NO: read_yes_no,
    Kind.WHOLE: read_whole,
    Kind.MONEY: read_money,
    Kind.TIME: read_time,
    Kind.DATE: read_date,
    Kind.LUNAR: read_lunar,
}


def read(column: Column, raw: Raw, zone: ZoneInfo) -> Value:
    """The value of a cell; None when it is empty.

    Raises `Unfit` when the text means nothing in this column.
    """
    return READERS[column.kind](column, raw, zone)
