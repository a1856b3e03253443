"""More of what the fault tests let other processes do: `python -m tests.fault.deeds <verb> …`.

write     save something small, so many times a second
press     log a contact by its page, so many times a second
knock     ask a page while the database is away or locked
visit     open pages and save on them as Lin does, once told to
breakage  put a schedule that cannot be read and a task that cannot be unpickled into the queue
drill     what a restored backup holds: seed, sweep, release
mark      a task that appends a line to a file
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import random
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import django

django.setup()

import time_machine  # noqa: E402
from django.db import DatabaseError, connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402
from django_q import core_signing  # noqa: E402
from django_q.conf import Conf  # noqa: E402
from django_q.models import OrmQ, Schedule  # noqa: E402
from django_q.tasks import async_task  # noqa: E402

from crm.notices import dispatch, states  # noqa: E402
from crm.notices.actions import release_deliveries  # noqa: E402
from crm.notices.models import Delivery, Notice, Preference, Reminder  # noqa: E402
from crm.notices.queues import standing_still  # noqa: E402
from crm.people.models import Membership, Role, Team, User  # noqa: E402
from crm.records.middleware import seen  # noqa: E402
from crm.records.models import RequestToken  # noqa: E402
from crm.rulebook.models import Number  # noqa: E402
from followups.models import Contact  # noqa: E402
from tests.fault.hands import people, plan_for, reminder, say  # noqa: E402

MARKS = "FAULT_MARKS"
# The first of the customers whose contact is logged by its page.
PRESSED = 500_000
# Each cluster is asked to run what no code names.
TRAPS = ("showfloor", "slow")


def mark(number: str) -> None:
    """A task of a schedule: it leaves a line outside the database."""
    with Path(os.environ[MARKS]).open("a") as file:
        file.write(f"{number}\n")


def write(per_second: int, seconds: float) -> None:
    """Say how long each small save took, in milliseconds, and how many failed."""
    _store, staff = people()
    took: list[float] = []
    failed = 0
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        began = time.monotonic()
        try:
            with transaction.atomic():
                RequestToken.objects.create(
                    user=random.choice(staff), form="fault", request_id=f"{len(took)}.{began}"[:36]
                )
                Notice.objects.filter(recipient=staff[0], state="new")[:1].first()
        except DatabaseError:
            failed += 1
        took.append(1000 * (time.monotonic() - began))
        time.sleep(max(0.0, 1 / per_second - (time.monotonic() - began)))
    took.sort()
    p99 = took[min(int(len(took) * 0.99), len(took) - 1)]
    say(json.dumps({"writes": len(took), "failed": failed, "p99_ms": p99, "max_ms": took[-1]}))


def presses(count: int) -> list[Callable[[], bool]]:
    """So many contact forms, each of another customer, ready to be sent; each says whether it went.

    Through every layer of the product but the socket: session, rights, form, action, page.
    """
    _store, staff = people()
    clients = {}
    for person in staff:
        client = Client(headers={"host": "127.0.0.1"}, raise_request_exception=False)
        client.force_login(person, "django.contrib.auth.backends.ModelBackend")
        clients[person.pk] = client
    made = []
    with transaction.atomic():
        for one in range(count):
            person = staff[one % len(staff)]
            path = reverse("followups:log_contact", args=[plan_for(PRESSED + one, person)])
            made.append(partial(send_contact, clients[person.pk], str(person.pk), path, one))
    return made


def send_contact(client: Client, who: str, path: str, number: int) -> bool:
    """Log the contact as its page would: the version is sealed by the product's own settings."""
    fields = {
        "method": "phone",
        "result": "progress",
        "level": "H",
        "next": "cycle",
        "planned_version": f"1:{seen.mark(who, seen.object_of(path), '1')}",
        "request_id": f"press {number}",
    }
    return client.post(path, fields).status_code == 302


