"""From upload to saved: Chen brings his team's customers in, manager Shen seconds what changes."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from crm.customers.models import Card, Customer, TimelineEntry
from crm.exchange import states
from crm.exchange.actions import jobs, sweeping, uploads, working
from crm.exchange.models import HeaderName, ImportedRows, ImportJob
from crm.exchange.sheets import kept as kept_module
from crm.exchange.sheets.kept import Kept, Progress, alive
from crm.notices.models import Notice
from crm.records.models import AuditEvent
from crm.records.states import Stale
from tests import people
from tests.exchange.jobs import confirm, customer, save, undo, upload, upload_sheet
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return people.make_cast()


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def client_of(user: object) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_an_upload_is_read_shown_confirmed_and_saved(cast: Cast) -> None:
    job = upload_sheet(
        cast.chen, "Customers", [customer("N1"), customer("N2", name="钱进", phone="13900002222")]
    )
    assert job.state == states.CHECKED
    assert job.summary["counts"]["Customers"]["created"] == 2
    assert not Card.objects.exists()
    assert not job.needs_second
    job = confirm(job)
    assert job.state == states.SAVED
    assert set(Card.objects.values_list("card_no", flat=True)) == {"N1", "N2"}
    event = AuditEvent.objects.get(action="exchange.import_workbook")
    assert (event.actor, event.after["sha256"]) == (cast.chen, job.sha256)


def test_a_refused_row_stands_beside_its_cell_and_nothing_is_saved(cast: Cast) -> None:
    job = upload_sheet(
        cast.chen, "Customers", [customer("N1", level="Z"), customer("N2", phone="12")]
    )
    assert job.summary["refused"] == 2
    answer = client_of(cast.chen).get(f"/imports/{job.public_id}/")
    assert answer.status_code == 200
    lines = list(answer.context["preview"].page)
    assert [line.number for line in lines] == [2, 3]
    wrong = {cell.column for line in lines for cell in line.cells if cell.problems}
    assert wrong == {"level", "phone"}
    with pytest.raises(ValidationError):
        confirm(job)
    assert not Card.objects.exists()


def test_the_good_rows_alone_are_saved_where_that_was_chosen(cast: Cast) -> None:
    job = upload_sheet(cast.chen, "Customers", [customer("N1", level="Z"), customer("N2")])
    assert confirm(job, skip_invalid=True).state == states.SAVED
    assert Card.objects.get().card_no == "N2"


def test_a_likely_duplicate_is_a_warning_in_its_row(cast: Cast) -> None:
    people.make_card(cast.lin, "孙丽", phone="+8613900001111")
    job = upload_sheet(cast.chen, "Customers", [customer("N1")])
    assert (job.summary["refused"], job.summary["warnings"]) == (0, 1)
    page = (
        client_of(cast.chen).get(f"/imports/{job.public_id}/?show=warned").context["preview"].page
    )
    assert [cell.column for cell in page[0].cells if cell.warnings] == ["phone"]


def test_another_stores_phones_cannot_be_asked_for_by_a_file(cast: Cast) -> None:
    people.make_card(cast.otto, "孙丽", phone="+8613900001111")
    assert upload_sheet(cast.chen, "Customers", [customer("N1")]).summary["warnings"] == 0


def test_what_changes_a_stored_row_needs_the_manager(cast: Cast) -> None:
    card = people.make_card(cast.lin, level="B", card_no="K1")
    job = upload_sheet(cast.chen, "Customers", [{"card_no": "K1", "level": "A"}])
    assert job.needs_second
    job = confirm(job)
    assert job.state == states.WAITING
    assert Notice.objects.get(kind="import_to_approve").recipient == cast.shen
    with pytest.raises(PermissionDenied):
        jobs.approve_import(job, by=cast.chen, version=job.version, now=NOW)
    jobs.approve_import(job, by=cast.shen, version=job.version, now=NOW)
    assert save(job).state == states.SAVED
    card.refresh_from_db()
    assert card.level == "A"


def test_a_manager_cannot_second_their_own_import(cast: Cast) -> None:
    people.make_card(cast.lin, level="B", card_no="K1")
    job = confirm(upload_sheet(cast.shen, "Customers", [{"card_no": "K1", "level": "A"}]))
    with pytest.raises(PermissionDenied):
        jobs.approve_import(job, by=cast.shen, version=job.version, now=NOW)


def test_a_returned_import_comes_back_with_words(cast: Cast) -> None:
    people.make_card(cast.lin, level="B", card_no="K1")
    job = confirm(upload_sheet(cast.chen, "Customers", [{"card_no": "K1", "level": "A"}]))
    jobs.return_import(job, by=cast.shen, version=job.version, comment="级别不对", now=NOW)
    job.refresh_from_db()
    assert job.state == states.CHECKED
    assert "级别不对" in job.why


@pytest.mark.parametrize(
    ("who", "sheet", "row"),
    [
        ("chen", "Staff", {"username": "lin", "name": "林晓彤", "role": "admin"}),
        ("chen", "Customers", customer("N1", owner="ma")),
        ("chen", "Customers", customer("N1", owner="otto")),
        ("shen", "Customers", customer("N1", owner="otto")),
        ("shen", "Customers", {"card_no": "OTTOS", "level": "A"}),
        ("shen", "Stores", {"code": "XX01", "name": "新店"}),
        ("mia", "Customers", customer("N1", owner="lin")),
        ("fang", "Products", {"code": "P9", "name": "新车"}),
    ],
)
def test_rows_beyond_the_scope_are_refused(
    cast: Cast, who: str, sheet: str, row: dict[str, str]
) -> None:
    people.make_card(cast.otto, level="C", card_no="OTTOS", name="秘密")
    job = upload_sheet(getattr(cast, who), sheet, [row])
    assert job.summary["refused"] == 1, job.summary
    page = client_of(getattr(cast, who)).get(f"/imports/{job.public_id}/")
    assert "秘密" not in page.content.decode()


def test_a_plan_that_somebody_approved_elsewhere_needs_the_manager(cast: Cast) -> None:
    people.make_card(cast.lin, card_no="K1")
    row = {
        "plan_no": "P9",
        "card_no": "K1",
        "author": "lin",
        "created_at": "2026-03-10",
        "status": "approved",
    }
    assert upload_sheet(cast.chen, "Plans", [row]).needs_second


def test_own_headers_are_named_once_and_remembered(cast: Cast) -> None:
    text = "档案号,客户姓名,手机,顾问,建档\nN1,郑明,13900001111,lin,2026-03-01\n"
    job = upload(cast.chen, text.encode(), "客户资料表.csv")
    assert job.summary["counts"] == {}
    client = client_of(cast.chen)
    page = f"/imports/{job.public_id}/headers/"
    assert "客户资料表" in client.get(page).content.decode()
    assert client.post(page, {"version": job.version, "s0": "Customers"}).status_code == 302
    working.read_import(job.pk, now=NOW)
    job.refresh_from_db()
    means = ["card_no", "name", "phone", "owner", "opened_at"]
    named = {f"s0c{number}": name for number, name in enumerate(means)}
    client.post(page, {"version": job.version, "s0": "Customers", **named})
    working.read_import(job.pk, now=NOW)
    job.refresh_from_db()
    assert job.summary["good"] == 1
    assert HeaderName.objects.filter(store=cast.pudong).count() == 6
    again = upload(cast.chen, text.replace("N1", "N2").encode(), "客户资料表.csv")
    assert again.summary["good"] == 1


def test_not_read_is_remembered(cast: Cast) -> None:
    """What a store says it does not need is asked for once, and never named again."""
    row = "card_no,name,phone,owner,opened_at,颜色\nN1,郑明,13900001111,lin,2026-03-01,白\n"
    job = upload(cast.chen, row.encode(), "Customers.csv")
    assert "颜色" in str(job.summary["unknown"])
    jobs.name_headers(job, {("Customers", "颜色"): ""}, by=cast.chen, version=job.version, now=NOW)
    working.read_import(job.pk, now=NOW)
    job.refresh_from_db()
    assert (job.summary["unknown"], job.summary["good"]) == ([], 1)
    again = upload(cast.chen, row.replace("N1", "N2").encode(), "Customers.csv")
    assert (again.summary["unknown"], again.summary["good"]) == ([], 1)


def test_a_sheet_nobody_needs_is_left_out_and_not_asked_for_again(cast: Cast) -> None:
    job = upload(cast.chen, b"a,b\n1,2\n", "备注页.csv")
    assert "备注页" in str(job.summary["unknown"])
    jobs.name_headers(job, {("", "备注页"): ""}, by=cast.chen, version=job.version, now=NOW)
    working.read_import(job.pk, now=NOW)
    job.refresh_from_db()
    assert job.summary["unknown"] == []


@pytest.mark.parametrize("means", ["", "notes"])
def test_a_name_that_was_given_a_wrong_meaning_can_be_given_another(cast: Cast, means: str) -> None:
    text = "card_no,name,phone,owner,opened_at,颜色\nN1,郑明,13900001111,lin,2026-03-01,白\n"
    job = upload(cast.chen, text.encode(), "Customers.csv")
    named = {("Customers", "颜色"): means}
    jobs.name_headers(job, named, by=cast.chen, version=job.version, now=NOW)
    job = upload(cast.chen, text.encode(), "Customers.csv")
    assert job.summary["unknown"] == []
    client, address = client_of(cast.chen), f"/imports/{job.public_id}/"
    page = client.get(address).content.decode()
    assert f'href="{address}headers/"' in page
    assert ("Customers · 颜色" in page) == (means == "")
    assert f'href="{address}headers/"' not in client_of(cast.shen).get(address).content.decode()
    sent = {"version": job.version, "s0c5": "model"}
    assert client.post(f"{address}headers/", sent).status_code == 302
    working.read_import(job.pk, now=NOW)
    job.refresh_from_db()
    assert HeaderName.objects.get(name="颜色").means == "model"
    assert "model" in job.summary["columns"]["Customers"]


def test_a_file_of_which_nothing_is_known_leads_to_its_names_and_can_be_given_up(
    cast: Cast,
) -> None:
    job = upload(cast.chen, b"a,b\n1,2\n", "备注页.csv")
    address = f"/imports/{job.public_id}/"
    for says in ("备注页", "按门店的设定不读取：备注页"):
        page = client_of(cast.chen).get(address).content.decode()
        assert says in page
        for verb in ("headers/", "cancellation/"):
            assert f'"{address}{verb}"' in page
        jobs.name_headers(job, {("", "备注页"): ""}, by=cast.chen, version=job.version, now=NOW)
        working.read_import(job.pk, now=NOW)
        job.refresh_from_db()


def test_an_unreadable_file_says_why(cast: Cast) -> None:
    job = upload(cast.chen, b"PK\x03\x04 and no more", "floor.xlsx")
    assert job.state == states.UNREADABLE
    assert job.reason


def test_what_changed_since_the_preview_is_looked_at_again(cast: Cast) -> None:
    card = people.make_card(cast.lin, level="B", card_no="K1")
    job = confirm(upload_sheet(cast.chen, "Customers", [{"card_no": "K1", "level": "A"}]))
    jobs.approve_import(job, by=cast.shen, version=job.version, now=NOW)
    card.delete()
    assert save(job).state == states.CHECKED
    assert job.reason
    assert not Card.objects.exists()


def test_a_worker_that_died_saves_neither_half_nor_twice(cast: Cast) -> None:
    job = upload_sheet(cast.chen, "Customers", [customer("N1")])
    jobs.confirm_import(job, by=cast.chen, version=job.version, now=NOW)
    dead = working.take(job.pk, frm=states.QUEUED, to=states.SAVING, now=NOW)
    assert dead is not None
    later = NOW + dt.timedelta(minutes=10)
    sweeping.look_after_files(now=later)
    job.refresh_from_db()
    assert job.state == states.SAVING, "its files were touched a moment ago"
    Kept(job.folder).progress.unlink()
    sweeping.look_after_files(now=later)
    job.refresh_from_db()
    assert job.state == states.QUEUED
    assert save(job, now=later).state == states.SAVED
    with pytest.raises(Stale):
        working.save_job(dead, now=later)
    assert Card.objects.count() == 1


def test_three_dead_workers_are_enough(cast: Cast) -> None:
    job = upload_sheet(cast.chen, "Customers", [customer("N1")])
    jobs.confirm_import(job, by=cast.chen, version=job.version, now=NOW)
    for _attempt in range(3):
        working.take(job.pk, frm=states.QUEUED, to=states.SAVING, now=NOW)
        Kept(job.folder).progress.unlink(missing_ok=True)
        sweeping.look_after_files(now=NOW + dt.timedelta(minutes=10))
    job.refresh_from_db()
    assert job.state == states.FAILED
    assert job.reason
    assert not Card.objects.exists()


def test_three_dead_workers_leave_an_import_saved_that_was_to_be_undone(cast: Cast) -> None:
    job = confirm(upload_sheet(cast.chen, "Customers", [customer("N1")]))
    jobs.ask_undo(job, by=cast.chen, version=job.version, now=NOW)
    for _attempt in range(3):
        working.take(job.pk, frm=states.UNDO_ASKED, to=states.UNDOING, now=NOW)
        Kept(job.folder).progress.unlink(missing_ok=True)
        sweeping.look_after_files(now=NOW + dt.timedelta(minutes=10))
    job.refresh_from_db()
    assert job.state == states.SAVED
    assert Card.objects.count() == 1
    page = client_of(cast.chen).get(f"/imports/{job.public_id}/").content.decode()
    assert "没有撤销任何内容" in page
    assert "没有保存" not in page


def test_an_import_is_taken_back_whole(cast: Cast) -> None:
    card = people.make_card(cast.lin, level="B", card_no="K1", name="张伟")
    before = Card.objects.filter(pk=card.pk).values().get()
    rows = [customer("N1"), {"card_no": "K1", "level": "A", "notes": "新备注"}]
    job = confirm(upload_sheet(cast.chen, "Customers", rows))
    jobs.approve_import(job, by=cast.shen, version=job.version, now=NOW)
    save(job)
    assert Card.objects.count() == 2
    assert undo(job).state == states.UNDONE, job.reason
    after = Card.objects.get()
    kept = {k: v for k, v in before.items() if k not in {"version", "to_complete", "search"}}
    assert {k: getattr(after, k) for k in kept} == kept
    assert after.version > before["version"]
    assert Customer.objects.count() == 1
    assert not TimelineEntry.objects.filter(kind="card_opened").exists()
    assert AuditEvent.objects.filter(action="exchange.undo_import").exists()


def test_what_was_built_since_hinders_the_undo_and_is_named(cast: Cast) -> None:
    job = confirm(
        upload_sheet(
            cast.chen,
            "Customers",
            [customer("N1"), customer("N2", name="钱进", phone="13900002222")],
        )
    )
    people.make_contact(Card.objects.get(card_no="N1"), NOW)
    job = undo(job)
    assert job.state == states.SAVED
    (row,) = job.summary["hindrances"]
    assert row["what"] == "followups.contact"
    assert Card.objects.count() == 2
    assert client_of(cast.chen).get(f"/imports/{job.public_id}/").status_code == 200


def test_after_a_day_it_stays(cast: Cast) -> None:
    job = confirm(upload_sheet(cast.chen, "Customers", [customer("N1")]))
    later = NOW + dt.timedelta(hours=24)
    with pytest.raises(ValidationError):
        jobs.ask_undo(job, by=cast.chen, version=job.version, now=later)


def test_an_import_whose_file_is_gone_says_so_and_saves_nothing(cast: Cast) -> None:
    job = upload_sheet(cast.chen, "Customers", [customer("N1")])
    fresh = uploads.upload_import(SimpleUploadedFile("a.csv", b"x"), by=cast.chen, now=NOW)
    for one in (job, fresh):
        Kept(one.folder).remove()
    assert confirm(job).state == states.FAILED
    assert working.read_import(fresh.pk, now=NOW)
    fresh.refresh_from_db()
    assert fresh.state == states.UNREADABLE
    assert job.why == fresh.why == "The file is not here any more. Upload it again."
    assert not Card.objects.exists()


def test_files_go_after_a_week_or_with_a_cancelled_import(cast: Cast) -> None:
    job = upload_sheet(cast.chen, "Customers", [customer("N1")])
    other = upload_sheet(cast.chen, "Customers", [customer("N2")])
    client_of(cast.chen).post(
        f"/imports/{other.public_id}/cancellation/", {"version": other.version}
    )
    other.refresh_from_db()
    assert other.state == states.CANCELLED
    sweeping.look_after_files(now=NOW + dt.timedelta(days=8))
    job.refresh_from_db()
    assert job.state == states.CANCELLED
    assert not Kept(job.folder).path.exists()
    assert client_of(cast.chen).get(f"/imports/{job.public_id}/").status_code == 200


def test_who_seconds_an_import_given_up_by_the_clock_is_told_no_name(cast: Cast) -> None:
    people.make_card(cast.lin, level="B", card_no="K1")
    job = confirm(upload_sheet(cast.chen, "Customers", [{"card_no": "K1", "level": "A"}]))
    assert job.state == states.WAITING
    sweeping.look_after_files(now=NOW + dt.timedelta(days=8))
    page = f"/imports/{job.public_id}/approval/"
    answer = client_of(cast.shen).post(page, {"version": job.version})
    assert answer.status_code == 409
    assert answer.context["changed_by"] == ""
    assert answer.context["changed_at"] == NOW + dt.timedelta(days=8)
    event = AuditEvent.objects.filter(subject_id=job.public_id).latest("id")
    assert (event.action, event.actor_id) == ("exchange.drop_import", None)
    assert event.after == {"state": states.CANCELLED}


def test_files_lie_under_random_names_and_are_not_served(cast: Cast) -> None:
    job = upload_sheet(cast.chen, "Customers", [customer("N1")])
    path = Kept(job.folder).upload
    assert path.is_relative_to(Path(settings.MEDIA_ROOT))
    assert path.stat().st_mode & 0o777 == 0o600
    answer = client_of(cast.chen).get(f"/media/imports/{job.folder}/upload")
    assert answer.status_code == 404


def test_an_upload_sent_twice_is_one_import(cast: Cast) -> None:
    made = [
        uploads.upload_import(
            SimpleUploadedFile("Customers.csv", b"card_no\n"),
            by=cast.chen,
            now=NOW,
            request_id="r1",
        )
        for _ in range(2)
    ]
    assert made[0] == made[1]
    assert ImportJob.objects.count() == 1


def test_an_empty_or_too_large_upload_is_refused_at_the_door(cast: Cast) -> None:
    large = SimpleUploadedFile("a.xlsx", b"x")
    large.size = 21 * 2**20
    for file in (large, SimpleUploadedFile("a.xlsx", b"")):
        with pytest.raises(ValidationError):
            uploads.upload_import(file, by=cast.chen, now=NOW)
    with pytest.raises(PermissionDenied):
        uploads.upload_import(SimpleUploadedFile("a.csv", b"x"), by=cast.lin, now=NOW)
    assert not ImportJob.objects.exists()


def test_the_ledger_of_rows_is_small(cast: Cast) -> None:
    rows = [customer(f"N{n}", phone=f"139{n:08d}", name=f"客户{n}") for n in range(30)]
    job = confirm(upload_sheet(cast.chen, "Customers", rows))
    cards = ImportedRows.objects.get(job=job, model="customers.Card")
    assert sum(last - first + 1 for first, last in cards.created) == 30


def test_a_second_reader_sees_numbers_masked(cast: Cast) -> None:
    people.make_card(cast.lin, level="B", card_no="K1")
    rows = [customer("N1"), {"card_no": "K1", "level": "A"}]
    job = confirm(upload_sheet(cast.chen, "Customers", rows))
    path = f"/imports/{job.public_id}/?sheet=Customers&show=all"
    assert "13900001111" in client_of(cast.chen).get(path).content.decode()
    assert "13900001111" not in client_of(cast.shen).get(path).content.decode()
    pan = client_of(cast.pan).get(path).content.decode()
    assert "13900001111" not in pan
    assert "郑明" not in pan
    assert client_of(cast.otto).get(path).status_code == 403


def test_a_second_reader_sees_no_wechat_and_no_address_in_full(cast: Cast) -> None:
    people.make_card(cast.lin, level="B", card_no="K1")
    told = {"wechat": "zhengming66", "email": "zheng@example.com"}
    rows = [customer("N1", **told), {"card_no": "K1", "wechat": "wx88"}]
    job = confirm(upload_sheet(cast.chen, "Customers", rows))
    path = f"/imports/{job.public_id}/?sheet=Customers&show=all"
    mine, theirs = (client_of(one).get(path).content.decode() for one in (cast.chen, cast.shen))
    for word in (*told.values(), "wx88"):
        assert word in mine
        assert word not in theirs
    assert "郑明" in theirs


def test_the_bar_polls_until_the_work_is_over(cast: Cast) -> None:
    file = SimpleUploadedFile("Customers.csv", b"card_no,name\n")
    job = uploads.upload_import(file, by=cast.chen, now=NOW)
    client = client_of(cast.chen)
    path = f"/imports/{job.public_id}/progress/"
    answer = client.get(path, headers={"HX-Request": "true"})
    assert "every 2s" in answer.content.decode()
    assert not answer.has_header("HX-Refresh")
    working.read_import(job.pk, now=NOW)
    assert client.get(path, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_the_bar_stands_where_the_worker_is_after_a_reload(cast: Cast) -> None:
    job = upload_sheet(cast.chen, "Customers", [customer("N1")])
    ImportJob.objects.filter(pk=job.pk).update(state=states.SAVING)
    Progress(Kept(job.folder), total=200).step(84)
    for _reload in range(2):
        page = client_of(cast.chen).get(f"/imports/{job.public_id}/").content.decode()
        assert '<span class="num b">42%</span>' in page
    part = client_of(cast.chen).get(f"/imports/{job.public_id}/progress/").content.decode()
    assert "42%" in part


def test_the_bar_moves_while_a_file_is_read_and_while_it_is_undone(cast: Cast) -> None:
    job = upload_sheet(cast.chen, "Customers", [customer("N1")])
    kept = Kept(job.folder)
    assert kept.percent() == 66, "opened and checked; the preview was the last of three steps"
    undone = undo(confirm(job))
    assert undone.state == states.UNDONE
    assert kept.percent() > 0


def test_who_waits_for_another_import_is_told_so_and_may_give_theirs_up(cast: Cast) -> None:
    first, mine = (upload_sheet(cast.chen, "Customers", [customer(no)]) for no in ("N1", "N2"))
    for job in (first, mine):
        jobs.confirm_import(job, by=cast.chen, version=job.version, now=NOW)
    client, waits = client_of(cast.chen), "排在它后面"
    pages = [f"/imports/{mine.public_id}/", f"/imports/{mine.public_id}/progress/"]
    assert not any(waits in client.get(page).content.decode() for page in pages)
    assert working.take(first.pk, frm=states.QUEUED, to=states.SAVING, now=NOW)
    page, part = (client.get(page).content.decode() for page in pages)
    assert waits in page
    assert waits in part
    assert '<svg class="bar' not in part
    form = f'action="/imports/{mine.public_id}/cancellation/"'
    assert form in page
    assert form not in client_of(cast.shen).get(pages[0]).content.decode()
    client.post(f"/imports/{mine.public_id}/cancellation/", {"version": mine.version})
    mine.refresh_from_db()
    assert mine.state == states.CANCELLED


def test_only_who_may_import_is_led_to_another_upload(cast: Cast) -> None:
    job = upload(cast.chen, b"PK\x03\x04 and no more", "floor.xlsx")
    assert job.state == states.UNREADABLE
    page, way = f"/imports/{job.public_id}/", 'href="/imports/new/"'
    assert way in client_of(cast.chen).get(page).content.decode()
    for reader in (cast.pan, cast.bai):
        assert way not in client_of(reader).get(page).content.decode()


def test_a_long_step_still_shows_signs_of_life(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    job = upload_sheet(cast.chen, "Customers", [customer("N1")])
    kept = Kept(job.folder)
    kept.progress.unlink()
    monkeypatch.setattr(kept_module, "BEAT_EVERY_S", 0.01)
    with alive(kept):
        for _wait in range(500):
            if kept.progress.exists():
                break
            threading.Event().wait(0.01)
    assert kept.progress.exists()
    assert "import-alive" not in {thread.name for thread in threading.enumerate()}


def test_who_cancels_after_the_worker_came_too_late(cast: Cast) -> None:
    job = upload_sheet(cast.chen, "Customers", [customer("N1")])
    jobs.confirm_import(job, by=cast.chen, version=job.version, now=NOW)
    seen = job.version
    assert working.save_import(job.pk, now=NOW)
    assert not working.save_import(job.pk, now=NOW)
    page = f"/imports/{job.public_id}/cancellation/"
    answer = client_of(cast.chen).post(page, {"version": seen})
    assert answer.status_code == 409
    assert Card.objects.count() == 1


def test_who_cancels_while_the_worker_reads_is_not_told_their_own_name(cast: Cast) -> None:
    job = upload_sheet(cast.chen, "Customers", [customer("N1")])
    ImportJob.objects.filter(pk=job.pk).update(state=states.UPLOADED)
    taken = working.take(job.pk, frm=states.UPLOADED, to=states.READING, now=NOW)
    assert taken is not None
    page = f"/imports/{job.public_id}/cancellation/"
    answer = client_of(cast.chen).post(page, {"version": job.version})
    assert answer.status_code == 409
    assert answer.context["changed_by"] == ""
