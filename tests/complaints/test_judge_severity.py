"""Words of brakes, battery or the press make a complaint critical; its clerk may differ (CP-34)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from complaints import actions, clocks
from complaints.models import Entry, Ticket
from crm.notices.models import Notice
from crm.people.models import User
from tests.complaints.complaints import clock_of, make_complaint
from tests.complaints.problems import browser
from tests.complaints.test_lodge_complaint import send
from tests.people import NOW, Cast, make_cast

HOUR = dt.timedelta(hours=1)
BRAKES = "高速上刹车失灵，差点追尾"


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def told(user: User, kind: str) -> bool:
    return Notice.objects.filter(recipient=user, kind=kind).exists()


def judge(ticket: Ticket, by: User, severity: str, reason: str = "客户说的是钥匙") -> None:
    actions.judge_severity(
        ticket,
        by=by,
        version=ticket.version,
        severity=severity,
        reason=reason,
        now=NOW + HOUR,
    )


@pytest.mark.parametrize("words", [BRAKES, "不解决就找记者曝光", "The battery is smoking"])
def test_what_alarms_is_registered_as_critical_and_the_form_says_so(cast: Cast, words: str) -> None:
    page = browser(cast.wu).post(
        "/complaints/cases/suggestions/", {"description": words, "category": "technical"}
    )
    assert "这些话使投诉变为紧急" in page.content.decode()
    assert send(cast.wu, description=words).status_code == 302
    ticket = Ticket.objects.get()
    assert ticket.severity == "critical"
    assert clock_of(ticket, "acknowledge").due_at == NOW + HOUR / 2
    assert told(cast.shen, "complaint_critical")
    assert ticket.entries.filter(kind=Entry.Kind.ALARM, by=cast.wu).exists()


def test_its_clerk_says_why_it_is_not(cast: Cast) -> None:
    send(cast.wu, description="钥匙电池没电", calm_because="说的是钥匙电池")
    ticket = Ticket.objects.get()
    assert ticket.severity == "normal"
    assert ticket.entries.get(kind=Entry.Kind.SEVERITY).words == "说的是钥匙电池"
    assert told(cast.shen, "complaint_known")  # told all the same


def test_praise_of_the_brakes_alarms_nobody(cast: Cast) -> None:
    assert make_complaint(cast, kind="praise", description="刹车很灵").severity == "normal"


def test_a_customers_own_words_make_it_critical_too(cast: Cast) -> None:
    link, _token = actions.make_intake_link(None, by=cast.wu, now=NOW)  # type: ignore[misc]
    ticket = actions.complain_by_link(link, words=BRAKES, name="王芳", now=NOW)
    assert ticket.severity == "critical"


def test_judged_less_severe_its_clocks_get_the_longer_limits_from_their_beginning(
    cast: Cast,
) -> None:
    usual = make_complaint(cast)
    ticket = make_complaint(cast, description=BRAKES)
    judge(ticket, cast.wu, "normal")
    for kind in ("acknowledge", "reply", "solution", "resolution"):
        assert clock_of(ticket, kind).due_at == clock_of(usual, kind).due_at
        assert clock_of(ticket, kind).limit == clock_of(usual, kind).limit
    assert told(cast.shen, "complaint_calmed")
    ticket.refresh_from_db()
    usual.refresh_from_db()
    assert ticket.next_due_at == usual.next_due_at


def test_judged_more_severe_its_clocks_are_shortened_from_now(cast: Cast) -> None:
    ticket = make_complaint(cast)
    judge(ticket, cast.wu, "critical", "整车断电")
    assert clock_of(ticket, "solution").due_at == NOW + 5 * HOUR
    assert told(cast.shen, "complaint_critical")


def test_it_is_judged_by_service_with_a_reason_and_another_level(cast: Cast) -> None:
    ticket = make_complaint(cast)
    for user in (cast.lin, cast.shen, cast.tang):
        with pytest.raises(PermissionDenied):
            judge(ticket, user, "high")
    with pytest.raises(ValidationError):
        judge(ticket, cast.wu, "high", " ")
    with pytest.raises(ValidationError):
        judge(ticket, cast.wu, "normal")
    path = f"/complaints/{ticket.public_id}/severity/"
    sent = {"version": ticket.version, "request_id": "a", "severity": "high", "reason": "每天用车"}
    assert browser(cast.wu).post(path, sent).status_code == 302
    assert browser(cast.wu).post(path, {**sent, "request_id": "b"}).status_code == 422


def test_up_and_down_again_gives_the_clocks_no_new_beginning(cast: Cast) -> None:
    usual, ticket = make_complaint(cast), make_complaint(cast)
    for days, severity in ((1, "critical"), (1, "normal"), (2, "critical"), (2, "normal")):
        at = NOW + dt.timedelta(days=days)
        said = {"by": cast.wu, "severity": severity, "reason": "再看", "now": at}
        actions.judge_severity(ticket, version=ticket.version, **said)
    for kind in ("reply", "solution", "resolution"):
        assert clock_of(ticket, kind).started_at == clock_of(usual, kind).started_at
        assert clock_of(ticket, kind).due_at == clock_of(usual, kind).due_at


def test_a_mistaken_alarm_taken_back_changes_nothing(cast: Cast) -> None:
    usual, ticket, day = make_complaint(cast), make_complaint(cast), dt.timedelta(days=1)
    said = {"reason": "press", "words": "要找媒体", "now": NOW + day}
    actions.alarm_ticket(ticket, by=cast.wu, version=ticket.version, **said)
    calm = {"severity": "normal", "reason": "听错了", "now": NOW + day + HOUR}
    actions.judge_severity(ticket, by=cast.wu, version=ticket.version, **calm)
    assert clock_of(ticket, "solution").due_at == clock_of(usual, "solution").due_at


def test_less_severe_but_more_than_at_first_counts_from_when_it_became_so(cast: Cast) -> None:
    ticket, later = make_complaint(cast), NOW + dt.timedelta(days=1)
    for at, severity in ((later, "critical"), (later + HOUR, "high")):
        said = {"by": cast.wu, "severity": severity, "reason": "再看", "now": at}
        actions.judge_severity(ticket, version=ticket.version, **said)
    assert clock_of(ticket, "solution").started_at == later
    assert clock_of(ticket, "solution").limit.amount == 1


@pytest.mark.parametrize(
    ("judged", "since"),
    [
        ([], {"normal": 0, "high": 0, "critical": 0}),
        ([(0, "high", "normal")], {"normal": 0, "high": 0}),
        ([(1, "critical", "normal")], {"normal": 0, "high": 1, "critical": 1}),
        ([(1, "critical", "high")], {"normal": 0, "high": 0, "critical": 1}),
        ([(1, "critical", "normal"), (2, "high", "critical")], {"normal": 0, "high": 1}),
        ([(1, "normal", "high"), (2, "high", "normal")], {"normal": 0, "high": 2}),
        ([(1, "high", "")], {"normal": 0, "high": 0}),
    ],
)
def test_since_when_it_has_been_so_severe(judged: list, since: dict) -> None:
    said = [clocks.Judged(NOW + at * HOUR, severity, before) for at, severity, before in judged]
    found = clocks.since_when(NOW, said)
    assert found == {severity: NOW + at * HOUR for severity, at in since.items()}
