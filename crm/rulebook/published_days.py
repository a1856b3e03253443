"""The official holidays and make-up working days that a release brings along: pure.

They seed the editable table of days; a year that is not in the list yet counts its statutory
days only and stays provisional until the list arrives.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

import holidays

from crm.rulebook.sources import BUNDLED

DayKind = Literal["holiday", "workday"]

# Each with the language its days are named in, whatever the machine speaks.
REGIONS = {"CN": "zh_CN", "HK": "zh_HK", "TW": "zh_TW"}
SOURCE = BUNDLED


@dataclass(frozen=True, slots=True)
class OfficialDay:
    """One day that differs from the plain week, as the government printed it."""

    day: date
    kind: DayKind
    name: str


def official_days(region: str, years: Iterable[int]) -> list[OfficialDay]:
    """Holidays and make-up days of the years, in order; raises ValueError for other regions."""
    if region not in REGIONS:
        raise ValueError(f"No bundled calendar for region {region!r}.")
    wanted = sorted(set(years))
    listed = holidays.country_holidays(region, years=wanted, language=REGIONS[region])
    days = [OfficialDay(day, "holiday", name) for day, name in listed.items()]
    days += [
        OfficialDay(day, "workday", "调休上班")
        for day in listed.weekend_workdays
        if day.year in wanted
    ]
    return sorted(days, key=lambda official: official.day)
