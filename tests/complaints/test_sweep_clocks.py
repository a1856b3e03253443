"""The sweep: told before, told after, each once; pauses end; a new calendar moves what is open."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError

from complaints import actions
from complaints.models import Entry, Pause, Ticket
from crm.notices.models import Notice, Reminder
from crm.rulebook.models import CalendarDay, OpeningHours
from tests.complaints.complaints import clock_of, make_complaint
from tests.complaints.problems import accepted, lead_of
from tests.people import NOW, SHANGHAI, Cast, local, make_cast

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def due(ticket: Ticket, kind: str) -> str:
    return f"{clock_of(ticket, kind).due_at.astimezone(SHANGHAI):%m-%d %H:%M}"


def bells(ticket: Ticket, kind: str) -> list[tuple[str, str, str]]:
    rows = Reminder.objects.filter(about_id=clock_of(ticket, kind).public_id).order_by("pk")
    return [
        (row.kind, row.step, row.recipient.username if row.recipient else row.role) for row in rows
    ]


def test_a_complaint_begins_with_each_clock_of_its_own(cast: Cast) -> None:
    ticket = make_complaint(cast)
    assert {clock.kind: due(ticket, clock.kind) for clock in ticket.clocks.all()} == {
        "acknowledge": "03-12 12:20",
        "reply": "03-13 23:59",
        "visit": "03-16 23:59",
        "solution": "03-17 23:59",
        "resolution": "03-23 23:59",
    }
    ticket.refresh_from_db()
    assert ticket.next_due_at == clock_of(ticket, "acknowledge").due_at


def test_whoever_answers_is_warned_then_head_and_manager_are_told_each_once(cast: Cast) -> None:
    cast.technical.head = cast.tang
    cast.technical.save()
    ticket = make_complaint(cast)
    Ticket.objects.filter(pk=ticket.pk).update(lead_department=cast.technical)
    for minutes in (60, 91, 92, 121, 122, 361, 362):
        actions.sweep_clocks(now=NOW + dt.timedelta(minutes=minutes))
    assert bells(ticket, "acknowledge") == [
        ("clock_soon", "warn", "wu"),
        ("clock_late", "head", "tang"),
        ("clock_late", "answers", "wu"),
        ("clock_late", "manager", "manager"),
    ]
    lines = Entry.objects.filter(ticket=ticket, kind="late").order_by("pk")
    assert [line.data["step"] for line in lines] == ["head", "manager"]


def test_without_a_lead_department_the_service_supervisor_is_told(cast: Cast) -> None:
    ticket = make_complaint(cast)
    actions.sweep_clocks(now=NOW + 3 * HOUR)
    assert bells(ticket, "acknowledge") == [
        ("clock_late", "head", "service_supervisor"),
        ("clock_late", "answers", "wu"),
    ]


def test_who_answers_hears_of_it_once_also_where_they_lead_the_department(cast: Cast) -> None:
    cast.technical.head = cast.wu
    cast.technical.save()
    ticket = make_complaint(cast)
    Ticket.objects.filter(pk=ticket.pk).update(lead_department=cast.technical)
    actions.sweep_clocks(now=NOW + 3 * HOUR)  # no worker ran in time to warn
    assert bells(ticket, "acknowledge") == [("clock_late", "head", "wu")]


def test_a_complaint_about_the_manager_climbs_past_them(cast: Cast) -> None:
    ticket = make_complaint(cast, about=cast.shen)
    actions.sweep_clocks(now=NOW + 12 * HOUR)
    assert bells(ticket, "acknowledge")[-1] == ("clock_late", "manager", "general_manager")


def test_what_was_done_in_time_rings_no_more(cast: Cast) -> None:
    ticket = make_complaint(cast)
    actions.sweep_clocks(now=NOW + 1.6 * HOUR)
    told = {"way": "call", "words": "已受理，今天给方案", "has_plan": False, "named": True}
    actions.contact_customer(
        ticket,
        by=cast.wu,
        version=ticket.version,
        now=NOW + 1.7 * HOUR,
        next_at=NOW + 9 * HOUR,
        **told,
    )
    assert clock_of(ticket, "acknowledge").status(NOW + 3 * HOUR) == "met"
    assert not Reminder.objects.filter(kind="clock_soon", state="pending").exists()
    assert actions.sweep_clocks(now=NOW + 3 * HOUR).breached == 0
    ticket.refresh_from_db()
    assert ticket.next_due_at == clock_of(ticket, "reply").due_at


def test_two_sweeps_at_one_moment_tell_once(cast: Cast) -> None:
    ticket = make_complaint(cast)
    first, second = (actions.sweep_clocks(now=NOW + 3 * HOUR) for _twice in range(2))
    assert (first.breached, second.breached) == (1, 0)
    assert len(bells(ticket, "acknowledge")) == 2


def test_waiting_for_the_customer_moves_all_but_the_first_clock(cast: Cast) -> None:
    ticket = make_complaint(cast)
    actions.pause_clocks(
        ticket, by=cast.wu, version=ticket.version, reason="等客户发视频", now=NOW + HOUR
    )
    assert clock_of(ticket, "reply").status(NOW + 2 * HOUR) == "paused"
    assert clock_of(ticket, "acknowledge").status(NOW + HOUR) == "running"
    back = local("2026-03-16 10:00")
    actions.resume_clocks(ticket, by=cast.wu, version=ticket.version, now=back)
    assert due(ticket, "acknowledge") == "03-12 12:20"
    assert due(ticket, "reply") == "03-17 10:00"
    assert due(ticket, "visit") == "03-18 10:00"
    assert clock_of(ticket, "reply").paused_s > 0


def test_a_pause_ends_by_itself_at_its_limit_and_wu_is_told(cast: Cast) -> None:
    ticket = make_complaint(cast)
    actions.pause_clocks(ticket, by=cast.wu, version=ticket.version, reason="等客户", now=NOW)
    pause = Pause.objects.get()
    assert pause.until.astimezone(SHANGHAI) == local("2026-03-19 23:59:59")
    later = local("2026-03-20 09:00")
    assert actions.sweep_clocks(now=later - 10 * HOUR).resumed == 0
    assert actions.sweep_clocks(now=later).resumed == 1
    pause.refresh_from_db()
    assert pause.ended_at == pause.until
    assert due(ticket, "visit") == "03-23 23:59"
    ticket.refresh_from_db()
    with pytest.raises(ValidationError, match="5 个工作日"):
        actions.pause_clocks(ticket, by=cast.wu, version=ticket.version, reason="再等", now=later)


def test_a_holiday_declared_later_moves_open_clocks(cast: Cast) -> None:
    ticket = make_complaint(cast)
    actions.sweep_clocks(now=NOW)
    CalendarDay.objects.create(region="CN", day=dt.date(2026, 3, 16), kind="holiday", name="店庆")
    assert actions.sweep_clocks(now=NOW).moved == 4  # of the reply, when the manager hears
    assert due(ticket, "visit") == "03-17 23:59"
    assert due(ticket, "acknowledge") == "03-12 12:20"
    assert actions.sweep_clocks(now=NOW).moved == 0


def test_a_new_calendar_adds_no_pause_to_the_clock_that_is_never_paused(cast: Cast) -> None:
    ticket = make_complaint(cast)
    actions.sweep_clocks(now=NOW)
    actions.pause_clocks(ticket, by=cast.wu, version=ticket.version, reason="等客户", now=NOW)
    Pause.objects.update(ended_at=NOW + HOUR)
    CalendarDay.objects.create(region="CN", day=dt.date(2026, 3, 16), kind="holiday", name="店庆")
    actions.sweep_clocks(now=NOW + HOUR)
    assert due(ticket, "acknowledge") == "03-12 12:20"


def test_new_opening_times_move_a_breached_clock_back_and_it_warns_anew(cast: Cast) -> None:
    ticket = make_complaint(cast)
    actions.sweep_clocks(now=NOW + 3 * HOUR)
    assert clock_of(ticket, "acknowledge").breached_at is not None
    for weekday in range(7):
        for opens, closes in ((dt.time(9), dt.time(11)), (dt.time(14), dt.time(18))):
            OpeningHours.objects.create(
                store=cast.pudong, weekday=weekday, opens=opens, closes=closes
            )
    actions.sweep_clocks(now=NOW + 3 * HOUR)
    assert due(ticket, "acknowledge") == "03-12 15:20"
    assert clock_of(ticket, "acknowledge").breached_at is None
    actions.sweep_clocks(now=NOW + 6 * HOUR)
    steps = [step for _kind, step, _to in bells(ticket, "acknowledge")]
    assert steps == ["head", "answers"] * 2


def test_a_critical_one_rings_at_once_and_the_manager_knows(cast: Cast) -> None:
    saturday = local("2026-03-14 09:00")
    ticket = make_complaint(cast, severity="critical", now=saturday)
    assert due(ticket, "acknowledge") == "03-14 09:30"
    assert due(ticket, "resolution") == "03-16 23:59"
    assert Notice.objects.filter(recipient=cast.shen, kind="complaint_critical").exists()


def test_a_holiday_declared_later_lets_a_pause_last_longer(cast: Cast) -> None:
    ticket = make_complaint(cast)
    actions.sweep_clocks(now=NOW)
    actions.pause_clocks(ticket, by=cast.wu, version=ticket.version, reason="等客户", now=NOW)
    CalendarDay.objects.create(region="CN", day=dt.date(2026, 3, 16), kind="holiday", name="店庆")
    assert actions.sweep_clocks(now=local("2026-03-20 00:30")).resumed == 0
    assert Pause.objects.get().until.astimezone(SHANGHAI) == local("2026-03-20 23:59:59")
    assert actions.sweep_clocks(now=local("2026-03-21 00:30")).resumed == 1


def test_the_bells_behind_a_departments_task_follow_a_new_calendar(cast: Cast) -> None:
    task = lead_of(accepted(cast))  # a problem has no clocks
    actions.sweep_clocks(now=NOW)

    def rings() -> dict[str, str]:
        rows = Reminder.objects.filter(about_id=task.public_id, kind="task_no_news")
        rows = rows.filter(state="pending")
        return {one.step: f"{one.not_before.astimezone(SHANGHAI):%m-%d}" for one in rows}

    before = rings()
    assert before == {"remind": "03-17", "head": "03-18"}
    CalendarDay.objects.create(region="CN", day=dt.date(2026, 3, 16), kind="holiday", name="店庆")
    actions.sweep_clocks(now=NOW)
    assert rings() == {"remind": "03-18", "head": "03-19"}
    actions.sweep_clocks(now=NOW)
    assert rings() == {"remind": "03-18", "head": "03-19"}
