"""Times, days and lunar birthdays in cells. Times are local, rounded to the second."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm.exchange.sheets.definitions import Column, Raw, Value
from crm.exchange.sheets.saying import said as _
from crm.exchange.sheets.texts import Unfit, as_text, plain

EARLIEST, LATEST = 1900, 2199
DAY = r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
CLOCK = r"(\d{1,2}):(\d{1,2})(?::(\d{1,2})(\.\d+)?)?"
MOMENT = re.compile(rf"{DAY}(?:[T\s]\s*{CLOCK})?")
LUNAR_DAY = re.compile(r"(R?)(\d{1,2})-(\d{1,2})", re.IGNORECASE)


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
