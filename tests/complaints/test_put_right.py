"""What must not happen again: given, reported, verified by another, counted (CP-10, CP-30)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from complaints import actions, states
from complaints.models import Correction, Ticket
from complaints.queues.closing import conditions_of, unmet
from complaints.queues.corrections import errors_by_department, errors_by_person
from crm.notices.dispatch import drain
from crm.notices.models import Notice, Reminder
from crm.people.models import Delegation
from crm.records.models import AuditEvent
from crm.rulebook.numbers import Numbers
from tests.complaints.answers import HOUR, approved, looked_at, reply
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


def test_its_owner_begins_it_once_and_it_stays_due(cast: Cast) -> None:
    one = give(cast)
    page = f"/complaints/corrections/{one.public_id}/"
    sent = {"version": 1, "request_id": "b1"}
    rung = list(Reminder.objects.still_to_ring().values_list("pk", flat=True))
    with time_machine.travel(NOW, tick=False):
        assert f"{page}start/" in browser(cast.chen).get(page).content.decode()
        assert f"{page}start/" not in browser(cast.wu).get(page).content.decode()
        assert browser(cast.wu).post(f"{page}start/", sent).status_code == 403
        for _twice in range(2):
            assert browser(cast.chen).post(f"{page}start/", sent).status_code == 302
        stale = {"version": 1, "request_id": "b2"}
        assert browser(cast.chen).post(f"{page}start/", stale).status_code == 409
        listed = browser(cast.wu).get("/complaints/corrections/?show=started").content.decode()
        text = browser(cast.chen).get(page).content.decode()
    assert one.what in listed
    assert "进行中" in text
    assert "整改期限" in text
    assert f"{page}start/" not in text
    assert f"{page}outcome/" in text
    one.refresh_from_db()
    assert (one.state, one.version) == ("started", 2)
    assert AuditEvent.objects.filter(action="complaints.start_correction").count() == 1
    assert list(Reminder.objects.still_to_ring().values_list("pk", flat=True)) == rung
    assert list(Correction.objects.overdue(NOW.date() + 8 * DAY)) == [one]
    actions.report_correction(one, by=cast.chen, version=2, outcome="已培训", now=NOW)
    assert one.state == "reported"
    assert told_of("corrective_reported")


@pytest.mark.parametrize(
    ("liability", "given", "spared", "owes"),
    [
        ("service", False, False, True),
        ("shared", False, False, True),
        ("service", True, False, False),
        ("shared", False, True, False),
        ("quality", False, False, False),
        ("misuse", False, False, False),
        ("none", False, False, False),
        ("", False, False, False),
    ],
)
def test_our_own_fault_asks_for_a_task_or_a_reason(
    liability: str, given: bool, spared: bool, owes: bool
) -> None:
    assert states.owes_correction(liability, given=given, spared=spared) is owes


def answered(cast: Cast, **fields: Any) -> Ticket:
    """One the customer is content with and after which nothing was put right yet."""
    ticket = approved(cast, **fields)
    reply(ticket, cast.wu)
    said = {"content": True, "words": "好", "now": NOW + 4 * HOUR}
    actions.hear_customer(ticket, by=cast.xu, version=ticket.version, **said)
    return ticket


def test_our_own_fault_is_not_closed_before_a_task_is_given(cast: Cast) -> None:
    ticket = answered(cast)
    path = f"/complaints/{ticket.public_id}/closing/"
    with time_machine.travel(NOW + 5 * HOUR, tick=False):
        refused = browser(cast.xu).post(path, {"version": ticket.version})
        assert refused.status_code == 422
        assert "属我方责任：已布置整改，或写明理由" in refused.content.decode()
        give(cast, ticket=ticket)
        assert browser(cast.xu).post(path, {"version": ticket.version}).status_code == 302


def test_or_a_reason_says_why_none_is_needed_once(cast: Cast) -> None:
    ticket = answered(cast, liability="shared", ticket_fields={"category": "other"})
    page = f"/complaints/{ticket.public_id}/"
    sent = {"version": ticket.version, "reason": "流程已改", "request_id": "w1"}
    with time_machine.travel(NOW + 5 * HOUR, tick=False):
        assert f"{page}corrections/waiver/" in browser(cast.wu).get(page).content.decode()
        assert browser(cast.chen).post(f"{page}corrections/waiver/", sent).status_code in (403, 404)
        none = {**sent, "reason": " "}
        assert browser(cast.wu).post(f"{page}corrections/waiver/", none).status_code == 422
        for _twice in range(2):
            done = browser(cast.wu).post(f"{page}corrections/waiver/", sent)
            assert done.status_code == 302
        stale = {**sent, "request_id": "w2"}
        assert browser(cast.xu).post(f"{page}corrections/waiver/", stale).status_code == 409
        assert f"{page}corrections/waiver/" not in browser(cast.wu).get(page).content.decode()
        assert ticket.entries.filter(kind="spared").count() == 1
        ticket.refresh_from_db()
        again = browser(cast.xu).post(
            f"{page}corrections/waiver/", {**stale, "version": ticket.version}
        )
        assert again.status_code == 422
        closing = browser(cast.xu).post(f"{page}closing/", {"version": ticket.version})
    assert closing.status_code == 302


def test_what_nobody_of_ours_caused_closes_without_and_old_files_stay_whole(cast: Cast) -> None:
    ticket = answered(cast, liability="none")
    assert not unmet(ticket, NOW + 5 * HOUR)
    old = answered(cast)
    Ticket.objects.filter(pk=old.pk).update(state="closed")  # before the rule
    old.refresh_from_db()
    words = [one.words for one in conditions_of(old, NOW + 5 * HOUR, None)]
    assert not [one for one in words if "我方责任" in one]


def test_over_a_closed_one_nobody_says_afterwards_why_nothing_is_put_right(cast: Cast) -> None:
    ticket = answered(cast)
    Ticket.objects.filter(pk=ticket.pk).update(state="closed")  # before the rule
    page = f"/complaints/{ticket.public_id}/"
    sent = {"version": ticket.version, "reason": "流程已改"}
    with time_machine.travel(NOW + 5 * HOUR, tick=False):
        assert f"{page}corrections/waiver/" not in browser(cast.wu).get(page).content.decode()
        refused = browser(cast.wu).post(f"{page}corrections/waiver/", sent)
    assert refused.status_code == 422
    assert "流程已改" in refused.content.decode()  # what was typed is kept
    assert not ticket.entries.filter(kind="spared").exists()


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


def told_of(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("recipient__name", flat=True))


def test_reported_and_not_verified_by_its_day_it_is_late_for_head_and_manager(cast: Cast) -> None:
    one = give(cast)
    actions.report_correction(one, by=cast.chen, version=1, outcome="已培训", now=NOW + DAY)
    last = NOW.date() + 7 * DAY
    assert not Correction.objects.overdue(last).exists()
    with time_machine.travel(NOW + 9 * DAY, tick=False):
        drain()
        assert told_of("corrective_unverified") == {cast.tang.name, cast.shen.name}
        page = browser(cast.shen).get("/complaints/corrections/?show=late").content.decode()
    assert one.what in page
    assert list(Correction.objects.overdue(last + DAY)) == [one]
    actions.verify_correction(
        one, by=cast.xu, version=2, works=True, verdict="属实", now=NOW + 9 * DAY
    )
    assert not Correction.objects.overdue(last + DAY).exists()


@pytest.mark.parametrize(
    ("given_by", "owner", "asked"),
    [("xu", "chen", {"徐敏"}), ("wu", "chen", {"吴伟刚", "唐工"}), ("xu", "xu", {"唐工"})],
)
def test_somebody_who_may_verify_is_always_asked(
    cast: Cast, given_by: str, owner: str, asked: set[str]
) -> None:
    by = getattr(cast, given_by)
    owns = getattr(cast, owner)
    one = give(cast, owner=owns, by=by)
    actions.report_correction(one, by=owns, version=1, outcome="已培训", now=NOW + DAY)
    assert told_of("corrective_reported") == asked


def test_without_a_head_the_next_above_is_asked(cast: Cast) -> None:
    one = give(cast, owner=cast.xu, by=cast.xu, department=None)
    actions.report_correction(one, by=cast.xu, version=1, outcome="已培训", now=NOW + DAY)
    assert told_of("corrective_reported") == {cast.shen.name}
