"""`python -m tests.bench.figures_at_scale`: figures of a great floor beside SQL by hand.

On PostgreSQL alone. The first run fills an empty database with BENCH_CARDS cards (a million unless
told) of five contacts each; later runs find it there and only measure. Each figure is read as the
pages read it; times are of the wall, the best of some.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from crm.customers.models import Card  # noqa: E402
from crm.people.models import Store  # noqa: E402
from crm.records.kpis import By, Question, Scope  # noqa: E402
from crm.records.periods import Period  # noqa: E402
from crm.reports.board import read  # noqa: E402
from crm.reports.kpis import KPIS  # noqa: E402
from crm.rulebook.queues import working_calendar  # noqa: E402
from followups.models import Contact  # noqa: E402
from tests.bench.great_floor import make_great_floor  # noqa: E402

CARDS = int(os.environ.get("BENCH_CARDS", "1000000"))
ROUNDS = 3
COLUMNS = ("on_time_rate", "response_rate", "conversion_rate", "order_count", "satisfaction_rate")

RESPONSE_SQL = """SELECT {group} count(DISTINCT c.card_id) FILTER (WHERE
    c.outcome IN ('reached', 'replied') OR EXISTS (SELECT 1 FROM followups_contact i
        WHERE i.card_id = c.card_id AND i.direction = 'in' AND i.purpose <> 'care'
        AND i.occurred_at > c.occurred_at
        AND i.occurred_at <= c.occurred_at + interval '72 hours')),
    count(DISTINCT c.card_id)
FROM followups_contact c WHERE c.direction = 'out' AND c.purpose <> 'care'
    AND c.occurred_at >= %s AND c.occurred_at < %s {scope} {by}"""
# Of a year: each customer once and then how many, and who was never reached but called back.
RESPONSES_SQL = """WITH tries AS NOT MATERIALIZED (
    SELECT {group} c.card_id, c.occurred_at, c.outcome IN ('reached', 'replied') hit
    FROM followups_contact c WHERE c.direction = 'out' AND c.purpose <> 'care'
        AND c.occurred_at >= %s AND c.occurred_at < %s {scope})
SELECT {names} sum(above)::bigint, sum(below)::bigint FROM (
    SELECT {names} count(*) FILTER (WHERE hit) above, count(*) below FROM (
        SELECT {names} card_id, bool_or(hit) hit FROM tries GROUP BY {names} card_id) customers {by}
    UNION ALL
    SELECT {names} count(DISTINCT card_id), 0 FROM tries t WHERE NOT hit
        AND EXISTS (SELECT 1 FROM followups_contact i WHERE i.card_id = t.card_id
            AND i.direction = 'in' AND NOT i.purpose = 'care'
            AND i.occurred_at > t.occurred_at
            AND i.occurred_at <= t.occurred_at + interval '72 hours')
        AND NOT EXISTS (SELECT 1 FROM tries r WHERE r.card_id = t.card_id AND r.hit {same}) {by}
) both_parts {by}"""
ON_TIME_SQL = """SELECT {group} count(*) FILTER (WHERE EXISTS (SELECT 1 FROM followups_contact m
        WHERE m.planned_id = c.id AND (m.occurred_at AT TIME ZONE 'Asia/Shanghai')::date
            <= (c.due_at AT TIME ZONE 'Asia/Shanghai')::date)), count(*)
FROM followups_plannedcontact c JOIN followups_plan p ON p.id = c.plan_id
WHERE c.state IN ('planned', 'done') AND p.state IN ('approved', 'adjusting', 'completed')
    AND c.due_at >= %s AND c.due_at < %s {scope} {by}"""
# Of a year: few plans are not in force, and a local day is worked out for few contacts.
ON_TIMES_SQL = """WITH due AS NOT MATERIALIZED (
    SELECT {group} c.id, c.due_at FROM followups_plannedcontact c
    WHERE c.state IN ('planned', 'done') AND c.due_at >= %s AND c.due_at < %s {scope}
        AND NOT EXISTS (SELECT 1 FROM followups_plan p WHERE p.id = c.plan_id
            AND p.state NOT IN ('approved', 'adjusting', 'completed')))
SELECT {names} sum(above)::bigint, sum(below)::bigint FROM (
    SELECT {names} 0 above, count(*) below FROM due {by}
    UNION ALL
    SELECT {names} count(*), 0 FROM due WHERE EXISTS (SELECT 1 FROM followups_contact m
        WHERE m.planned_id = due.id AND (m.occurred_at <= due.due_at
            OR (m.occurred_at AT TIME ZONE 'Asia/Shanghai')::date
            <= (due.due_at AT TIME ZONE 'Asia/Shanghai')::date)) {by}
) both_parts {by}"""
CONVERSION_SQL = """WITH bought AS (SELECT {group} c.card_id FROM orders_order c
    WHERE c.state IN ('signed', 'delivered') AND c.signed_at >= %s AND c.signed_at < %s {scope}),
