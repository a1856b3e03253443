"""From a raw cell to a value: one reader per kind of column.

Every reader takes what the file holds and returns the value, None for an empty cell, or
raises `Unfit` with the reason, a sentence for the person who filled the sheet. Times are
local to the zone given, rounded to the second.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from crm.customers.phones import PhoneError, split_cell
from crm.exchange.sheets.choices import NO, YES
from crm.exchange.sheets.definitions import Column, Kind, Raw, Value
from crm.exchange.sheets.names import loose, spellings

EMPTIES = frozenset({"-", "－"})
EARLIEST, LATEST = 1900, 2199
CENT = Decimal("0.01")
MONEY_BOUND = Decimal(10) ** 12
WHOLE_BOUND = 10**9

CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:[eE][+-]?\d{1,3})?")
DAY = r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
CLOCK = r"(\d{1,2}):(\d{1,2})(?::(\d{1,2})(\.\d+)?)?"
MOMENT = re.compile(rf"{DAY}(?:[T\s]\s*{CLOCK})?")
LUNAR_DAY = re.compile(r"(R?)(\d{1,2})-(\d{1,2})", re.IGNORECASE)


class Unfit(ValueError):
    """A cell that does not fit its column; the message says why."""


def plain(text: str) -> str:
    """Full-width digits and signs as ordinary ones, without surrounding space."""
    return unicodedata.normalize("NFKC", text).strip()


def as_text(raw: Raw) -> str:
    """The cell as text: 9.0 is 9, line ends are one kind, unprintable characters go."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() and abs(raw) < 1e17 else repr(raw)
    if isinstance(raw, datetime):
        return raw.strftime("%Y-%m-%d %H:%M:%S")
    text = str(raw).replace("\r\n", "\n")
    return CONTROL.sub("", re.sub("[\r\v\f]", "\n", text)).strip()


def empties(raw: Raw) -> bool:
    """Whether the cell asks for what is stored to be emptied."""
    return isinstance(raw, str) and raw.strip() in EMPTIES


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
    known = ", ".join(choice.key for choice in column.choices)
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


def to_the_second(moment: datetime) -> datetime:
    """Excel's fractions of a day, rounded to the second."""
    if moment.microsecond >= 500_000:
        moment += timedelta(seconds=1)
    return moment.replace(microsecond=0)


def moment_of(raw: Raw) -> datetime | None:
    """A local date, with a clock time or at 00:00, from a real date or from text."""
    if isinstance(raw, datetime):
        return to_the_second(raw)
    if isinstance(raw, date):
        return datetime.combine(raw, time())
    text = plain(as_text(raw))
    if not text:
        return None
    found = MOMENT.fullmatch(text)
    if isinstance(raw, (bool, int, float)) or not found:
        raise Unfit(_("write it as 2026-09-01 08:30"))
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    try:
        moment = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001
    except ValueError:
        raise Unfit(_("there is no such day or time")) from None
    return to_the_second(moment + timedelta(seconds=float(found.group(7) or 0)))


def in_range(moment: datetime) -> datetime:
    """Refuse years that no dealership has seen."""
    if not EARLIEST <= moment.year <= LATEST:
        bounds = {"earliest": EARLIEST, "latest": LATEST}
        raise Unfit(_("the year lies outside %(earliest)d to %(latest)d") % bounds)
    return moment


def read_time(_column: Column, raw: Raw, zone: ZoneInfo) -> Value:
    """A moment in local time; a date alone means 00:00."""
    moment = moment_of(raw)
    return None if moment is None else in_range(moment).replace(tzinfo=zone)


def read_date(_column: Column, raw: Raw, _zone: ZoneInfo) -> Value:
    """A calendar day; a clock time beside it may only be 00:00."""
    moment = moment_of(raw)
    if moment is None:
        return None
    if isinstance(raw, str) and moment.time() != time():
        raise Unfit(_("write a date without a time"))
    return in_range(moment).date()


def read_lunar(_column: Column, raw: Raw, _zone: ZoneInfo) -> Value:
    """A day of the lunar year: 04-15, in a leap month R04-15."""
    text = plain(as_text(raw))
    if not text:
        return None
    found = LUNAR_DAY.fullmatch(text)
    if not found or not (1 <= int(found[2]) <= 12 and 1 <= int(found[3]) <= 30):
        raise Unfit(_("write it as 04-15, in a leap month R04-15"))
    return f"{found[1].upper()}{int(found[2]):02}-{int(found[3]):02}"


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
