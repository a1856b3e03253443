"""`python3 dev.py bench`: statements and CPU of the main pages over a big floor, per database.

Wall time on a shared machine lies, so CPU time is measured: of this process and, on PostgreSQL,
of the server process that answers it. Floors stand beside the figures in the same run: a page that
draws fifty bare rows of constants through the same middleware and shell, those that draw a whole
list and a whole day of constants, and the best hand-written SQL for the same rows.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from crm.customers import phones  # noqa: E402
from crm.people.models import User  # noqa: E402
from followups.models import PlannedContact  # noqa: E402
from tests.bench.big_floor import make_big_floor  # noqa: E402

ROUNDS, TURNS = 15, 3
CARDS = int(os.environ.get("BENCH_CARDS", "100000"))
SELLER, SUPERVISOR, MANAGER = "seller111", "boss11", "manager1"
TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
NS_PER_MS = 1_000_000
LIST_SQL = """SELECT c.public_id, c.card_no, c.state, c.level, c.reason, c.next_contact_at,
    c.last_contact_at, p.name, p.phone, u.name, m.name
FROM customers_card c JOIN customers_customer p ON p.id = c.customer_id
    LEFT JOIN people_user u ON u.id = c.owner_id LEFT JOIN vehicles_product m ON m.id = c.product_id
WHERE c.owner_id = %s AND c.state IN ('prospect', 'potential', 'lead')
ORDER BY c.next_contact_at, c.id LIMIT 50"""


@dataclass
class Figure:
    """One page: statements, CPU of a request in milliseconds here and in the server, budget."""

    name: str
    statements: int
    web_ms: float
    server_ms: float
    most_statements: int = 0
    most_ms: int = 0

    @property
    def cpu_ms(self) -> float:
        return self.web_ms + self.server_ms


def server_cpu_ms() -> float:
    """CPU the connection's server process has used; 0 where the database is in this process."""
    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    scheduled = Path(f"/proc/{pid}/schedstat")
    if scheduled.exists():  # to the nanosecond; the kernel's ticks are ten milliseconds
        return int(scheduled.read_text().split()[0]) / NS_PER_MS
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * TICK_MS


def measure(
    name: str, ask: Callable[[], Any], most: tuple[int, int] = (0, 0), *, rounds: int = ROUNDS
) -> Figure:
    """Ask once to warm up, once to count, then `rounds` times for the clock, in three turns.

    The turn that took least is given: what else the host does can only add to it.
    """
    ask()
    seen: list[str] = []
    with connection.execute_wrapper(
        lambda execute, sql, *rest: (seen.append(sql), execute(sql, *rest))[1]
    ):
        answer = ask()
    # SQLite's BEGIN asks nothing; PostgreSQL's is not seen here either.
    seen = [sql for sql in seen if not sql.startswith("BEGIN")]
    if getattr(answer, "status_code", 200) not in (200, 204, 302):
        raise SystemExit(f"{name}: {answer.status_code}")
    turns = [_turn(ask, rounds) for _ in range(TURNS)]
    web, server = min(turns, key=sum)
    return Figure(name, len(seen), web, server, *most)


def _turn(ask: Callable[[], Any], rounds: int) -> tuple[float, float]:
    """CPU of one asking in milliseconds, here and in the server."""
    times = []
    before = server_cpu_ms()
    for _ in range(rounds):
        start = time.process_time()
        ask()
        times.append((time.process_time() - start) * 1000)
    return statistics.median(times), (server_cpu_ms() - before) / rounds


