"""Every customer carries a name and numbers nobody else has; whoever may not read them never does.

Each role opens every page it may open, whole and as a fragment, searches, takes every list out,
and provokes mails, notices, the trail and the log (P5, D42, D45, D46).
"""

from __future__ import annotations

import datetime as dt
import inspect
import logging
import os
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.test import Client
from django.urls import resolve, reverse

from crm.customers.models import Card
from crm.exchange.actions import lists, orders
from crm.exchange.queues.listings import LISTS, may_take_out
from crm.home.actions.mails import mail_link
from crm.home.tasks import mail_reset_links
from crm.logs import Scrub
from crm.notices import dispatch
from crm.notices.channels import Message
from crm.notices.models import Delivery, Notice, Reminder
from crm.notices.states import OUTSIDE
from crm.people.actions import make_link
from crm.people.models import OneTimeLink, User
from crm.records.models import AuditEvent
from followups.actions import arm_reminders
from followups.models import PlannedContact
from tests.harness.canaries import Canary, Eyes, Own, client_of, leaks, own_leaks, text_of, unpacked
from tests.notices.outside import Receiver, prefers
from tests.people import NOW, make_plan, make_planned
from tests.permissions.floor import Floor
from tests.permissions.rules import ROLES, addresses, patterns, readers, scope
from tests.permissions.test_every_address import value_of

GROUPS = frozenset({"wecom", "dingtalk", "feishu"})
PAGES = [a for a in addresses().values() if a.object != "health"]


def pages_of(floor: Floor, role: str) -> Iterator[str]:
    """The pages a role may open; that it opens no others is for the walk to prove."""
    for address in PAGES:
        if role not in readers(address):
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
            assert answer.status_code not in {400, 500}, path
            opened += answer.status_code == 200
            text = text_of(answer)
            told = [*leaks(eyes, text, canaries), *own_leaks(eyes, text, complainants, colleagues)]
            found += [f"{path} {headers}: {leak}" for leak in told]
    assert opened >= 5  # at least what is searched for
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
