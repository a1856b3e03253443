"""Lists go out as seen: masked, in scope, within limits, seconded, watermarked, once."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import openpyxl
import pytest
import time_machine
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client, TestCase

from crm.customers.models import Card
from crm.exchange import levels, states
from crm.exchange.actions import lists, orders, sweeping
from crm.exchange.actions.approvers import taken_today
from crm.exchange.models import ExportJob
from crm.exchange.queues.listings import LISTS
from crm.notices.models import Notice
from crm.people import roles
from crm.people.models import Department, Membership, User
from crm.records.models import AuditEvent
from crm.records.states import Stale
from crm.reports.models import Target
from tests import people
from tests.caring import make_care_task
from tests.people import NOW, Cast
from tests.permissions.answers import make_correction as make_corrective
from tests.permissions.floor import make_conflict
from tests.permissions.problems import make_case, make_task
from tests.visits.audits import make_correction, make_drawn

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return people.make_cast()


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def ask(
    user: User, key: str = "customers", query: str = "", *, unmasked: bool = False
) -> ExportJob:
    """Ask for a list and let the worker write it where nobody else is asked."""
    job = orders.ask_export(key, query, by=user, purpose="试驾邀请", unmasked=unmasked, now=NOW)
    lists.write_export(job.pk, now=NOW)
    job.refresh_from_db()
    return job


def cells(job: ExportJob) -> list[list[object]]:
    """What the file holds."""
    book = openpyxl.load_workbook(Path(settings.MEDIA_ROOT) / "exports" / job.stored_as)
    return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]


def test_conflicts_go_out_to_the_manager_of_their_store_alone(cast: Cast) -> None:
    make_conflict(people.make_card(cast.lin, "张伟"), cast.zhou)
    job = ask(cast.shen, "conflicts")
    assert [row[1:5] for row in cells(job)[2:]] == [
        ["张伟", "林晓彤", cast.zhou.name, "我上周接待过"]
    ]
    for other in (cast.chen, cast.bai, cast.lin):
        with pytest.raises(PermissionDenied):
            ask(other, "conflicts")


def test_a_list_goes_out_as_its_page_shows_it(cast: Cast) -> None:
    heard = {"channel": "short_video"}
    people.make_card(cast.lin, "张伟", phone="+8613800138000", level="H", **heard)
    people.make_card(cast.lin, "王芳", level="B")
    people.make_card(cast.ma, "马的客户", level="H")
    people.make_card(cast.otto, "外店客户", level="H")
    job = ask(cast.chen, query="level=H")
    assert (job.state, job.rows, job.written, job.asked_of) == (states.READY, 1, 1, "")
    top, _header, *rows = cells(job)
    assert job.number in str(top[0])
    assert cast.chen.name in str(top[0])
    assert [row[1:4] for row in rows] == [["张伟", "138****8000", "H"]]
    assert rows[0][7] == "短视频"


def test_the_file_names_who_took_it_in_its_properties(cast: Cast) -> None:
    people.make_card(cast.lin)
    job = ask(cast.chen)
    with zipfile.ZipFile(Path(settings.MEDIA_ROOT) / "exports" / job.stored_as) as packed:
        assert job.number in packed.read("docProps/custom.xml").decode()


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@x", "\t=1", "＝1+1", "'=1"])
def test_no_text_becomes_a_formula(cast: Cast, text: str) -> None:
    card = people.make_card(cast.lin)
    Card.objects.filter(pk=card.pk).update(reason=text)
    job = ask(cast.chen)
    book = openpyxl.load_workbook(Path(settings.MEDIA_ROOT) / "exports" / job.stored_as)
    cell = list(book.worksheets[0].iter_rows())[2][-1]
    assert cell.data_type == "s"
    assert cell.value == text


# Those whose rows come of an address are taken out in tests of their own.
@pytest.mark.parametrize("key", sorted(set(LISTS) - {"figure", "people", "report", "staff"}))
def test_every_list_can_be_written(cast: Cast, key: str) -> None:
    card = people.make_card(cast.lin)
    plan = people.make_plan(card, state="submitted", submitted_at=NOW)
    people.make_planned(plan, NOW + dt.timedelta(hours=1), assignee=cast.shen)
    visit = people.make_visit(card, NOW.date(), assignee=cast.wu, state="assigned")
    people.make_finding(visit)
    people.make_promise(card, NOW, responsible=cast.wu)
    make_conflict(card, cast.zhou)
    card.receptions.create(entry_no="R1", kind="walk_in", arrived_at=NOW, store=cast.pudong)
    ticket = people.make_ticket(card, NOW, responsible=cast.wu, ledger_no="台账-1")
    department = Department.objects.create(name="配件部")
    make_task(ticket, department)
    make_case(ticket, cast.wu, "published", decided_by=cast.shen, decided_at=NOW)
    answered = make_drawn(card, cast.ola, cast.vera, "assigned").visit
    people.make_response(answered, NOW)
    make_care_task(card)
    make_corrective(card, cast.xu, ticket=ticket)
    make_correction(card, cast.wu, cast.vera)
    march = NOW.date().replace(day=1)
    Target.objects.create(
        key="response_rate", store=cast.pudong, month=march, value=90, set_by=cast.shen
    )
    query = {"promises": "show=open", "assigning": "show=given", "care": "show=open"}
    asker = cast.xu if key == "assigning" else cast.shen
    job = ask(asker, key, query.get(key, ""))
    assert job.state == states.READY
    assert job.written == 1
    assert len(cells(job)) == 3


FIGURES = "kpi=cards_in_hand&period=month"


def test_the_rows_behind_a_figure_are_taken_out_as_their_page_shows_them(cast: Cast) -> None:
    made = [people.make_card(cast.lin, opened_at=NOW - dt.timedelta(days=d)) for d in (1, 2, 3)]
    people.make_card(cast.ma, opened_at=NOW - dt.timedelta(days=1))  # another team's
    page = client_of(cast.chen).get(f"/dashboard/rows/?{FIGURES}").content.decode()
    address = re.search(r'"/exports/new/\?([^"]*list=figure[^"]*)"', page)
    assert address
    assert "kpi=cards_in_hand" in address[1]
    job = ask(cast.chen, "figure", FIGURES)
    assert [row[0].split(" · ")[0] for row in cells(job)[2:]] == [card.card_no for card in made]
    assert job.written == len(made)


def test_the_figures_by_person_are_taken_out_as_the_dashboard_shows_them(cast: Cast) -> None:
    for owner in (cast.lin, cast.lin, cast.zhou, cast.ma):
        people.make_contact(people.make_card(owner), NOW - dt.timedelta(hours=1))
    client = client_of(cast.chen)
    page = client.get("/dashboard/")
    assert "list=people" in page.content.decode()
    board = page.context["board"]
    shown = {row.label: row.figures for row in board.rows} | {"合计": board.total.figures}
    head, *lines = cells(ask(cast.chen, "people", "period=week"))[1:]
    taken = {line[0]: dict(zip(head, line, strict=True)) for line in lines}
    assert set(taken) == {"林晓彤", "周启航", "合计"}
    for name, figures in shown.items():
        for figure in figures.values():
            if str(figure.kpi.name) in head:
                assert str(taken[name][str(figure.kpi.name)]) == figure.words, (name, figure.key)


def test_who_may_not_take_figures_out_is_offered_none(cast: Cast) -> None:
    for user, reads in ((cast.lin, False), (cast.chen, True), (cast.xu, True), (cast.shen, True)):
        page = client_of(user).get("/dashboard/").content.decode()
        assert ("list=people" in page) == (user != cast.lin)
        main = page.partition("<main")[2]
        assert ('href="/period-reports/"' in main) == reads
    with pytest.raises(PermissionDenied):
        ask(cast.lin, "people", "period=week")


def test_a_figure_of_many_rows_is_worded_in_parts(cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr("crm.reports.queues.whole.CHUNK", 2)
    for _time in range(5):
        people.make_card(cast.lin, opened_at=NOW - dt.timedelta(days=1))
    assert ask(cast.chen, "figure", FIGURES).written == 5


def test_nobody_takes_out_figures_beyond_their_reach(cast: Cast) -> None:
    people.make_card(cast.otto, opened_at=NOW - dt.timedelta(days=1))
    client = client_of(cast.chen)
    far = f"{FIGURES}&who=store-{cast.chaoyang.public_id}"
    asked = client.post(f"/exports/new/?list=figure&{far}", {"list": "figure", "query": far})
    assert asked.status_code in {404, 422}
    assert not ExportJob.objects.exists()
    for user in (cast.lin, cast.wu, cast.mona, cast.adele):
        with pytest.raises(PermissionDenied):
            ask(user, "figure", FIGURES)


def test_the_privacy_officer_alone_takes_the_list_of_users_out(cast: Cast) -> None:
    User.objects.filter(pk=cast.lin.pk).update(is_active=False)
    job = ask(cast.pan, "staff", "show=active")
    rows = cells(job)[2:]
    assert "lin" not in [row[0] for row in rows]
    assert [row[2] for row in rows if row[0] == "chen"] == ["销售主管 · 浦东店 · 一组"]
    assert (
        "/exports/new/?list=staff" in client_of(cast.pan).get("/accounts/users/").content.decode()
    )
    for user in (cast.adele, cast.shen, cast.bai):
        with pytest.raises(PermissionDenied):
            ask(user, "staff")


def test_only_those_with_the_right_take_a_list_out(cast: Cast) -> None:
    people.make_card(cast.lin)
    for user in (cast.lin, cast.wu, cast.xu, cast.pan, cast.adele):
        with pytest.raises(PermissionDenied):
            ask(user)
    page = client_of(cast.lin).get("/customers/").content.decode()
    assert "/exports/new/" not in page
    assert "/exports/new/" in client_of(cast.chen).get("/customers/").content.decode()


def test_numbers_in_full_are_approved_by_somebody_above_and_the_privacy_officer_knows(
    cast: Cast,
) -> None:
    people.make_card(cast.lin, phone="+8613800138000")
    job = ask(cast.chen, unmasked=True)
    assert (job.state, job.asked_of) == (states.ASKED, roles.MANAGER)
    assert Notice.objects.get(kind="export_to_approve").recipient == cast.shen
    assert Notice.objects.get(kind="export_asked_for").recipient == cast.pan
    for user in (cast.chen, cast.he, cast.pan):
        with pytest.raises(PermissionDenied):
            decide(job, user)
    decide(job, cast.shen)
    lists.write_export(job.pk, now=NOW)
    job.refresh_from_db()
    assert "+8613800138000" in cells(job)[2]
    assert Notice.objects.get(kind="export_decided").recipient == cast.chen


def test_who_decides_reads_the_filter_in_words(cast: Cast) -> None:
    people.make_card(cast.lin, "张国荣", phone="+8613800138000", level="H", source="walk_in")
    sent = {"q": "张国荣", "level": "H", "source": "walk_in", "owner": cast.lin.public_id}
    sent |= {"status": "open", "show": "none", "sort": "-opened"}
    job = asked_by_page(cast.chen, "customers", **sent)
    page = client_of(cast.shen).get(f"/exports/{job.public_id}/")
    assert page.context["filters"] == [
        *(("搜索", "张国荣"), ("意向级别", "H"), ("客户来源", "自然来店"), ("归属人", "林晓彤")),
        *(("状态", "跟进中"), ("显示", "没有下次联系"), ("排序", "最新建卡（倒序）")),
    ]
    assert "搜索：张国荣 · 意向级别：H" in page.content.decode()


@pytest.mark.parametrize("typed", ["13800138000", "+86 138 0013 8000", "１３８００１３８０００"])
def test_a_number_searched_in_full_is_masked_in_the_ledger(cast: Cast, typed: str) -> None:
    people.make_card(cast.lin, phone="+8613800138000")
    job = asked_by_page(cast.chen, "customers", q=typed)
    for reader in (cast.shen, cast.pan, cast.chen):
        page = client_of(reader).get(f"/exports/{job.public_id}/")
        assert page.context["filters"] == [("搜索", "138****8000")]
        assert typed not in page.content.decode()


def test_a_filter_of_figures_is_worded_too(cast: Cast) -> None:
    people.make_card(cast.lin, opened_at=NOW - dt.timedelta(days=1))
    whose = f"team-{cast.team_one.public_id}"
    job = ask(cast.chen, "figure", f"kpi=cards_in_hand&period=month&who={whose}")
    page = client_of(cast.chen).get(f"/exports/{job.public_id}/")
    assert [value for _name, value in page.context["filters"]] == ["在手客户", "本月", "一组"]


def test_a_filter_too_long_for_the_ledger_is_refused_not_cut(cast: Cast) -> None:
    people.make_card(cast.lin)
    client, long = client_of(cast.chen), "张" * 56
    page = client.get("/exports/new/", {"list": "customers", "q": long}, follow=True)
    assert "筛选条件太长" in page.content.decode()
    sent = {"list": "customers", "purpose": "试驾邀请", "query": urlencode({"q": long})}
    answer = client.post("/exports/new/", sent)
    assert answer.status_code == 422
    assert "筛选条件太长" in answer.content.decode()
    assert not ExportJob.objects.exists()
    empty = {"list": "customers", "level": "H", "q": "", "source": ""}
    assert client.get("/exports/new/", empty).context["form"]["query"].value() == "level=H"


def asked_by_page(user: User, key: str, **filters: str) -> ExportJob:
    """Asked for as somebody does on the page: the filter as its address carries it."""
    client = client_of(user)
    page = client.get("/exports/new/", {"list": key, **filters})
    sent = {"list": key, "query": page.context["form"]["query"].value(), "purpose": "试驾邀请"}
    answer = client.post("/exports/new/", {**sent, "unmasked": "on"})
    assert answer.status_code == 302, answer.content.decode()
    return ExportJob.objects.latest("pk")


def decide(job: ExportJob, user: User, *, approve: bool = True) -> None:
    orders.decide_export(
        job, by=user, version=job.version, approve=approve, comment="可以", now=NOW
    )


def test_the_only_general_manager_is_told_that_nobody_could_approve(cast: Cast) -> None:
    people.make_card(cast.lin, phone="+8613800138000")
    with pytest.raises(ValidationError, match="200"):
        ask(cast.bai, unmasked=True)
    assert not ExportJob.objects.exists()
    assert ask(cast.bai).state == states.READY
    Membership.objects.create(user=cast.he, role=roles.GENERAL_MANAGER, valid_from=NOW.date())
    assert ask(cast.bai, unmasked=True).asked_of == roles.GENERAL_MANAGER


def test_a_refused_export_is_never_written(cast: Cast) -> None:
    people.make_card(cast.lin)
    job = ask(cast.chen, unmasked=True)
    decide(job, cast.shen, approve=False)
    lists.write_export(job.pk, now=NOW)
    job.refresh_from_db()
    assert (job.state, job.comment, job.stored_as) == (states.REFUSED, "可以", "")


@pytest.mark.parametrize(
    ("held", "rows", "today", "unmasked", "who"),
    [
        ({roles.SALES_SUPERVISOR}, 200, 0, False, ""),
        ({roles.SALES_SUPERVISOR}, 150, 51, False, roles.MANAGER),
        ({roles.SALES_SUPERVISOR}, 1, 0, True, roles.MANAGER),
        ({roles.SALES_SUPERVISOR}, 2001, 0, False, roles.GENERAL_MANAGER),
        ({roles.MANAGER}, 201, 0, False, roles.GENERAL_MANAGER),
        ({roles.GENERAL_MANAGER}, 1, 0, True, roles.GENERAL_MANAGER),
    ],
)
def test_who_must_approve(held: set[str], rows: int, today: int, unmasked: bool, who: str) -> None:
    assert levels.approver_of(held, rows=rows, today=today, unmasked=unmasked) == who


def test_the_days_own_right_is_used_up(cast: Cast) -> None:
    people.make_card(cast.lin)
    first = ask(cast.chen)
    ExportJob.objects.filter(pk=first.pk).update(rows=200)
    assert ask(cast.chen).asked_of == roles.MANAGER


def test_figures_alone_count_against_nobodys_rows_of_the_day(cast: Cast) -> None:
    people.make_card(cast.lin)
    for key in ("people", "report"):
        job = ask(cast.shen, key, "page=lost")
        assert job.rows > 0
        assert (job.state, job.asked_of) == (states.READY, "")
    assert taken_today(cast.shen, NOW) == 0
    assert ask(cast.shen).rows == taken_today(cast.shen, NOW) == 1


def test_the_page_names_the_days_rows_only_where_they_count(cast: Cast) -> None:
    client = client_of(cast.shen)
    said = {
        key: client.get("/exports/new/", {"list": key}).content.decode()
        for key in ("customers", "people", "report")
    }
    assert "每天 200 行" in said["customers"]
    for key in ("people", "report"):
        assert "200 行" not in said[key]
        assert "不论多少行" in said[key]


def test_the_file_is_downloaded_once_by_who_asked(cast: Cast) -> None:
    people.make_card(cast.lin)
    job = ask(cast.chen)
    path = f"/exports/{job.public_id}/download/"
    assert client_of(cast.shen).post(path, {"version": job.version}).status_code == 404
    assert client_of(cast.pan).post(path, {"version": job.version}).status_code == 403
    client = client_of(cast.chen)
    assert client.get(path).status_code == 405
    with TestCase.captureOnCommitCallbacks(execute=True):
        answer = client.post(path, {"version": job.version})
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets
    assert client.post(path, {"version": job.version}).status_code == 409
    job.refresh_from_db()
    assert (job.state, job.downloaded_from) == (states.DOWNLOADED, "127.0.0.1")
    assert not list((Path(settings.MEDIA_ROOT) / "exports").iterdir())
    told = set(
        AuditEvent.objects.filter(action__contains="export").values_list("action", flat=True)
    )
    assert told == {"exchange.ask_export", "exchange.write_export", "exchange.download_export"}


def test_a_file_that_is_not_here_is_said_and_not_used_up(cast: Cast) -> None:
    people.make_card(cast.lin)
    job = ask(cast.chen)
    path = lists.exports_root() / job.stored_as
    elsewhere = path.rename(path.with_suffix(".away"))
    client, address = client_of(cast.chen), f"/exports/{job.public_id}/download/"
    page = client.post(address, {"version": job.version}, follow=True)
    assert "文件不在这台服务器上" in page.content.decode()
    job.refresh_from_db()
    assert (job.state, job.downloaded_at) == (states.READY, None)
    assert not AuditEvent.objects.filter(action="exchange.download_export").exists()
    elsewhere.rename(path)
    assert client.post(address, {"version": job.version}).status_code == 200


def test_after_a_day_the_file_is_gone(cast: Cast) -> None:
    people.make_card(cast.lin)
    job = ask(cast.chen)
    later = NOW + dt.timedelta(hours=25)
    with pytest.raises(ValidationError):
        orders.download_export(job, by=cast.chen, version=job.version, address="", now=later)
    sweeping.look_after_files(now=later)
    job.refresh_from_db()
    assert job.state == states.EXPIRED
    assert not list((Path(settings.MEDIA_ROOT) / "exports").iterdir())


def test_who_approves_a_lapsed_export_is_told_when_it_lapsed_and_no_name(cast: Cast) -> None:
    people.make_card(cast.lin)
    job = ask(cast.chen, unmasked=True)
    lapsed = NOW + dt.timedelta(days=8)
    sweeping.look_after_files(now=lapsed)
    client = client_of(cast.shen)
    sent = {"version": job.version, "comment": "可以"}
    answer = client.post(f"/exports/{job.public_id}/approval/", sent)
    assert answer.status_code == 409
    assert (answer.context["changed_by"], answer.context["changed_at"]) == ("", lapsed)
    assert cast.chen.name not in answer.content.decode().split("<main")[-1]
    event = AuditEvent.objects.filter(subject_id=job.public_id).latest("id")
    assert (event.action, event.actor_id) == ("exchange.expire_export", None)


def test_a_right_that_ended_meanwhile_writes_nothing(cast: Cast) -> None:
    people.make_card(cast.lin)
    job = orders.ask_export("customers", "", by=cast.chen, purpose="x", unmasked=False, now=NOW)
    cast.chen.memberships.update(valid_to=NOW.date() - dt.timedelta(days=1))
    lists.write_export(job.pk, now=NOW)
    job.refresh_from_db()
    assert (job.state, job.stored_as) == (states.FAILED, "")


def test_two_approvers_have_one_winner(cast: Cast) -> None:
    people.make_card(cast.lin)
    job = ask(cast.chen, unmasked=True)
    same = ExportJob.objects.get(pk=job.pk)
    decide(job, cast.shen)
    with pytest.raises(Stale):
        decide(same, cast.bai, approve=False)


def test_the_workbook_of_a_store_is_always_seconded(cast: Cast) -> None:
    people.make_card(cast.lin, phone="+8613800138000")
    people.make_card(cast.otto, phone="+8613900139000")
    client = client_of(cast.shen)
    other = client.post("/exports/new/", {"list": "workbook", "purpose": "x", "store": "BJ01"})
    assert other.status_code == 422
    sent = {"list": "workbook", "purpose": "年度备份", "store": "SH01"}
    assert client.post("/exports/new/", sent).status_code == 302
    job = ExportJob.objects.get()
    assert (job.asked_of, job.unmasked) == (roles.GENERAL_MANAGER, True)
    decide(job, cast.bai)
    lists.write_export(job.pk, now=NOW)
    job.refresh_from_db()
    assert job.state == states.READY
    data = (Path(settings.MEDIA_ROOT) / "exports" / job.stored_as).read_bytes()
    book = openpyxl.load_workbook(io.BytesIO(data))
    phones = [
        row[0]
        for row in book["Customers"].iter_rows(min_row=2, min_col=4, max_col=4, values_only=True)
    ]
    assert phones == ["+8613800138000"]


def test_the_pages_of_an_export_can_be_opened(cast: Cast) -> None:
    people.make_card(cast.lin)
    job = ask(cast.chen, unmasked=True)
    for user in (cast.chen, cast.shen, cast.pan):
        client = client_of(user)
        assert client.get("/exports/").status_code == 200
        assert client.get(f"/exports/{job.public_id}/").status_code == 200
    assert client_of(cast.xu).get(f"/exports/{job.public_id}/").status_code == 404
    answer = client_of(cast.chen).get("/exports/new/?list=customers&level=H")
    assert answer.context["form"]["query"].value() == "level=H"


def test_a_worker_thought_dead_leaves_no_file_behind(cast: Cast) -> None:
    people.make_card(cast.lin, "张伟")
    job = orders.ask_export(
        "customers", "", by=cast.chen, purpose="试驾邀请", unmasked=False, now=NOW
    )
    ExportJob.objects.filter(pk=job.pk).update(state=states.WRITING, beat_at=NOW)
    thought_dead = ExportJob.objects.get(pk=job.pk)
    assert lists.take_up_again(since=NOW + dt.timedelta(minutes=5), now=NOW) == 1
    with pytest.raises(Stale):
        lists.write_file(thought_dead, now=NOW)
    assert lists.write_export(job.pk, now=NOW)
    assert not lists.write_export(job.pk, now=NOW), "a second worker finds nothing to do"
    job.refresh_from_db()
    kept = {path.name for path in lists.exports_root().iterdir()}
    assert job.state == states.READY
    assert kept == {job.stored_as}
