"""Every customer carries a name and numbers nobody else has; whoever may not read them never does.

Each role opens every page it may open, whole and as a fragment, searches, takes every list out,
and provokes mails, notices, the trail and the log (P5, D42, D45, D46).
"""

from __future__ import annotations

import datetime as dt
import inspect
import io
import logging
import os
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve, reverse

from complaints.access import answers_for
from complaints.models import Intake, Ticket
from crm.customers import access
from crm.customers.models import Card, Customer
from crm.exchange.actions import lists, orders
from crm.exchange.queues.listings import LISTS, may_take_out
from crm.home.actions.mails import mail_link
from crm.home.tasks import mail_reset_links
from crm.logs import Scrub
from crm.notices import dispatch
from crm.notices.channels import Message
from crm.notices.models import Delivery, Notice, Reminder
from crm.notices.states import OUTSIDE
from crm.orders.models import Order
from crm.people.actions import make_link
from crm.people.models import OneTimeLink, User
from crm.records.models import AuditEvent
from followups.actions import arm_reminders
from followups.models import PlannedContact
from tests.notices.outside import Receiver, prefers
from tests.people import NOW, make_plan, make_planned
from tests.permissions.floor import Floor
from tests.permissions.rules import ROLES, addresses, matrix, patterns, scope
from tests.permissions.test_every_address import value_of

STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "鼠牛虎兔龙蛇马羊猴鸡狗猪"
GROUPS = frozenset({"wecom", "dingtalk", "feishu"})
# Where any of the marks begins, however a number is grouped.
MARKED = re.compile(r"卜|canary_(?:wx|at)_|沪A8|13[79][- ]?0")
# Who looks after the accounts reads how a colleague is reached.
PEOPLE_PAGES = {role for role in ROLES if matrix()["people_admin", "see", role] != "none"}
PAGES = [a for a in addresses().values() if a.object != "health"]


class Canary:
    """One customer's marks, in every way a page could write them."""

    def __init__(self, customer: Customer, number: int) -> None:
        self.name = f"卜{STEMS[number % 10]}{BRANCHES[number // 10]}"
        digits = [f"1390{number:03d}4{number:03d}", f"1370{number:03d}6{number:03d}"]
        self.wechat = f"canary_wx_{number:03d}"
        self.email = f"canary_at_{number:03d}@example.com"
        self.plate = f"沪A8{number:03d}4"
        self.numbers = [
            written
            for one in digits
            for written in (
                one,
                f"{one[:3]} {one[3:7]} {one[7:]}",
                f"{one[:3]}-{one[3:7]}-{one[7:]}",
            )
        ]
        Customer.objects.filter(pk=customer.pk).update(
            name=self.name,
            phone=f"+86{digits[0]}",
            phone2=f"+86{digits[1]}",
            wechat=self.wechat,
            email=self.email,
        )
        Order.objects.filter(card__customer=customer.pk).update(plate=self.plate)

    def is_told(self, text: str) -> bool:
        """Whether a number, the WeChat name or the address of mail stands here in full."""
        return any(one in text for one in (self.wechat, self.email, *self.numbers))


class Own:
    """A number that is no customer's: a complainant's own, or a colleague's."""

    def __init__(self, number: int, start: str) -> None:
        self.digits = f"{start}{number:03d}8{number:03d}"
        shown = (self.digits[:3], self.digits[3:7], self.digits[7:])
        self.numbers = (self.digits, " ".join(shown), "-".join(shown))

    def is_told(self, text: str) -> bool:
        """Whether it stands here in full."""
        return any(number in text for number in self.numbers)


