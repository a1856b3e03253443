"""The table of numbers in the documentation is whole."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from crm.rulebook import numbers

ROOT = Path(__file__).resolve().parents[2]
FIELD = re.compile(r"^    (\w+): [^#\n]*(?:#\s*(.*))?$", re.MULTILINE)
IDS = re.compile(r"([A-Z]+)-(\d+)(?: … \1-(\d+))?")


def ids_of(text: str) -> set[str]:
    """The ids named here; `N-01 … N-04` names four."""
    return {
        f"{room}-{number:02}"
        for room, first, last in IDS.findall(text)
        for number in range(int(first), int(last or first) + 1)
    }


def notes() -> dict[str, str]:
    """Field → what its line says of it; one that says nothing goes with the line above."""
    found, note = {}, ""
    for name, own in FIELD.findall(Path(numbers.__file__).read_text()):
        note = own or note
        found[name] = note
    return found


def test_every_number_stands_in_the_table_by_its_id_or_its_name() -> None:
    page = (ROOT / "docs/rulebook.md").read_text()
    table = page.partition("| Id |")[2].partition("\n## ")[0]
    named = ids_of("\n".join(line.split("|")[1] for line in table.splitlines() if "|" in line[1:]))
    assert len(named) > 30
    fields = {field.name for field in dataclasses.fields(numbers.Numbers)}
    said = notes()
    assert fields <= said.keys()
    missing = [name for name in fields if name not in table and not ids_of(said[name]) & named]
    assert not missing, f"docs/rulebook.md has no line for {missing}"
