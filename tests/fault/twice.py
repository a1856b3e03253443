"""Every form pressed twice in the same moment: `python -m tests.fault.twice [--between] [NAME…]`.

The addresses are those of the permission tests, the rows those of their floor. Each form is sent
once and taken back, which shows what one press writes; then two copies with one request id go
off together and must write the same. With `--between` nothing is left to chance: the second
comes before each statement of the first in turn. Says as JSON, by address: "once", or what was
wrong.
"""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
import sys
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from pathlib import Path
from threading import Barrier
from typing import Any
from urllib.parse import urlsplit

import django

django.setup()

import psycopg  # noqa: E402
import time_machine  # noqa: E402
from django.db import connection, connections, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.urls import reverse  # noqa: E402

from crm.customers.duplicates import CHECKED  # noqa: E402
from crm.records.audit.requests import REFUSED  # noqa: E402
from crm.records.models import AuditEvent  # noqa: E402
from tests.fault.forms import NOT_SENT, SILENT, SPENT  # noqa: E402
from tests.fault.sent import as_sent, body_of, ready_row, role_for  # noqa: E402
from tests.people import NOW, PASSWORD  # noqa: E402
from tests.permissions.floor import Floor, make_floor  # noqa: E402
from tests.permissions.rules import (  # noqa: E402
    OUTSIDERS,
    Address,
    addresses,
    patterns,
    posts,
)
from tests.permissions.test_every_address import value_of  # noqa: E402

# What a request leaves behind that is no row of the business.
ASIDE = re.compile(r"django_session|axes_|django_q_|records_requesttoken|sqlite_")
NO_ROW = (REFUSED, CHECKED, "people.refuse_sign_in")
DRAWN = ("form", "person_form", "post_form", "person", "post", "submit_form", "add_form")
FINE = (200, 204, 302, 303)
SECOND = (*FINE, 409)
BETWEEN = "--between"
# The password was right, and the code is asked for.
HALF_IN = ("people:confirm_sign_in",)
Answer = tuple[int, str]
Send = Callable[[], Answer]
Meeting = Callable[[Send, Send, ThreadPoolExecutor], list[Answer]]


class Copies:
    """The floor's database, copied for each form."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.settings = connections.settings["default"]
        self.base = str(self.settings["NAME"])

    def fresh(self) -> str:
        """Switch to a new copy and return its name."""
        connections["default"].close()
        name = f"{self.base}_{uuid.uuid4().hex[:6]}"
        if connection.vendor == "sqlite":
            shutil.copy(self.base, name)
        self.execute(f"CREATE DATABASE {name} TEMPLATE {self.base}")
        self.switch(name)
        return name

    def drop(self, name: str) -> None:
        """Back to the floor's own, and the copy goes."""
        connections["default"].close()
        self.switch(self.base)
        for file in Path(name).parent.glob(f"{Path(name).name}*"):
            file.unlink()
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def switch(self, name: str) -> None:
        self.settings["NAME"] = name
        connections["default"].settings_dict["NAME"] = name

    def execute(self, sql: str) -> None:
        if connection.vendor != "sqlite":
            server = urlsplit(self.url)._replace(path="/postgres").geturl()
            with psycopg.connect(server, autocommit=True) as plain:
                plain.execute(sql.encode())


def counts() -> Counter[str]:
    """How many rows each table of the business has.

    A refusal noted on the trail is none, nor is a question who holds a number: asked twice, it
    is answered twice. Nor is a code that was refused because it was spent.
    """
    tables = [name for name in connection.introspection.table_names() if not ASIDE.match(name)]
    parts = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in tables)
    with connection.cursor() as cursor:
        cursor.execute(parts)
        found = Counter(dict(cursor.fetchall()))
    found["records_auditevent"] -= AuditEvent.objects.filter(action__in=NO_ROW).count()
    return found


def send(client: Client, path: str, body: dict[str, Any]) -> Answer:
    response = client.post(path, as_sent(body))
    forms = [response.context.get(name) for name in DRAWN] if response.context else []
    errors = [form.errors.as_json() for form in forms if getattr(form, "errors", None)]
    return response.status_code, "; ".join(errors)


