"""Chen asks a salesperson of her team to get in touch with an overdue customer."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.core.exceptions import PermissionDenied

from crm.notices.models import Notice
from crm.records.models import AuditEvent
from crm.records.states import Stale
from crm.reports.actions import remind_assignee
from followups.models import PlannedContact
from tests.people import NOW, Cast, make_card, make_plan, make_planned
from tests.reports.conftest import SignIn

DAY = dt.timedelta(days=1)


def overdue_of(cast: Cast) -> PlannedContact:
    """A contact Lin should have made yesterday."""
    return make_planned(make_plan(make_card(cast.lin, "鲁伟")), NOW - DAY)


def path(planned: PlannedContact) -> str:
    return f"/reports/planned-contacts/{planned.public_id}/reminder/"


def test_the_salesperson_finds_it_in_the_inbox(cast: Cast) -> None:
    planned = overdue_of(cast)
    assert remind_assignee(planned, by=cast.chen, now=NOW)
    notice = Notice.objects.get()
    assert notice.recipient == cast.lin
    assert (notice.kind, notice.data["by"]) == ("contact_asked_for", "陈立新")
    event = AuditEvent.objects.get(action="reports.remind_assignee")
    assert (event.actor, event.subject_id) == (cast.chen, planned.public_id)


def test_one_reminder_a_day_is_enough(cast: Cast) -> None:
    planned = overdue_of(cast)
    assert remind_assignee(planned, by=cast.chen, now=NOW)
    assert not remind_assignee(planned, by=cast.shen, now=NOW + dt.timedelta(hours=1))
    assert Notice.objects.count() == 1
    assert remind_assignee(planned, by=cast.chen, now=NOW + DAY)
    assert Notice.objects.count() == 2


def test_a_form_sent_twice_reminds_once(cast: Cast, sign_in: SignIn) -> None:
    planned = overdue_of(cast)
    client = sign_in(cast.chen)
    form = {"request_id": str(uuid.uuid4()), "next": "/dashboard/?period=today"}
    for _time in range(2):
        response = client.post(path(planned), form)
        assert (response.status_code, response["Location"]) == (302, "/dashboard/?period=today")
    assert AuditEvent.objects.filter(action="reports.remind_assignee").count() == 1


def test_nobody_is_reminded_of_what_is_not_overdue(cast: Cast, sign_in: SignIn) -> None:
    planned = make_planned(make_plan(make_card(cast.lin)), NOW + DAY)
    with pytest.raises(Stale):
        remind_assignee(planned, by=cast.chen, now=NOW)
    assert sign_in(cast.chen).post(path(planned)).status_code == 409
    assert not Notice.objects.exists()


@pytest.mark.parametrize("name", ["zhou", "lin", "bai", "he"])
def test_only_who_supervises_reminds(cast: Cast, name: str) -> None:
    with pytest.raises(PermissionDenied):
        remind_assignee(overdue_of(cast), by=getattr(cast, name), now=NOW)
    assert not Notice.objects.exists()


def test_a_contact_of_another_team_is_not_there(cast: Cast, sign_in: SignIn) -> None:
    planned = overdue_of(cast)
    assert sign_in(cast.he).post(path(planned)).status_code == 404
    assert sign_in(cast.lin).post(path(planned)).status_code == 403


def test_the_way_back_never_leaves_the_house(cast: Cast, sign_in: SignIn) -> None:
    form = {"next": "https://elsewhere.example/"}
    response = sign_in(cast.chen).post(path(overdue_of(cast)), form)
    assert response["Location"] == "/dashboard/"


def test_one_press_reminds_everybody_who_is_late_once(cast: Cast, sign_in: SignIn) -> None:
    for owner in (cast.lin, cast.lin, cast.zhou, cast.ma):
        make_planned(make_plan(make_card(owner)), NOW - DAY)
    client = sign_in(cast.chen)
    response = client.post("/reports/reminders/", {"request_id": str(uuid.uuid4())})
    assert response.status_code == 302
    told = Notice.objects.order_by("recipient__username").values_list("recipient", "data__count")
    assert list(told) == [(cast.lin.pk, 2), (cast.zhou.pk, 1)]
    client.post("/reports/reminders/", {"request_id": str(uuid.uuid4())})
    assert Notice.objects.count() == 2


def test_a_replay_says_how_many_were_reminded_the_first_time(cast: Cast, sign_in: SignIn) -> None:
    for owner in (cast.lin, cast.zhou):
        make_planned(make_plan(make_card(owner)), NOW - DAY)
    client = sign_in(cast.chen)
    said = []
    for request_id in ("one", "one", "another"):
        client.post("/reports/reminders/", {"request_id": request_id})
        page = client.get("/dashboard/")
        said.append([str(message) for message in page.context["messages"]])
    assert said[0] == said[1]
    assert "2" in said[0][0]
    assert "0" not in said[2][0]
    assert Notice.objects.count() == 2


@pytest.mark.parametrize(("name", "status"), [("lin", 403), ("bai", 403), ("xu", 403), ("wu", 403)])
def test_who_supervises_nobody_reminds_nobody(
    cast: Cast, sign_in: SignIn, name: str, status: int
) -> None:
    overdue_of(cast)
    assert sign_in(getattr(cast, name)).post("/reports/reminders/").status_code == status
    assert not Notice.objects.exists()
