"""The auditor's page: who may read it, what it finds, how it pages, what it says and costs."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.people.models import Delegation, User
from crm.records.audit import reading, record, seal_trail
from crm.records.models import AuditEvent
from tests import people
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db
TRAIL, SIGN_INS = "records:trail", "records:sign_ins"


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def cast(clock: Any) -> Cast:
    return people.make_cast()


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(user: User, name: str = TRAIL, language: str = "en", **query: str) -> HttpResponse:
    client = client_of(user)
    return client.get(reverse(name), query, headers={"Accept-Language": language})


def actions_on(answer: Any) -> list[str]:
    return [line.event.action for line in answer.context["lines"]]


def test_privacy_officer_and_general_manager_read_it_and_nobody_else(cast: Cast) -> None:
    assert page(cast.pan).status_code == 200
    assert page(cast.bai).status_code == 200
    for user in (cast.adele, cast.shen, cast.vera, cast.xu, cast.lin):
        assert page(user).status_code == 403


def test_the_administrator_reads_how_accounts_were_used_and_no_row(cast: Cast) -> None:
    card = people.make_card(cast.lin)
    record("customers.change_level", by=cast.lin, obj=card, after={"level": "H"}, at=NOW)
    record("people.refuse_sign_in", by=None, obj=cast.lin, at=NOW)
    answer = page(cast.adele, SIGN_INS)
    assert answer.status_code == 200
    assert set(actions_on(answer)) <= {"people.sign_in", "people.refuse_sign_in"}
    assert "people.refuse_sign_in" in actions_on(answer)
    assert card.card_no not in answer.content.decode()
    refused = next(line for line in answer.context["lines"] if line.event.actor is None)
    assert refused.name == cast.lin.name, "whose account it was"
    assert f">User {cast.lin.name}</a>" in answer.content.decode()
    assert page(cast.lin, SIGN_INS).status_code == 403


def test_the_menu_leads_there_only_who_may_read_it(cast: Cast) -> None:
    trail, sign_ins = reverse(TRAIL), reverse(SIGN_INS)
    for user, seen in (
        (cast.pan, (True, False)),
        (cast.bai, (True, False)),
        (cast.adele, (False, True)),
        (cast.shen, (False, False)),
        (cast.lin, (False, False)),
    ):
        shell = client_of(user).get(reverse("home:my_settings")).content.decode()
        assert (f'href="{trail}"' in shell, f'href="{sign_ins}"' in shell) == seen, user


@pytest.fixture
def events(cast: Cast) -> dict[str, AuditEvent]:
    card = people.make_card(cast.lin)
    other = people.make_card(cast.zhou, name="王芳")
    week = NOW - dt.timedelta(days=7)
    return {
        "level": record(
            "customers.change_level",
            by=cast.lin,
            obj=card,
            before={"level": "A"},
            after={"level": "H"},
            at=NOW,
        ),
        "needs": record("customers.update_needs", by=cast.zhou, obj=other, at=week),
        "reveal": record(
            "customers.reveal_phone", by=cast.wu, obj=card, after={"reason": "回电"}, at=week
        ),
        "export": record("exchange.export_workbook", by=cast.shen, after={"rows": 7}, at=NOW),
        "role": record(
            "people.grant_role",
            by=cast.adele,
            obj=cast.lin,
            after={"role": "salesperson", "store": cast.pudong.pk, "granted_alone": True},
            at=NOW,
        ),
        "old": record("customers.update_needs", by=cast.lin, obj=card, at=dt_days_ago(40)),
    }


def dt_days_ago(days: int) -> dt.datetime:
    return NOW - dt.timedelta(days=days)


def found(answer: Any, events: dict[str, AuditEvent]) -> set[str]:
    """Which of the named events a page shows."""
    shown = {line.event.pk for line in answer.context["lines"]}
    return {name for name, event in events.items() if event.pk in shown}


def test_each_filter_keeps_what_it_says(cast: Cast, events: dict[str, AuditEvent]) -> None:
    recent = set(events) - {"old"}
    card = AuditEvent.objects.get(pk=events["level"].pk).subject_id
    queries: list[tuple[dict[str, str], set[str]]] = [
        ({}, recent),
        ({"from": ""}, set(events)),
        ({"from": "2026-03-12"}, {"level", "export", "role"}),
        ({"from": "", "to": "2026-03-11"}, {"needs", "reveal", "old"}),
        ({"who": "林晓"}, {"level"}),
        ({"who": "zhou"}, {"needs"}),
        ({"who": "nobody at all"}, set()),
        ({"room": "customers"}, {"level", "needs", "reveal"}),
        ({"room": "exchange"}, {"export"}),
        ({"action": "customers.update_needs", "from": ""}, {"needs", "old"}),
        ({"show": "phones"}, {"reveal"}),
        ({"show": "exports"}, {"export"}),
        ({"show": "roles"}, {"role"}),
        ({"about": card}, {"level", "reveal"}),
        ({"about": f"/customers/{card}/"}, {"level", "reveal"}),
        ({"about": "lin"}, {"role"}),
        ({"about": "no such number"}, set()),
        ({"room": "customers", "who": "wu", "about": card}, {"reveal"}),
    ]
    for query, wanted in queries:
        assert found(page(cast.pan, **query), events) == wanted, query


def test_an_object_is_found_by_the_number_on_paper(
    cast: Cast, events: dict[str, AuditEvent]
) -> None:
    card = people.make_card(cast.lin, card_no="KH-2026-0815")
    event = record("customers.change_level", by=cast.lin, obj=card, at=NOW)
    answer = page(cast.pan, about="KH-2026-0815")
    assert [line.event.pk for line in answer.context["lines"]] == [event.pk]
    assert "KH-2026-0815" in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {"from": "x", "to": "0001-01-01", "before": "x", "after": "9" * 40},
        {"before": f"{'9' * 16}-1", "after": ""},
        {"before": f"1-{'9' * 18}"},
        {"after": f"{'9' * 16}-{'9' * 18}"},
        {"who": "\0", "about": "\0" * 99, "room": "x", "action": "x", "show": "x"},
        {"about": "客" * 5000, "who": "%_\\"},
        {"from": "9999-12-31", "to": "2100-12-31"},
    ],
)
def test_no_address_breaks_it(cast: Cast, query: dict[str, str]) -> None:
    assert page(cast.pan, **query).status_code == 200


def test_before_and_after_are_told_in_each_language(
    cast: Cast, events: dict[str, AuditEvent]
) -> None:
    told = {"en": "Intent level changed", "zh-hans": "意向级别", "zh-hant": "意向級別"}
    for language, words in told.items():
        text = page(cast.pan, language=language).content.decode()
        assert words in text
        assert ">A</del>" in text.replace("\n", "")
    english = page(cast.pan, show="roles").content.decode()
    assert "Salesperson" in english, "a role by its name, not its key"
    assert cast.pudong.name in english, "a store by its name, not its key"
    assert "Granted alone" in english


def test_a_deputy_is_shown_with_whom_they_act_for(cast: Cast) -> None:
    card = people.make_card(cast.lin)
    today = NOW.date()
    Delegation.objects.create(user=cast.lin, deputy=cast.zhou, starts_on=today, ends_on=today)
    record("customers.update_needs", by=cast.zhou, obj=card, at=NOW)
    assert "for 林晓彤" in page(cast.pan).content.decode()


def test_pages_neither_repeat_nor_leave_out(cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr(reading, "PAGE", 4)
    for number in range(11):
        moment = NOW - dt.timedelta(minutes=number // 3)  # several share one moment
        record("people.sign_out", by=cast.lin, obj=cast.lin, after={"n": number}, at=moment)
    client, address = client_of(cast.pan), f"{reverse(TRAIL)}?action=people.sign_out"
    forward, seen, back = [], [], []
    while address:
        answer = client.get(address)
        forward.append([line.event.pk for line in answer.context["lines"]])
        last, address = answer, answer.context["older"] and reverse(TRAIL) + answer.context["older"]
    seen = [pk for some in forward for pk in some]
    in_order = AuditEvent.objects.filter(action="people.sign_out").order_by("-at", "-id")
    assert seen == list(in_order.values_list("pk", flat=True))
    assert [len(some) for some in forward] == [4, 4, 3]
    while last.context["newer"]:
        last = client.get(reverse(TRAIL) + last.context["newer"])
        back.append([line.event.pk for line in last.context["lines"]])
    assert back == forward[-2::-1]


def test_filters_stay_on_the_way_to_older_pages(cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr(reading, "PAGE", 1)
    for _ in range(3):
        record("people.sign_out", by=cast.lin, obj=cast.lin, at=NOW)
    older = page(cast.pan, action="people.sign_out", who="lin", **{"from": ""}).context["older"]
    query = parse_qs(urlsplit(older).query, keep_blank_values=True)
    assert (query["action"], query["who"], query["from"]) == (["people.sign_out"], ["lin"], [""])


def test_reading_it_is_written_down_once_per_search(cast: Cast, clock: Any) -> None:
    for query in ({}, {}, {"who": "lin"}, {"who": "lin"}):
        page(cast.bai, **query)
    notes = AuditEvent.objects.filter(action=reading.READ).order_by("id")
    assert [note.after for note in notes] == [{}, {"filters": {"who": "lin"}}]
    assert {note.actor for note in notes} == {cast.bai}
    clock.shift(dt.timedelta(minutes=11))
    page(cast.bai)
    assert len(notes.all()) == 3


def test_the_notes_of_reading_cannot_flood_it(cast: Cast) -> None:
    for number in range(reading.READINGS_LISTED + 5):
        page(cast.bai, who=f"somebody{number}")
    assert AuditEvent.objects.filter(action=reading.READ).count() == reading.READINGS_LISTED


def test_the_page_says_how_far_the_trail_is_sealed(cast: Cast, clock: Any) -> None:
    record("people.sign_out", by=cast.lin, obj=cast.lin, at=NOW)
    text = page(cast.pan).content.decode()
    assert "Nothing is sealed yet" in text
    assert "Not sealed yet" in text
    seal_trail()
    answer = page(cast.pan)
    assert "Sealed up to number" in answer.content.decode()
    assert answer.context["seal"].head in answer.content.decode()
    assert not answer.context["seal"].is_late
    clock.shift(dt.timedelta(minutes=6))
    assert "Is the worker running?" in page(cast.pan).content.decode()


def test_the_page_costs_the_same_with_one_event_and_with_fifty(cast: Cast) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse(TRAIL), query).status_code == 200
        return len(found)

    client = client_of(cast.pan)
    filtered = {"who": "l", "about": "lin", "room": "people", "show": "roles", "from": ""}
    for query in ({}, filtered):
        record("people.sign_out", by=cast.lin, obj=cast.lin, at=NOW)
        client.get(reverse(TRAIL), query)
        few = cost()
        for number in range(60):
            card = people.make_card(cast.lin, f"客户{number}")
            plan = people.make_plan(card)
            order = people.make_order(card, NOW)
            for row in (card, plan, order, cast.zhou, cast.pudong):
                facts = {"owner": cast.lin.public_id, "store": cast.pudong.pk}
                record("customers.hand_over", by=cast.chen, obj=row, after=facts, at=NOW)
        seal_trail()
        assert cost() == few
        assert few <= 15


def test_nothing_on_the_page_counts_the_trail(cast: Cast) -> None:
    client = client_of(cast.pan)
    with CaptureQueriesContext(connection) as statements:
        client.get(reverse(TRAIL))
    of_trail = [one["sql"] for one in statements if "records_auditevent" in one["sql"]]
    assert of_trail
    assert not [sql for sql in of_trail if "COUNT(" in sql.upper()]


def test_the_export_stands_on_the_page_of_who_may_take_it_out(cast: Cast) -> None:
    address = reverse("records:export_trail")
    assert address in page(cast.pan).content.decode()
    assert address not in page(cast.bai).content.decode()
