"""What the fault tests let other processes do: `python -m tests.fault.hands <verb> …`.

dispatchers  fire reminders in forked children that can be killed; a dead one is replaced
contacts     log contacts by the product's own verb while dispatchers hold their reminders
race         log a contact at the moment its reminder is being fired, many times
seed         fill the floor with people and due reminders
floor        open a sales floor with one contact that is due
look         say which banner every page shows
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import os
import random
import select
import signal
import sys
import threading
import time
from pathlib import Path

import django

django.setup()

from django.db import InterfaceError, OperationalError, connection, transaction  # noqa: E402

from crm.notices import dispatch, states  # noqa: E402
from crm.notices.dispatch import firing, sweep  # noqa: E402
from crm.notices.models import Notice, Reminder  # noqa: E402
from crm.people.models import Membership, Role, Store, User  # noqa: E402
from followups.actions import log_contact as save_contact  # noqa: E402
from followups.models import PlannedContact  # noqa: E402
from followups.steps import Happened, Step  # noqa: E402
from tests.fault.floor import PEOPLE  # noqa: E402
from tests.people import make_card, make_plan, make_planned  # noqa: E402

if "faketime" in os.environ.get("LD_PRELOAD", ""):
    # libfaketime moves the end of a sleep by the clock's error; waiting for nothing is left alone.
    time.sleep = lambda seconds: select.select([], [], [], seconds)[0] and None  # type: ignore[assignment]


A_DAY = dt.timedelta(days=1)
# How the occasions of this file's reminders begin; those of contacts planned meanwhile do not.
SEEDED = "seeded:"


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


# --- seed --------------------------------------------------------------------------------


def reminder(number: int, person: User, store: Store, at: dt.datetime) -> Reminder:
    return Reminder(
        key=f"{SEEDED}{number:06}/before",
        occasion=f"{SEEDED}{number:06}",
        step=states.BEFORE,
        kind="contact_due",
        about_room="followups",
        about_model="plannedcontact",
        about_id=f"{number:06}",
        recipient=person,
        store=store,
        due_at=at,
        not_before=at,
    )


def people() -> tuple[Store, list[User]]:
    store, _made = Store.objects.get_or_create(code="N1", defaults={"name": "North"})
    staff = list(User.objects.filter(username__startswith="seller").order_by("pk"))
    for number in range(len(staff), PEOPLE):
        person = User.objects.create(username=f"seller{number}", name=f"Seller {number}")
        Membership.objects.create(user=person, role=Role.SALESPERSON, store=store)
        staff.append(person)
    return store, staff


def seed(count: int, spread: float, ago: float = 0, *, planned: bool = False) -> None:
    """`count` more reminders that fall due one after the other within `spread` seconds.

    The first now, or `ago` seconds ago; with a customer and a planned contact behind each, if
    contacts are to be logged.
    """
    store, staff = people()
    first = Reminder.objects.count()
    if planned:
        with transaction.atomic():
            for number in range(first, first + count):
                plan_for(number, staff[(number - first) % PEOPLE])
    begin = dispatch.moment_of(None) - dt.timedelta(seconds=ago)
    rows = (
        reminder(
            first + number,
            staff[number % PEOPLE],
            store,
            begin + dt.timedelta(seconds=spread * number / count),
        )
        for number in range(count)
    )
    Reminder.objects.bulk_create(rows, batch_size=500)
    say(begin.isoformat())


# --- dispatchers -------------------------------------------------------------------------


def keep_ledger(ledger: Path, dawdle: float) -> None:
    """Append a line for each reminder a dispatcher has fired, after its commit.

    `dawdle` is the longest pause between claim and firing, the moment a kill hurts most; a row
    that is claimed alone after a crash gets none, or random kills would make it look poisoned.
    """
    file = os.open(ledger, os.O_APPEND | os.O_CREAT | os.O_WRONLY)
    take, original = sweep.claim, firing.fire

    def claim(limit, *, crashed=False, **options):  # type: ignore[no-untyped-def]
        taken = take(limit, crashed=crashed, **options)
        if taken and not crashed:
            time.sleep(random.uniform(0, dawdle))
        return taken

    def fire(claims, tally, *, now=None):  # type: ignore[no-untyped-def]
        rows = original(claims, tally, now=now)
        os.write(file, "".join(f"{about_id(row)} {row.fence}\n" for row in rows).encode())
        return rows

    sweep.claim, firing.fire = claim, fire


def about_id(row: dispatch.Claim) -> str:
    """The number a seeded reminder was made with."""
    return row.occasion.removeprefix(SEEDED)  # type: ignore[attr-defined,no-any-return]


def remove_the_fence() -> None:
    """The mutation: whoever once claimed a row may still write it."""

    def settle(claims, now):  # type: ignore[no-untyped-def]
        fired = {claim.id for claim in claims}
        rows = Reminder.objects.filter(pk__in=fired)
        rows.update(state=states.FIRED, fired_at=now, lease_until=None)
        return fired

    firing.settle = settle


def poison(number: str) -> None:
    """Let firing this one reminder kill the process that does it."""
    original = firing._lines

    def lines(claims, now):  # type: ignore[no-untyped-def]
        if any(about_id(row) == number for row in claims):
            os.kill(os.getpid(), signal.SIGKILL)
        return original(claims, now)

    firing._lines = lines


def sweep_for_ever(pace: dispatch.Pace) -> None:
    stranded: list[dispatch.Claim] = []
    while True:
        try:
            sweep.drain(pace=pace, stranded=stranded)
        except (OperationalError, InterfaceError) as error:
            print(error, file=sys.stderr, flush=True)  # noqa: T201
            connection.close()
        time.sleep(0.01)


def dispatchers(args: argparse.Namespace) -> None:
    """Keep `count` children firing; say "born PID" and "died PID STATUS" on the way."""
    keep_ledger(args.ledger, args.dawdle)
    if args.without_fence:
        remove_the_fence()
    if args.poison:
        poison(args.poison)
    pace = dispatch.Pace(batch=args.batch, lease_s=args.lease, nap_s=args.nap)
    children: set[int] = set()
    threading.Thread(target=end_with_input, args=(children,), daemon=True).start()
    connection.close()
    while True:
        while len(children) < args.count:
            child = os.fork()
            if child == 0:
                try:
                    sweep_for_ever(pace)
                finally:
                    os._exit(1)
            children.add(child)
            say(f"born {child}")
        child, status = os.wait()
        children.discard(child)
        say(f"died {child} {os.waitstatus_to_exitcode(status)}")


def end_with_input(children: set[int]) -> None:
    sys.stdin.read()
    for child in list(children):
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    os._exit(0)


# --- contacts ----------------------------------------------------------------------------


def plan_for(number: int, person: User) -> str:
    """A customer of this person's with one planned contact, named by its number."""
    card = make_card(person, f"Customer {number}", level="H")
    name = f"{number:06}"
    make_planned(make_plan(card), dispatch.moment_of(None) + A_DAY, public_id=name)
    return name


