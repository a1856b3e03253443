"""`python -m tests.bench.big_import [CUSTOMERS]`: a dealership's years of Excel, brought in.

Writes a zip of .csv with so many customers and three times as many contacts, imports it into
the (empty) database of DATABASE_URL, and says how long reading, checking and saving
took, how long the write lock was held, and the most memory this process and its reader used.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import multiprocessing
import os
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from crm.customers.models import Card  # noqa: E402
from crm.exchange.actions import imports  # noqa: E402
from followups.models import Contact  # noqa: E402

STAFF = 60
BEGUN = dt.datetime(2024, 1, 1, 9)
METHODS = ("phone", "wechat", "in_person", "sms")


def staff() -> Iterator[tuple[str, list[str], Iterable[list[Any]]]]:
    """The people first, as an administrator makes them before anything is imported."""
    yield "Stores", ["code", "name"], [["SH01", "浦东店"], ["BJ01", "朝阳店"]]
    yield (
        "Staff",
        ["username", "name", "role", "store", "team"],
        (
            [f"s{n}", f"销售{n}", "salesperson", ("SH01", "BJ01")[n % 2], f"{n % 6}组"]
            for n in range(STAFF)
        ),
    )


def rows(customers: int) -> Iterator[tuple[str, list[str], Iterable[list[Any]]]]:
    """Sheet by sheet: its name, its header, its rows."""
    yield (
        "Customers",
        [
            *("card_no", "name", "gender", "phone", "address", "source", "channel", "model"),
            *("level", "owner", "opened_at", "status", "notes"),
        ],
        (customer(n) for n in range(customers)),
    )
    yield (
        "Contacts",
        [
            *("contact_no", "card_no", "staff", "occurred_at", "method", "outcome", "feedback"),
            *("next_step", "level_after"),
        ],
        (contact(n) for n in range(customers * 3)),
    )


def customer(n: int) -> list[Any]:
    opened = BEGUN + dt.timedelta(minutes=9 * n)
    return [
        *(f"C{n:06d}", f"{'王李张刘陈杨赵黄'[n % 8]}{'伟芳娜敏静丽强磊'[n // 8 % 8]}{n}", "male"),
        *(f"13{n % 10}{n:08d}", f"世纪大道{n % 999}号", "walk_in", "朋友介绍", "星途6 长续航"),
        *("HABC"[n % 4], f"s{n % STAFF}", opened, "open", "夫人未看车，是决定人之一"),
    ]


def contact(n: int) -> list[Any]:
    card = n // 3
    at = BEGUN + dt.timedelta(minutes=9 * card, days=1 + n % 3 * 5)
    return [
        *(f"K{n:07d}", f"C{card:06d}", f"s{card % STAFF}", at, METHODS[n % 4], "reached"),
        *("周六带夫人来看第二排", "约到店试驾", "HABC"[card % 4]),
    ]


def write(path: Path, sheets: Iterator[tuple[str, list[str], Iterable[list[Any]]]]) -> None:
    """Sheets as a zip of .csv."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for sheet, header, lines in sheets:
            text = io.StringIO(newline="")
            writer = csv.writer(text)
            writer.writerow(header)
            writer.writerows(lines)
            packed.writestr(f"{sheet}.csv", text.getvalue().encode())


def write_years(path: Path, customers: int) -> None:
    """The workbook that is brought in."""
    write(path, rows(customers))


class Clock:
    """Wall and CPU seconds between two calls."""

    def __init__(self) -> None:
        self.begun()

    def begun(self) -> None:
        self.wall, self.cpu = time.monotonic(), time.process_time()

    def told(self, what: str) -> None:
        wall, cpu = time.monotonic() - self.wall, time.process_time() - self.cpu
        sys.stdout.write(f"{what:<22} {wall:7.1f} s wall {cpu:7.1f} s CPU\n")
        self.begun()


@contextmanager
def locked(clock: Clock) -> Iterator[None]:
    """Tell how long making ready took and how long the transaction that saves did."""

    def timed(*args: Any) -> None:
        clock.told("made ready")
        stale(*args)

    stale, imports.refuse_stale = imports.refuse_stale, timed
    yield
    imports.refuse_stale = stale
    clock.told("saved, holding the lock")


def main(customers: int) -> None:
    """Import once and print the figures."""
    call_command("migrate", verbosity=0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "staff.zip"
        write(path, staff())
        imports.import_workbook(path, by=None, now=timezone.now())
        path = Path(folder) / "years.zip"
        # Made by somebody else: what it takes to write a workbook is not what it takes to read one.
        writer = multiprocessing.get_context("spawn").Process(
            target=write_years, args=(path, customers)
        )
        writer.start()
        writer.join()
        whole, clock = Clock(), Clock()
        book, lookup = imports.examine(imports.sheets_of_workbook(path), cascade=False)
        clock.told("read and checked")
        if book.findings.refused:
            raise SystemExit(str(book.findings.refused[0]))
        saving = imports.Saving(None, timezone.now())
        source = {"file": path.name, "sha256": imports.fingerprint(path)}
        ready = Clock()
        with locked(ready):
            imports.save_book(saving, book, lookup, source)
        imports.refresh_statistics()
        whole.told(f"whole, {connection.vendor}")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(
        f"{most:.0f} MB at most; {Card.objects.count()} cards, {Contact.objects.count()} contacts\n"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
