"""Any text and number survives the way through a file, in both forms."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crm.exchange.sheets.files import read_workbook
from crm.exchange.sheets.texts import as_text
from crm.exchange.sheets.writing import Written, write_xlsx, write_zip

WRITERS = {"out.xlsx": write_xlsx, "out.zip": write_zip}


@pytest.mark.parametrize("name", WRITERS)
@settings(max_examples=12)
@given(texts=st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=30))
@example(
    texts=["=1+1", "'=1", "''", "_x0041_", "_x000D_", "a,b;c\td", '"', "@", "－1", "　全角　", "\n"]
)
def test_text_survives_a_file(name: str, texts: list[str]) -> None:
    wanted = [as_text(text) for text in texts]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        WRITERS[name](path, [Written("Stores", ["code", "name"], [["K", text] for text in wanted])])
        (sheet,) = read_workbook(path)
    assert [as_text(cells[1]) for _line, cells in sheet.rows[1:]] == wanted


@settings(max_examples=12)
@given(amounts=st.lists(st.decimals(-(10**11), 10**11, places=2), min_size=1, max_size=30))
def test_amounts_survive_a_spreadsheet(amounts: list[Decimal]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out.xlsx"
        write_xlsx(path, [Written("Orders", ["amount"], [[amount] for amount in amounts])])
        (sheet,) = read_workbook(path)
    assert [Decimal(str(cells[0])) for _line, cells in sheet.rows[1:]] == amounts
