"""What a form offers and takes: rows of the reader's scope, and no field but its own (D7, D13)."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django import forms
from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db import connection, models, transaction
from django.db.models import Q
from django.forms import BaseForm, ModelForm
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import resolve

from crm.customers.models import Card
from crm.exchange.queues.listings import EVERYTHING, may_take_out
from crm.people.models import User
from crm.records.audit.unasked import ATTEMPT, PART_OF_A_FORM
from crm.records.middleware.seen import (
    FIELDS,
    NEVER,
    TICK,
    TICKS,
    mark,
    object_of,
    plain,
    plain_tick,
)
from crm.records.models import AuditEvent
from tests.harness.drawn import Drawn, forms_of
from tests.harness.test_hostile_input import client_of, path_of
from tests.people import NOW
from tests.permissions.floor import Floor
from tests.permissions.rules import ROLES, Address, addresses, one_per_scope, posts, scope

OURS = ("crm", "followups", "visits", "complaints")
ROOT = Path(__file__).resolve().parents[2]
# Forms over what was ticked on the queue are drawn for the ticks.
TICKED = {"complaints:offer_tickets", "complaints:route_tickets"}
# Forms that let who is of several stores name one.
NAMES_A_STORE = {"complaints:lodge_complaint"}
CHOICES = (forms.ModelChoiceField, forms.ModelMultipleChoiceField)


@pytest.fixture
def floor(permission_floor: Floor) -> Floor:
    return permission_floor


def form_classes() -> Iterator[type[BaseForm]]:
    """Every form of the product."""
    waiting: list[type[BaseForm]] = [BaseForm]
    while waiting:
        found = waiting.pop()
        waiting += found.__subclasses__()
        if found.__module__.split(".")[0] in OURS:
            yield found


def choosing() -> set[tuple[str, str]]:
    """Each field in which rows of a table are offered, with its form."""
    return {
        (one.__name__, name)
        for one in form_classes()
        for name, field in getattr(one, "base_fields", {}).items()
        if isinstance(field, CHOICES)
    }


def bound_fields(response: HttpResponse) -> Iterator[tuple[BaseForm, str, Any]]:
    """The fields with rows to choose of all forms a page was drawn with."""
    context: Any = getattr(response, "context", None) or []
    for layer in context:
        for part in getattr(layer, "dicts", [layer]):
            for form in part.values():
                if isinstance(form, BaseForm):
                    for name, field in form.fields.items():
                        if isinstance(field, CHOICES):
                            yield form, name, field


def colleagues(user: User) -> Any:
    """Who works in the stores of this person, or for the whole group."""
    stores = user.reach.stores_as(*ROLES)
    if not stores:
        return User.objects.all()
    works = Q(memberships__store__in=stores) | Q(memberships__store=None)
    return User.objects.filter(works)


def looked_at(user: User, field: Any, met: dict[tuple[int, str], set[int]]) -> set[int]:
    """What is beyond the reader in a field; a choice met on another page is not counted again."""
    try:
        key = (user.pk, str(field.queryset.query))
    except EmptyResultSet:
        return set()
    if key not in met:
        met[key] = beyond(user, field)
    return met[key]


def beyond(user: User, field: Any) -> set[int]:
    """Rows a field offers that are not this person's to see; colleagues are known by name."""
    model = field.queryset.model
    rows = colleagues(user) if model is User else model._default_manager.visible_to(user)
    offered = set(field.queryset.values_list("pk", flat=True))
    return offered - set(rows.filter(pk__in=offered).values_list("pk", flat=True))


def pages(floor: Floor) -> Iterator[tuple[User, Client, Address, str]]:
    """Every address that may carry a form, for one role of each scope it is opened in."""
    clients = {role: client_of(floor, role) for role in ROLES}
    for address in addresses().values():
        names_one = {"general_manager"} if address.name in NAMES_A_STORE else set()
        for role in {*one_per_scope(address), *names_one} if address.object != "health" else ():
            path = path_of(floor, address, role)
            yield floor.actor(role), clients[role], address, path
            if address.name == "exchange:new_export" and may_take_out(
                floor.actor(role), EVERYTHING
            ):
                yield floor.actor(role), clients[role], address, f"{path}?list={EVERYTHING}"
            if address.name in TICKED:
                tick = tick_of(floor, role)
                ticked = replace(address, body={"ticket": tick})
                yield floor.actor(role), clients[role], ticked, path


def tick_of(floor: Floor, role: str) -> str:
    """The box of a ticket of the queue, as its page names it."""
    ticket = floor.inside(role, "ticket", scope(addresses()["complaints:ticket"], role))
    return f"{ticket.public_id}:{ticket.version}"


