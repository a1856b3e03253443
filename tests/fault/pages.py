"""The pages F3 and F16 look at, in a process of their own: `python -m tests.fault.pages <verb>`.

floor   open a sales floor with one contact that is due, and a row of each common kind
look    say which banner every page shows
watch   the same again and again until a second of this host, with when each was asked
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass
from typing import Any

import django

django.setup()

from django.test import Client  # noqa: E402
from django.urls import URLPattern, get_resolver, reverse  # noqa: E402

from complaints.models import Ticket  # noqa: E402
from crm.customers.models import Card  # noqa: E402
from crm.notices import dispatch  # noqa: E402
from crm.orders.models import Order  # noqa: E402
from crm.people.models import User  # noqa: E402
from crm.promises.models import Promise  # noqa: E402
from crm.reports.models import PeriodReport  # noqa: E402
from followups.models import Plan, PlannedContact  # noqa: E402
from tests import people  # noqa: E402
from tests.fault.hands import reminder, say  # noqa: E402
from tests.permissions.rules import Address, addresses, patterns  # noqa: E402
from visits.models import Visit  # noqa: E402

# Who opens the pages of rows: the first of them who may.
READERS = ("lin", "chen", "xu", "shen")
# The rows whose pages are opened, by the names of the permission table.
ROWS: Mapping[str, Any] = {
    "card": Card,
    "plan": Plan,
    "planned_contact": PlannedContact,
    "visit": Visit,
    "ticket": Ticket,
    "order": Order,
    "promise": Promise,
    "period_report": PeriodReport,
    "user": User,
}


def open_floor() -> None:
    """A sales floor with Lin's contact with 张伟, due a minute ago, and its reminder to come."""
    cast = people.make_cast()
    now = dispatch.moment_of(None)
    card = people.make_card(cast.lin, "张伟")
    planned = people.make_planned(people.make_plan(card), now - dt.timedelta(minutes=1))
    people.make_order(card, now)
    people.make_visit(card, now.date(), assignee=cast.wu)
    people.make_ticket(card, now - dt.timedelta(hours=3))
    people.make_promise(card, now + dt.timedelta(hours=3))
    people.make_period_report(cast.pudong)
    row = reminder(999_999, cast.lin, cast.pudong, now + dt.timedelta(seconds=1))
    row.about_id = planned.public_id
    row.save(force_insert=True)


@dataclass(frozen=True)
class Shown:
    """What one page showed, and when it was asked and had answered, in seconds of this host."""

    page: str
    level: str
    asked_at: float
    answered_at: float


def shown_by_pages(clients: Mapping[str, Client]) -> Iterator[Shown]:
    """The banner of each page, of those without arguments and of those of the rows."""
    for username in READERS[:2]:
        for name in sorted(addresses_without_arguments()):
            if found := asked(clients[username], f"{username} {name}", reverse(name), follow=True):
                yield found
    for name, path in pages_of_rows():
        for username, client in clients.items():
            if found := asked(client, f"{username} {name}", path):
                yield found
                break


def look() -> None:
    """Say which banner each page shows, and whether the contact that is due is listed."""
    clients = {username: signed_in(username) for username in READERS}
    levels = {found.page: found.level for found in shown_by_pages(clients)}
    day = clients["lin"].get(reverse("followups:my_day"))
    levels["listed"] = str("张伟" in day.content.decode())
    say(json.dumps(levels))


def watch(until: float) -> None:
    """Ask every page again and again until that second of this host; say what each showed when."""
    clients = {username: signed_in(username) for username in READERS}
    seen: list[Shown] = []
    while time.time() < until:
        seen.extend(shown_by_pages(clients))
    say(json.dumps([astuple(found) for found in seen]))


def signed_in(username: str) -> Client:
    client = Client(headers={"accept-language": "en", "host": "127.0.0.1"})
    user = User.objects.get(username=username)
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def asked(client: Client, page: str, path: str, *, follow: bool = False) -> Shown | None:
    """What a page shows; nothing where this is no page of the product."""
    began = time.time()
    response = client.get(path, follow=follow)
    text = "" if response.status_code != 200 else response.content.decode(errors="replace")
    if 'class="app-side' not in text:
        return None
    return Shown(page, banner_of(text), began, time.time())


def addresses_without_arguments() -> Iterator[str]:
    """Every page of the product whose address needs nothing filled in."""
    for pattern in get_resolver().url_patterns:
        room = getattr(pattern, "namespace", None)
        for inner in getattr(pattern, "url_patterns", []):
            if room and isinstance(inner, URLPattern) and not inner.pattern.converters:
                yield f"{room}:{inner.name or ''}"


def pages_of_rows() -> Iterator[tuple[str, str]]:
    """The pages of one row of each kind, and those of a list that asks for something."""
    rows = {kind: model.objects.order_by("pk").first() for kind, model in ROWS.items()}
    rows["user"] = User.objects.get(username="lin")
    for address in addresses().values():
        parts = patterns()[address.name]
        if address.target in rows:
            yield address.name, path_of(address, rows[address.target])
        elif not address.target and address.body and not parts:
            yield f"{address.name}?", path_of(address, None)


def path_of(address: Address, row: Any) -> str:
    """Where the page of this row is, with what it is asked for."""
    parts = {part: getattr(row, part, row.public_id) for part in patterns()[address.name]}
    query = {name: [value] for name, value in address.body.items()}
    return reverse(address.name, kwargs=parts, query=query)


def banner_of(text: str) -> str:
    if "The reminder worker is not running." in text:
        return "red"
    return "amber" if "Reminders are late." in text else "ok"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("verb", choices=["floor", "look", "watch"])
    parser.add_argument("until", type=float, nargs="?", default=0.0)
    args = parser.parse_args()
    {"floor": open_floor, "look": look, "watch": lambda: watch(args.until)}[args.verb]()


if __name__ == "__main__":
    main()