def log_contact(about_id: str) -> bool:
    """Save a contact with its next one, as the page does; whether its bell was voided by it."""
    rows = PlannedContact.objects.select_related("plan", "assignee", "card__customer")
    planned = rows.select_related("card__owner").get(public_id=about_id)
    now = dispatch.moment_of(None)
    told = Happened(
        result="progress",
        method="phone",
        occurred_at=now,
        level=planned.card.level,
        planned_version=planned.version,
        next_step=Step(due_at=now + A_DAY, method="phone"),
    )
    save_contact(planned.card, told, by=planned.assignee, now=now, planned=planned)
    return Reminder.objects.filter(about_id=about_id, state=states.CANCELLED).exists()


def contacts(ledger: Path, every: float) -> None:
    """Log the contact of a claimed reminder, or of the next pending one, again and again.

    Each whose bell it voided is noted in a file. What the next contacts ring is not ours.
    """
    seeded = Reminder.objects.filter(occasion__startswith=SEEDED)
    with ledger.open("a", buffering=1) as file:
        while True:
            held = seeded.held().order_by("?").values_list("about_id", flat=True)
            found = held.first() or seeded.waiting().values_list("about_id", flat=True).first()
            if found and log_contact(found):
                file.write(f"{found}\n")
            time.sleep(every)


def wait_until_taken(row: Reminder) -> None:
    """Give a dispatcher on a busy machine the time to be in the middle of it."""
    for _look in range(200):
        if not Reminder.objects.waiting().filter(pk=row.pk).exists():
            return
        time.sleep(0.01)


def race(count: int) -> None:
    """`count` times: a reminder falls due, and its contact is logged while it is fired.

    Says how many bells had rung at the commit of their contact, and how many rang after it.
    """
    store, staff = people()
    rang: set[str] = set()
    for number in range(count):
        person = staff[number % PEOPLE]
        plan_for(number, person)
        row = reminder(number, person, store, dispatch.moment_of(None))
        row.save(force_insert=True)
        if number % 2:
            wait_until_taken(row)
        time.sleep(random.uniform(0, 0.03))
        log_contact(row.about_id)
        if Notice.objects.filter(about_id=row.about_id).exists():
            rang.add(row.about_id)
    time.sleep(2)
    names = [f"{number:06}" for number in range(count)]
    lines = Notice.objects.filter(about_id__in=names)
    after = set(lines.values_list("about_id", flat=True))
    still_open = lines.still_open().count()
    unfinished = Reminder.objects.filter(about_id__in=names).still_to_ring().count()
    say(f"{len(rang)} {len(after - rang)} {still_open} {unfinished}")


def main() -> None:
    parser = argparse.ArgumentParser()
    verbs = parser.add_subparsers(dest="verb", required=True)
    one = verbs.add_parser("seed")
    one.add_argument("count", type=int)
    one.add_argument("spread", type=float)
    one.add_argument("--ago", type=float, default=0)
    one.add_argument("--planned", action="store_true")
    one = verbs.add_parser("dispatchers")
    one.add_argument("ledger", type=Path)
    one.add_argument("--count", type=int, default=2)
    one.add_argument("--batch", type=int, default=10)
    one.add_argument("--lease", type=float, default=2)
    one.add_argument("--dawdle", type=float, default=0.08)
    one.add_argument("--nap", type=float, default=0.002)
    one.add_argument("--poison", default="")
    one.add_argument("--without-fence", action="store_true")
    one = verbs.add_parser("contacts")
    one.add_argument("ledger", type=Path)
    one.add_argument("--every", type=float, default=0.05)
    one = verbs.add_parser("race")
    one.add_argument("count", type=int)
    args = parser.parse_args()
    if args.verb == "seed":
        seed(args.count, args.spread, args.ago, planned=args.planned)
    elif args.verb == "dispatchers":
        dispatchers(args)
    elif args.verb == "contacts":
        contacts(args.ledger, args.every)
    else:
        race(args.count)


if __name__ == "__main__":
    main()