def come_in(client: Client, floor: Floor, address: Address, role: str) -> None:
    """A browser of this person's, signed in as far as the form asks for."""
    if address.name in HALF_IN:
        words = {"username": floor.actor(role).username, "password": PASSWORD}
        client.post(reverse("people:sign_in"), words)
    elif role not in OUTSIDERS:
        client.force_login(floor.actor(role), "django.contrib.auth.backends.ModelBackend")


def both_at_once(first: Send, second: Send, pool: ThreadPoolExecutor) -> list[Answer]:
    """Two presses that start in the same moment."""
    start = Barrier(2)

    def go(press: Send) -> Answer:
        start.wait()
        return apart(press)

    return list(pool.map(go, (first, second)))


def apart(press: Send) -> Answer:
    """In a thread of its own, whose connection goes with it."""
    try:
        return press()
    finally:
        connection.close()


class Between:
    """The second press comes and ends before a given statement of the first (counted from 1).

    Statements inside a transaction are not counted: there the second waits for the first.
    """

    def __init__(self, number: int) -> None:
        self.number, self.seen = number, 0
        self.has_come = False

    def __call__(self, first: Send, second: Send, pool: ThreadPoolExecutor) -> list[Answer]:
        answers: list[Answer] = []

        def come(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
            if not connection.in_atomic_block:
                self.seen += 1
                if self.seen == self.number:
                    self.has_come = True
                    answers.append(pool.submit(apart, second).result())
            return execute(sql, values, many, context)

        with connection.execute_wrapper(come):
            answers.append(first())
        return answers


def press(
    floor: Floor, address: Address, role: str, pool: ThreadPoolExecutor, meeting: Meeting
) -> str:
    """What two copies of one form wrote, against what one writes."""
    row = ready_row(floor, address, role)
    parts = {part: value_of(row, part) for part in patterns()[address.name]}
    path, body = reverse(address.name, kwargs=parts), body_of(floor, address, row)
    clients = [Client(raise_request_exception=False) for _number in range(2)]
    for client in clients:
        come_in(client, floor, address, role)
    before = counts()
    with transaction.atomic():
        status, errors = send(copy.deepcopy(clients[0]), path, body)
        once = counts() - before
        transaction.set_rollback(True)
    if status not in FINE:
        return f"{role}: one press was answered {status} {errors}"
    if not once and address.name not in SILENT:
        return f"{role}: one press writes nothing ({status})"
    presses = [partial(send, client, path, body) for client in clients]
    # Both once more when it is over: somebody went back and pressed again.
    answers = [*meeting(*presses, pool), *(press() for press in presses)]
    twice = counts() - before
    statuses = [status for status, _errors in answers]
    if any(status not in (*SECOND, SPENT.get(address.name)) for status in statuses):
        return f"{role}: answered {answers}"
    return "once" if twice == once else f"{role}: one press {dict(once)}, two {dict(twice)}"


def meetings(*, one_by_one: bool) -> Iterator[Meeting]:
    """How two presses meet: at once, or the second before each statement of the first."""
    if not one_by_one:
        yield both_at_once
        return
    for number in count(1):
        between = Between(number)
        yield between
        if not between.has_come:
            return


def main() -> None:
    setup_test_environment()
    copies, found = Copies(os.environ["DATABASE_URL"]), {}
    one_by_one = BETWEEN in sys.argv
    wanted = [name for name in sys.argv[1:] if name != BETWEEN] or posts() - NOT_SENT.keys()
    with time_machine.travel(NOW, tick=False), ThreadPoolExecutor(2) as pool:
        floor = make_floor()
        for name in sorted(wanted):
            address = addresses()[name]
            for number, meeting in enumerate(meetings(one_by_one=one_by_one), 1):
                made = copies.fresh()
                said = press(copy.deepcopy(floor), address, role_for(address), pool, meeting)
                copies.drop(made)
                found[name] = said if said == "once" or not one_by_one else f"{number}: {said}"
                if said != "once":
                    break
    print(json.dumps(found, ensure_ascii=False))  # noqa: T201


if __name__ == "__main__":
    main()