undecided AS (SELECT DISTINCT {group} c.card_id FROM followups_contact c
    WHERE c.purpose <> 'care' AND c.occurred_at >= %s AND c.occurred_at < %s {scope}
    AND NOT EXISTS (SELECT 1 FROM orders_order o WHERE o.card_id = c.card_id
        AND o.state IN ('signed', 'delivered') AND o.signed_at < %s))
SELECT {names} count(DISTINCT card_id) FILTER (WHERE won), count(DISTINCT card_id) FROM (
    SELECT *, true won FROM bought UNION ALL SELECT *, false FROM undecided) every {by}"""


def prepare(cards: int) -> None:
    """An empty database is filled; one that holds fewer cards than asked is refused."""
    call_command("migrate", verbosity=0)
    found = Card.objects.count()
    if not found:
        begun = time.monotonic()
        make_great_floor(cards)
        say(f"filled in {time.monotonic() - begun:.0f} s")
    elif found < cards:
        raise SystemExit(f"{found:,} cards are here; empty the database to make {cards:,}.")


def by_hand(sql: str, period: Period, store: int | None, *, person: str = "") -> Callable[[], Any]:
    """The same figure in the best SQL a person would write."""
    moments = [period.begin, period.end] * (2 if sql is CONVERSION_SQL else 1)
    scope = f"AND c.store_id = {store}" if store else ""
    asked = [*moments, *([period.begin] if sql is CONVERSION_SQL else [])]
    by = f"GROUP BY {person if sql in (RESPONSE_SQL, ON_TIME_SQL) else 'person'}" if person else ""
    group = f"{person} AS person," if person else ""
    names, same = ("person,", "AND r.person = t.person") if person else ("", "")
    worded = sql.format(group=group, scope=scope, by=by, names=names, same=same)

    def run() -> Any:
        with connection.cursor() as cursor:
            cursor.execute(worded, asked)
            return cursor.fetchall()

    return run


def best_ms(ask: Callable[[], Any]) -> float:
    """The shortest of some rounds: what the machine takes when nobody is in the way."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        ask()
        times.append((time.perf_counter() - start) * 1000)
    return min(times)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def compare(name: str, key: str, question: Question, hand: Callable[[], Any]) -> None:
    """A line: ours, by hand, how many times its time, and whether both count the same."""
    ours = read([(key, question)])[0]
    if not question.by:
        number, (row, *_rest) = ours.number(), hand()
        if (number.numerator, number.denominator) != tuple(row):
            raise SystemExit(f"{name}: {number} here, {row} by hand")
    took, theirs = best_ms(lambda: read([(key, question)])), best_ms(hand)
    say(f"{name:<44}{took:>9.0f}{theirs:>9.0f}{took / theirs:>7.2f}x")


def main() -> None:
    """Fill where nothing is, measure, print the table."""
    if connection.vendor != "postgresql":
        raise SystemExit("This benchmark is about PostgreSQL.")
    prepare(CARDS)
    today, zone = timezone.localdate(), timezone.get_default_timezone()
    week = Period(today - timedelta(days=7), today - timedelta(days=1), zone)
    year = Period(today - timedelta(days=365), today - timedelta(days=1), zone)
    store, calendar = Store.objects.order_by("code")[0], working_calendar()
    size = f"{Card.objects.count():,} cards, {Contact.objects.count():,} contacts"
    say(f"{size}; best of {ROUNDS}, ms\n")
    say(f"{'figure':<44}{'ours':>9}{'by hand':>9}{'':>8}")
    people = {
        "response_rate": "c.staff_id",
        "on_time_rate": "c.assignee_id",
        "conversion_rate": "c.staff_id",
    }
    spans: dict[str, tuple[Period, int | None]] = {
        "a store's week": (week, store.pk),
        "the group's year": (year, None),
    }
    for span, (period, pk) in spans.items():
        scope = Scope(By.STORE, pk) if pk else Scope()
        sqls = (RESPONSE_SQL, ON_TIME_SQL) if pk else (RESPONSES_SQL, ON_TIMES_SQL)
        for (key, person), sql in zip(people.items(), (*sqls, CONVERSION_SQL), strict=True):
            whole = Question((period,), calendar, scope)
            compare(f"{key}, {span}", key, whole, by_hand(sql, period, pk))
            each = Question((period,), calendar, scope, By.PERSON)
            hand = by_hand(sql, period, pk, person=person)
            compare(f"{key} by person, {span}", key, each, hand)
        asked = [(key, Question((period,), calendar, scope)) for key in KPIS]
        say(f"{'every figure, ' + span:<44}{best_ms(lambda a=asked: read(a)):>9.0f}")
        table = [(key, Question((period,), calendar, scope, By.PERSON)) for key in COLUMNS]
        say(f"{'table by person, ' + span:<44}{best_ms(lambda t=table: read(t)):>9.0f}")
        for key in KPIS:
            one = [(key, Question((period,), calendar, scope))]
            say(f"  {key:<42}{best_ms(lambda o=one: read(o)):>9.0f}")


if __name__ == "__main__":
    main()
