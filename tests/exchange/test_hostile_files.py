"""Broken and forged files are refused with a sentence that names what is wrong; nothing is saved.

Each is uploaded as a person would and read by the reader's own process, within 35 seconds and
512 MB; a row that cannot be is named by row and column in the preview.
"""

from __future__ import annotations

import dataclasses
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import time_machine

from crm.customers.models import Card, Customer
from crm.exchange import states
from crm.exchange.actions import working
from crm.exchange.models import ImportJob
from crm.exchange.sheets import apart
from crm.exchange.sheets.apart import read_apart
from crm.exchange.sheets.kept import Kept
from crm.exchange.sheets.problems import Unreadable
from crm.exchange.sheets.raw import UPLOAD
from crm.exchange.sheets.saying import worded
from tests import people
from tests.exchange.hostile import (
    CHECKED,
    HEADER,
    UNREADABLE,
    Case,
    a_long_cell,
    formula_cells,
    one_customer,
    one_long_string_in_every_cell,
)
from tests.exchange.jobs import confirm, upload
from tests.fault.floor import ROOT
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db
SECONDS = 35


@pytest.fixture
def cast() -> Cast:
    return people.make_cast()


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


def bring(user: Any, data: bytes, name: str) -> ImportJob:
    """Upload as somebody who reads English."""
    user.language = "en"
    user.save()
    return upload(user, data, name)


@pytest.mark.parametrize("case", [*UNREADABLE, *CHECKED], ids=lambda case: case.title)
def test_a_broken_file_is_refused_in_words(cast: Cast, case: Case) -> None:
    begun = time.monotonic()
    job = bring(cast.chen, case.build(), case.name)
    assert job.state == states.UNREADABLE, job.summary
    assert case.answer in job.why
    assert time.monotonic() - begun < SECONDS
    assert not Card.objects.exists()


def test_a_reader_that_wants_more_memory_than_it_may_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "Customers.csv"
    path.write_text(HEADER + "N1,郑明,13900001111,lin,A,2026-03-01\n" * 50_000)
    limits = dataclasses.replace(UPLOAD, memory_bytes=40 * 2**20)
    with pytest.raises(Unreadable, match="memory"):
        read_apart(path, path.name, tmp_path / "out", limits)


# Reads one file as the worker does and says the most memory any process below it has had.
MEASURED = """
import resource, sys
from pathlib import Path
import django
django.setup()
from crm.exchange.sheets.apart import read_apart
from crm.exchange.sheets.problems import Unreadable
try:
    read_apart(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
except Unreadable:
    pass
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.mark.parametrize("case", [*UNREADABLE, *CHECKED], ids=lambda case: case.title)
def test_no_file_takes_more_memory_than_its_reader_has(tmp_path: Path, case: Case) -> None:
    """At its highest, as the system counts it, beside what the reader was begun from."""
    path = tmp_path / "upload"
    path.write_bytes(case.build())
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(path), case.name, str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
    )
    peak = int(done.stdout) * 1024
    assert 0 < peak < UPLOAD.memory_bytes, f"{peak / 2**20:.0f} MB"


def test_both_processes_of_a_reader_share_one_limit(tmp_path: Path) -> None:
    """What the second may take and the first has taken is never more than D37 gives to both."""
    script = (
        "import resource as r; from crm.exchange.sheets.raw import UPLOAD;"
        " from crm.exchange.sheets.xlsx_files import MEMORY_IN_USE, memory_left;"
        " most = UPLOAD.memory_bytes; r.setrlimit(r.RLIMIT_AS, (most, most));"
        " ballast = b'x' * 2**26;"
        " taken = int(MEMORY_IN_USE.read_text().split()[1]) * r.getpagesize();"
        " print(memory_left(UPLOAD), taken, most)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    left, taken, most = map(int, done.stdout.split())
    assert taken > 2**26
    assert most // 2 < left <= most - taken + 2**20


def test_one_long_string_in_every_cell_reaches_no_further_than_the_reader(tmp_path: Path) -> None:
    """The worker, which has no limit of its own, is never handed what the file unfolds to."""
    path = tmp_path / "客户.xlsx"
    path.write_bytes(one_long_string_in_every_cell())
    assert path.stat().st_size < 10_000
    read_apart(path, path.name, tmp_path / "out")
    assert (tmp_path / "out").stat().st_size < 10_000_000, "of 32 million characters"
    few = dataclasses.replace(UPLOAD, characters=1_000_000)
    with pytest.raises(Unreadable, match="more than 1000000 characters"):
        read_apart(path, path.name, tmp_path / "out", few)


def test_who_reads_it_back_has_a_bound_too(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that unfolds in the worker is refused; the worker is as free as before after it."""
    before = resource.getrlimit(resource.RLIMIT_AS)

    @contextmanager
    def bounded_and_nearly_full() -> Iterator[None]:
        with apart.bounded(4 * 2**20):
            # What the file unfolds to: more than a test that ran before can have left free.
            bytearray(1024 * 2**20)
            yield

    monkeypatch.setattr(working, "bounded", bounded_and_nearly_full)
    row = "N1,郑明,13900001111,lin,A,2026-03-01\n"
    job = bring(cast.chen, (HEADER + row).encode(), "Customers.csv")
    assert job.state == states.UNREADABLE, job.summary
    assert "more memory" in job.why
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def test_a_file_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "Customers.csv"
    path.write_text(HEADER + "N1,郑明,13900001111,lin,A,2026-03-01\n" * 50_000)
    with pytest.raises(Unreadable, match="takes too long"):
        read_apart(path, path.name, tmp_path / "out", seconds=0.2)


