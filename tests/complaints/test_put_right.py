"""What must not happen again: given, reported, verified by another, counted (CP-10, CP-30)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from complaints import actions
from complaints.models import Correction
from complaints.queues.corrections import errors_by_department, errors_by_person
from crm.notices.dispatch import drain
from crm.notices.models import Notice
from crm.people.models import Delegation
from crm.rulebook.numbers import Numbers
from tests.complaints.answers import HOUR, looked_at
from tests.complaints.problems import browser
from tests.people import NOW, Cast, make_cast

DAY = dt.timedelta(days=1)


@pytest.fixture
def cast(db) -> Cast:
    made = make_cast()
    made.technical.head = made.tang
    made.technical.save()
    return made


def give(cast: Cast, **fields: object) -> Correction:
    ticket = fields.pop("ticket", None) or looked_at(cast)
    return actions.give_correction(
        ticket,  # type: ignore[arg-type]
        **{
            "by": cast.wu,
            "what": "交车前讲解充电",
            "owner": cast.chen,
            "due_on": NOW.date() + 7 * DAY,
            "department": cast.technical,
            "at_fault": cast.lin,
            "now": NOW,
            **fields,
        },
    )


def test_its_owner_reports_and_somebody_else_verifies(cast: Cast) -> None:
    one = give(cast)
    with pytest.raises(PermissionDenied):
        actions.report_correction(one, by=cast.xu, version=1, outcome="已培训", now=NOW)
    actions.report_correction(one, by=cast.chen, version=1, outcome="已培训", now=NOW)
    for user in (cast.chen, cast.lin):
        with pytest.raises(PermissionDenied):
            actions.verify_correction(one, by=user, version=2, works=True, verdict="好", now=NOW)
    again = NOW.date() + 9 * DAY
    actions.verify_correction(
        one, by=cast.xu, version=2, works=False, verdict="没有记录", again_on=again, now=NOW
    )
    assert (one.state, one.due_on) == ("to_do", again)
    actions.report_correction(one, by=cast.chen, version=3, outcome="补了记录", now=NOW)
    actions.verify_correction(one, by=cast.shen, version=4, works=True, verdict="属实", now=NOW)
    assert (one.state, one.verified_by) == ("verified", cast.shen)


def test_overdue_it_rings_at_the_departments_head_and_the_manager(cast: Cast) -> None:
    give(cast)
    with time_machine.travel(NOW + 9 * DAY, tick=False):
        drain()
    rung = Notice.objects.filter(kind="corrective_late").values_list("recipient__name", flat=True)
    assert {cast.tang.name, cast.shen.name} <= set(rung)


def test_whom_the_complaint_is_about_is_given_none_of_it(cast: Cast) -> None:
    ticket = looked_at(cast, about=cast.chen)
    with pytest.raises(ValidationError):
        give(cast, ticket=ticket, owner=cast.chen)


def test_its_owner_sees_the_task_and_not_the_complaint(cast: Cast) -> None:
    one = give(cast, owner=cast.ma, at_fault=cast.ma)
    page = browser(cast.ma).get(f"/complaints/corrections/{one.public_id}/")
    assert page.status_code == 200
    assert f"/complaints/{one.ticket.public_id}/" not in page.content.decode()
    assert "差错责任人" not in page.content.decode()
    assert browser(cast.zhou).get(f"/complaints/corrections/{one.public_id}/").status_code == 404


def test_whose_error_it_was_does_not_see_it_unless_it_is_theirs_to_put_right(cast: Cast) -> None:
    one = give(cast, at_fault=cast.tang)  # Tang heads the department
    other = give(cast, at_fault=None)
    assert list(Correction.objects.visible_to(cast.tang)) == [other]
    assert set(Correction.objects.visible_to(cast.xu)) == {one, other}
    own = give(cast, owner=cast.tang, at_fault=cast.tang)
    assert set(Correction.objects.visible_to(cast.tang)) == {own, other}


def test_errors_that_come_back_are_counted_by_person_and_department(cast: Cast) -> None:
    give(cast)
    give(cast)
    give(cast, at_fault=cast.zhou, department=None)
    numbers = Numbers()
    people = errors_by_person(cast.shen, numbers=numbers, now=NOW + HOUR)
    found = [(one.name, one.times, one.is_repeated) for one in people]
    assert found == [(cast.lin.name, 2, True), (cast.zhou.name, 1, False)]
    departments = errors_by_department(cast.shen, numbers=numbers, now=NOW + HOUR)
    assert [(one.name, one.times) for one in departments] == [(cast.technical.name, 2)]
    text = browser(cast.shen).get("/complaints/corrections/").content.decode()
    assert "按人员的差错" in text
    assert "按人员的差错" not in browser(cast.wu).get("/complaints/corrections/").content.decode()


def test_who_reported_for_the_owner_does_not_verify_it(cast: Cast) -> None:
    """Nor does somebody who stands in for the owner today."""
    one = give(cast, owner=cast.wu)
    today = NOW.date()
    Delegation.objects.create(user=cast.wu, deputy=cast.xu, starts_on=today, ends_on=today)
    with time_machine.travel(NOW, tick=False):
        xu = type(cast.xu).objects.get(pk=cast.xu.pk)
        actions.report_correction(one, by=xu, version=1, outcome="已培训", now=NOW)
        assert one.reported_by == cast.xu
        Delegation.objects.all().delete()
        xu = type(cast.xu).objects.get(pk=cast.xu.pk)
        with pytest.raises(PermissionDenied):
            actions.verify_correction(one, by=xu, version=2, works=True, verdict="好", now=NOW)
    actions.verify_correction(one, by=cast.shen, version=2, works=True, verdict="属实", now=NOW)
