"""`python3 dev.py bench`: statements and CPU of the main pages, on a demo floor of its own.

Wall time on a shared machine lies, so CPU time of this process is measured (on SQLite the
database is part of it) and set beside a page that draws fifty rows of constants through the
same shell: the ratio is what to watch.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.test import Client, RequestFactory  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone, translation  # noqa: E402

from crm.people.models import User  # noqa: E402
from followups.models import PlannedContact  # noqa: E402
from tests.bench.constant import constant_page  # noqa: E402

ROUNDS = 15
SELLER, SUPERVISOR = "lin.xiaotong", "chen.lixin"


@dataclass
class Figure:
    """One page: statements, and the median CPU of a request in milliseconds."""

    name: str
    statements: int
    cpu_ms: float


def measure(name: str, ask: Callable[[], HttpResponse], *, rounds: int = ROUNDS) -> Figure:
    """Ask once to warm up, once to count, then `rounds` times for the clock."""
    ask()
    seen: list[str] = []
    with connection.execute_wrapper(
        lambda execute, sql, *rest: (seen.append(sql), execute(sql, *rest))[1]
    ):
        answer = ask()
    if answer.status_code not in (200, 204, 302):
        raise SystemExit(f"{name}: {answer.status_code}")
    times = []
    for _ in range(rounds):
        start = time.process_time()
        ask()
        times.append((time.process_time() - start) * 1000)
    return Figure(name, len(seen), statistics.median(times))


def signed_in(username: str) -> Client:
    """A client of a demo person, in Chinese."""
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(
        User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def pages() -> list[Figure]:
    """Every measured page, the constant one first."""
    seller, boss = signed_in(SELLER), signed_in(SUPERVISOR)
    user = User.objects.get(username=SELLER)
    busy = user.cards.followed_up().exclude(last_contact_at=None).first()
    card = reverse("home:card", args=[busy.public_id])
    request = RequestFactory().get("/")
    request.user = user

    def constant() -> HttpResponse:
        request.user = User.objects.get(pk=user.pk)
        with translation.override("zh-hans"):
            return constant_page(request)

    return [
        measure("constant page, 50 rows", constant),
        measure("customer list", lambda: seller.get(reverse("customers:list"))),
        measure(
            "customer list, filtered and sorted",
            lambda: seller.get(reverse("customers:list"), {"level": "A", "sort": "-last"}),
        ),
        measure("search by initials", lambda: seller.get(reverse("customers:list"), {"q": "zw"})),
        measure("customer card", lambda: seller.get(card)),
        measure("my day", lambda: seller.get(reverse("followups:my_day"))),
        measure("approval queue", lambda: boss.get(reverse("followups:approval_queue"))),
        measure("dashboard, this week", lambda: boss.get(reverse("reports:dashboard"))),
        measure("save a contact with the next one", lambda: save_contact(seller, user)),
    ]


def save_contact(client: Client, user: User) -> HttpResponse:
    """Log the next planned contact of the seller as the form does."""
    planned = PlannedContact.objects.filter(assignee=user).open().order_by("due_at").first()
    if planned is None:
        raise SystemExit("no contact left to log")
    return client.post(
        reverse("followups:log_contact", args=[planned.public_id]),
        {
            "method": "phone",
            "result": "progress",
            "note": "周六带家人来",
            "level": planned.card.level,
            "planned_version": planned.version,
            "next": "cycle",
            "request_id": str(uuid.uuid4()),
        },
    )


def say(line: str) -> None:
    """One line of the table."""
    sys.stdout.write(f"{line}\n")


def main() -> None:
    """Make the floor, measure, print the table."""
    call_command("migrate", verbosity=0)
    call_command("demo", verbosity=0)
    floor = None
    say(f"{connection.vendor}, {timezone.localdate()}, demo floor, one client, in process\n")
    say(f"{'page':<38}{'SQL':>6}{'CPU ms':>10}{'against constant':>20}")
    for figure in pages():
        floor = floor or figure.cpu_ms
        ratio = figure.cpu_ms / floor
        say(f"{figure.name:<38}{figure.statements:>6}{figure.cpu_ms:>10.1f}{ratio:>19.1f}x")


if __name__ == "__main__":
    main()
