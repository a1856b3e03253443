"""The managers' reports: closed once each, however late, frozen, signed, read by whom (RP-09)."""

from __future__ import annotations

import datetime as dt
import io
from threading import Barrier, Thread
from typing import Any

import openpyxl
import pytest
import time_machine
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.template.loader import render_to_string
from django.urls import reverse

from crm.customers.models import Card, LevelChange
from crm.notices import dispatch
from crm.notices.channels.mail import Mail
from crm.notices.models import Channel, Delivery, Notice
from crm.people.models import Membership, Store, User
from crm.records.kpis import By, Scope
from crm.records.models import AuditEvent
from crm.records.periods import Period
from crm.records.states import Stale
from crm.reports import actions, due
from crm.reports.actions.closing import close_due, close_report
from crm.reports.board import Number
from crm.reports.models import FrozenRows, PeriodReport, ReportFile, ReportMail
from crm.reports.queues.sheet import sheet
from crm.reports.weekly.csv_file import csv_of
from crm.reports.weekly.figures import figures_of
from crm.reports.weekly.paper import paper_of
from crm.reports.weekly.parts import numbers_of
from crm.reports.weekly.xlsx import xlsx_of
from followups.models import PlannedContact
from tests import people
from tests.people import NOW, Cast, local
from tests.reports.conftest import SignIn

MONDAY = local("2026-03-09 07:02")
WEDNESDAY = local("2026-03-11 15:00")
MAIL = {"EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend"}


def a_busy_week(cast: Cast) -> None:
    """Lin reaches two of three customers, one buys, one complains; Zhou has something overdue."""
    tuesday = local("2026-03-03 10:00")
    for n, outcome in enumerate(("reached", "reached", "no_answer")):
        card = people.make_card(cast.lin, opened_at=tuesday)
        people.make_contact(card, tuesday + dt.timedelta(hours=n), outcome=outcome)
        if not n:
            people.make_order(card, tuesday + dt.timedelta(days=1))
            people.make_ticket(card, tuesday + dt.timedelta(days=2))
    plan = people.make_plan(people.make_card(cast.zhou), state="approved")
    people.make_planned(plan, local("2026-03-05 15:00"))


def weekly(store: Store | None, now: dt.datetime = MONDAY) -> PeriodReport:
    """The report of a store's first week of March, closed at that moment."""
    period = Period(dt.date(2026, 3, 2), dt.date(2026, 3, 8), people.SHANGHAI)
    report = close_report("week", store, period, at=dt.time(7), now=now)
    assert report is not None
    return report


def test_on_monday_at_seven_each_store_and_the_group_get_their_report(cast: Cast) -> None:
    for kind in ("month", "year"):
        for store in (cast.pudong, cast.chaoyang, None):
            people.make_period_report(store, kind=kind, first=dt.date(2026, 2, 1))
    for store in (cast.pudong, cast.chaoyang, None):
        people.make_period_report(store, first=dt.date(2026, 2, 23), last=dt.date(2026, 3, 1))
    assert close_due(now=local("2026-03-09 06:59")) == 0
    assert close_due(now=MONDAY) == 3
    rows = PeriodReport.objects.filter(kind="week", first=dt.date(2026, 3, 2))
    assert {row.store for row in rows} == {cast.pudong, cast.chaoyang, None}
    assert not any(row.is_late for row in rows)
    assert close_due(now=MONDAY + dt.timedelta(minutes=5)) == 0


def test_a_worker_down_from_sunday_to_wednesday_closes_the_week_late_and_says_so(
    cast: Cast, sign_in: SignIn
) -> None:
    a_busy_week(cast)
    report = weekly(cast.pudong, WEDNESDAY)
    assert report.is_late
    assert (report.due_at, report.created_at) == (local("2026-03-09 07:00"), WEDNESDAY)
    page = sign_in(cast.shen).get(reverse("reports:period_report", args=[report.public_id]))
    assert "晚于预定时间" in page.content.decode()


