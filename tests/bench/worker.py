"""`python -m tests.bench.worker`: reminders fired a second while somebody saves beside.

One sweep of `manage.py fire_reminders`, with the pace and the commits of an installation, over
reminders that are all due; this process meanwhile logs contacts by their page, ten a second, and
keeps the time each took. The rate is read from the rows: first `fired_at` to last.
"""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "crm.settings"  # commits that survive a power cut
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Max, Min  # noqa: E402

from crm.notices import dispatch, states  # noqa: E402
from crm.notices.models import Delivery, Reminder  # noqa: E402
from crm.people.models import Membership, Role, Store, User  # noqa: E402
from tests.fault.deeds import presses  # noqa: E402

REMINDERS = int(os.environ.get("BENCH_REMINDERS", "60000"))
PEOPLE = 60
SAVES_PER_S = 10
# Enough for a sweep that takes minutes.
READY = 1_500
AT_LEAST_PER_S = 5_000
P99_AT_MOST_MS = 100


def seed(count: int) -> None:
    """`count` reminders for sixty people, due during the last hour."""
    store, _made = Store.objects.get_or_create(code="W1", defaults={"name": "1 店"})
    staff = []
    for number in range(PEOPLE):
        person = User.objects.create(username=f"worker{number}", name=f"员工 {number}")
        Membership.objects.create(user=person, role=Role.SALESPERSON, store=store)
        staff.append(person)
    first = dispatch.moment_of(None) - dt.timedelta(hours=1)
    rows = (
        Reminder(
            key=f"contact:{number:09}/v1/before",
            occasion=f"contact:{number:09}/v1",
            step=states.BEFORE,
            kind="contact_due",
            about_room="followups",
            about_model="plannedcontact",
            about_id=f"b{number:09}",
            subject=f"card:b{number:09}",
            recipient=staff[number % PEOPLE],
            store=store,
            due_at=(at := first + dt.timedelta(hours=1) * (number / count)),
            not_before=at,
            link_name="followups:log_contact",
            link_id=f"b{number:09}",
            data={"customer": "张伟", "vehicle": "青岚 S7"},
        )
        for number in range(count)
    )
    Reminder.objects.bulk_create(rows, batch_size=500)


def save_until(sweep: subprocess.Popen[str], ready: Iterator[Callable[[], bool]]) -> list[float]:
    """Log contacts by their page until the sweep ends; how long each took, in milliseconds."""
    took: list[float] = []
    while sweep.poll() is None:
        began = time.monotonic()
        if not next(ready)():
            raise SystemExit("a contact was not saved")
        took.append(1000 * (time.monotonic() - began))
        time.sleep(max(0.0, 1 / SAVES_PER_S - (time.monotonic() - began)))
    return sorted(took)


def main() -> None:
    """Fire them once beside the writer and print the two figures."""
    call_command("migrate", verbosity=0)
    seed(REMINDERS)
    ready = iter(presses(READY))
    next(ready)()  # what a process looks up once is no save
    words = [sys.executable, "manage.py", "fire_reminders"]
    sweep = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    took = save_until(sweep, ready)
    ends = Reminder.objects.aggregate(first=Min("fired_at"), last=Max("fired_at"))
    told = Delivery.objects.filter(channel=states.IN_APP).count()
    if sweep.returncode or told != REMINDERS:
        raise SystemExit(f"fired {told} of {REMINDERS}")
    rate = REMINDERS / (ends["last"] - ends["first"]).total_seconds()
    p99 = took[int(len(took) * 0.99)]
    stars = ("*" if rate < AT_LEAST_PER_S else "", "*" if p99 > P99_AT_MOST_MS else "")
    sys.stdout.write(
        f"{connection.vendor}: {rate:,.0f}{stars[0]} reminders fired a second, a writer beside: "
        f"{len(took)} contacts by their page, p99 {p99:.1f}{stars[1]} ms, "
        f"longest {took[-1]:.0f} ms\n"
    )


if __name__ == "__main__":
    main()
