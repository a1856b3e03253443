"""The administrator of an empty installation brings the whole floor in by the browser, once."""

from __future__ import annotations

from pathlib import Path

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from crm.customers.models import Card
from crm.exchange import states
from crm.notices.models import Notice
from crm.people import roles
from crm.people.models import Membership, Store, User
from crm.records.models import AuditEvent
from tests import people
from tests.exchange.books import floor
from tests.exchange.jobs import confirm, customer, undo, upload, upload_sheet, workbook
from tests.people import HIRED, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def admin() -> User:
    return people.make_user("admin", "管理员", roles.ADMIN)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_stores_people_and_customers_come_in_by_one_file(admin: User, tmp_path: Path) -> None:
    job = upload(admin, workbook(tmp_path, floor()), "floor.xlsx")
    assert job.state == states.CHECKED, job.reason
    assert job.summary["refused"] == 0, job.summary
    assert not job.needs_second
    client = client_of(admin)
    assert "/imports/new/" in client.get("/").content.decode()
    seen = client.get(f"/imports/{job.public_id}/?sheet=Customers").content.decode()
    name = floor()["Customers"][0]["name"]
    assert name in seen, "before it is saved, who uploaded it reads what it would do"
    job = confirm(job)
    assert job.state == states.SAVED, job.reason
    assert Store.objects.exists()
    assert Card.objects.exists()
    after = client.get(f"/imports/{job.public_id}/?sheet=Customers").content.decode()
    assert name not in after, "an administrator sees no customer"
    assert client.get("/customers/").status_code == 403
    assert AuditEvent.objects.filter(action="exchange.confirm_import", actor=admin).exists()
    assert not User.objects.exclude(pk=admin.pk).filter(password__startswith="pbkdf2").exists()


def test_it_can_be_taken_back(admin: User, tmp_path: Path) -> None:
    job = confirm(upload(admin, workbook(tmp_path, floor()), "floor.xlsx"))
    done = undo(job)
    assert done.state == states.UNDONE, (done.reason, done.summary.get("hindrances"), done.summary)
    assert not Card.objects.exists()
    assert upload(admin, workbook(tmp_path, floor()), "floor.xlsx").state == states.CHECKED


def test_once_there_are_customers_an_administrator_brings_nothing_in(
    admin: User, tmp_path: Path
) -> None:
    waiting = upload(admin, workbook(tmp_path, floor()), "floor.xlsx")
    store = Store.objects.create(code="SH09", name="静安店")
    people.make_card(None, store_id=store.pk)
    with pytest.raises(ValidationError):
        upload(admin, b"x", "later.csv")
    assert client_of(admin).get("/").content.decode().count("/imports/new/") == 0
    late = confirm(waiting)
    assert late.state == states.CHECKED
    assert late.summary["good"] == 0
    assert Card.objects.count() == 1


def test_once_a_second_person_signed_in_they_are_asked_for_roles(admin: User) -> None:
    chief = people.make_user("chief", "白总", roles.GENERAL_MANAGER)
    User.objects.filter(pk=chief.pk).update(last_login=NOW)
    with pytest.raises(ValidationError):
        upload(admin, b"x", "floor.csv")


def test_an_account_that_exists_is_not_changed_by_the_file(admin: User) -> None:
    rows = [{"username": "admin", "name": "别名", "role": "general_manager"}]
    job = upload_sheet(admin, "Staff", rows)
    assert job.summary["refused"] == 1
    assert Membership.objects.get().role == roles.ADMIN


# --- who seconds the only manager -----------------------------------------------------------


@pytest.fixture
def cast() -> people.Cast:
    return people.make_cast()


def big(user: User):
    rows = [customer(f"KH-{n}", phone=f"139{n:08d}", name=f"客户{n}") for n in range(501)]
    return upload_sheet(user, "Customers", rows)


def test_a_general_manager_seconds_the_only_manager_of_a_store(cast: people.Cast) -> None:
    job = big(cast.shen)
    assert job.needs_second
    page = client_of(cast.shen).get(f"/imports/{job.public_id}/").content.decode()
    assert cast.bai.name in page
    job = confirm(job)
    assert job.state == states.WAITING
    assert Notice.objects.get(kind="import_to_approve").recipient == cast.bai
    chief = client_of(cast.bai)
    assert job.file_name in chief.get("/imports/").content.decode()
    sent = {"version": job.version, "request_id": "once"}
    assert chief.post(f"/imports/{job.public_id}/approval/", sent).status_code == 302
    job.refresh_from_db()
    assert (job.state, job.approved_by) == (states.QUEUED, cast.bai)


def test_where_there_is_another_manager_they_are_asked(cast: people.Cast) -> None:
    Membership.objects.create(user=cast.he, role=roles.MANAGER, store=cast.pudong, valid_from=HIRED)
    job = confirm(big(cast.shen))
    assert [one.recipient for one in Notice.objects.filter(kind="import_to_approve")] == [cast.he]
    page = client_of(cast.shen).get(f"/imports/{job.public_id}/").content.decode()
    assert cast.he.name in page
    assert cast.bai.name not in page


def test_without_anybody_the_page_says_so(cast: people.Cast) -> None:
    User.objects.filter(pk=cast.bai.pk).update(is_active=False)
    job = big(cast.shen)
    page = client_of(cast.shen).get(f"/imports/{job.public_id}/").content.decode()
    assert "还没有其他人可以确认" in page
