"""Photos and scans of a visit: kept as they came, for whoever reads its words, never the rated."""

from __future__ import annotations

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from crm.people.models import User
from crm.records.models import ORIGINAL, REMOVE, Attachment, AuditEvent
from crm.records.models.attachments import files_root
from tests.complaints.problems import browser
from tests.people import NOW, Cast, make_card, make_cast, make_ticket, make_visit
from tests.records.samples import PDF, PLACE, make_file, photo, upload
from visits import access
from visits.actions import attach_to_visit
from visits.models import Visit


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def visit(cast: Cast) -> Visit:
    """Wu's visit at the customer's of Lin, whom the customer judges."""
    card = make_card(cast.lin, "高峰")
    fields = {"method": "onsite", "kind": "new_purchase", "state": "assigned"}
    return make_visit(card, NOW.date(), assignee=cast.wu, **fields)


def send(user: User, visit: Visit, *files, **fields):
    body = {"version": visit.version, "attachments": list(files), **fields}
    return browser(user).post(f"/visits/{visit.public_id}/attachments/", body)


def page(user: User, visit: Visit) -> str:
    return browser(user).get(f"/visits/{visit.public_id}/").content.decode()


def test_a_photo_of_the_visit_is_kept_as_it_came_and_stands_on_its_page(cast, visit):
    sent = send(cast.wu, visit, upload("签收单.jpg", photo()), is_original="on")
    assert sent.status_code == 302
    kept = Attachment.objects.get()
    assert (kept.parent_id, kept.is_original, kept.made_by) == (visit.public_id, True, cast.wu)
    assert kept.path.read_bytes() == photo()
    assert AuditEvent.objects.filter(action="records.add_file", subject_id=kept.public_id).exists()
    assert "签收单.jpg" in page(cast.wu, visit)
    assert "签收单.jpg" in page(cast.xu, visit)
    shown = browser(cast.xu).get(f"/attachments/{kept.public_id}/")
    assert PLACE.encode() not in shown.getvalue()


def test_the_salesperson_who_is_judged_sees_the_visit_and_none_of_its_files(cast, visit):
    kept = make_file(visit, cast.wu, name="签收单.jpg")
    assert "签收单.jpg" not in page(cast.lin, visit)
    assert browser(cast.lin).get(f"/attachments/{kept.public_id}/").status_code == 404
    assert browser(cast.wu).get(f"/attachments/{kept.public_id}/").status_code == 200
    assert send(cast.lin, visit, upload("信.pdf", PDF)).status_code == 403


def test_files_are_for_exactly_those_who_read_the_words(cast, visit):
    ticket = make_ticket(visit.card, NOW, responsible=cast.xu)
    after_complaint = make_visit(
        visit.card, NOW.date(), assignee=cast.wu, kind="complaint", ticket=ticket, store=visit.store
    )
    event = make_visit(visit.card, NOW.date(), assignee=cast.wu, kind="event", store=visit.store)
    for row in (visit, after_complaint, event):
        make_file(row, cast.wu)
    for user in User.objects.all():
        for row in Visit.objects.all():
            seen = Visit.objects.visible_to(user).filter(pk=row.pk).exists()
            reads = seen and access.reads_words(user, row)
            files = Attachment.objects.visible_to(user).of(row)
            assert files.exists() == reads, (user.name, row.kind)
    # Xu answered the complaint: service's supervisor reads the others, not what is said of her.
    hers = {one.parent_id for one in Attachment.objects.visible_to(cast.xu)}
    assert hers == {visit.public_id, event.public_id}


def test_as_it_came_it_is_for_the_visitor_and_service_and_a_mistake_goes_by_those_above(
    cast, visit
):
    kept = make_file(visit, cast.wu)
    people = (cast.wu, cast.xu, cast.shen, cast.chen, cast.lin)
    takes = [user for user in people if kept.lets(user, ORIGINAL)]
    removes = [user for user in people if kept.lets(user, REMOVE)]
    assert takes == [cast.wu, cast.xu]
    assert removes == [cast.xu, cast.shen]


def test_sent_twice_it_is_there_once_and_an_older_page_adds_nothing(cast, visit):
    for _twice in range(2):
        sent = send(cast.wu, visit, upload("信.pdf", PDF), request_id="the-same")
        assert sent.status_code == 302
    assert Attachment.objects.count() == 1
    assert send(cast.wu, visit, upload("图.jpg", photo())).status_code == 409
    assert Attachment.objects.count() == 1
    assert len([path for path in files_root().rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize(("name", "data"), [("付款.jpg", b"MZ" + b"\0" * 100), ("", b"")])
def test_what_is_no_file_of_ours_is_refused_beside_its_field(cast, visit, name, data):
    answer = send(cast.wu, visit, *([upload(name, data)] if name else []))
    assert answer.status_code == 422
    assert answer.context["form"].errors["attachments"]
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("who", ["xu", "lin", "chen", "shen", "otto"])
def test_only_the_visitor_adds_files(cast, visit, who):
    with pytest.raises(PermissionDenied):
        attach_to_visit(
            visit,
            by=getattr(cast, who),
            version=visit.version,
            files=[upload("信.pdf", PDF)],
            now=NOW,
        )
    assert not Attachment.objects.exists()
