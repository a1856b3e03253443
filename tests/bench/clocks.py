"""`python -m tests.bench.clocks`: the sweep over the clocks of 20,000 open complaints.

On an empty migrated database (`DATABASE_URL`), five clocks a ticket: a sweep in which nothing is
due, one in which a clock of every ticket ran out, one after the opening hours changed. The queue
is measured beside the page of constants of `tests.bench.constant`.
"""

from __future__ import annotations

import datetime as dt
import os
import statistics
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from complaints import actions, clocks  # noqa: E402
from complaints.actions.clocks import mark_next  # noqa: E402
from complaints.models import Clock, Ticket  # noqa: E402
from crm.people.models import Membership, Role, Store, User  # noqa: E402
from crm.rulebook.models import OpeningHours  # noqa: E402
from crm.rulebook.queues import rules_for  # noqa: E402

TICKETS = int(os.environ.get("BENCH_TICKETS", "20000"))
ROUNDS = 15
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
    """One sweep: seconds by the clock and of this process."""
    began, cpu = time.perf_counter(), time.process_time()
    swept = actions.sweep_clocks(now=now)
    wall, own = time.perf_counter() - began, time.process_time() - cpu
    say(f"{name}: {wall:.2f} s ({own:.2f} s of this process) {swept}")


def p50(client: Client, path: str) -> float:
    """The median of a page in milliseconds of this process."""
    took = []
    for _round in range(ROUNDS):
        began = time.process_time()
        assert client.get(path).status_code == 200
        took.append(1000 * (time.process_time() - began))
    return statistics.median(took)


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
    client = Client()
    client.force_login(agent, backend="django.contrib.auth.backends.ModelBackend")
    with override_settings(ROOT_URLCONF="tests.bench.constant"):
        floor = p50(client, "/constant/")
    queue = p50(client, "/complaints/")
    say(f"page of constants {floor:.0f} ms, queue {queue:.0f} ms: {queue / floor:.1f} times")


if __name__ == "__main__":
    main()
