"""`python -m tests.bench.worker`: reminders fired a second while somebody saves beside.

One sweep of `manage.py fire_reminders`, with the pace and the commits of an installation, over
reminders that are all due; this process meanwhile saves as a web page does and keeps the time
each save took. The rate is read from the rows: first `fired_at` to last.
"""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import time

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "crm.settings"  # commits that survive a power cut
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import Max, Min  # noqa: E402

from crm.notices import dispatch, states  # noqa: E402
from crm.notices.models import Delivery, Notice, Reminder  # noqa: E402
from crm.people.models import Membership, Role, Store, User  # noqa: E402
from crm.records.models import RequestToken  # noqa: E402

REMINDERS = int(os.environ.get("BENCH_REMINDERS", "60000"))
PEOPLE = 60
SAVES_PER_S = 50
AT_LEAST_PER_S = 5_000
P99_AT_MOST_MS = 100


def seed(count: int) -> User:
    """`count` reminders for sixty people, due during the last hour; returns one of the people."""
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
    return staff[0]


def save_until(sweep: subprocess.Popen[str], person: User) -> list[float]:
    """Save fifty times a second until the sweep ends; how long each took, in milliseconds."""
    took: list[float] = []
    while sweep.poll() is None:
        began = time.monotonic()
        with transaction.atomic():
            RequestToken.objects.create(user=person, form="bench", request_id=f"{len(took)}")
            list(Notice.objects.filter(recipient=person, state=states.NEW)[:20])
        took.append(1000 * (time.monotonic() - began))
        time.sleep(max(0.0, 1 / SAVES_PER_S - (time.monotonic() - began)))
    return sorted(took)


def main() -> None:
    """Fire them once beside the writer and print the two figures."""
    call_command("migrate", verbosity=0)
    person = seed(REMINDERS)
    words = [sys.executable, "manage.py", "fire_reminders"]
    sweep = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    took = save_until(sweep, person)
    ends = Reminder.objects.aggregate(first=Min("fired_at"), last=Max("fired_at"))
    told = Delivery.objects.filter(channel=states.IN_APP).count()
    if sweep.returncode or told != REMINDERS:
        raise SystemExit(f"fired {told} of {REMINDERS}")
    rate = REMINDERS / (ends["last"] - ends["first"]).total_seconds()
    p99 = took[int(len(took) * 0.99)]
    stars = ("*" if rate < AT_LEAST_PER_S else "", "*" if p99 > P99_AT_MOST_MS else "")
    sys.stdout.write(
        f"{connection.vendor}: {rate:,.0f}{stars[0]} reminders fired a second, a writer beside: "
        f"{len(took)} saves, p99 {p99:.1f}{stars[1]} ms, longest {took[-1]:.0f} ms\n"
    )


if __name__ == "__main__":
    main()
