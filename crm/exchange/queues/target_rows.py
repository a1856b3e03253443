"""What a file of targets would change, cell by cell, and the targets that are taken out (KP-13)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from crm.exchange.sheets.names import loose
from crm.exchange.sheets.preview import CHANGED, NEW, REFUSED, UNCHANGED, Cell, Line
from crm.exchange.sheets.targets import COLUMNS, TargetFile, Told, month_of, value_of
from crm.exchange.sheets.texts import Unfit
from crm.people.models import User
from crm.reports.kpis import Unit, kpi_of
from crm.reports.models import Target
from crm.reports.queues.targets import TARGETED, Place, faults_of, places_to_set, target_history

# figure, store, team, person (primary keys, 0 for none), month
Slot = tuple[str, int, int, int, dt.date]


@dataclass
class TargetRow:
    """A row of the file and what it means; `was` is what stands for just that, as text."""

    told: Told
    problems: dict[str, str] = field(default_factory=dict)
    key: str = ""
    place: Place | None = None
    month: dt.date | None = None
    value: Decimal | None = None
    was: str = ""
    known: bool = False

    @property
    def kind(self) -> str:
        """What would be done with it."""
        if self.problems:
            return REFUSED
        if self.is_same:
            return UNCHANGED
        return CHANGED if self.known else NEW

    @property
    def is_same(self) -> bool:
        """Whether it says what stands already; without a target nothing is taken back."""
        return self.was == written(self.value)

    def as_line(self, columns: Sequence[str]) -> Line:
        """The row as the preview draws it."""
        cells = [self._cell(key) for key in columns]
        others = [why for key, why in self.problems.items() if key not in columns]
        return Line(self.told.number, self.kind, cells, others)

    def _cell(self, key: str) -> Cell:
        why = self.problems.get(key)
        changes = key == "value" and self.kind == CHANGED
        text = self.told.cells.get(key, "")
        return Cell(key, text, self.was if changes else "", changes, [why] if why else [])


def written(value: Decimal | None) -> str:
    """A target as the file holds it."""
    return "" if value is None else f"{value.normalize():f}"


def latest_targets(user: User) -> dict[Slot, Target]:
    """The last word on each figure, place and month this person may see."""
    return {slot_of(row): row for row in target_history(user).order_by("id")}


def slot_of(row: Target) -> Slot:
    """What a target is for."""
    return row.key, row.store_id or 0, row.team_id or 0, row.person_id or 0, row.month


@cache
def figure_names() -> dict[str, str]:
    """Every name of every figure that takes a target, in all our languages, as compared."""
    found: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found |= {loose(str(kpi_of(key).name)): key for key in TARGETED}
    return found | {loose(key): key for key in TARGETED}


def rows_of(told: Iterable[Told], user: User, day: dt.date) -> list[TargetRow]:
    """Each row with its figure, place, month and value, or what is wrong with which cell."""
    places, stands = places_to_set(user, day), latest_targets(user)
    known = {named_by(place): place for place in places}
    seen: dict[Slot, int] = {}
    found = []
    for one in told:
        row = TargetRow(one)
        found.append(row)
        _understand(row, known)
        if row.problems or row.place is None or row.month is None:
            continue
        slot = _slot(row.key, row.place, row.month)
        if slot in seen:
            row.problems["month"] = _("Row %(row)d says it already.") % {"row": seen[slot]}
            continue
        seen[slot] = one.number
        before = stands.get(slot)
        row.known = before is not None
        row.was = written(before.value) if before else ""
    return found


def named_by(place: Place) -> tuple[str, str, str]:
    """How a file names a place; a username says it alone."""
    if place.person:
        return "", "", loose(place.person.username)
    team = loose(place.team.name) if place.team else ""
    return loose(place.store.code) if place.store else "", team, ""


def _slot(key: str, place: Place, month: dt.date) -> Slot:
    store, team, person = (one.pk if one else 0 for one in (place.store, place.team, place.person))
    return key, store, team, person, month


def _understand(row: TargetRow, known: dict[tuple[str, str, str], Place]) -> None:
    cells = row.told.cells
    row.key = figure_names().get(loose(cells.get("key") or cells.get("figure", "")), "")
    if not row.key:
        row.problems["key" if cells.get("key") else "figure"] = _("No figure is called so.")
    _find_place(row, known)
    try:
        row.month = month_of(cells.get("month", ""))
    except Unfit as error:
        row.problems["month"] = str(error)
    try:
        rate = bool(row.key) and kpi_of(row.key).unit is Unit.RATE
        row.value = value_of(cells.get("value", ""), percent=rate)
    except Unfit as error:
        row.problems["value"] = str(error)
    if not row.problems and row.place and row.month:
        _check(row, row.place, row.month)


def _find_place(row: TargetRow, known: dict[tuple[str, str, str], Place]) -> None:
    store, team, person = (
        loose(row.told.cells.get(key, "")) for key in ("store", "team", "person")
    )
    row.place = known.get(("", "", person) if person else (store, team, ""))
    if person and team:
        row.problems["team"] = _("Name a team or a person, not both.")
    elif row.place is None:
        column = "person" if person else "team" if team else "store"
        row.problems[column] = _("You set no targets for this.")
    elif person and store and (row.place.store is None or loose(row.place.store.code) != store):
        row.problems["store"] = _("This person sells in another store.")


def _check(row: TargetRow, place: Place, month: dt.date) -> None:
    for name, why in faults_of(row.key, place.store, place.team, month, row.value).items():
        row.problems[name if name in COLUMNS else "store"] = why


@dataclass(frozen=True)
class TargetPreview:
    """What a file would change: its rows as they are drawn, and how many of each kind."""

    columns: list[str]
    lines: list[Line]
    counts: dict[str, int]

    @property
    def good(self) -> int:
        """How many rows would be set."""
        return self.counts[NEW] + self.counts[CHANGED]

    @property
    def refused(self) -> int:
        """How many are wrong."""
        return self.counts[REFUSED]


def preview_of(rows: Sequence[TargetRow], file: TargetFile) -> TargetPreview:
    """Refused rows first, each kind in the order of the file."""
    kinds = (REFUSED, CHANGED, NEW, UNCHANGED)
    ordered = sorted(rows, key=lambda row: (kinds.index(row.kind), row.told.number))
    counts = {kind: sum(row.kind == kind for row in rows) for kind in kinds}
    names = [str(COLUMNS[key]) for key in file.columns]
    return TargetPreview(names, [row.as_line(file.columns) for row in ordered], counts)