@dataclass
class Opened:
    """A page as one role opened it: its fields with rows to choose of, and its forms as drawn."""

    user: User
    role: str
    address: Address
    path: str
    is_drawn: bool
    fields: list[tuple[BaseForm, str, Any]]
    forms: list[Drawn]


@pytest.fixture(scope="module")
def opened(_floor_once: Floor, _media_of_the_run: Path, django_db_blocker: Any) -> list[Opened]:
    """Each page, opened once for all tests of this module."""
    with (
        django_db_blocker.unblock(),
        time_machine.travel(NOW, tick=False),
        override_settings(MEDIA_ROOT=_media_of_the_run / "floor"),
    ):
        return list(read_pages(_floor_once))


def read_pages(floor: Floor) -> Iterator[Opened]:
    """Open the pages one after the other; what opening one wrote is undone."""
    roles = {floor.actor(role): role for role in ROLES}
    for user, client, address, path in pages(floor):
        answer = undone(client, client.get, path, address.body or None)
        whole = answer.status_code == 200 and not answer.streaming
        forms = forms_of(path, answer.content.decode()) if whole else []
        fields = list(bound_fields(answer))
        yield Opened(user, roles[user], address, path, whole, fields, forms)


def undone(client: Client, method: Callable[..., Any], path: str, sent: Any) -> Any:
    """What a request is answered, with its writing and its cookies taken back."""
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        answer = method(path, sent)
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer


def test_every_field_that_offers_rows_offers_the_readers_own(
    floor: Floor, opened: list[Opened]
) -> None:
    loose, seen, met = [], set(), {}
    clients = {role: client_of(floor, role) for role in ROLES}
    for page in opened:
        fields = page.fields
        # What can only be sent draws its form when it is refused; a page draws the same once more.
        if not fields and not page.is_drawn and page.address.name in posts():
            client = clients[page.role]
            fields = list(
                bound_fields(undone(client, client.post, page.path, page.address.body or None))
            )
        for form, name, field in fields:
            seen |= {(one.__name__, name) for one in type(form).__mro__}
            if rows := looked_at(page.user, field, met):
                loose.append(
                    f"{page.user.username} {page.path} {type(form).__name__}.{name}: {rows}"
                )
    assert loose == []
    assert choosing() - seen == set(), "no page showed these"


def test_a_field_that_offers_everything_would_be_found(floor: Floor) -> None:
    class Loose(forms.Form):
        card = forms.ModelChoiceField(Card.objects.all())

    assert beyond(floor.cast.lin, Loose().fields["card"])
    assert beyond(floor.cast.bai, Loose().fields["card"]) == set()


def test_no_field_begins_with_rows_before_it_knows_its_reader() -> None:
    """What stands at the class is shown to whoever forgets to narrow it: nothing."""
    loose = [
        f"{one.__name__}.{name}"
        for one in form_classes()
        for name, field in getattr(one, "declared_fields", {}).items()
        if isinstance(field, CHOICES) and not field.queryset.query.is_empty()
    ]
    assert loose == []


def test_forms_of_rows_name_each_field() -> None:
    rows = [one for one in form_classes() if issubclass(one, ModelForm) and hasattr(one, "Meta")]
    assert rows
    for one in rows:
        meta: Any = one._meta  # type: ignore[attr-defined]
        assert isinstance(meta.fields, list), one
        assert meta.exclude is None, one


def test_there_are_no_formsets_whose_rows_anybody_may_name() -> None:
    users = [
        path.name
        for room in OURS
        for path in (ROOT / room).rglob("*.py")
        if "formset" in path.read_text()
    ]
    assert users == []


# --- fields nobody asked for ---------------------------------------------------------------


def attempts() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action=ATTEMPT).order_by("id"))


def test_a_column_sent_along_changes_nothing_and_is_written_down(floor: Floor) -> None:
    card = floor.inside("salesperson", "card", "own")
    client = client_of(floor, "salesperson")
    path = f"/customers/{card.public_id}/level/"
    before = Card.objects.filter(pk=card.pk).values().get()
    sent = {"version": card.version, "level": "C"}
    answer = client.post(path, {**sent, "owner": floor.cast.zhou.pk, "state": "delivered"})
    assert answer.status_code in {302, 422}
    after = Card.objects.filter(pk=card.pk).values().get()
    assert (after["owner_id"], after["state"]) == (before["owner_id"], before["state"])
    event = attempts()[-1]
    assert event.actor == floor.actor("salesperson")
    assert event.after["fields"] == ["owner", "state"]
    assert event.subject_id == card.public_id


