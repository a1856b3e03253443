"""`python -m tests.bench.weekly`: the managers' report of a group with a million contacts a year.

On an empty migrated PostgreSQL database (`DATABASE_URL`). The floor is loaded first; then each
report is made in a process of its own, as the worker makes it: the figures, the rows behind them,
and PDF, Excel and picture in one language. It is the morning of the first of January: the floor
lies in the year before, so that its year, month and week are full. `BENCH_CONTACTS` is how many
contacts that year holds. Budgets: ten seconds of CPU and 500 MB for one report; wall time on a
shared machine lies.
"""

from __future__ import annotations

import datetime as dt
import os
import resource
import subprocess
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import QuerySet  # noqa: E402
from django.utils import timezone, translation  # noqa: E402

from crm.people.models import Store  # noqa: E402
from crm.records.periods import Period  # noqa: E402
from crm.reports import due  # noqa: E402
from crm.reports.actions.closing import close_report  # noqa: E402
from crm.reports.weekly.files import written  # noqa: E402
from followups.models import Contact  # noqa: E402
from tests.bench.__main__ import server_cpu_ms  # noqa: E402
from tests.bench.big_floor import make_big_floor  # noqa: E402

CONTACTS = int(os.environ.get("BENCH_CONTACTS", "1000000"))
CARDS = int(os.environ.get("BENCH_CARDS", "50000"))
SECONDS_AT_MOST, MB_AT_MOST = 10, 500
SEVEN = dt.time(7)
REPORTS = [(kind, place) for kind in (due.WEEK, due.MONTH, due.YEAR) for place in ("S1", "")]
HEADS = ("report", "of", "figures s", "files s", "CPU here s", "CPU server s", "peak MB")


def say(*cells: str) -> None:
    """One line of the table."""
    sys.stdout.write("| " + " | ".join(cells) + " |\n")
    sys.stdout.flush()


def morning() -> dt.datetime:
    """When the reports are made: the first of January of this year, five past seven."""
    zone = timezone.get_default_timezone()
    return dt.datetime(timezone.localdate().year, 1, 1, SEVEN.hour, 5, tzinfo=zone)


def reported() -> Period:
    """The year before, which the yearly report is of."""
    zone = timezone.get_default_timezone()
    return due.before(due.YEAR, due.period_of(due.YEAR, morning().date(), zone))


def contacts_of(year: Period) -> QuerySet[Contact]:
    """Its contacts."""
    return Contact.objects.filter(occurred_at__gte=year.begin, occurred_at__lt=year.end)


def load(span: Period) -> None:
    """The floor, unless it stands already; its contacts again and again, each hours later."""
    begun = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    if not Contact.objects.exists():
        make_big_floor(CARDS, now=morning())
    while (year := contacts_of(span).count()) < CONTACTS:
        with connection.cursor() as cursor:
            names = [field.column for field in Contact._meta.concrete_fields]
            fresh = {
                "id": None,
                "public_id": f"left(md5(public_id || '{year}'), 22)",
                "contact_no": f"'KB-' || left(md5(contact_no || '{year}'), 20)",
                "planned_id": "NULL",
                "occurred_at": "least(occurred_at + interval '3 hours', %s)",
            }
            kept = [name for name in names if fresh.get(name, "") is not None]
            cells = ", ".join(fresh.get(name) or f'"{name}"' for name in kept)
            columns = ", ".join(f'"{name}"' for name in kept)
            table = Contact._meta.db_table
            within = "occurred_at >= %s AND occurred_at < %s"
            again = f"SELECT {cells} FROM {table} WHERE {within} LIMIT %s"
            last = span.end - dt.timedelta(seconds=1)
            told = [last, span.begin, span.end, CONTACTS - year]
            cursor.execute(f"INSERT INTO {table} ({columns}) {again}", told)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    sys.stdout.write(f"loaded in {time.monotonic() - begun:.0f} s\n")


def make(kind: str, code: str) -> None:
    """Close one report, write its files, and say what it took."""
    now, zone = morning(), timezone.get_default_timezone()
    store = Store.objects.filter(code=code).first()
    running = due.period_of(kind, now.astimezone(zone).date(), zone)
    period = due.before(kind, running)
    begun, before = time.monotonic(), server_cpu_ms()
    report = close_report(kind, store, period, at=SEVEN, now=now)
    assert report is not None, "this report was made before: drop the database"
    closed = time.monotonic()
    with translation.override(settings.LANGUAGE_CODE):
        written(report, ["pdf", "xlsx", "png"])
    used = resource.getrusage(resource.RUSAGE_SELF)
    cells = (closed - begun, time.monotonic() - closed, used.ru_utime + used.ru_stime)
    cells += ((server_cpu_ms() - before) / 1000,)
    peak = used.ru_maxrss / 1024
    say(kind, code or "the group", *(f"{one:.1f}" for one in cells), f"{peak:.0f}")
    if sum(cells[2:]) > SECONDS_AT_MOST or peak > MB_AT_MOST:
        sys.stdout.write("  over its budget\n")


def main(words: list[str]) -> int:
    """Load, then each report in a process of its own; with two words, one of them."""
    if words:
        make(*words)
        return 0
    load(reported())
    year = contacts_of(reported()).count()
    sys.stdout.write(f"{connection.vendor}, {year:,} contacts in {reported().first.year}\n")
    say(*HEADS)
    say(*("---" for _head in HEADS))
    for kind, place in REPORTS:
        subprocess.run([sys.executable, "-m", "tests.bench.weekly", kind, place], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