def test_a_late_report_has_the_figures_of_its_hour_and_shows_what_came_since_as_revised(
    cast: Cast, sign_in: SignIn
) -> None:
    a_busy_week(cast)
    sunday = local("2026-03-08 18:00")
    card = people.make_card(cast.lin, opened_at=local("2026-03-03 10:00"))
    people.make_contact(card, sunday, outcome="no_answer")
    people.make_contact(
        card, local("2026-03-10 11:00"), outcome="reached", direction="in"
    )  # calls back while the worker stands still
    plan = people.make_plan(people.make_card(cast.zhou), state="approved")
    people.make_planned(plan, local("2026-03-10 15:00"))  # overdue on Wednesday, not on Monday
    for _run in range(2):
        close_due(now=WEDNESDAY)
    report = PeriodReport.objects.get(store=cast.pudong, kind="week", first=dt.date(2026, 3, 2))
    whole = report.figures["whole"]
    assert (whole["response_rate"]["numerator"], whole["response_rate"]["denominator"]) == (2, 4)
    assert whole["contacts_overdue"]["denominator"] == 1
    url = reverse("reports:period_report", args=[report.public_id])
    with time_machine.travel(WEDNESDAY, tick=False):
        page = sign_in(cast.shen).get(url).content.decode()
    assert "75.0%" in page  # as it is by Wednesday


def test_what_was_overdue_on_monday_and_done_on_tuesday_counts_in_a_report_of_wednesday(
    cast: Cast, sign_in: SignIn
) -> None:
    friday, tuesday = local("2026-03-06 15:00"), local("2026-03-10 11:00")

    def due_on_friday(state: str, closed: dt.datetime, level: str = "H") -> PlannedContact:
        plan = people.make_plan(people.make_card(cast.zhou, level=level), state="approved")
        return people.make_planned(plan, friday, state=state, closed_at=closed)

    called = due_on_friday("done", tuesday)
    people.make_contact(called.card, tuesday, planned=called)
    Card.objects.filter(pk=called.card.pk).update(level="B")  # since the call
    LevelChange.objects.create(card=called.card, before="H", after="B", at=tuesday)
    moved = due_on_friday("rescheduled", tuesday, "C")
    due_on_friday("cancelled", local("2026-03-07 09:00"))  # on Saturday
    in_time = due_on_friday("done", tuesday)  # on Saturday, and entered on Tuesday
    people.make_contact(in_time.card, local("2026-03-07 09:00"), planned=in_time)
    report = weekly(cast.pudong, WEDNESDAY)
    whole = report.figures["whole"]
    assert whole["contacts_overdue"]["value"] == 2
    assert whole["hot_contacts_overdue"]["value"] == 1
    of_zhou = next(one for one in report.figures["people"] if one["name"] == cast.zhou.name)
    assert of_zhou["figures"]["contacts_overdue"]["value"] == 2
    assert {"overdue", "overdue_with"} & {one["rule"] for one in report.figures["highlights"]}
    url = reverse("reports:report_rows", args=[report.public_id])
    lines = sign_in(cast.shen).get(url, {"kpi": "contacts_overdue"}).context["lines"]
    assert {line.row for line in lines} == {called, moved}


def test_the_oldest_problem_of_a_late_report_is_as_old_as_it_was_on_monday(cast: Cast) -> None:
    due_at, tuesday = local("2026-03-09 07:00"), local("2026-03-10 11:00")
    card = people.make_card(cast.lin)
    solved = {"state": "replied", "resolved_at": tuesday}
    people.make_ticket(card, due_at - dt.timedelta(hours=30), responsible=cast.wu, **solved)
    people.make_ticket(card, due_at - dt.timedelta(hours=9), responsible=cast.wu)
    people.make_ticket(card, tuesday, responsible=cast.wu)
    earlier = {"state": "replied", "resolved_at": local("2026-03-06 11:00")}
    people.make_ticket(card, due_at - dt.timedelta(hours=99), responsible=cast.wu, **earlier)
    whole = weekly(cast.pudong, WEDNESDAY).figures["whole"]
    assert whole["oldest_open_hours"]["value"] == 30
    whole = weekly(None, WEDNESDAY).figures["whole"]
    assert whole["oldest_open_hours"]["value"] == 30


def test_no_problem_reported_after_its_hour_makes_a_late_report_count_below_nothing(
    cast: Cast,
) -> None:
    people.make_ticket(people.make_card(cast.lin), local("2026-03-10 11:00"), responsible=cast.wu)
    assert weekly(cast.pudong, WEDNESDAY).figures["whole"]["oldest_open_hours"]["value"] is None


