"""Reports about customers from one source or of one model: whatever they count, they open."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from crm.customers.models import Card, Source
from crm.exchange.queues.columns import Asked as AskedFile
from crm.exchange.queues.listings import LISTS
from crm.orders.models import Order
from crm.people import roles
from crm.reception.models import ReceptionEntry
from crm.records.kpis import By, Scope
from crm.reports.board import read
from crm.reports.kpis import SHOWN
from crm.reports.models import ReportView
from crm.reports.queues.asked import UNKNOWN_SOURCE, Narrowed, source_name
from crm.reports.queues.choices import Choice
from crm.reports.queues.saved_views import PAGES
from crm.reports.weekly.view_mail import enclosed
from crm.vehicles.models import Product
from tests import people
from tests.people import NOW, Cast, local, make_user
from tests.reports import plain_kpis
from tests.reports.conftest import SignIn
from tests.reports.floor import load_floor
from tests.reports.test_report_views import FIRST_WEEK, figures_in, lose
from tests.reports.test_rows import ONE_OF_EACH, agree, asked_by
from tests.reports.test_sample import SAMPLE

CODES = (Source.WALK_IN, Source.REFERRAL, "")
WEEK = {"period": "own", "first": "2026-03-02", "last": "2026-03-08"}
# The one that has waited longest is another one for each source.
NO_SUM = ("oldest_open_hours",)


def sources_and_models(cars: list[Product]) -> None:
    """Every customer of the sample floor has one of three sources and one of two models."""
    for number, pk in enumerate(Card.objects.order_by("pk").values_list("pk", flat=True)):
        said: Any = {"source": CODES[number % 3], "product": cars[number % 2]}
        Card.objects.filter(pk=pk).update(**said)
        for model in (Order, ReceptionEntry):
            model.objects.filter(card=pk).update(product=cars[number % 2])
    if (
        connection.vendor == "postgresql"
    ):  # as in a running house, whose tables are not thought empty
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def of_source(code: str) -> Narrowed:
    return Narrowed(f"source-{code or UNKNOWN_SOURCE}", source_name(code), Scope(By.SOURCE, code))


@pytest.mark.django_db
def test_every_figure_of_a_source_and_a_model_opens_exactly_its_rows(
    subtests: pytest.Subtests,
) -> None:
    load_floor(plain_kpis.read_zip(SAMPLE / "floor.zip"))
    cars = [people.make_product(), people.make_product("青岚 S9")]
    sources_and_models(cars)
    bai = make_user("bai", "白总", roles.GENERAL_MANAGER)
    whole = asked_by(bai, Choice("", "", Scope()))
    of_car = Narrowed(f"model-{cars[0].public_id}", cars[0].name, Scope(By.MODEL, cars[0].pk))
    narrow = {code: replace(whole, filters=(of_source(code),)) for code in CODES}
    both = replace(whole, filters=(of_source(Source.WALK_IN), of_car))
    keys = (*SHOWN, *ONE_OF_EACH)
    counted = 0
    for key in keys:
        with subtests.test(key=key):
            counted += agree(both, key).denominator > 0
    assert counted > len(keys) / 2
    asked = [(key, one.question()) for key in keys for one in (whole, *narrow.values())]
    answers = [answer.number() for answer in read(asked)]
    for at, key in enumerate(keys):
        total, *parts = answers[4 * at : 4 * at + 4]
        if key not in NO_SUM:
            assert sum(one.denominator for one in parts) == total.denominator, key
            assert sum(one.numerator or 0 for one in parts) == (total.numerator or 0), key


def a_week_of_two_sources(cast: Cast) -> dict[str, str]:
    """Two customers of Lin's, one lost; the address of those who walked in for the S7."""
    s7, s9 = people.make_product(), people.make_product("青岚 S9")
    for source, car, tries in (("walk_in", s7, 2), ("referral", s9, 3), ("walk_in", s9, 1)):
        opened = local("2026-03-02 09:00")
        card = people.make_card(cast.lin, source=source, product=car, opened_at=opened)
        for at in range(tries):
            people.make_contact(card, local(f"2026-03-03 1{at}:00"))
        people.make_order(card, local("2026-03-05 10:00"), product=car)
        done = {"state": "completed", "completed_at": local("2026-03-06 10:00"), "satisfaction": 5}
        people.make_visit(card, dt.date(2026, 3, 6), assignee=cast.wu, **done)
        people.make_ticket(card, local("2026-03-07 10:00"), responsible=cast.lin)
        gone = lose(cast.lin, "失联", name=f"走{tries}")
        Card.objects.filter(pk=gone.pk).update(source=source, product=car)
    return {"of_source": "walk_in", "of_model": s7.public_id}


