"""Reports of follow-up and of the lost, and the views somebody keeps of them (RP-11, RP-13)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from django.core import mail
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from crm.customers.models import Card
from crm.exchange.queues.columns import Asked
from crm.exchange.queues.listings import LISTS
from crm.notices.models import Delivery, Notice
from crm.people.models import Membership, User
from crm.records.periods import Period
from crm.reports import due
from crm.reports.actions.saved_views import tell_views
from crm.reports.models import ReportView
from crm.reports.queues.asked import Asked as PageAsked
from crm.reports.queues.lost import NONE, OTHERS
from crm.reports.queues.saved_views import PAGES
from crm.reports.queues.tiles import Shown
from crm.reports.weekly.figures import lost_by_reason
from tests import people
from tests.people import NOW, SHANGHAI, Cast, local
from tests.reports.conftest import SignIn
from tests.reports.test_period_reports import MAIL, a_busy_week, send

EFFECT, LOST = reverse("reports:effect"), reverse("reports:lost_report")
FIRST_WEEK = "?period=own&first=2026-03-02&last=2026-03-08"
MONDAY = local("2026-03-16 07:02")


def lose(owner: User, reason: str, day: str = "2026-03-04 10:00", name: str = "赵败") -> Card:
    when = local(day)
    told = {"state": "lost", "lost_at": when, "lost_reason": reason}
    return people.make_card(owner, name, opened_at=when - dt.timedelta(days=9), **told)


def kept(client: Client, report: str = "lost", query: str = "period=week") -> ReportView:
    told = {"report": report, "query": query, "name": "每周战败"}
    assert client.post(reverse("reports:save_view"), told).status_code == 302
    return ReportView.objects.get()


def scheduled(client: Client, view: ReportView, **more: str) -> None:
    told = {"name": view.name, "weekday": "0", "version": str(view.version), **more}
    address = reverse("reports:change_view", args=[view.public_id])
    assert client.post(address, told).status_code == 302


def test_the_lost_are_counted_by_reason_and_a_reason_opens_its_cards(
    cast: Cast, sign_in: SignIn
) -> None:
    lose(cast.lin, "购买竞品")
    lose(cast.zhou, "购买竞品", name="钱走")
    lose(cast.lin, "预算不足", name="孙缓")
    lose(cast.otto, "失联", name="外店人")
    lose(cast.lin, "失联", "2026-02-20 10:00", name="李早")
    shen = sign_in(cast.shen)
    page = shen.get(f"{LOST}{FIRST_WEEK}").content.decode()
    assert "战败 3 位" in page
    assert all(name in page for name in ("赵败", "钱走", "孙缓"))
    assert "外店人" not in page
    assert "李早" not in page
    one = shen.get(f"{LOST}{FIRST_WEEK}&reason=预算不足").content.decode()
    assert "孙缓" in one
    assert "钱走" not in one
    week = Period(dt.date(2026, 3, 2), dt.date(2026, 3, 8), SHANGHAI)
    frozen = lost_by_reason(cast.pudong.pk, week)
    assert frozen == [{"reason": "购买竞品", "count": 2}, {"reason": "预算不足", "count": 1}]


def test_a_reason_is_told_in_words_wherever_it_stands(cast: Cast, sign_in: SignIn) -> None:
    lose(cast.lin, "out_of_contact")
    lose(cast.zhou, "自己写的原因")
    lose(cast.zhou, "", name="无因")
    shen = sign_in(cast.shen)
    page = shen.get(f"{LOST}{FIRST_WEEK}")
    reasons = {line.label: line.key for line in page.context["report"].tables[0].lines}
    assert reasons == {"失联": "out_of_contact", "自己写的原因": "自己写的原因", "未填原因": NONE}
    assert "out_of_contact" not in re.sub(r'href="[^"]*"', "", page.content.decode())
    one = shen.get(f"{LOST}{FIRST_WEEK}&reason=out_of_contact")
    assert "· 失联</h2>" in one.content.decode()
    assert [line.reason for line in one.context["lines"]] == ["失联"]
    query = {"period": "own", "first": "2026-03-02", "last": "2026-03-08", "report": "lost"}
    file = list(LISTS["report"].lines(Asked(cast.shen, query, NOW), 900))
    assert {line[1] for line in file if line[0] == "按原因"} == set(reasons)
    shen.post(reverse("people:choose_language"), {"language": "en"})
    told = shen.get(f"{LOST}{FIRST_WEEK}").context["report"].tables[0].lines
    assert {line.label for line in told} == {"Out of contact", "自己写的原因", "No reason given"}


def test_every_line_of_the_lost_opens_as_many_cards_as_it_counts(
    cast: Cast, sign_in: SignIn
) -> None:
    car = people.make_product()
    for number in range(18):
        Card.objects.filter(pk=lose(cast.lin, f"原因{number:02d}").pk).update(product=car)
    told: dict[str, Any] = {"lost_reason": "", "source": "", "level": "", "owner": None}
    Card.objects.filter(pk=lose(cast.zhou, "").pk).update(**told)
    shen = sign_in(cast.shen)
    tables = shen.get(f"{LOST}{FIRST_WEEK}").context["report"].tables
    assert [table.name for table in tables] == [
        "reason",
        "to",
        "person",
        "source",
        "level",
        "model",
    ]
    others = tables[0].lines[-1]
    assert (others.key, others.count) == (OTHERS, 4)
    for table in tables:
        assert sum(line.count for line in table.lines) == 19
        for line in table.lines:
            query = f"{FIRST_WEEK}&{urlencode({table.name: line.key})}"
            page = shen.get(f"{LOST}{query}")
            assert page.context["cards"].paginator.count == line.count, (table.name, line)
            assert f"· {line.label}</h2>" in page.content.decode()
    page = shen.get(f"{LOST}{FIRST_WEEK}&person={cast.ma.public_id}&level=%00x")
    assert page.context["cards"].paginator.count == 0


def test_marketing_opens_nobodys_lost(cast: Cast, sign_in: SignIn) -> None:
    lose(cast.lin, "失联")
    mona = sign_in(cast.mona)
    names = [table.name for table in mona.get(f"{LOST}{FIRST_WEEK}").context["report"].tables]
    assert "person" not in names
    told = f"{LOST}{FIRST_WEEK}&person={cast.lin.public_id}"
    assert mona.get(told).status_code == 404


def test_a_salesperson_reads_their_own_effect_and_their_own_lost(
    cast: Cast, sign_in: SignIn
) -> None:
    a_busy_week(cast)
    lose(cast.zhou, "失联", name="钱走")
    lin = sign_in(cast.lin)
    page = lin.get(f"{EFFECT}{FIRST_WEEK}").content.decode()
    assert cast.lin.name in page
    assert cast.zhou.name not in page
    assert "2 / 3" in page  # two of three answered
    assert "钱走" not in lin.get(f"{LOST}{FIRST_WEEK}").content.decode()


def test_the_file_of_a_report_holds_what_its_page_shows(cast: Cast, sign_in: SignIn) -> None:
    a_busy_week(cast)
    lose(cast.lin, "失联")
    query = {"period": "own", "first": "2026-03-02", "last": "2026-03-08"}
    lose(cast.lin, "失联", day="2026-02-25 10:00", name="钱早")
    for day, reached in (("2026-02-24", 1), ("2026-03-03", 3)):
        for at in range(3):
            card = people.make_card(cast.lin, source="walk_in", opened_at=local(f"{day} 09:00"))
            outcome = "reached" if at < reached else "no_answer"
            people.make_contact(card, local(f"{day} 1{at}:00"), outcome=outcome)
    done_at = {"state": "completed", "completed_at": local("2026-03-03 10:00"), "satisfaction": 5}
    visit = people.make_visit(people.make_card(cast.lin), dt.date(2026, 3, 3), **done_at)
    people.make_finding(visit)
    shen = sign_in(cast.shen)
    files = {}
    for report, page in PAGES.items():
        lines = list(LISTS["report"].lines(Asked(cast.shen, {**query, "report": report}, NOW), 900))
        files[report] = [line[1:] for line in lines]
        found = shen.get(reverse(page), query).context
        shown = list(figures_in(found["report" if report == "lost" else "page"]))
        assert len(shown) >= 3, report
        missing = [
            one.key
            for one in shown
            if [str(one.kpi.name), one.words, one.number.numerator, one.number.denominator]
            not in [line[2:] for line in lines]
        ]
        assert not missing, report
    assert ["失联", "战败客户", "1", 1, 1] in files["lost"]
    assert [cast.pudong.name, "战败客户，上一期", "1", None, 1] in files["lost"]
    page = shen.get(EFFECT, query).context["page"]
    ways = [(line.label, way) for line in page.lines for way in line.ways if way and way.change]
    assert ways
    for name, way in ways:
        figure = f"{way.kpi.name} · 变化"
        assert [name, figure, way.change_words, None, None] in files["effect"]
    page = shen.get(reverse("reports:origins"), query).context["page"]
    for line in page.sources:
        ended = [line.label, "建卡到下订", line.sold]
        assert ended in [one[:3] for one in files["sources"]]


def figures_in(page: Any) -> Iterator[Shown]:
    """Every figure a page shows, wherever it stands on it; the ways to it aside."""
    if isinstance(page, Shown):
        yield page
    elif isinstance(page, list):
        for one in page:
            yield from figures_in(one)
    elif is_dataclass(page) and not isinstance(page, PageAsked):
        for field in fields(page):
            if field.name != "ways":
                yield from figures_in(getattr(page, field.name))


@pytest.mark.parametrize("report", sorted(PAGES))
def test_the_file_of_a_bare_page_is_of_the_days_its_page_shows(
    cast: Cast, sign_in: SignIn, report: str
) -> None:
    a_busy_week(cast)
    lose(cast.lin, "失联", "2026-02-20 10:00")
    page = sign_in(cast.shen).get(reverse(PAGES[report]))
    shown = page.context["asked"].period
    assert f"/exports/new/?list=report&amp;report={report}" in page.content.decode()
    said = {"period": "own", "first": str(shown.first), "last": str(shown.last)}
    bare, told = (
        list(LISTS["report"].lines(Asked(cast.shen, {**query, "report": report}, NOW), 500))
        for query in ({}, said)
    )
    assert bare == told
    if report == "lost":
        assert ["按原因", "失联", "战败客户", "1", 1, 1] in bare


@pytest.mark.parametrize("page", ["reports:visit_rows", "reports:complaint_rows"])
def test_rows_nobody_asked_a_period_of_are_taken_out_as_shown(
    cast: Cast, sign_in: SignIn, page: str
) -> None:
    client = sign_in(cast.shen)
    answer = client.get(reverse(page))
    links = re.findall(r'"/exports/new/\?([^"]*list=figure[^"]*)"', answer.content.decode())
    told = QueryDict(links[0].replace("&amp;", "&"))
    found = answer.context["found"]
    assert (told["period"], told["kpi"]) == (answer.context["asked"].kind, found.shown.key)


def test_a_view_is_kept_once_with_its_filters_and_nothing_else(cast: Cast, sign_in: SignIn) -> None:
    shen = sign_in(cast.shen)
    query = f"period=week&who=person-{cast.lin.public_id}&page=3&evil=1"
    told = {"report": "effect", "query": query, "name": "林的一周", "request_id": "v" * 22}
    for _press in range(2):
        assert shen.post(reverse("reports:save_view"), told).status_code == 302
    view = ReportView.objects.get()
    assert view.query == f"period=week&who=person-{cast.lin.public_id}"
    opened = shen.get(reverse("reports:open_view", args=[view.public_id]))
    assert opened.headers["Location"] == f"{EFFECT}?{view.query}"
    again = shen.post(reverse("reports:save_view"), {**told, "request_id": "w" * 22})
    assert again.status_code == 422
    assert "同名" in again.content.decode()
    address = reverse("reports:open_view", args=[view.public_id])
    assert sign_in(cast.bai).get(address).status_code == 404
    assert sign_in(cast.wu).get(reverse("reports:reports")).status_code == 403


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-03-16 06:59", "2026-03-09"),
        ("2026-03-16 07:00", "2026-03-16"),
        ("2026-03-22 23:59", "2026-03-16"),
        ("2026-04-08 12:00", "2026-04-06"),
    ],
)
def test_the_last_monday_whose_hour_has_come(now: str, day: str) -> None:
    found = due.told_on(0, dt.time(7), now=local(now), zone=SHANGHAI)
    assert found == dt.date.fromisoformat(day)


def test_on_monday_its_owner_is_told_once_and_opens_the_week_before(
    cast: Cast, sign_in: SignIn
) -> None:
    shen = sign_in(cast.shen)
    scheduled(shen, kept(shen))
    assert tell_views(now=NOW) == 0  # this Monday was over when it was chosen
    assert tell_views(now=MONDAY) == 1
    assert tell_views(now=MONDAY) == 0
    told = Notice.objects.get(kind="view_due")
    assert told.recipient == cast.shen
    opened = shen.get(reverse(told.link_name, args=[told.link_id]))
    assert opened.headers["Location"] == f"{LOST}?period=own&first=2026-03-09&last=2026-03-15"


def test_after_three_weeks_without_a_worker_it_is_told_once_of_the_last_monday(
    cast: Cast, sign_in: SignIn
) -> None:
    shen = sign_in(cast.shen)
    scheduled(shen, kept(shen))
    assert tell_views(now=local("2026-04-08 15:00")) == 1
    assert Notice.objects.filter(kind="view_due").count() == 1
    assert ReportView.objects.get().told_on == dt.date(2026, 4, 6)


def test_who_reads_figures_no_longer_is_told_no_more(cast: Cast, sign_in: SignIn) -> None:
    shen = sign_in(cast.shen)
    scheduled(shen, kept(shen))
    Membership.objects.filter(user=cast.shen).update(valid_to=dt.date(2026, 3, 1))
    assert tell_views(now=MONDAY) == 0
    assert not Notice.objects.filter(kind="view_due").exists()


def test_the_mail_carries_the_figures_and_a_refusing_server_does_not_lose_it(
    cast: Cast, sign_in: SignIn, settings: Any
) -> None:
    lose(cast.lin, "购买竞品", "2026-03-11 10:00")
    shen = sign_in(cast.shen)
    scheduled(shen, kept(shen), by_mail="on")
    User.objects.filter(pk=cast.shen.pk).update(email="shen@example.com")
    settings.EMAIL_BACKEND = "tests.reports.refusing.EmailBackend"
    assert tell_views(now=MONDAY) == 1
    assert send(cast, MONDAY + dt.timedelta(hours=2)) == 0
    waiting = Delivery.objects.get(notice__kind="view_due")
    assert waiting.state == "pending"
    settings.EMAIL_BACKEND = MAIL["EMAIL_BACKEND"]
    assert send(cast, waiting.not_before) == 1
    (letter,) = mail.outbox
    assert "每周战败" in letter.subject
    html = letter.alternatives[0][0]
    assert "购买竞品" in html
    assert "3月9日" in html
