"""The figures of a report as they are today, beside which a file or a mail shows the frozen ones.

The page counts them anew each time it is opened; a file keeps of which state it is (`mark`), so
that one made before a figure came to differ is made again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crm.records.kpis import By
from crm.reports.board import Number
from crm.reports.models import PeriodReport
from crm.reports.weekly.figures import PARTS, Live, live_figures
from crm.reports.weekly.parts import number_of, numbers_of
from crm.reports.weekly.rows import parts_today

# A report just taken is of now, and is not counted twice.
STILL_FRESH = dt.timedelta(minutes=15)
# In a table of groups: which of them, as in an address.
GROUPS = {part: by for by, part in PARTS.items()}


@dataclass(frozen=True)
class Today:
    """Figures and parts of a report as they are at a moment, and which of them differ."""

    report: PeriodReport
    live: Live
    parts: Mapping[str, Any]
    at: dt.datetime

    def figure(self, address: str, key: str, printed: Mapping[str, Any]) -> Number | None:
        """What a frozen figure has come to be; None where it is the same."""
        now = self.live.get(address, {}).get(key)
        return None if now is None or now == Number(**printed) else now

    def part(self, key: str) -> Number | None:
        """What a class, a reason or a step has come to be; None where it is the same."""
        then, now = (number_of(one, key) for one in (self.report.figures, self.parts))
        return None if now == then else now

    def changes(self) -> dict[str, Any]:
        """Everything that differs: figures by whose they are, parts, what was sold."""
        figures = self.report.figures
        groups = {"": figures["whole"]} | {
            address_of(part, one): one["figures"] for part in GROUPS for one in figures[part]
        }
        found: dict[str, Any] = {}
        for address, printed in groups.items():
            for key, frozen in printed.items():
                if since := self.figure(address, key, frozen):
                    found[f"{address} {key}"] = since.as_json()
        for key in sorted({*numbers_of(figures), *numbers_of(self.parts)}):
            if since := self.part(key):
                found[key] = since.as_json()
        if self.parts.get("sales") != figures.get("sales"):
            found["sales"] = self.parts.get("sales")
        return found

    @property
    def mark(self) -> str:
        """Of which state this is; empty where nothing differs from what is frozen."""
        found = self.changes()
        if not found:
            return ""
        return hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()


def today_of(report: PeriodReport, now: dt.datetime) -> Today | None:
    """A report as its figures are now; None of one that has just been taken."""
    if now - report.as_of < STILL_FRESH:
        return None
    return Today(report, live_figures(report, now), parts_today(report, now), now)


def address_of(part: str, one: Mapping[str, Any]) -> str:
    """One of a report's people, teams or stores as in an address."""
    by: By = GROUPS[part]
    return f"{by}-{one['id']}"


def sold_now(today: Today, field: str) -> float:
    """Quantity, amount or customers as they are today."""
    sales = today.parts["sales"]
    return float(sales["customers"]["end"] if field == "customers" else sales["now"][field])
