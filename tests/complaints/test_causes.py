"""What complaints are about: few causes make most of them, and every number opens (CP-27)."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
import time_machine

from complaints.models import Ticket
from complaints.pareto import pareto
from crm.ui.paretos import Column, pareto_chart
from crm.vehicles.models import Product
from tests.complaints.problems import browser, make_problem
from tests.people import NOW, Cast, local, make_card, make_cast


@pytest.mark.parametrize(
    ("counts", "lines"),
    [
        ({}, []),
        ({"a": 0}, []),
        ({"a": 1}, [("a", 1, 1, True)]),
        ({"a": 1, "b": 8, "c": 1}, [("b", 8, 8, True), ("a", 1, 9, False), ("c", 1, 10, False)]),
        ({"b": 2, "a": 2}, [("a", 2, 2, True), ("b", 2, 4, True)]),
    ],
)
def test_the_vital_few_make_four_of_five(counts: dict[str, int], lines: list[tuple]) -> None:
    found = [(one.key, one.count, one.upto, one.vital) for one in pareto(counts)]
    assert found == lines


def test_the_chart_says_what_it_shows_and_escapes_what_people_wrote() -> None:
    drawn = pareto_chart(
        [Column("<b>", 3, 75.0, strong=True), Column("x", 1, 100.0)], finding="'\""
    )
    assert drawn.count("<rect") == 2
    assert "<b>" not in drawn
    assert 'role="img" aria-label="&#x27;&quot;"' in drawn
    assert pareto_chart([], finding="").count("<rect") == 0


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def floor(cast: Cast) -> Cast:
    """Four tickets in March, one in February; one more merged away, one of last year."""
    car = Product.objects.create(code="S7", name="青岚 S7", created_at=NOW)
    card = make_card(cast.lin, "张伟", product=car)
    other = make_card(cast.lin, "赵敏")
    for customer, fields in (
        (card, {"subcategory": "technical.charging"}),
        (card, {"subcategory": "technical.charging"}),
        (other, {}),
        (other, {"category": "delivery", "kind": "complaint", "lead_department": None}),
        (other, {"reported_at": local("2026-02-28 23:59")}),
        (card, {"state": "merged"}),
        (card, {"reported_at": local("2025-03-31 23:59")}),
        (card, {"kind": "help"}),
    ):
        ticket = make_problem(cast, card=customer)
        Ticket.objects.filter(pk=ticket.pk).update(**fields)
    return cast


def links_of(page, name: str = "complaints/causes/tickets/") -> list[tuple[str, int]]:
    """Every cause on the page: its address and the number beside it."""
    body = page.content.decode()
    found = re.findall(rf'href="/{name}\?([^"]*)">[^<]*</a></th><td class="num">(\d+)', body)
    return [(unquote(query.replace("&amp;", "&")), int(count)) for query, count in found]


@pytest.mark.parametrize(
    ("query", "counts"),
    [
        ("", [2, 2, 1]),
        ("month=2026-03", [2, 1, 1]),
        ("month=2026-02", [1]),
        ("month=2025-03&model=nothing", [2, 2, 1]),
        ("month=2026-13%00&cause=technical.charging", [2, 2, 1]),
    ],
)
def test_each_cause_opens_as_many_tickets_as_it_says(
    floor: Cast, query: str, counts: list[int]
) -> None:
    client = browser(floor.xu)
    page = client.get(f"/complaints/causes/?{query}")
    links = links_of(page)
    assert [count for _query, count in links] == counts
    for link, count in links:
        behind = client.get(f"/complaints/causes/tickets/?{link}")
        assert len(behind.context["rows"]) == behind.context["page"].paginator.count == count
    whole = client.get("/complaints/causes/tickets/", page.context["asked"].values)
    assert page.context["total"] == sum(counts)
    assert whole.status_code == 200


def test_months_models_and_departments_count_what_they_narrow_to(floor: Cast) -> None:
    client = browser(floor.shen)
    page = client.get("/complaints/causes/")
    parts = ("months", "models", "departments")
    shown = [part for name in parts for part in page.context[name] if part.count]
    assert [(part.name, part.count) for part in shown] == [
        ("2026-03", 4), ("2026-02", 1), ("青岚 S7", 2), (floor.technical.name, 4),
    ]  # fmt: skip
    for part in shown:
        narrowed = client.get(f"/complaints/causes/?{part.link}")
        assert narrowed.context["total"] == part.count
        on = [one for name in parts for one in narrowed.context[name] if one.is_on]
        assert [one.name for one in on] == [part.name]
        assert on[0].link == ""  # a second tap takes it off


def test_another_store_and_sales_learn_nothing_of_it(floor: Cast) -> None:
    assert browser(floor.lin).get("/complaints/causes/").status_code == 403
    assert browser(floor.bai).get("/complaints/causes/").context["total"] == 5
    ticket = Ticket.objects.filter(subcategory="technical.charging").first()
    Ticket.objects.filter(pk=ticket.pk).update(about=floor.xu)
    assert browser(floor.xu).get("/complaints/causes/").context["total"] == 4