def press(per_second: int, seconds: float, *, waits: bool) -> None:
    """Send the contact form; say how long each took and how many failed.

    With `waits` it says "ready" and begins when a line comes in.
    """
    ready = presses(int(per_second * seconds))
    if waits:
        say("ready")
        sys.stdin.readline()
    took: list[float] = []
    failed = 0
    for send in ready:
        began = time.monotonic()
        failed += not send()
        took.append(1000 * (time.monotonic() - began))
        time.sleep(max(0.0, 1 / per_second - (time.monotonic() - began)))
    names = [f"{PRESSED + one:06}" for one in range(len(ready))]
    saved = Contact.objects.filter(planned__public_id__in=names).count()
    p99 = sorted(took)[min(int(len(took) * 0.99), len(took) - 1)]
    say(json.dumps({"pressed": len(took), "saved": saved, "failed": failed, "p99_ms": p99}))


def knock(path: str, method: str) -> None:
    """Ask as somebody who is signed in would, and say what was answered."""
    client = Client(raise_request_exception=False, headers={"host": "127.0.0.1"})
    client.cookies["sessionid"] = "x" * 32
    answer = client.generic(method, path)
    text = answer.content.decode(errors="replace")
    say(
        json.dumps(
            {"status": answer.status_code, "trace": "Traceback" in text, "length": len(text)}
        )
    )


def visit(patience_s: float) -> None:
    """Open Lin's pages and save on them when a line comes in; say what each answered.

    She signs in before; what wants to write waits `patience_s` for its turn.
    """
    client = Client(
        raise_request_exception=False, headers={"host": "127.0.0.1", "accept-language": "en"}
    )
    lin = User.objects.get(username="lin")
    client.force_login(lin, "django.contrib.auth.backends.ModelBackend")
    card = lin.cards.get().public_id
    asked = [
        ("GET", reverse("followups:my_day"), {}),
        ("GET", reverse("home:card", args=[card]), {}),
        ("POST", reverse("followups:keep_contact_draft", args=[card]), {"note": "He rang back"}),
        ("POST", reverse("notices:mark_all_seen"), {}),
    ]
    say("ready")
    sys.stdin.readline()
    connection.close()
    connection.settings_dict["OPTIONS"]["timeout"] = patience_s
    said = []
    for method, path, fields in asked:
        answer = client.generic(method, path) if method == "GET" else client.post(path, fields)
        text = answer.content.decode(errors="replace")
        kept = "What you typed is kept" in text
        said.append([method, answer.status_code, kept, "Traceback" in text])
    say(json.dumps(said))


def breakage() -> None:
    """What a bad deploy leaves behind; both are due at once."""
    Schedule.objects.create(
        name="broken",
        func="tests.fault.deeds.mark",
        args="((",
        schedule_type=Schedule.ONCE,
        next_run=timezone.now(),
        cluster="showfloor",
    )
    OrmQ.objects.create(key="showfloor", payload="gone:1vabc:signature", lock=timezone.now())
    OrmQ.objects.create(key="showfloor", payload=signed_nonsense(), lock=timezone.now())
    for name in TRAPS:
        async_task("os.mkdir", f"{os.environ[MARKS]}.{name}", cluster=name, save=False)


class OfLastYear:
    """Pickles into a class that no longer exists."""

    def dumps(self, _obj: Any) -> bytes:
        return b"cfollowups.last_year\nRemindDue\n."


def signed_nonsense() -> str:
    """A task whose signature is right and whose class is gone."""
    return core_signing.dumps(None, key=Conf.SECRET_KEY, salt=Conf.PREFIX, serializer=OfLastYear)


def schedules(count: int) -> None:
    """So many schedules that are due once, now."""
    Schedule.objects.bulk_create(
        Schedule(
            name=f"once {number}",
            func="tests.fault.deeds.mark",
            args=f"('{number}',)",
            schedule_type=Schedule.ONCE,
            next_run=timezone.now(),
            cluster="showfloor",
        )
        for number in range(count)
    )


