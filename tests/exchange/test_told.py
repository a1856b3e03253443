"""Whoever uploaded a file or asked for a list is told how it went on, and why it ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from crm.exchange import states
from crm.exchange.actions import jobs, lists, orders, sweeping, working
from crm.exchange.actions.forgetting import forget
from crm.exchange.models import ExportJob
from crm.exchange.sheets.kept import Kept
from crm.notices.models import Notice
from crm.people.models import User
from tests import people
from tests.exchange.jobs import confirm, customer, save, undo, upload, upload_sheet
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db
A_WEEK = dt.timedelta(days=8)


@pytest.fixture
def cast() -> Cast:
    return people.make_cast()


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def page(user: User, address: str) -> str:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(address).content.decode()


def told(user: User) -> list[str]:
    """What the open lines of somebody's inbox say of files, the newest first."""
    lines = Notice.objects.filter(recipient=user, kind__endswith="_over").still_open()
    return [line.data["outcome"] for line in lines.order_by("-pk")]


def test_a_file_that_is_read_and_saved_is_told_to_who_uploaded_it(cast: Cast) -> None:
    job = upload_sheet(cast.chen, "Customers", [customer("N1")])
    jobs.name_headers(job, {}, by=cast.chen, version=job.version, now=NOW)
    working.read_import(job.pk, now=NOW)
    job.refresh_from_db()
    assert told(cast.chen) == ["checked"]
    assert "Customers.csv 已读取：请查看预览并确认。" in page(cast.chen, "/inbox/")
    job = confirm(job)
    assert told(cast.chen) == ["saved"], "what was to be confirmed is done with"
    line = Notice.objects.still_open().get(recipient=cast.chen)
    assert (line.link_name, line.link_id) == ("exchange:import", job.public_id)
    undo(job)
    assert told(cast.chen)[0] == "undone"
    assert told(cast.shen) == []


def test_one_that_is_returned_is_told_with_who_returned_it(cast: Cast) -> None:
    people.make_card(cast.lin, level="B", card_no="K1")
    job = confirm(upload_sheet(cast.chen, "Customers", [{"card_no": "K1", "level": "A"}]))
    asked = Notice.objects.filter(recipient=cast.shen, kind="import_to_approve")
    assert asked.still_open().exists()
    client = Client()
    client.force_login(cast.shen, backend="django.contrib.auth.backends.ModelBackend")
    sent = {"version": job.version, "comment": "级别不对"}
    client.post(f"/imports/{job.public_id}/return/", sent)
    assert not asked.still_open().exists()
    assert "沈店长退回了 Customers.csv 的导入" in page(cast.chen, "/inbox/")
    assert "级别不对" in page(cast.chen, f"/imports/{job.public_id}/")


def test_one_that_could_not_be_saved_is_told(cast: Cast) -> None:
    card = people.make_card(cast.lin, level="B", card_no="K1")
    job = confirm(upload_sheet(cast.chen, "Customers", [{"card_no": "K1", "level": "A"}]))
    jobs.approve_import(job, by=cast.shen, version=job.version, now=NOW)
    card.delete()
    assert save(job).state == states.CHECKED
    assert told(cast.chen) == ["again"]
    upload(cast.chen, b"PK\x03\x04 and no more", "floor.xlsx")
    assert told(cast.chen)[0] == "unreadable"


@pytest.mark.parametrize(
    ("frm", "to", "outcome"),
    [(states.QUEUED, states.SAVING, "failed"), (states.UNDO_ASKED, states.UNDOING, "kept")],
)
def test_three_dead_workers_are_told(cast: Cast, frm: str, to: str, outcome: str) -> None:
    job = upload_sheet(cast.chen, "Customers", [customer("N1")])
    if to == states.UNDOING:
        job = confirm(job)
        jobs.ask_undo(job, by=cast.chen, version=job.version, now=NOW)
    else:
        jobs.confirm_import(job, by=cast.chen, version=job.version, now=NOW)
    for _attempt in range(3):
        working.take(job.pk, frm=frm, to=to, now=NOW)
        Kept(job.folder).progress.unlink(missing_ok=True)
        sweeping.look_after_files(now=NOW + dt.timedelta(minutes=10))
    assert told(cast.chen)[0] == outcome


def test_one_nobody_confirmed_says_why_it_was_given_up(cast: Cast) -> None:
    job = upload_sheet(cast.chen, "Customers", [customer("N1")])
    sweeping.look_after_files(now=NOW + A_WEEK)
    assert told(cast.chen) == ["cancelled"]
    assert "一周内无人确认" in page(cast.chen, f"/imports/{job.public_id}/")


def ordered(cast: Cast, *, unmasked: bool = False) -> ExportJob:
    people.make_card(cast.lin, "张伟")
    asked = {"purpose": "试驾邀请", "unmasked": unmasked, "now": NOW}
    return orders.ask_export("customers", "", by=cast.chen, **asked)


def test_a_list_that_is_ready_is_told_until_it_is_fetched(cast: Cast) -> None:
    job = ordered(cast)
    lists.write_export(job.pk, now=NOW)
    job.refresh_from_db()
    assert f"导出 {job.number} 已备好，请在 24 小时内下载。" in page(cast.chen, "/inbox/")
    orders.download_export(job, by=cast.chen, version=job.version, address="", now=NOW)
    assert told(cast.chen) == []


def test_a_list_nobody_fetched_says_why_it_ended(cast: Cast) -> None:
    job = ordered(cast)
    lists.write_export(job.pk, now=NOW)
    sweeping.look_after_files(now=NOW + dt.timedelta(hours=25))
    assert told(cast.chen) == ["expired"]
    assert "文件只保留 24 小时" in page(cast.chen, f"/exports/{job.public_id}/")


def test_a_list_nobody_approved_says_why_it_lapsed(cast: Cast) -> None:
    job = ordered(cast, unmasked=True)
    sweeping.look_after_files(now=NOW + A_WEEK)
    assert told(cast.chen) == ["expired"]
    assert "一周内无人审批" in page(cast.chen, f"/exports/{job.public_id}/")
    assert not Notice.objects.filter(kind="export_to_approve").still_open().exists()
    assert Notice.objects.filter(kind="export_asked_for").still_open().exists()


def test_a_list_whose_workers_died_says_why_it_failed(cast: Cast) -> None:
    job = ordered(cast)
    died = {"state": states.WRITING, "attempts": lists.ATTEMPTS_AT_MOST, "beat_at": NOW}
    ExportJob.objects.filter(pk=job.pk).update(**died)
    sweeping.look_after_files(now=NOW + dt.timedelta(minutes=10))
    assert told(cast.chen) == ["failed"]
    assert "后台处理三次中断。请重新申请。" in page(cast.chen, f"/exports/{job.public_id}/")


def test_what_an_erasure_takes_away_says_why(cast: Cast) -> None:
    offered = upload_sheet(cast.chen, "Customers", [customer("N1")])
    job = ordered(cast)
    lists.write_export(job.pk, now=NOW)
    forget({}, {"13900001111"}, now=NOW)
    assert told(cast.chen) == ["cancelled", "expired"]
    assert "有客户资料被删除" in page(cast.chen, f"/exports/{job.public_id}/")
    assert "已被删除" in page(cast.chen, f"/imports/{offered.public_id}/")
