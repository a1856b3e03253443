"""Marks nobody else has, for customers, complainants and colleagues; who may read which."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils.functional import cached_property

from complaints.access import answers_for, reads_words
from complaints.models import Ticket
from crm.customers import access
from crm.customers.models import Card, Customer
from crm.orders.models import Order
from crm.people.models import User
from tests.permissions.rules import ROLES, matrix

STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "鼠牛虎兔龙蛇马羊猴鸡狗猪"
# Where any of the marks begins, however a number is grouped.
MARKED = re.compile(r"卜|canary_(?:wx|at)_|沪A8|13[79][- ]?0")
# Who looks after the accounts reads how a colleague is reached.
PEOPLE_PAGES = {role for role in ROLES if matrix()["people_admin", "see", role] != "none"}


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
    """A number that is no customer's: a complainant's own, with a plate, or a colleague's."""

    def __init__(self, number: int, start: str) -> None:
        self.plate = f"浙B{number:03d}V7"
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

    @cached_property
    def heard_of(self) -> set[int]:
        seen = Ticket.objects.visible_to(self.user).select_related("card", "store", "responsible")
        return {ticket.pk for ticket in seen if reads_words(self.user, ticket)}


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
    named = {pk for pk, mark in complainants.items() if mark.plate in text}
    yield from (f"complainant's {complainants[pk].plate}" for pk in named - eyes.heard_of)
    if not PEOPLE_PAGES & {post.role for post in eyes.user.reach.posts}:
        told = {pk for pk, mark in colleagues.items() if mark.is_told(text)}
        yield from (f"colleague's {colleagues[pk].digits}" for pk in told - {eyes.user.pk})


def client_of(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_of(answer: HttpResponse) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body.startswith(b"PK"):
        return unpacked(body) + str(dict(answer.headers))
    return body.decode(errors="replace") + str(dict(answer.headers))


def unpacked(content: bytes) -> str:
    """All the text of a workbook, its properties included."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "".join(book.read(name).decode(errors="replace") for name in book.namelist())