def test_nobody_floods_the_trail_with_attempts(floor: Floor) -> None:
    client = client_of(floor, "salesperson")
    for _try in range(40):
        client.post("/accounts/preferences/", {"language": "en", "is_active": "1"})
    assert len(attempts()) == 30


def drawn_forms(floor: Floor, opened: list[Opened]) -> Iterator[tuple[Client, str, Drawn]]:
    """Each form of the product as its page draws it, once for each place it is sent to."""
    met: set[tuple[str, str]] = set()
    clients = {role: client_of(floor, role) for role in ROLES}
    for page in opened:
        for one in page.forms:
            key = (page.role, resolve(one.action.partition("?")[0]).view_name)
            if key not in met:
                met.add(key)
                yield clients[page.role], page.path, one


# Until somebody has chosen, there is no row that another could have saved.
MAKES_ITS_ROW = "home:save_preferences"


def test_every_version_a_page_shows_is_sealed_for_its_reader_and_its_row(
    opened: list[Opened],
) -> None:
    """Wherever the form and its buttons send it, it opens; for anybody else it does not (D32)."""
    wrong, kept = [], set()
    for page in opened:
        for form in page.forms:
            shown = [(n, v) for n in (*FIELDS, *TICKS) for v in form.fields.get(n, []) if v]
            for name, value in shown:
                for path in (form.action, *form.elsewhere):
                    path = path.partition("?")[0]
                    if is_open(name, value, path, page.user.pk) is not True:
                        wrong.append(f"{page.path} → {path}: {name}={value}")
                    if is_open(name, value, path, 0) is True:
                        wrong.append(f"{page.path} → {path}: {name}={value} for anybody")
                    kept.add(resolve(path).view_name)
    assert not wrong, "; ".join(wrong)
    assert len(kept) > 60


def is_open(name: str, value: str, path: str, person: int) -> bool | None:
    """Whether a value is a version that opens; None where it is none, such as a card's own id."""
    if name in FIELDS:
        return plain(value, str(person), object_of(path)) != NEVER
    ticked = TICK.fullmatch(value)
    return plain_tick(value, str(person)) == value.rpartition(":")[0] if ticked else True


@pytest.mark.parametrize("how", ["older", "typed", "foreign"])
def test_a_form_drawn_before_somebody_else_saved_changes_nothing(
    floor: Floor, opened: list[Opened], how: str
) -> None:
    """Nor does one whose version was typed, or shown to somebody else."""
    kept, wrong = set(), []
    forms_drawn = list(drawn_forms(floor, opened))
    before = business_rows()
    for client, path, form in forms_drawn:
        name = resolve(form.action.partition("?")[0]).view_name
        if "version" not in form.fields or name == MAKES_ITS_ROW:
            continue
        number = form.fields["version"][0].partition(":")[0]
        foreign = f"{number}:{mark('0', object_of(form.action.partition('?')[0]), number)}"
        version = {"older": "1999999", "typed": number, "foreign": foreign}[how]
        cookies = copy.deepcopy(client.cookies)
        with transaction.atomic():
            typed = {"As-Typed": "yes"} if how != "older" else {}
            sent = form.fields | {"version": [version]}
            answer = client.post(form.action, sent, headers=typed)
            if answer.status_code not in {302, 409, 422} or business_rows() != before:
                wrong.append(f"{path} → {name}: {answer.status_code}")
            transaction.set_rollback(True)
        client.cookies = cookies
        kept.add(name)
    assert not wrong, "; ".join(wrong)
    assert len(kept) > 15


def business_rows() -> list[tuple[str, int, int]]:
    """What the versions of all rows add up to, and how many there are, table by table."""
    counted = models.PositiveIntegerField
    tables = [
        m._meta.db_table
        for m in apps.get_models()
        if any(f.name == "version" and isinstance(f, counted) for f in m._meta.local_fields)
    ]
    parts = [f"SELECT '{one}', COUNT(*), SUM(version) FROM {one}" for one in tables]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return sorted(cursor.fetchall())


def test_what_the_pages_draw_is_never_taken_for_an_attempt(
    floor: Floor, opened: list[Opened]
) -> None:
    sent, wrong = set(), []
    for client, path, form in drawn_forms(floor, opened):
        name = resolve(form.action.partition("?")[0]).view_name
        cookies = copy.deepcopy(client.cookies)
        with transaction.atomic():
            client.post(form.action, form.fields)
            wrong += [f"{path} → {name}: {one.after['fields']}" for one in attempts()]
            transaction.set_rollback(True)
        client.cookies = cookies
        sent.add(name)
    assert wrong == []
    assert len(sent) > 40
    assert {a.name for a in addresses().values()} >= PART_OF_A_FORM