def troubles() -> None:
    """What stands still, as the page of channels says it three minutes later."""
    boss = User.objects.create(username="keeper", name="Keeper")
    Membership.objects.create(user=boss, role=Role.ADMIN)
    client = Client(headers={"accept-language": "en", "host": "127.0.0.1"})
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=3)):
        client.force_login(boss, "django.contrib.auth.backends.ModelBackend")
        page = client.get(reverse("notices:channels"), follow=True)
        still = standing_still(timezone.now())
    text = page.content.decode()
    say(json.dumps({"status": page.status_code, "named": [one for one in still if one in text]}))


# --- a restored backup -------------------------------------------------------------------


class Postbox:
    """E-mail into a file outside the database."""

    name = states.EMAIL
    timeout_s = 20.0
    honours_key = False
    is_group = False

    def __init__(self, file: Path) -> None:
        self.file = file

    def send(self, message: Any) -> None:
        with self.file.open("a") as box:
            box.write(f"{message.name}\t{message.subject}\n")


def drill_seed(count: int) -> None:
    """`count` reminders of the day before yesterday, for people who chose e-mail."""
    for key in ("quiet_from", "quiet_until"):
        Number.objects.update_or_create(key=key, store=None, defaults={"value": "00:00"})
    store, staff = people()
    team = Team.objects.create(store=store, name="One")
    boss = User.objects.create(username="boss", name="Boss")
    Membership.objects.create(user=boss, role=Role.SALES_SUPERVISOR, store=store, team=team)
    Preference.objects.bulk_create(
        Preference(user=person, channels=["email"], topic=person.username) for person in staff
    )
    begin = dispatch.moment_of(None) - dt.timedelta(hours=47)
    rows = [
        reminder(
            number,
            staff[number % len(staff)],
            store,
            begin + dt.timedelta(hours=20 * number / count),
        )
        for number in range(count)
    ]
    for row in rows:
        row.team = team
    Reminder.objects.bulk_create(rows, batch_size=500)


def drill_sweep(file: Path, *, hours_ago: float, step_h: float) -> None:
    """Sweep and send, once now or as it went in those hours; say what went out."""
    box = Postbox(file)
    now = dispatch.moment_of(None)
    moments = [now - dt.timedelta(hours=hours_ago)]
    while step_h and moments[-1] < now - dt.timedelta(hours=26):
        moments.append(moments[-1] + dt.timedelta(hours=step_h))
    sent = 0
    for moment in moments:
        dispatch.drain(now=moment)
        sent += dispatch.send_outside({states.EMAIL: box}, now=moment)
    outside = Delivery.objects.exclude(channel=states.IN_APP)
    say(
        json.dumps(
            {
                "sent": sent,
                "held": outside.filter(state=states.HELD).count(),
                "waiting": outside.filter(state=states.PENDING).count(),
                "digests": Notice.objects.filter(kind="digest").count(),
                "people": outside.values("recipient").distinct().count(),
            }
        )
    )


def drill_release(file: Path) -> None:
    """The supervisor ticks everything and clicks; say how many messages go out."""
    boss = User.objects.get(username="boss")
    held = Delivery.objects.filter(state=states.HELD).values_list("public_id", "version")
    now = dispatch.moment_of(None)
    count, _left = release_deliveries(dict(held), by=boss, now=now)
    sent = dispatch.send_outside({states.EMAIL: Postbox(file)}, now=now)
    say(json.dumps({"released": count, "sent": sent}))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("verb")
    parser.add_argument("words", nargs="*")
    args = parser.parse_args()
    words = args.words
    verbs: dict[str, Callable[[], None]] = {
        "write": lambda: write(int(words[0]), float(words[1])),
        "press": lambda: press(int(words[0]), float(words[1]), waits="waits" in words),
        "knock": lambda: knock(words[0], words[1]),
        "visit": lambda: visit(float(words[0])),
        "breakage": breakage,
        "troubles": troubles,
        "schedules": lambda: schedules(int(words[0])),
        "drill-seed": lambda: drill_seed(int(words[0])),
        "drill-sweep": lambda: drill_sweep(
            Path(words[0]), hours_ago=float(words[1]), step_h=float(words[2])
        ),
        "drill-release": lambda: drill_release(Path(words[0])),
    }
    verbs[args.verb]()
    connection.close()


if __name__ == "__main__":
    sys.exit(main())