def signed_in(username: str) -> Client:
    """A client of a person of the big floor, in Chinese."""
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(
        User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def pages() -> list[Figure]:
    """Every measured page, the floors first; the budgets are those of PostgreSQL."""
    seller, boss, manager = signed_in(SELLER), signed_in(SUPERVISOR), signed_in(MANAGER)
    user = User.objects.get(username=SELLER)
    busy = user.cards.filter(tries=30).order_by("pk")[:1].get()
    customers, day = reverse("customers:list"), reverse("followups:my_day")

    def constant(name: str, address: str) -> Figure:
        with override_settings(ROOT_URLCONF="tests.bench.constant"):
            return measure(name, lambda: seller.get(address))

    def by_hand() -> int:
        with connection.cursor() as cursor:
            cursor.execute(LIST_SQL, [user.pk])
            return len(cursor.fetchall())

    lists = (8, 25)
    filtered = {"level": "A", "sort": "-last"}
    return [
        constant("constant page, 50 rows", "/constant/"),
        constant("a list of constants, 50 rows", "/constant-list/"),
        constant("a day of constants, 50 rows", "/constant-day/"),
        measure("the list's rows, SQL by hand", by_hand),
        measure("customer list, salesperson", lambda: seller.get(customers), lists),
        measure("same, filtered and sorted", lambda: seller.get(customers, filtered), lists),
        measure("customer list, store manager", lambda: manager.get(customers), lists),
        measure("same, filtered and sorted", lambda: manager.get(customers, filtered), lists),
        *searches(seller, manager, user),
        measure(
            "card with 30 contacts",
            lambda: seller.get(reverse("home:card", args=[busy.public_id])),
            (12, 30),
        ),
        measure("my day, 50 rows", lambda: seller.get(day), lists),
        measure("approval queue", lambda: boss.get(reverse("followups:approval_queue"))),
        measure(
            "dashboard, a store's week",
            lambda: manager.get(reverse("reports:dashboard")),
            (15, 120),
        ),
        saved_contacts(seller, user),
    ]


def searches(seller: Client, manager: Client, user: User) -> list[Figure]:
    """Every way to look for somebody, each of a salesperson and in a whole store."""
    one = user.cards.select_related("customer").order_by("pk")[0]
    phone = phones.national_digits(one.customer.phone)
    ways = (
        *(("name", one.customer.name[:1]), ("pinyin", "wang"), ("initials", "zw")),
        *(("last four digits", phone[-4:]), ("whole number", phone)),
    )
    customers = reverse("customers:list")

    def ask(client: Client, words: str) -> Callable[[], Any]:
        return lambda: client.get(customers, {"q": words})

    return [
        measure(f"search, {way}{where}", ask(client, words), (8, 30))
        for client, where in ((seller, ""), (manager, ", in a store"))
        for way, words in ways
    ]


def saved_contacts(client: Client, user: User) -> Figure:
    """Log planned contacts of the seller as the form does, each with its next one."""
    rows = PlannedContact.objects.filter(assignee=user).open().select_related("card")
    waiting = iter(rows.order_by("due_at")[: TURNS * ROUNDS + 2])
    return measure(
        "save a contact with its next", lambda: save_contact(client, next(waiting)), (12, 20)
    )


def save_contact(client: Client, planned: PlannedContact) -> HttpResponse:
    """Send the form of one planned contact."""
    return client.post(
        reverse("followups:log_contact", args=[planned.public_id]),
        {
            "method": "phone",
            "result": "progress",
            "note": "周六带家人来",
            "level": planned.card.level,
            "planned_version": planned.version,
            "next": "cycle",
            "request_id": str(uuid.uuid4()),
        },
    )


def say(line: str) -> None:
    """One line of the table."""
    sys.stdout.write(f"{line}\n")


def main() -> None:
    """Make the floor, measure, print the table."""
    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    make_big_floor(CARDS, now=timezone.now())
    took = time.perf_counter() - began
    figures = pages()
    floor, whole, day = (one.cpu_ms for one in figures[:3])
    more = 1.5 if connection.vendor == "sqlite" else 1
    say(f"\n{connection.vendor}: {CARDS:,} cards, 60 people, one client, in process; ")
    say(f"floor loaded in {took:.0f} s; a star is a budget missed\n")
    say(
        f"{'page':<42}{'SQL':>9}{'CPU ms':>10}{'web':>8}{'server':>8}"
        f"{'constant':>10}{'list':>8}{'day':>8}"
    )
    for one in figures:
        sql = f"{one.statements}{'*' if 0 < one.most_statements < one.statements else ''}"
        cpu = f"{one.cpu_ms:.1f}{'*' if 0 < one.most_ms * more < one.cpu_ms else ''}"
        say(
            f"{one.name:<42}{sql:>9}{cpu:>10}{one.web_ms:>8.1f}{one.server_ms:>8.1f}"
            f"{one.cpu_ms / floor:>9.1f}x{one.cpu_ms / whole:>7.1f}x{one.cpu_ms / day:>7.1f}x"
        )


if __name__ == "__main__":
    main()