def test_customers_in_hand_of_a_late_report_are_those_of_monday(cast: Cast) -> None:
    friday, tuesday = local("2026-03-06 15:00"), local("2026-03-10 11:00")
    people.make_card(cast.lin, opened_at=tuesday)  # not there yet
    for signed_at in (friday, tuesday):
        sold = people.make_card(cast.lin, "买家", state="ordered")
        people.make_order(sold, signed_at)
    for lost_at in (friday, tuesday):
        people.make_card(cast.lin, "战败", level="A", state="lost", lost_at=lost_at)
    rose = people.make_card(cast.lin, "升级", level="H")
    LevelChange.objects.create(card=rose, before="A", after="H", at=tuesday)
    figures = weekly(cast.pudong, WEDNESDAY).figures
    keys = ("cards_in_hand", "hot_cards", "warm_cards")
    assert [figures["whole"][key]["value"] for key in keys] == [3, 1, 2]
    of_lin = next(one for one in figures["people"] if one["name"] == cast.lin.name)
    assert [of_lin["figures"][key]["value"] for key in keys] == [3, 1, 2]


def test_after_a_gap_of_several_weeks_each_store_gets_the_missing_ones_once(cast: Cast) -> None:
    for first in ("2026-01-05", "2026-02-02"):
        monday = dt.date.fromisoformat(first)
        last = monday + dt.timedelta(days=6)
        people.make_period_report(cast.pudong, first=monday, last=last)
    for _run in range(2):
        close_due(now=WEDNESDAY)
    rows = PeriodReport.objects.filter(store=cast.pudong, kind="week")
    firsts = [row.first.isoformat() for row in rows.order_by("first")]
    assert firsts == [
        *("2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26", "2026-02-02"),
        *("2026-02-09", "2026-02-16", "2026-02-23", "2026-03-02"),
    ]
    gap = rows.get(first=dt.date(2026, 2, 9))
    assert gap.is_late


@pytest.mark.parametrize(
    ("kind", "latest", "now", "first_days"),
    [
        ("week", None, "2026-03-09 07:00", ["2026-03-02"]),
        ("week", None, "2026-03-09 06:59", ["2026-02-23"]),
        ("week", "2026-03-02", "2026-03-15 23:59", []),
        ("week", "2026-02-23", "2026-03-11 15:00", ["2026-03-02"]),
        ("week", "2026-02-09", "2026-03-11 15:00", ["2026-02-16", "2026-02-23", "2026-03-02"]),
        ("week", "2024-01-01", "2026-03-11 15:00", "eight weeks"),
        ("month", "2026-01-01", "2026-03-01 07:00", ["2026-02-01"]),
        ("month", "2025-12-01", "2026-03-01 06:59", ["2026-01-01"]),
        ("year", None, "2026-01-01 07:00", ["2025-01-01"]),
    ],
)
def test_which_reports_are_due(
    kind: str, latest: str | None, now: str, first_days: list[str] | str
) -> None:
    seen = dt.date.fromisoformat(latest) if latest else None
    at, zone = dt.time(7), people.SHANGHAI
    found = due.to_close(kind, {seen} if seen else set(), now=local(now), at=at, zone=zone)
    if first_days == "eight weeks":
        assert len(found) == 8
        assert found[-1].first == dt.date(2026, 3, 2)
    else:
        assert [one.first.isoformat() for one in found] == first_days


def test_a_week_missing_between_others_is_asked_for_again() -> None:
    closed = {dt.date(2026, 2, 16), dt.date(2026, 3, 2)}
    found = due.to_close("week", closed, now=WEDNESDAY, at=dt.time(7), zone=people.SHANGHAI)
    assert [one.first for one in found] == [dt.date(2026, 2, 23)]