@pytest.mark.parametrize("report", sorted(PAGES))
def test_every_number_of_a_filtered_report_opens_its_rows(
    cast: Cast, sign_in: SignIn, report: str
) -> None:
    chosen = a_week_of_two_sources(cast)
    bai = sign_in(cast.bai)
    page = bai.get(reverse(PAGES[report]), {**WEEK, **chosen})
    shown = list(figures_in(page.context["report" if report == "lost" else "page"]))
    links = {one.href: one.number for one in shown if one.href and one.number.denominator}
    assert report == "lost" or links
    for href, number in links.items():
        found = bai.get(href).context["found"]
        assert (found.count, found.hidden) == (number.denominator, 0), href
    wide = bai.get(reverse(PAGES[report]), WEEK)
    assert lines_of(report, cast, WEEK) != lines_of(report, cast, {**WEEK, **chosen})
    for name, value in chosen.items():
        assert f'<option value="{value}" selected>' in page.content.decode()
        assert f'<input type="hidden" name="{name}" value="{value}">' in page.content.decode()
        assert f'<option value="{value}" selected>' not in wide.content.decode()
    assert f"· {Source.WALK_IN.label} · 青岚 S7" in page.content.decode()


def lines_of(report: str, cast: Cast, query: dict[str, str]) -> list[list[Any]]:
    """What the file of a report says."""
    told = AskedFile(cast.bai, {**query, "report": report}, NOW)
    return [line[1:] for line in LISTS["report"].lines(told, 900)]


def test_the_lost_of_one_source_are_listed_alone(cast: Cast, sign_in: SignIn) -> None:
    chosen = a_week_of_two_sources(cast)
    bai = sign_in(cast.bai)
    page = bai.get(reverse("reports:lost_report"), {**WEEK, "of_source": "walk_in"})
    report, cards = page.context["report"], page.context["cards"]
    assert (report.count, cards.paginator.count) == (2, 2)
    assert [line.count for line in report.tables[0].lines] == [2]
    one = bai.get(reverse("reports:lost_report"), {**WEEK, **chosen, "reason": "失联"})
    assert [line.name for line in one.context["lines"]] == ["走2"]
    assert one.context["report"].picked == "失联"


def test_a_view_keeps_its_filters_in_its_page_its_file_and_its_mail(
    cast: Cast, sign_in: SignIn
) -> None:
    chosen = a_week_of_two_sources(cast)
    bai = sign_in(cast.bai)
    told = {"report": "effect", "query": urlencode({**WEEK, **chosen}), "name": "到店的 S7"}
    assert bai.post(reverse("reports:save_view"), told).status_code == 302
    view = ReportView.objects.get()
    opened = bai.get(reverse("reports:open_view", args=[view.public_id]), follow=True)
    tries = next(one for one in opened.context["page"].total.figures if one.key == "connect_rate")
    assert tries.number.denominator == 2
    assert f"of_source=walk_in&amp;of_model={chosen['of_model']}" in opened.content.decode()
    lines = lines_of("effect", cast, {**WEEK, **chosen})
    assert ["接通率", "100.0%", 2, 2] in [line[1:] for line in lines]
    letter = enclosed(view.public_id, cast.bai, NOW).html
    assert f"· {Source.WALK_IN.label} · 青岚 S7" in letter
    assert "2 / 2" in letter
    assert "6 / 6" not in letter


@pytest.mark.parametrize(
    "address",
    [f"{FIRST_WEEK}&of_source=moon", f"{FIRST_WEEK}&of_model=none", f"{FIRST_WEEK}&of_model=%00"],
)
def test_a_source_or_model_there_is_none_of_is_not_found(
    cast: Cast, sign_in: SignIn, address: str
) -> None:
    assert sign_in(cast.shen).get(f"{reverse('reports:effect')}{address}").status_code == 404


def test_contacts_open_by_the_source_and_the_model_of_their_customer(
    cast: Cast, sign_in: SignIn
) -> None:
    chosen = a_week_of_two_sources(cast)
    shen = sign_in(cast.shen)

    def count(of: str, client: Client = shen) -> int:
        query = {**WEEK, "kpi": "connect_rate", "of": of}
        found: int = client.get(reverse("reports:rows"), query).context["found"].count
        return found

    assert count("source-walk_in") == 3
    assert count(f"model-{chosen['of_model']}") == 2
    assert count(f"source-{UNKNOWN_SOURCE}") == 0
