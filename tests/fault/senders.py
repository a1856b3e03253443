"""What the fault tests let senders do: `python -m tests.fault.senders <verb> …`.

seed      write messages that are to leave the house now
send      send them in forked children that can be killed; a dead one is replaced
resend    press the button "resend" on everything in doubt

The receiver lies outside: it appends a line to a file for every message it takes.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import os
import random
import sys
import threading
import time
import zlib
from pathlib import Path

import django

django.setup()

from django.db import OperationalError, connection  # noqa: E402

from crm.notices import dispatch, due, states  # noqa: E402
from crm.notices.channels import Failed, Message, Refused  # noqa: E402
from crm.notices.dispatch import sending  # noqa: E402
from crm.notices.models import Delivery, Notice, Reminder  # noqa: E402
from crm.rulebook.models import Number  # noqa: E402
from tests.fault.hands import end_with_input, people, reminder, say  # noqa: E402

FAKE = "fake"
FLAKY, HOPELESS = 0.2, 0.1


def is_hopeless(key: str) -> bool:
    """One message in ten is refused for good, always the same ones."""
    return zlib.crc32(key.encode()) % 100 < 100 * HOPELESS


class Receiver:
    """A gateway in another world: slow, flaky, and with or without a memory for keys."""

    name = FAKE
    is_group = False

    def __init__(self, args: argparse.Namespace) -> None:
        self.timeout_s = args.timeout
        self.honours_key = args.honours_key
        self.args = args
        self.file = os.open(args.ledger, os.O_APPEND | os.O_CREAT | os.O_WRONLY)
        self.tries = Path(f"{args.ledger}.tries")

    def send(self, message: Message) -> None:
        """Take it after a while: what the sender hears of it may be lost on the way back."""
        time.sleep(random.uniform(0.3, 1) * self.args.takes if self.args.flaky else self.args.takes)
        if self.args.flaky:
            self.stumble(message.key)
        if not (self.honours_key and message.key in Path(self.args.ledger).read_text().split()):
            os.write(self.file, f"{message.key}\n".encode())
        if self.args.flaky:
            time.sleep(random.uniform(0, 0.1))

    def stumble(self, key: str) -> None:
        if is_hopeless(key):
            raise Refused("The receiver answered 410.")
        before = self.tries.read_text().split().count(key) if self.tries.exists() else 0
        if before < 3 and random.random() < FLAKY:
            with self.tries.open("a") as file:
                file.write(f"{key}\n")
            raise Failed("The receiver answered 503.")


def seed(count: int) -> None:
    """`count` messages due now; nobody sleeps, whatever the clock says."""
    for key in ("quiet_from", "quiet_until"):
        Number.objects.update_or_create(key=key, store=None, defaults={"value": "00:00"})
    store, staff = people()
    now = dispatch.moment_of(None)
    first = Reminder.objects.count()
    rows = [
        reminder(first + number, staff[number % len(staff)], store, now) for number in range(count)
    ]
    for row in rows:
        row.state, row.fired_at = states.FIRED, now
    Reminder.objects.bulk_create(rows, batch_size=500)
    lines = [
        Notice(
            key=f"{row.key}/app",
            occasion=row.occasion,
            kind=row.kind,
            step=row.step,
            recipient=row.recipient,
            about_id="",
            data={"customer": "张伟"},
        )
        for row in rows
    ]
    Notice.objects.bulk_create(lines, batch_size=500)
    Delivery.objects.bulk_create(
        (
            Delivery(
                key=f"{row.key}/{FAKE}",
                reminder=row,
                notice=line,
                recipient=row.recipient,
                store=store,
                channel=FAKE,
                wanted_at=now,
                not_before=now,
            )
            for row, line in zip(rows, lines, strict=True)
        ),
        batch_size=500,
    )


def send(args: argparse.Namespace) -> None:
    """Keep `count` children sending; say "born PID" and "died PID STATUS" on the way."""
    due.DIGEST_OVER = 10**6  # each message counts here
    due.BACK_OFF_FIRST = dt.timedelta(seconds=0.5)
    sending.LEAST_LEASE_S = 2 * args.timeout
    children: set[int] = set()
    threading.Thread(target=end_with_input, args=(children,), daemon=True).start()
    connection.close()
    while True:
        while len(children) < args.count:
            child = os.fork()
            if child == 0:
                try:
                    send_for_ever(args)
                finally:
                    os._exit(1)
            children.add(child)
            say(f"born {child}")
        child, status = os.wait()
        children.discard(child)
        say(f"died {child} {os.waitstatus_to_exitcode(status)}")


def send_for_ever(args: argparse.Namespace) -> None:
    random.seed(os.getpid())
    receiver = Receiver(args)
    while True:
        with contextlib.suppress(OperationalError):
            dispatch.send_outside({FAKE: receiver})
        time.sleep(0.1)


def resend() -> None:
    """Everything in doubt goes again, as if its recipient had pressed the button."""
    now = dispatch.moment_of(None)
    doubtful = Delivery.objects.filter(state=states.UNKNOWN)
    say(str(doubtful.update(state=states.PENDING, not_before=now, wanted_at=now, began_at=None)))


def main() -> None:
    parser = argparse.ArgumentParser()
    verbs = parser.add_subparsers(dest="verb", required=True)
    one = verbs.add_parser("seed")
    one.add_argument("count", type=int)
    one = verbs.add_parser("send")
    one.add_argument("ledger")
    one.add_argument("--count", type=int, default=2)
    one.add_argument("--takes", type=float, default=0.3)
    one.add_argument("--timeout", type=float, default=1)
    one.add_argument("--honours-key", action="store_true")
    one.add_argument("--flaky", action="store_true")
    verbs.add_parser("resend")
    args = parser.parse_args()
    if args.verb == "seed":
        seed(args.count)
    elif args.verb == "send":
        Path(args.ledger).touch()
        send(args)
    else:
        resend()


if __name__ == "__main__":
    sys.exit(main())
