"""`python -m tests.bench.clocks`: the sweep over the clocks of 20,000 open complaints.

On an empty migrated database (`DATABASE_URL`), five clocks a ticket: a sweep in which nothing is
due, one in which a clock of every ticket ran out, one after the opening hours changed. The queue
is measured beside the page of constants of `tests.bench.constant`.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.test import override_settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from complaints import actions, clocks  # noqa: E402
from complaints.actions.clocks import mark_next  # noqa: E402
from complaints.models import Clock, Ticket  # noqa: E402
from crm.people.models import Membership, Role, Store, User  # noqa: E402
from crm.rulebook.models import OpeningHours  # noqa: E402
from crm.rulebook.queues import rules_for  # noqa: E402
from tests.bench.__main__ import measure, server_cpu_ms, signed_in  # noqa: E402

TICKETS = int(os.environ.get("BENCH_TICKETS", "20000"))
MINUTE = dt.timedelta(minutes=1)


def seed(now: dt.datetime) -> User:
    """Open complaints of one store that came in over the last minutes; returns the agent."""
    store = Store.objects.create(code="K1", name="1 店")
    agent = User.objects.create(username="bench-agent", name="客服")
    Membership.objects.create(
        user=agent, role=Role.SERVICE_AGENT, store=store, valid_from=dt.date(2020, 1, 1)
    )
    tickets = Ticket.objects.bulk_create(
        (
            Ticket(
                ticket_no=f"TS-B-{number:06}",
                kind="complaint",
                category="technical",
                description=f"第 {number} 件",
                reported_at=now - MINUTE * (number % 60),
                responsible=agent,
                store=store,
            )
            for number in range(TICKETS)
        ),
        batch_size=500,
    )
    numbers, calendar = rules_for(store.pk)
    limits = clocks.limits(clocks.NORMAL, numbers)
    del limits[clocks.FOLLOW_UP]
    rows = []
    for ticket in tickets:
        for kind, limit in limits.items():
            course = clocks.course(ticket.reported_at, limit, calendar, numbers)
            rows.append(
                Clock(
                    ticket=ticket,
                    store=store,
                    kind=kind,
                    limit_amount=limit.amount,
                    limit_unit=limit.unit,
                    started_at=ticket.reported_at,
                    due_at=course.due_at,
                    warn_at=course.warn_at,
                    manager_at=course.manager_at,
                )
            )
    Clock.objects.bulk_create(rows, batch_size=500)
    ids = [ticket.pk for ticket in tickets]
    for at in range(0, len(ids), 500):
        mark_next(ids[at : at + 500])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return agent


def say(line: str) -> None:
    """One line of the answer, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def timed(name: str, now: dt.datetime) -> None:
    """One sweep: seconds by the clock and of CPU, here and in the server."""
    began, server, own = time.perf_counter(), server_cpu_ms(), time.process_time()
    swept = actions.sweep_clocks(now=now)
    own, wall = time.process_time() - own, time.perf_counter() - began
    server = (server_cpu_ms() - server) / 1000
    say(f"{name}: {own + server:.2f} s of CPU ({server:.2f} of the server), {wall:.2f} s {swept}")


def main() -> None:
    """Seed, sweep, and ask for the queue."""
    now = timezone.now().replace(hour=3, minute=0)
    agent = seed(now)
    say(f"{connection.vendor}, {TICKETS} open complaints, {Clock.objects.count()} clocks")
    timed("first sweep, marks the calendar", now)
    timed("nothing due", now)
    late = Clock.objects.filter(kind=clocks.ACKNOWLEDGE).latest("due_at").due_at
    timed("one clock of every ticket ran out", late + MINUTE)
    timed("the next minute", late + 2 * MINUTE)
    OpeningHours.objects.bulk_create(
        OpeningHours(store=store, weekday=day, opens=dt.time(9), closes=dt.time(18))
        for day in range(7)
        for store in Store.objects.all()
    )
    timed("the opening hours changed", late + 3 * MINUTE)
    client = signed_in(agent.username)
    with override_settings(ROOT_URLCONF="tests.bench.constant"):
        floor = measure("page of constants", lambda: client.get("/constant/"))
    queue = measure("queue", lambda: client.get("/complaints/"))
    for one in (floor, queue):
        say(
            f"{one.name}: {one.statements} statements, {one.cpu_ms:.1f} ms of CPU"
            f" ({one.server_ms:.1f} of the server), {one.cpu_ms / floor.cpu_ms:.1f} times"
        )


if __name__ == "__main__":
    main()