class Eyes:
    """Whose numbers and names one person may read; asked of the product once."""

    def __init__(self, user: User) -> None:
        self.user = user

    @cached_property
    def cards(self) -> list[Card]:
        cards: Any = Card.objects.visible_to(self.user)
        return list(cards.with_case(self.user.reach).select_related("customer"))

    @cached_property
    def dialled(self) -> set[int]:
        return {card.customer_id for card in self.cards if access.dials(self.user, card)}

    @cached_property
    def known(self) -> set[int]:
        return {card.customer_id for card in self.cards if access.sees_name(self.user, card)}

    @cached_property
    def answered_for(self) -> set[int]:
        seen = Ticket.objects.visible_to(self.user).select_related("card", "store", "responsible")
        return {ticket.pk for ticket in seen if answers_for(self.user, ticket)}


@pytest.fixture
def canaries(permission_floor: Floor) -> dict[int, Canary]:
    """Customer id → marks, all over the floor."""
    marks = {c.pk: Canary(c, n) for n, c in enumerate(Customer.objects.order_by("pk"))}
    for card in Card.objects.select_related("customer"):
        Card.objects.filter(pk=card.pk).update(search=card.searchable())
    return marks


@pytest.fixture
def complainants(canaries: dict[int, Canary]) -> dict[int, Own]:
    """Complaint id → the number its complainant left, beside the customer's own."""
    found = {}
    for number, ticket in enumerate(Ticket.objects.order_by("pk")):
        found[ticket.pk] = Own(number, "1381")
        phone = f"+86{found[ticket.pk].digits}"
        taken = {"channel": "phone", "store": ticket.store, "created_at": NOW}
        told = {"calmed": False, "confirmed": True}
        Intake.objects.update_or_create(ticket=ticket, defaults={"phone": phone}, create_defaults={
            **taken, **told, "phone": phone,
        })  # fmt: skip
    return found


@pytest.fixture
def colleagues() -> dict[int, Own]:
    """User id → the number the house reaches them by."""
    found = {user.pk: Own(n, "1361") for n, user in enumerate(User.objects.order_by("pk"))}
    for pk, mark in found.items():
        User.objects.filter(pk=pk).update(phone=f"+86{mark.digits}")
    return found


def leaks(eyes: Eyes, text: str, canaries: dict[int, Canary]) -> Iterator[str]:
    """What stands in a text that this person may not read."""
    if not MARKED.search(text):
        return
    told = {pk for pk, canary in canaries.items() if canary.is_told(text)}
    named = {pk for pk, c in canaries.items() if c.name in text or c.plate in text}
    yield from (f"number of {canaries[pk].name}" for pk in told - eyes.dialled)
    yield from (f"name or plate of {canaries[pk].name}" for pk in named - eyes.known)


def own_leaks(
    eyes: Eyes, text: str, complainants: dict[int, Own], colleagues: dict[int, Own]
) -> Iterator[str]:
    """Numbers of complainants and colleagues that this person may not read."""
    told = {pk for pk, mark in complainants.items() if mark.is_told(text)}
    yield from (f"complainant's {complainants[pk].digits}" for pk in told - eyes.answered_for)
    if not PEOPLE_PAGES & {post.role for post in eyes.user.reach.posts}:
        told = {pk for pk, mark in colleagues.items() if mark.is_told(text)}
        yield from (f"colleague's {colleagues[pk].digits}" for pk in told - {eyes.user.pk})