def cells(**values: str) -> bytes:
    """One customer as .csv, with some cells replaced."""
    row = {
        "card_no": "N1",
        "name": "郑明",
        "phone": "13900001111",
        "owner": "lin",
        "level": "A",
        "opened_at": "2026-03-01",
        **values,
    }
    lines = [",".join(row), ",".join(f'"{value}"' for value in row.values())]
    return "\n".join(lines).encode()


ROWS = {
    "a formula": (formula_cells(), "客户.xlsx", "card_no", "holds a formula"),
    "a cell of 5,000 characters": (a_long_cell(), "Customers.csv", "name", "longer than"),
    "the year 1899": (
        cells(opened_at="1899-12-31"),
        "Customers.csv",
        "opened_at",
        "outside 1900 to 2199",
    ),
    "the year 10000": (cells(opened_at="10000-01-01"), "Customers.csv", "opened_at", "write it as"),
    "a number of 30 digits": (cells(budget_max="9" * 30), "Customers.csv", "budget_max", "large"),
    "infinity": (cells(budget_max="1e999"), "Customers.csv", "budget_max", "large"),
    "a phone of letters": (cells(phone="call me"), "Customers.csv", "phone", "phone"),
    "the year 1899, in a workbook": (
        one_customer(opened_at="1899-12-31"),
        "客户.xlsx",
        "opened_at",
        "outside 1900 to 2199",
    ),
    "the year 10000, in a workbook": (
        one_customer(opened_at="10000-01-01"),
        "客户.xlsx",
        "opened_at",
        "write it as",
    ),
    "the day after the last of Excel": (
        one_customer(opened_at=2_958_466),
        "客户.xlsx",
        "opened_at",
        "",
    ),
    "a day before the first of Excel": (one_customer(opened_at=-1), "客户.xlsx", "opened_at", ""),
    "a number of 30 digits, in a workbook": (
        one_customer(budget_max=9e29),
        "客户.xlsx",
        "budget_max",
        "large",
    ),
    "a date that is none": (
        cells(opened_at="2026-02-30"),
        "Customers.csv",
        "opened_at",
        "no such day",
    ),
}


