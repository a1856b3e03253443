"""`python -m tests.bench.planning`: 10,000 return visits planned by rules, and given out.

On an empty migrated database (`DATABASE_URL`): deliveries of a few days without a worker, which
the rule for new purchases catches up, then what falls due within seven days is given out. Printed
are wall time, CPU here and in the server, and statements, of which the most frequent are shown;
it ends with 1 where planning and giving out took longer than the aim.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from crm.customers.models import Card, Customer  # noqa: E402
from crm.orders.models import Order  # noqa: E402
from crm.people.models import Membership, Role, Store, User  # noqa: E402
from crm.vehicles.models import Product  # noqa: E402
from tests.bench.__main__ import server_cpu_ms  # noqa: E402
from visits import actions  # noqa: E402
from visits.models import Visit, VisitRule  # noqa: E402

VISITS = int(os.environ.get("BENCH_VISITS", "10000"))
VISITORS, SELLERS = 40, 40
DAY = dt.timedelta(days=1)
WITHIN_S = 10
SHOWN = 8


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def seed(now: dt.datetime) -> VisitRule:
    """So many cards with a car delivered lately, in one store with its visitors; the rule."""
    store = Store.objects.create(code="P1", name="1 店")
    people = [
        *((Role.SALESPERSON, f"seller{number}") for number in range(SELLERS)),
        *((Role.SERVICE_AGENT, f"agent{number}") for number in range(VISITORS)),
    ]
    staff = {name: User.objects.create(username=name, name=name) for _role, name in people}
    for role, name in people:
        since = dt.date(2020, 1, 1)
        Membership.objects.create(user=staff[name], role=role, store=store, valid_from=since)
    customers = Customer.objects.bulk_create(
        (Customer(name=f"客户 {number}", phone=f"139{number:08}") for number in range(VISITS)),
        batch_size=500,
    )
    cards = Card.objects.bulk_create(
        (
            Card(
                card_no=f"KH-B-{number:06}",
                customer=customer,
                owner=staff[f"seller{number % SELLERS}"],
                store=store,
                state="delivered",
            )
            for number, customer in enumerate(customers)
        ),
        batch_size=500,
    )
    product = Product.objects.create(code="P-S7", name="S7")
    Order.objects.bulk_create(
        (
            Order(
                order_no=f"DD-B-{number:06}",
                card=card,
                product=product,
                staff=card.owner,
                amount=200_000,
                store=store,
                state="delivered",
                signed_at=now - 9 * DAY,
                delivered_at=now - (number % 5) * DAY,
            )
            for number, card in enumerate(cards)
        ),
        batch_size=500,
    )
    VisitRule.objects.exclude(trigger="delivery", wait=3).update(active=False)
    rule = VisitRule.objects.get(trigger="delivery", wait=3)
    VisitRule.objects.filter(pk=rule.pk).update(since=now.date() - 30 * DAY)
    rule.refresh_from_db()
    return rule


def timed(name: str, do: Callable[[], Any]) -> float:
    """Run it once and print what it took; returns the seconds of the clock on the wall."""
    seen: Counter[str] = Counter()

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        seen[" ".join(sql.split()[:4])] += 1
        return execute(sql, *rest)

    wall, here, server = time.monotonic(), time.process_time(), server_cpu_ms()
    with connection.execute_wrapper(count):
        done = do()
    wall, here = time.monotonic() - wall, time.process_time() - here
    server = (server_cpu_ms() - server) / 1000
    say(
        f"{name}: {done}, {wall:.1f} s wall, {here:.1f} s CPU here, {server:.1f} s in the server,"
        f" {seen.total()} statements"
    )
    for words, times in seen.most_common(SHOWN):
        say(f"    {times:6} {words}")
    return wall


def main() -> None:
    """Seed, plan, and see that planning again makes nothing."""
    now = timezone.now()
    rule = seed(now)
    say(f"{connection.vendor}, {VISITS} deliveries")
    whole = timed("planned", lambda: len(actions.plan_rule(rule, now=now).visits))
    whole += timed("given out", lambda: actions.assign_waiting(now=now))
    timed("planned again", lambda: len(actions.plan_rule(rule, now=now).visits))
    given = Visit.objects.exclude(assignee=None).count()
    say(f"{whole:.1f} s for {Visit.objects.count()} visits, {given} of them given out")
    if whole > WITHIN_S:
        sys.exit(f"More than {WITHIN_S} s.")


if __name__ == "__main__":
    main()