def client_of(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def pages_of(floor: Floor, role: str) -> Iterator[str]:
    """The pages a role may open; that it opens no others is for the walk to prove."""
    for address in PAGES:
        if scope(address, role) == "none":
            continue
        row: Any = ""
        if address.target:
            row = floor.inside(role, address.target, scope(address, role))
        parts = {part: value_of(row, part) for part in patterns()[address.name]}
        query = {k: [v] for k, v in address.body.items()}
        yield reverse(address.name, kwargs=parts, query=query)
        if address.name == "reports:take_report":
            yield reverse(address.name, kwargs=parts, query={"form": "xlsx"})
    for words in ("卜", "卜甲", "canary", "0004", "139"):
        yield reverse("customers:list", query={"q": words})


def ways(path: str) -> list[dict[str, str]]:
    """As a whole page; as a fragment too where the view asks which, with TEST_FULL for each."""
    view: Any = inspect.unwrap(resolve(path.partition("?")[0]).func)
    asks = "HX-Request" in inspect.getsource(inspect.getmodule(view) or view)
    is_sampled = asks or os.environ.get("TEST_FULL") or zlib.crc32(path.encode()) % 8 == 0
    return [{}, {"HX-Request": "true"}] if is_sampled else [{}]


def text_of(answer: HttpResponse) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body.startswith(b"PK"):
        return unpacked(body) + str(dict(answer.headers))
    return body.decode(errors="replace") + str(dict(answer.headers))


@pytest.mark.parametrize("role", ROLES)
def test_no_page_tells_what_a_role_may_not_read(
    permission_floor: Floor,
    canaries: dict[int, Canary],
    complainants: dict[int, Own],
    colleagues: dict[int, Own],
    role: str,
) -> None:
    user = permission_floor.actor(role)
    client, eyes, found, opened = client_of(user), Eyes(user), [], 0
    for path in pages_of(permission_floor, role):
        for headers in ways(path):
            answer = client.get(path, headers=headers)
            opened += answer.status_code == 200
            text = text_of(answer)
            told = [*leaks(eyes, text, canaries), *own_leaks(eyes, text, complainants, colleagues)]
            found += [f"{path} {headers}: {leak}" for leak in told]
    assert opened > 5
    assert found == []


@pytest.mark.parametrize("role", ROLES)
def test_no_list_taken_out_tells_it(
    permission_floor: Floor, canaries: dict[int, Canary], role: str
) -> None:
    user = permission_floor.actor(role)
    for key in LISTS:
        if not may_take_out(user, key):
            with pytest.raises(PermissionDenied):
                orders.ask_export(key, "", by=user, purpose="x", unmasked=False, now=NOW)
            continue
        try:
            job = orders.ask_export(key, "", by=user, purpose="试驾", unmasked=False, now=NOW)
        except ValidationError:
            continue  # nothing on the floor for this list
        lists.write_export(job.pk, now=NOW)
        job.refresh_from_db()
        assert job.stored_as, key
        path = Path(settings.MEDIA_ROOT) / "exports" / job.stored_as
        text = unpacked(path.read_bytes())
        assert not any(canary.is_told(text) for canary in canaries.values()), key
        assert list(leaks(Eyes(user), text, canaries)) == [], key


def unpacked(content: bytes) -> str:
    """All the text of a workbook, its properties included."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "".join(book.read(name).decode(errors="replace") for name in book.namelist())


def test_neither_trail_nor_notices_mails_or_log_keep_a_number(
    permission_floor: Floor, canaries: dict[int, Canary], caplog
) -> None:
    """Numbers typed into every box that takes one, by who may and by who may not."""
    with caplog.at_level(logging.INFO):
        for canary in (canaries[min(canaries)], canaries[max(canaries)]):
            number = canary.numbers[0]
            Client().post("/accounts/login/", {"username": number, "password": canary.wechat})
            for role in ROLES:
                provoke(client_of(permission_floor.actor(role)), number)
        logging.getLogger("showfloor").warning("failed for %s", canaries[min(canaries)].numbers[0])
        with suppress(SystemExit):
            call_command("fire_reminders", verbosity=0)
    for model in (AuditEvent, Notice, Reminder, Delivery):
        rows = "\n".join(map(str, model.objects.values()))
        assert not any(canary.is_told(rows) for canary in canaries.values()), model
    assert all(Scrub().filter(record) for record in caplog.records)
    written = "\n".join(record.getMessage() for record in caplog.records)
    sent = "\n".join(f"{one.subject} {one.body}" for one in mail.outbox)
    assert not any(canary.is_told(written + sent) for canary in canaries.values())


def provoke(client: Client, number: str) -> None:
    """Send a number where numbers are asked for."""
    client.get(reverse("customers:list"), {"q": number})
    for name in ("customers:check_phone", "customers:report_duplicate"):
        client.post(reverse(name), {"phone": number, "claim": f"打过 {number}"})
    client.post(reverse("reception:log_reception"), {"name": "来客", "phone": number})


# --- what leaves the house -------------------------------------------------------------------


def ring_all(canaries: dict[int, Canary]) -> None:
    """Two contacts of every card fall due, numbers in their free text.

    Those of two cards of each salesperson tomorrow, of the others a day later: more than a few at
    once are told of in one digest, which names nobody.
    """
    steps: list[PlannedContact] = []
    rung: Counter[int | None] = Counter()
    # Cards are opened for salespeople alone; the floor gives others some to try their scope on.
    sold_by = Card.objects.filter(owner__memberships__role="salesperson").distinct()
    for card in sold_by.select_related("owner", "customer"):
        rung[card.owner_id] += 1
        days = 1 if rung[card.owner_id] <= 2 else 2
        number = canaries[card.customer_id].numbers[0]
        plan = card.plans.first() or make_plan(card)
        for hour in (1, 2):
            due = NOW + dt.timedelta(days=days, hours=hour)
            words = {"content": f"打 {number}", "reason": f"{number} 上次没接"}
            steps.append(make_planned(plan, due, assignee=card.owner, **words))
    arm_reminders(steps, now=NOW)


def sent_outside(canaries: dict[int, Canary]) -> dict[str, list[Message]]:
    """Everybody wants everything on every channel; what each channel was handed in two days."""
    channels = {name: Receiver(name, is_group=name in GROUPS) for name in OUTSIDE}
    ring_all(canaries)
    for hour in range(0, 60, 3):
        now = NOW + dt.timedelta(hours=hour)
        dispatch.drain(now=now)
        dispatch.send_outside(channels, now=now)
    return {name: receiver.taken for name, receiver in channels.items()}


def test_no_message_outside_holds_a_number_and_only_mail_a_name(
    permission_floor: Floor, canaries: dict[int, Canary], settings
) -> None:
    settings.BOTS = {name: {"": f"{name}://x"} for name in GROUPS}
    settings.NTFY_URL, settings.SMS_URL = "ntfys://push.example.com", "console://"
    User.objects.update(phone="+8613611112222")
    people = {user.name: Eyes(user) for user in User.objects.filter(is_active=True)}
    for eyes in people.values():
        prefers(eyes.user, *OUTSIDE)
    sent = sent_outside(canaries)
    assert all(sent.values()), {name: len(taken) for name, taken in sent.items()}
    named = 0
    for channel, message in ((name, one) for name, taken in sent.items() for one in taken):
        text = f"{message.subject} {message.body} {message.key}"
        assert not any(canary.is_told(text) for canary in canaries.values()), (channel, text)
        if channel == "email":
            assert list(leaks(people[message.name], text, canaries)) == [], text
            named += any(canary.name in text for canary in canaries.values())
        else:
            assert not any(canary.name in text for canary in canaries.values()), (channel, text)
    assert named, "a person's own mail names the customer"


def test_links_and_digests_mailed_hold_nothing_of_a_customer(
    permission_floor: Floor, canaries: dict[int, Canary]
) -> None:
    people = list(User.objects.filter(is_active=True))
    mail_reset_links([user.pk for user in people])
    admin = permission_floor.actor("admin")
    for user in people:
        token = make_link(user, OneTimeLink.Kind.INVITATION, by=admin, now=NOW)
        mail_link(user, token, OneTimeLink.Kind.INVITATION)
    assert len(mail.outbox) > 1.5 * len(people)  # one may have been mailed a link just now
    for one in mail.outbox:
        text = f"{one.subject} {one.body} {one.from_email} {one.extra_headers}"
        assert not any(c.is_told(text) or c.name in text for c in canaries.values())
