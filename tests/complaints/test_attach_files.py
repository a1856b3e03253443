"""Files of a ticket: kept as they came, seen with it, refused by what is in them (CP-06)."""

from __future__ import annotations

import hashlib
import os
import stat
import time

import pytest
import time_machine

from complaints.models import Entry
from crm.records.actions import remove_attachment, sweep_files
from crm.records.models import Attachment, AuditEvent
from crm.records.models.attachments import files_root
from crm.rulebook.models import Number
from tests.complaints.complaints import make_complaint
from tests.complaints.problems import accepted, browser, lead_of, make_department, make_handler
from tests.complaints.test_lodge_complaint import FORM
from tests.people import NOW, Cast, make_cast, make_user
from tests.records.samples import JPEG, PDF, PLACE, make_file, office, photo, png, upload


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def send(user, ticket, *files, **fields):
    body = {"version": "1", "request_id": "", "attachments": list(files), **fields}
    return browser(user).post(f"/complaints/{ticket.public_id}/attachments/", body)


def on_disk() -> list[str]:
    return [path.name for path in files_root().rglob("*") if path.is_file()]


def page(user, ticket) -> str:
    return browser(user).get(f"/complaints/{ticket.public_id}/").content.decode()


def test_a_photo_is_kept_as_it_came_with_its_hash(cast: Cast) -> None:
    ticket, given = make_complaint(cast), photo()
    assert send(cast.wu, ticket, upload("桩.jpg", given), is_original="on").status_code == 302
    kept = Attachment.objects.get()
    assert (kept.name, kept.kind, kept.is_original, kept.made_by) == (
        "桩.jpg",
        "jpg",
        True,
        cast.wu,
    )
    assert kept.path.read_bytes() == given
    assert kept.sha256 == hashlib.sha256(given).hexdigest()
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600
    assert "桩" not in str(kept.path)
    assert kept.sha256 in page(cast.wu, ticket)
    assert ticket.entries.filter(kind=Entry.Kind.ATTACHED, by=cast.wu).exists()
    assert AuditEvent.objects.filter(action="records.add_file", subject_id=kept.public_id).exists()


def test_what_is_handed_out_says_no_place_and_runs_nowhere(cast: Cast) -> None:
    ticket = make_complaint(cast)
    kept = make_file(ticket, cast.wu, name="a.html")
    answer = browser(cast.xu).get(f"/attachments/{kept.public_id}/")
    assert answer.status_code == 200
    assert PLACE.encode() not in answer.getvalue()
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert answer["Content-Disposition"] == 'attachment; filename="a.html.jpg"'


def test_the_photo_as_it_came_is_for_whoever_answers_and_is_written_down(cast: Cast) -> None:
    kept = make_file(make_complaint(cast), cast.wu)
    path = f"/attachments/{kept.public_id}/original/"
    answer = browser(cast.wu).post(path, {"request_id": "one"})
    assert answer.getvalue() == photo()
    assert answer["Content-Type"] == "application/octet-stream"
    events = AuditEvent.objects.filter(action="records.take_original")
    assert [event.actor for event in events] == [cast.wu]
    assert browser(cast.shen).post(path).status_code == 403
    assert browser(cast.lin).post(path).status_code == 404
    assert events.count() == 1


def test_whom_it_is_about_sees_no_file_and_sales_reads_none(cast: Cast) -> None:
    ticket = make_complaint(cast, about=cast.xu)
    kept = make_file(ticket, cast.wu)
    path = f"/attachments/{kept.public_id}/"
    # Xu leads service, of a complaint about herself she knows nothing; Lin's customer it is.
    assert {user: browser(user).get(path).status_code for user in (cast.xu, cast.lin)} == {
        cast.xu: 404,
        cast.lin: 404,
    }
    assert browser(cast.wu).get(path).status_code == 200
    assert browser(cast.shen).get(path).status_code == 200
    assert send(cast.xu, ticket, upload("a.pdf", PDF)).status_code == 404


