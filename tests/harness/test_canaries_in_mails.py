"""Marks on everybody: what rooms write into inboxes, mail and letters to customers (P5, D42, D45).

The forms of complaints, visits and reports are sent as their pages draw them; what they tell is
read in each inbox, and the bells they leave behind ring by mail for ten days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.urls import resolve, reverse

from complaints.actions import sweep_clocks
from crm.notices import dispatch
from crm.notices.channels import Message
from crm.notices.models import Delivery, Notice, Reminder
from crm.people.models import User
from tests.fault.forms import BODIES
from tests.harness.canaries import Canary, Eyes, Own, client_of, leaks, own_leaks, text_of
from tests.harness.drawn import forms_of
from tests.harness.test_hostile_input import path_of
from tests.notices.outside import Receiver, prefers
from tests.people import NOW
from tests.permissions.floor import Floor
from tests.permissions.rules import ROLES, addresses, expected
from visits.actions import send_mails
from visits.models import VisitMail

WRITTEN_IN = ("complaints", "visits", "reports")


@pytest.fixture
def people(canaries: dict[int, Canary]) -> dict[str, Eyes]:
    """Name → whoever works here; all of them want mail."""
    found = {user.name: Eyes(user) for user in User.objects.filter(is_active=True)}
    for eyes in found.values():
        prefers(eyes.user, "email")
    return found


def write_everywhere(floor: Floor) -> int:
    """Send every form of these rooms as its page draws it; returns how many were taken."""
    taken = 0
    for address in addresses().values():
        role = next((r for r in ROLES if expected(address, r, "inside") == {"allowed"}), "")
        if role and address.name.partition(":")[0] in WRITTEN_IN:
            client, path = client_of(floor.actor(role)), path_of(floor, address, role)
            for action, sent in drawn_of_rooms(path, text_of(client.get(path))):
                taken += client.post(action, sent).status_code == 302
    return taken


def drawn_of_rooms(path: str, page: str) -> Iterator[tuple[str, dict[str, object]]]:
    """The forms of a page that belong to these rooms, filled in, and where they go."""
    for form in forms_of(path, page):
        name = resolve(form.action.partition("?")[0]).view_name
        body = BODIES.get(name, {})
        if name.partition(":")[0] in WRITTEN_IN and body is not None and not callable(body):
            yield form.action, {**form.fields, **body, "request_id": ""}


def rung() -> list[Message]:
    """What has left by mail when the clocks and bells of ten days are through."""
    box = Receiver("email")
    for hour in range(0, 240, 3):
        now = NOW + dt.timedelta(hours=hour)
        sweep_clocks(now=now)
        dispatch.drain(now=now)
        dispatch.send_outside({"email": box}, now=now)
    return box.taken


def test_inboxes_and_mail_of_complaints_and_visits_tell_each_what_they_may_read(
    permission_floor: Floor,
    canaries: dict[int, Canary],
    complainants: dict[int, Own],
    colleagues: dict[int, Own],
    people: dict[str, Eyes],
) -> None:
    assert write_everywhere(permission_floor) > 40
    letters = [(one.name, f"{one.subject} {one.body} {one.key}") for one in rung()]
    assert len(letters) > 20
    for eyes in people.values():
        inbox = client_of(eyes.user).get(reverse("notices:inbox"))
        letters.append((eyes.user.name, text_of(inbox)))
    found = []
    for name, text in letters:
        told = [*leaks(people[name], text, canaries)]
        told += own_leaks(people[name], text, complainants, colleagues)
        found += [f"to {name}: {leak} in {text[:80]}" for leak in told]
    assert found == []
    for model in (Notice, Reminder, Delivery):
        rows = "\n".join(map(str, model.objects.values()))
        assert not any(mark.is_told(rows) for mark in (*canaries.values(), *complainants.values()))


def test_a_letter_to_a_customer_names_no_other_customer_and_no_number(
    permission_floor: Floor, canaries: dict[int, Canary], complainants: dict[int, Own]
) -> None:
    boxes = {"email": Receiver("email"), "sms": Receiver("sms")}
    for turn, mail in enumerate(VisitMail.objects.all()):
        mail.channel, mail.state, mail.with_link = tuple(boxes)[turn % 2], "waiting", True
        mail.save()
    send_mails(boxes, clock=lambda: NOW, pause=lambda _seconds: None)
    sent = [message for box in boxes.values() for message in box.taken]
    assert sent
    for message in sent:
        text = f"{message.subject} {message.body} {message.key}"
        others = [c for c in canaries.values() if c.name != message.name]
        assert not any(c.name in text or c.plate in text for c in others)
        assert not any(one.is_told(text) for one in (*canaries.values(), *complainants.values()))