def test_a_report_that_fails_stops_no_other_and_is_closed_once_it_can_be(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def figures(kind: str, store_id: int | None, *rest: Any, is_past: bool) -> Any:
        if store_id == cast.pudong.pk:
            raise ValueError(kind)
        return figures_of(kind, store_id, *rest, is_past=is_past)

    with monkeypatch.context() as patch, caplog.at_level("ERROR", "showfloor.reports"):
        patch.setattr("crm.reports.actions.closing.figures_of", figures)
        assert close_due(now=MONDAY) == 6
    weeks = PeriodReport.objects.filter(kind="week")
    assert {one.store for one in weeks} == {cast.chaoyang, None}
    assert caplog.text.count(f"week report of {cast.pudong.code}") == 1
    assert close_due(now=MONDAY) == 3
    assert weeks.filter(store=cast.pudong).count() == 1
    assert close_due(now=MONDAY) == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time")
def test_two_workers_close_it_once() -> None:
    cast = people.make_cast()
    both, made = Barrier(2), []

    def work() -> None:
        both.wait()
        try:
            made.append(weekly(cast.pudong))
        except AssertionError:
            made.append(None)
        connection.close()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(one is None for one in made) == [False, True]
    assert PeriodReport.objects.count() == 1
    assert Notice.objects.filter(kind="report_closed", recipient=cast.shen).count() == 1


def test_who_comes_second_closes_nothing(cast: Cast) -> None:
    first = people.make_period_report(cast.pudong)
    at = dt.time(7)
    assert close_report("week", cast.pudong, first.period, at=at, now=MONDAY) is None
    assert PeriodReport.objects.count() == 1
    assert not AuditEvent.objects.filter(action="reports.close_report").exists()


def test_the_frozen_figures_are_those_of_the_command_and_the_dashboard(cast: Cast) -> None:
    a_busy_week(cast)
    report = weekly(cast.pudong)
    live = sheet(report.period, Scope(By.STORE, cast.pudong.pk), By.PERSON)
    assert {key: report.figures["whole"][key] for key in live["kpis"]} == live["kpis"]
    of_lin = next(row for row in live["rows"] if row["person"] == "lin")
    frozen = next(one for one in report.figures["people"] if one["id"] == cast.lin.public_id)
    assert {key: frozen["figures"][key] for key in live["kpis"]} == of_lin["kpis"]
    assert report.figures["whole"]["response_rate"] == {
        "numerator": 2,
        "denominator": 3,
        "value": 2 / 3,
    }


def test_a_late_reply_shows_as_revised_with_the_row_that_made_it(
    cast: Cast, sign_in: SignIn
) -> None:
    a_busy_week(cast)
    report = weekly(cast.pudong)
    people.make_contact(
        people.make_card(cast.lin, name="晚来"), local("2026-03-04 09:00"), outcome="reached"
    )
    shen = sign_in(cast.shen)
    page = shen.get(reverse("reports:period_report", args=[report.public_id]))
    row = next(one for one in page.context["paper"].heads if one.key == "response_rate")
    assert (row.now.words, row.revised.words) == ("66.7%", "75.0%")
    report.refresh_from_db()
    assert report.figures["whole"]["response_rate"]["denominator"] == 3
    (line,) = shen.get(row.revised.href).context["lines"]
    assert line.name.startswith("晚来")
    assert line.since == "当时未计入，现已计入"


def test_every_number_of_the_paper_opens_as_many_rows_as_it_counts(
    cast: Cast, sign_in: SignIn
) -> None:
    a_busy_week(cast)
    shen, paper = sign_in(cast.shen), paper_of(weekly(cast.pudong))
    shown = [row.now for row in (*paper.heads, *paper.others)]
    shown += [cell for table in paper.tables for line in table.lines for cell in line.cells]
    opened = 0
    for one in shown:
        if one.href and one.number.denominator:
            found = shen.get(one.href).context["found"]
            assert found.shown.number == one.number, one.href
            assert found.count == one.number.denominator, one.href
            assert found.page.paginator.count + found.hidden == found.count
            opened += 1
    assert opened > 10


def test_a_store_without_data_gets_a_report_that_says_so(cast: Cast, sign_in: SignIn) -> None:
    report = weekly(cast.chaoyang)
    page = sign_in(cast.bai).get(reverse("reports:period_report", args=[report.public_id]))
    assert page.context["paper"].is_empty
    assert "本期无数据" in page.content.decode()


def test_a_person_without_a_team_stands_in_the_report(cast: Cast) -> None:
    a_busy_week(cast)
    Membership.objects.filter(user=cast.lin).update(team=None)
    line = next(
        one for one in weekly(cast.pudong).figures["people"] if one["name"] == cast.lin.name
    )
    assert line["team"] == ""
    assert line["figures"]["order_count"]["value"] == 1


def test_the_manager_signs_once_and_says_what_is_next(cast: Cast, sign_in: SignIn) -> None:
    report = people.make_period_report(cast.pudong)
    url = reverse("reports:sign_report", args=[report.public_id])
    told = {"next_steps": "陈立新：逐卡复盘逾期", "version": 1, "request_id": "a" * 22}
    shen = sign_in(cast.shen)
    for _press in range(2):
        assert shen.post(url, told).status_code == 302
    report.refresh_from_db()
    assert (report.state, report.signed_by, report.signed_at) == ("signed", cast.shen, NOW)
    assert AuditEvent.objects.filter(action="reports.sign_report").count() == 1
    other = {"next_steps": "何建军：充电告知模板", "request_id": "b" * 22}
    again = shen.post(url, {**told, **other})
    assert again.status_code == 409
    assert "逐卡复盘" in again.content.decode()


def test_only_the_stores_own_manager_signs(cast: Cast) -> None:
    report = people.make_period_report(cast.pudong)
    for person in (cast.xu, cast.bai, cast.ola):
        with pytest.raises(PermissionDenied):
            actions.sign_report(report, next_steps="", by=person, version=1, now=NOW)
    of_all = people.make_period_report(None)
    with pytest.raises(PermissionDenied):
        actions.sign_report(of_all, next_steps="", by=cast.shen, version=1, now=NOW)
    actions.sign_report(of_all, next_steps="", by=cast.bai, version=1, now=NOW)
    with pytest.raises(Stale):
        actions.sign_report(of_all, next_steps="", by=cast.bai, version=1, now=NOW)


def told_of(report: PeriodReport) -> set[User]:
    lines = Notice.objects.filter(kind="report_closed", about_id=report.public_id)
    return {line.recipient for line in lines.select_related("recipient")}


def test_its_store_and_the_general_manager_are_told_and_nobody_else(cast: Cast) -> None:
    assert told_of(weekly(cast.pudong)) == {cast.shen, cast.xu, cast.bai}
    assert told_of(weekly(None)) == {cast.bai}


def choose(cast: Cast, *people_: User) -> None:
    for person in people_:
        User.objects.filter(pk=person.pk).update(email=f"{person.username}@example.com")
        actions.choose_mail(kinds=["week"], by=person, version=0, now=NOW)


def send(cast: Cast, now: dt.datetime) -> int:
    del cast
    return dispatch.send_outside({"email": Mail()}, now=now)


def test_a_choice_made_on_an_older_page_is_not_taken(cast: Cast) -> None:
    for version in (0, 3):
        if not version:
            actions.choose_mail(kinds=["week"], by=cast.shen, version=0, now=NOW)
        with pytest.raises(Stale):
            actions.choose_mail(kinds=[], by=cast.shen, version=version, now=NOW)
    with pytest.raises(Stale):
        actions.choose_mail(kinds=["week"], by=cast.xu, version=7, now=NOW)
    assert ReportMail.objects.get().kinds == ["week"]


def test_who_chose_it_gets_page_chart_and_files_by_mail(
    cast: Cast, settings: Any, tmp_path: Any
) -> None:
    settings.EMAIL_BACKEND, settings.MEDIA_ROOT = MAIL["EMAIL_BACKEND"], tmp_path
    choose(cast, cast.shen)
    a_busy_week(cast)
    plan = people.make_plan(people.make_card(cast.lin), state="approved")
    people.make_planned(plan, local("2026-03-05 15:00"))
    weekly(cast.pudong)
    assert send(cast, local("2026-03-09 09:00")) == 1
    (letter,) = mail.outbox
    assert letter.to == ["shen@example.com"]
    assert "周报" in letter.subject
    html = letter.alternatives[0][0]
    assert "客户响应率" in html
    assert "66.7%" in html
    assert 'src="cid:chart"' in html
    names = [getattr(one, "get_filename", lambda: "")() or one[0] for one in letter.attachments]
    assert {name.rpartition(".")[2] for name in names} == {"pdf", "xlsx", "png"}


@pytest.mark.parametrize("of_group", [True, False])
def test_the_mail_has_bars_by_store_for_the_group_and_the_funnel_where_nobody_had_a_contact_due(
    cast: Cast, settings: Any, tmp_path: Any, of_group: bool
) -> None:
    settings.EMAIL_BACKEND, settings.MEDIA_ROOT = MAIL["EMAIL_BACKEND"], tmp_path
    reader = cast.bai if of_group else cast.shen
    choose(cast, reader)
    card = people.make_card(cast.lin, opened_at=local("2026-03-03 10:00"))
    if of_group:
        people.make_planned(people.make_plan(card, state="approved"), local("2026-03-05 15:00"))
    report = weekly(None if of_group else cast.pudong)
    assert send(cast, local("2026-03-09 09:00")) == 1
    (letter,) = mail.outbox
    html = letter.alternatives[0][0]
    title = "跟进及时率，按门店" if of_group else "销售漏斗"
    assert f'src="cid:chart" width="480" alt="{title}' in html
    (picture,) = [one for one in letter.attachments if not isinstance(one, tuple)]
    made = ReportFile.objects.get(report=report, form="png", language="zh-hans")
    assert picture.get_payload(decode=True) == (tmp_path / "reports" / made.stored_as).read_bytes()
    drawn = paper_of(report).picture
    assert drawn is not None
    assert (cast.pudong.name in drawn.chart) == of_group


def test_a_late_report_says_so_in_mail_workbook_and_csv_and_a_punctual_one_does_not(
    cast: Cast,
) -> None:
    for store, now in ((cast.pudong, WEDNESDAY), (cast.chaoyang, MONDAY)):
        report = weekly(store, now)
        told = Notice.objects.filter(kind="report_closed", about_id=report.public_id)[0]
        sentence = {"notice": told, "d": told.data}
        page = {"paper": paper_of(report), "report": report}
        book = openpyxl.load_workbook(io.BytesIO(xlsx_of(page["paper"]))).worksheets[0]
        said = (
            render_to_string("notices/outside/sentence.txt", sentence),
            render_to_string("reports/outside/report.html", page),
            csv_of(report).decode(),
            str(list(book.iter_rows(values_only=True))),
        )
        is_late = store == cast.pudong
        assert ["晚于预定时间" in one for one in said] == [is_late] * 4


def test_a_mail_server_that_refuses_does_not_lose_it(
    cast: Cast, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.EMAIL_BACKEND = "tests.reports.refusing.EmailBackend"
    choose(cast, cast.shen)
    weekly(cast.pudong)
    assert send(cast, local("2026-03-09 09:00")) == 0
    waiting = Delivery.objects.get(recipient=cast.shen, channel="email")
    assert waiting.state == "pending"
    assert waiting.attempts == 1
    settings.EMAIL_BACKEND = MAIL["EMAIL_BACKEND"]
    assert send(cast, waiting.not_before) == 1
    assert len(mail.outbox) == 1


def test_whoever_lost_the_post_meanwhile_gets_no_mail(
    cast: Cast, settings: Any, tmp_path: Any
) -> None:
    settings.EMAIL_BACKEND, settings.MEDIA_ROOT = MAIL["EMAIL_BACKEND"], tmp_path
    choose(cast, cast.shen)
    weekly(cast.pudong)
    Membership.objects.filter(user=cast.shen).update(valid_to=dt.date(2026, 3, 8))
    assert send(cast, local("2026-03-09 09:00")) == 0
    assert Delivery.objects.get(recipient=cast.shen).state == "cancelled"


def test_the_csv_says_every_figure_of_everybody_exactly(cast: Cast, sign_in: SignIn) -> None:
    a_busy_week(cast)
    report = weekly(cast.pudong)
    url = reverse("reports:take_report", args=[report.public_id])
    answer = sign_in(cast.shen).post(url, {"form": "csv"})
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert "all,浦东店,response_rate,客户响应率,2,3,0.6666666666666666,," in "\n".join(lines)
    # Losses, funnel, sales and scores have lines of their own below.
    figures = [line for line in lines if line.split(",")[2] in report.figures["whole"]]
    assert len(figures) == sum(
        len(one["figures"])
        for group in ("people", "teams", "stores")
        for one in report.figures[group]
    ) + len(report.figures["whole"])
    taken = AuditEvent.objects.get(action="reports.take_out")
    assert taken.actor == cast.shen
    assert taken.subject_id == report.public_id


def test_the_rows_behind_each_figure_are_kept(cast: Cast) -> None:
    a_busy_week(cast)
    report = weekly(cast.pudong)
    for kept in FrozenRows.objects.filter(report=report):
        printed = report.figures["whole"].get(kept.key)
        number = Number(**printed) if printed else numbers_of(report.figures)[kept.key]
        if number.numerator is not None and kept.key != "nps":
            assert len(kept.above) == number.numerator, kept.key


def test_a_report_that_cannot_be_enclosed_today_holds_up_no_other_mail(
    cast: Cast, settings: Any, tmp_path: Any
) -> None:
    settings.EMAIL_BACKEND = MAIL["EMAIL_BACKEND"]
    settings.MEDIA_ROOT = tmp_path / "a file"
    settings.MEDIA_ROOT.write_text("where the folder should be")
    choose(cast, cast.shen)
    weekly(cast.pudong)
    assert send(cast, local("2026-03-09 09:00")) == 0
    waiting = Delivery.objects.get(recipient=cast.shen, channel="email")
    assert (waiting.state, waiting.attempts) == ("pending", 1)
    assert not Channel.objects.get(name="email").failures
    settings.MEDIA_ROOT = tmp_path / "reports are here"
    assert send(cast, waiting.not_before) == 1