def test_a_department_sees_files_of_its_own_task_alone(cast: Cast) -> None:
    ticket = accepted(cast)
    task = lead_of(ticket)
    body = {"version": "1", "attachments": upload("现场报告.pdf", PDF)}
    path = f"/complaints/tasks/{task.public_id}/attachments/"
    assert browser(cast.tang).post(path, body).status_code == 302
    kept = Attachment.objects.get()
    assert kept.parent_id == task.public_id
    other = make_handler(cast, "gao", "高工", make_department("物流"))
    got = {user: browser(user).get(f"/attachments/{kept.public_id}/").status_code
           for user in (cast.tang, cast.wu, other, cast.otto)}  # fmt: skip
    assert got == {cast.tang: 200, cast.wu: 200, other: 404, cast.otto: 404}
    assert "现场报告.pdf" in page(cast.tang, ticket)
    assert browser(other).post(path, body).status_code == 404


BAD = {
    "a renamed program": ("付款.jpg", b"MZ" + b"\0" * 100),
    "a drawing with scripts": ("logo.png", b"<svg onload='x()'/>"),
    "a page": ("信.pdf", b"<html><script>x()</script>"),
    "half a photo": ("桩.jpg", JPEG[:-30]),
    "two files in one": ("信.pdf", PDF + office()),
    "nothing": ("空.pdf", b""),
    "eleven megabytes": ("大.pdf", PDF + b"\0" * 11 * 2**20),
    "far too many pixels": ("图.png", png(30_000, 30_000, rows=1)),
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_not_taken_is_named_beside_the_field_and_nothing_is_kept(
    cast: Cast, what: str
) -> None:
    ticket, (name, data) = make_complaint(cast), BAD[what]
    answer = send(cast.wu, ticket, upload("好.pdf", PDF), upload(name, data))
    assert answer.status_code == 422
    assert name in answer.content.decode()
    assert answer.context["files_form"].errors["attachments"]
    assert not Attachment.objects.exists()
    assert on_disk() == []


def test_a_name_keeps_no_folders_directions_or_invisible_signs(cast: Cast) -> None:
    ticket = make_complaint(cast)
    given = upload("x", PDF)
    given.name = "..\\..\\etc\\\u202egpj.\u200b信\x00.pdf"
    assert send(cast.wu, ticket, given).status_code == 302
    assert Attachment.objects.get().name == "gpj.信.pdf"


def test_sent_twice_it_is_there_once(cast: Cast) -> None:
    ticket = make_complaint(cast)
    for _twice in range(2):
        answer = send(cast.wu, ticket, upload("信.pdf", PDF), request_id="the-same")
        assert answer.status_code == 302
    assert Attachment.objects.count() == 1
    assert on_disk() == [Attachment.objects.get().stored_as]


def test_the_same_file_is_not_kept_twice_and_no_more_than_twenty(cast: Cast) -> None:
    Number.objects.update_or_create(key="attachments_at_most", defaults={"value": 2})
    ticket = make_complaint(cast)
    make_file(ticket, cast.wu, PDF, name="信.pdf")
    again = send(cast.wu, ticket, upload("副本.pdf", PDF))
    assert again.status_code == 422
    more = send(cast.wu, ticket, upload("1.jpg", photo(3)), upload("2.jpg", photo(4)))
    assert more.status_code == 422
    assert Attachment.objects.count() == 1
    assert len(on_disk()) == 1


def test_a_new_version_stands_for_the_old_one_which_stays(cast: Cast) -> None:
    ticket = make_complaint(cast)
    first = make_file(ticket, cast.wu, PDF, name="报告.pdf")
    answer = send(cast.wu, ticket, upload("报告2.jpg", photo()), replaces=first.public_id)
    assert answer.status_code == 302
    lines = browser(cast.xu).get(f"/complaints/{ticket.public_id}/").context["files"]
    assert [(line.file.name, [one.name for one in line.older]) for line in lines] == [
        ("报告2.jpg", ["报告.pdf"])
    ]
    assert browser(cast.xu).get(f"/attachments/{first.public_id}/").status_code == 200
    late = send(cast.wu, ticket, upload("报告3.jpg", photo(3)), replaces=first.public_id)
    assert late.status_code == 422
    assert "replaces" in late.context["files_form"].errors


def test_a_mistake_goes_with_a_reason_by_the_supervisor(cast: Cast, settings) -> None:
    ticket = make_complaint(cast)
    kept = make_file(ticket, cast.wu)
    path = f"/attachments/{kept.public_id}/removal/"
    assert browser(cast.wu).get(path).status_code == 403
    lead = browser(cast.xu)
    assert lead.post(path, {"version": "1", "reason": " "}).status_code == 422
    body = {
        "version": "1",
        "reason": "另一位客户的照片",
        "next": f"/complaints/{ticket.public_id}/",
    }
    answer = lead.post(path, body)
    assert (answer.status_code, answer["Location"]) == (302, body["next"])
    kept.refresh_from_db()
    assert (kept.gone_by, kept.gone_because) == (cast.xu, "另一位客户的照片")
    assert lead.get(f"/attachments/{kept.public_id}/").status_code == 404
    assert "另一位客户的照片" in page(cast.wu, ticket)


def test_a_complaint_is_written_down_with_its_letter_or_not_at_all(cast: Cast) -> None:
    bad = browser(cast.wu).post(
        "/complaints/new/",
        {**FORM, "attachments": upload("信.pdf", b"MZ"), "photos": upload("a.jpg", JPEG)},
    )
    assert bad.status_code == 422
    assert "attachments" in bad.context["form"].errors
    assert bad.context["form"]["description"].value() == FORM["description"]
    assert (Attachment.objects.count(), on_disk()) == (0, [])
    body = {**FORM, "attachments": upload("信.pdf", PDF), "photos": upload("a.jpg", JPEG)}
    assert browser(cast.fang).post("/complaints/new/", body).status_code == 302
    kept = Attachment.objects.all()
    assert {(one.name, one.is_original) for one in kept} == {("信.pdf", True), ("a.jpg", True)}
    assert {one.made_by for one in kept} == {cast.fang}


def test_nobody_adds_files_who_does_not_work_on_it(cast: Cast) -> None:
    ticket = make_complaint(cast)
    vera = make_user("vic", "审核", "auditor", cast.pudong)
    tried = [(user, send(user, ticket, upload("信.pdf", PDF)).status_code)
             for user in (cast.lin, cast.shen, vera, cast.otto)]  # fmt: skip
    assert all(status in (403, 404) for _user, status in tried), tried
    assert on_disk() == []


def test_what_a_crash_left_is_swept_and_nothing_else(cast: Cast) -> None:
    kept = make_file(make_complaint(cast), cast.wu)
    stray, young = (files_root() / "zz" / name for name in ("stray", "young"))
    stray.parent.mkdir(parents=True)
    for path in (stray, young):
        path.write_bytes(b"half")
    old = time.time() - 3 * 86_400
    for path in (stray, kept.path):
        os.utime(path, (old, old))
    os.utime(young, None)
    assert sweep_files() == 1
    assert (stray.exists(), young.exists(), kept.path.exists()) == (False, True, True)


def test_a_new_version_taken_away_as_a_mistake_leaves_the_old_one_to_be_replaced(
    cast: Cast,
) -> None:
    ticket = make_complaint(cast)
    old = make_file(ticket, cast.wu)
    wrong = make_file(ticket, cast.wu, PDF, replaces=old)
    remove_attachment(wrong, by=cast.xu, reason="传错", version=wrong.version, now=NOW)
    body = upload("对的.xlsx", office())
    assert send(cast.wu, ticket, body, replaces=old.public_id).status_code == 302
    assert Attachment.objects.get(name="对的.xlsx").replaces == old
