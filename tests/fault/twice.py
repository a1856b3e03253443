"""Every form pressed twice in the same moment: `python -m tests.fault.twice [NAME…]`.

The addresses are those of the permission tests, the rows those of their floor. Each form is sent
once and taken back, which shows what one press writes; then two copies with one request id go
off together and must write the same. Says as JSON, by address: "once", or what was wrong.
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
from concurrent.futures import ThreadPoolExecutor
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
# The password was right, and the code is asked for.
HALF_IN = ("people:confirm_sign_in",)


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


def send(client: Client, path: str, body: dict[str, Any]) -> tuple[int, str]:
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


def press(floor: Floor, address: Address, role: str, pool: ThreadPoolExecutor) -> str:
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
    start = Barrier(2)

    def go(client: Client) -> tuple[int, str]:
        start.wait()
        try:
            return send(client, path, body)
        finally:
            connection.close()

    # Both at once, and both once more when it is over: somebody went back and pressed again.
    answers = [*pool.map(go, clients), *(send(client, path, body) for client in clients)]
    twice = counts() - before
    statuses = [status for status, _errors in answers]
    if any(status not in (*SECOND, SPENT.get(address.name)) for status in statuses):
        return f"{role}: answered {answers}"
    return "once" if twice == once else f"{role}: one press {dict(once)}, two {dict(twice)}"


def main() -> None:
    setup_test_environment()
    copies, found = Copies(os.environ["DATABASE_URL"]), {}
    wanted = sys.argv[1:] or sorted(posts() - NOT_SENT.keys())
    with time_machine.travel(NOW, tick=False), ThreadPoolExecutor(2) as pool:
        floor = make_floor()
        for name in wanted:
            address = addresses()[name]
            made = copies.fresh()
            found[name] = press(copy.deepcopy(floor), address, role_for(address), pool)
            copies.drop(made)
    print(json.dumps(found, ensure_ascii=False))  # noqa: T201


if __name__ == "__main__":
    main()