@pytest.mark.parametrize("what", ROWS)
def test_a_cell_that_cannot_be_is_named_in_its_row(cast: Cast, what: str) -> None:
    data, name, column, why = ROWS[what]
    job = bring(cast.chen, data, name)
    assert job.state == states.CHECKED, job.reason
    assert job.summary["refused"] >= 1
    said = [(col, worded(words)) for row in read_rows(job) for col, words in row["p"]]
    assert any(col == column and why in words for col, words in said), said
    assert not Card.objects.exists()


def read_rows(job: ImportJob) -> list[dict[str, Any]]:
    """The preview's rows as kept."""
    return [json.loads(line) for line in Kept(job.folder).rows.read_text().splitlines()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_chinese_is_understood_and_the_encoding_is_shown(cast: Cast, encoding: str) -> None:
    text = "卡号,姓名,电话,归属销售,意向级别,建卡时间\nN1,郑明,13900001111,lin,A,2026-03-01\n"
    job = bring(cast.chen, text.encode(encoding), "客户.csv")
    shown = {"gb18030": "GB18030", "utf-8": "UTF-8", "utf-8-sig": "UTF-8"}.get(encoding, "UTF-16")
    assert job.summary["encodings"] == {"客户": shown}
    assert confirm(job).state == states.SAVED
    assert Customer.objects.get().name == "郑明"


def test_big5_is_understood_and_shown(cast: Cast) -> None:
    text = "卡號,姓名,電話,歸屬銷售,意向級別,建卡時間\nN1,張國榮,13900001111,lin,A,2026-03-01\n"
    job = bring(cast.chen, text.encode("big5hkscs"), "客戶.csv")
    assert job.summary["encodings"] == {"客戶": "Big5"}
    assert confirm(job).state == states.SAVED
    assert Customer.objects.get().name == "張國榮"


SECOND = cells(card_no="N2", name="Li", phone="13900002222").split(b"\n")[1]
MIXED = cells().replace(b"\n", b"\r\n") + b"\r" + SECOND
IN_EXCEL = "客户.xlsx"


@pytest.mark.parametrize(
    ("what", "data", "name"),
    [
        ("a NUL", cells(name="郑\0明"), "Customers.csv"),
        ("a NUL in a workbook", one_customer(name="郑\0明"), IN_EXCEL),
        ("text turned round", cells(name="\u202e郑\u200b明\ufeff"), "Customers.csv"),
        (
            "text turned round in a workbook",
            one_customer(name="\u202e郑\u200b明\ufeff"),
            IN_EXCEL,
        ),
        ("a phone as a float", cells(phone="1.3900001111E+10"), "Customers.csv"),
        ("a phone as a number in a workbook", one_customer(phone=13900001111), IN_EXCEL),
        ("a phone with a decimal", cells(phone="13900001111.0"), "Customers.csv"),
        ("a separator too many", cells() + b",,,", "Customers.csv"),
    ],
)
def test_what_can_be_understood_is_saved_clean(
    cast: Cast, what: str, data: bytes, name: str
) -> None:
    job = bring(cast.chen, data, name)
    assert confirm(job).state == states.SAVED, (what, job.summary)
    customer = Customer.objects.order_by("pk")[0]
    assert (customer.name, customer.phone) == ("郑明", "+8613900001111")


def test_no_row_is_lost_where_line_ends_are_mixed(cast: Cast) -> None:
    """The first row ends as on Windows, the second as on an old Mac."""
    job = bring(cast.chen, MIXED, "Customers.csv")
    assert confirm(job).state == states.SAVED, job.summary
    found = Customer.objects.order_by("pk").values_list("name", "phone")
    assert list(found) == [("郑明", "+8613900001111"), ("Li", "+8613900002222")]


def test_a_phone_that_a_spreadsheet_shortened_is_a_warning(cast: Cast) -> None:
    job = bring(cast.chen, cells(phone="1.38E+10"), "Customers.csv")
    (row,) = read_rows(job)
    assert [column for column, _why in row["w"]] == ["phone"]
    assert confirm(job).state == states.SAVED
    assert Customer.objects.get().phone == "+8613800000000"
