"""The visit summary report: frozen figures, texts, and the measures that follow (RP-10)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from crm.notices.models import Notice, Reminder
from crm.people.models import User
from crm.records.states import Stale
from crm.reports import actions
from crm.reports.models import Measure, VisitReport
from tests.people import NOW, Cast, make_measure, make_visit_report
from tests.reports.conftest import SignIn
from tests.reports.test_visit_analysis import graded, visited
from visits.models import Visit

TODAY = NOW.date()
DAY = dt.timedelta(days=1)
MARCH = {"first": dt.date(2026, 3, 1), "last": dt.date(2026, 3, 31)}


@pytest.fixture
def report(cast: Cast) -> VisitReport:
    """Xu's report on March: four visits, one customer not content with charging."""
    for grade in (5, 4, 5):
        visited(cast, cast.lin, grade)
    graded(visited(cast, cast.zhou, 1), "reason", choice="charging")
    return actions.make_report(cast.pudong, by=cast.xu, now=NOW, **MARCH)


def propose(report: VisitReport, by: User, **fields: Any) -> Measure:
    said = {"what": "交车前讲解充电", **fields}
    return actions.propose_measure(report, by=by, now=NOW, **said)


def test_the_figures_are_frozen_when_the_report_is_made(
    cast: Cast, report: VisitReport, sign_in: SignIn
) -> None:
    frozen = report.figures["whole"]["satisfaction_rate"]
    assert (frozen["numerator"], frozen["denominator"]) == (3, 4)
    visited(cast, cast.lin, 2)
    page = sign_in(cast.xu).get(f"/visit-reports/{report.public_id}/")
    heads = {row.now.key: row for row in page.context["summary"].heads}
    row = heads["satisfaction_rate"]
    assert (row.now.number.numerator, row.now.number.denominator) == (3, 4)
    assert row.revised
    assert (row.revised.number.numerator, row.revised.number.denominator) == (3, 5)
    assert heads["nps"].revised is None


def test_problems_and_suggestions_begin_with_what_stands_out(report: VisitReport) -> None:
    assert "1. 客户满意度为 75.0%（3 / 4）。" in report.problems
    assert "“充电”" in report.problems
    assert "充电：与有关部门查清并解决原因。" in report.suggestions


def test_only_the_service_supervisor_of_the_store_makes_and_writes_one(
    cast: Cast, report: VisitReport
) -> None:
    for person in (cast.shen, cast.chen, cast.wu, cast.bai):
        with pytest.raises(PermissionDenied):
            actions.make_report(cast.pudong, by=person, now=NOW, **MARCH)
    with pytest.raises(PermissionDenied):
        actions.make_report(cast.chaoyang, by=cast.xu, now=NOW, **MARCH)
    with pytest.raises(PermissionDenied):
        actions.write_report(report, problems="", suggestions="", by=cast.shen, version=1, now=NOW)


def test_a_report_sent_twice_is_made_once(cast: Cast) -> None:
    key = str(uuid.uuid4())
    first = actions.make_report(cast.pudong, by=cast.xu, now=NOW, request_id=key, **MARCH)
    again = actions.make_report(cast.pudong, by=cast.xu, now=NOW, request_id=key, **MARCH)
    assert first == again


def test_the_management_is_told_and_what_was_sent_does_not_change(
    cast: Cast, report: VisitReport
) -> None:
    actions.send_report(report, by=cast.xu, version=report.version, now=NOW)
    told = Notice.objects.filter(kind="visit_report_sent").values_list("recipient", flat=True)
    assert set(told) == {cast.shen.pk, cast.bai.pk}
    with pytest.raises(Stale):
        actions.write_report(
            report, problems="x", suggestions="", by=cast.xu, version=report.version, now=NOW
        )
    with pytest.raises(Stale):
        actions.send_report(report, by=cast.xu, version=report.version, now=NOW)


def test_a_measure_goes_from_proposal_to_a_checked_effect(cast: Cast, report: VisitReport) -> None:
    measure = propose(report, cast.xu)
    assert measure.state == "proposed"
    task = {"what": measure.what, "owner": cast.chen, "due_on": TODAY + 7 * DAY}
    actions.decide_measure(measure, **task, by=cast.shen, version=1, now=NOW)
    assert Notice.objects.filter(kind="measure_given", recipient=cast.chen).exists()
    rings = Reminder.objects.filter(kind="measure_due", recipient=cast.chen, state="pending")
    assert rings.exists()
    actions.begin_measure(measure, by=cast.chen, version=2, now=NOW)
    actions.check_measure(
        measure,
        works=False,
        words="讲解了，还有人不会",
        again_on=TODAY + 14 * DAY,
        by=cast.xu,
        version=3,
        now=NOW,
    )
    assert (measure.state, measure.due_on) == ("in_progress", TODAY + 14 * DAY)
    actions.check_measure(
        measure, works=True, words="不再有人提到充电", by=cast.xu, version=4, now=NOW
    )
    assert not rings.exists(), "nobody is reminded of what was checked"
    actions.close_measure(measure, by=cast.shen, version=5, now=NOW)
    kinds = list(measure.steps.values_list("kind", flat=True))
    assert kinds == ["proposed", "decided", "begun", "not_yet", "works", "closed"]


def test_the_owner_never_checks_the_effect_of_their_own_measure(cast: Cast) -> None:
    report = make_visit_report(cast.pudong, cast.xu)
    for owner in (cast.xu, cast.shen):
        measure = make_measure(report, owner, state="in_progress")
        with pytest.raises(PermissionDenied):
            actions.check_measure(measure, works=True, words="有效", by=owner, version=1, now=NOW)
    actions.check_measure(measure, works=True, words="有效", by=cast.bai, version=1, now=NOW)
    assert measure.state == "checked"


def test_who_may_do_what_with_a_measure(cast: Cast) -> None:
    report = make_visit_report(cast.pudong, cast.xu)
    proposed = make_measure(report, None, due_on=None, state="proposed")
    task = {"what": "x", "owner": cast.chen, "due_on": TODAY}
    for person in (cast.xu, cast.chen, cast.lin):
        with pytest.raises(PermissionDenied):
            actions.decide_measure(proposed, **task, by=person, version=1, now=NOW)
        with pytest.raises(PermissionDenied):
            actions.decline_measure(proposed, words="x", by=person, version=1, now=NOW)
    decided = make_measure(report, cast.chen)
    with pytest.raises(PermissionDenied):
        actions.begin_measure(decided, by=cast.shen, version=1, now=NOW)
    with pytest.raises(PermissionDenied):
        propose(report, cast.chen)


def test_the_managements_own_measure_is_decided_at_once(cast: Cast, report: VisitReport) -> None:
    measure = propose(report, cast.shen, owner=cast.tang, due_on=TODAY)
    assert measure.state == "decided"
    with pytest.raises(ValidationError) as refused:
        propose(report, cast.shen, owner=cast.otto, due_on=TODAY - DAY)
    assert set(refused.value.error_dict) == {"owner", "due_on"}


def test_whoever_comes_second_is_told_what_was_decided(cast: Cast, sign_in: SignIn) -> None:
    report = make_visit_report(cast.pudong, cast.xu)
    measure = make_measure(report, None, due_on=None, state="proposed")
    address = f"/measures/{measure.public_id}/decision/"
    sent = {
        "what": "讲解充电",
        "owner": cast.chen.pk,
        "due_on": "2026-03-20",
        "version": 1,
        "request_id": str(uuid.uuid4()),
    }
    assert sign_in(cast.shen).post(address, sent).status_code == 302
    second = sign_in(cast.bai).post(
        address, {**sent, "what": "换充电桩", "request_id": str(uuid.uuid4())}
    )
    assert second.status_code == 409
    assert "换充电桩" in second.content.decode()


def test_an_owner_sees_their_measure_and_not_the_report(cast: Cast, sign_in: SignIn) -> None:
    report = make_visit_report(cast.pudong, cast.xu)
    measure = make_measure(report, cast.chen)
    client = sign_in(cast.chen)
    page = client.get(f"/measures/{measure.public_id}/").content.decode()
    assert f"/measures/{measure.public_id}/start/" in page
    assert f"/visit-reports/{report.public_id}/" not in page
    assert client.get(f"/visit-reports/{report.public_id}/").status_code == 404
    assert sign_in(cast.zhou).get(f"/measures/{measure.public_id}/").status_code == 404


def test_a_refused_measure_keeps_what_was_typed(cast: Cast, sign_in: SignIn) -> None:
    report = make_visit_report(cast.pudong, cast.xu)
    answer = sign_in(cast.shen).post(
        f"/visit-reports/{report.public_id}/measures/", {"what": "讲解充电", "due_on": "2026-03-01"}
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "讲解充电" in page
    assert "此" in page or "必填" in page


def test_february_is_compared_with_january(cast: Cast) -> None:
    visited(cast, cast.lin, 5, completed_at=NOW - 45 * DAY)
    report = actions.make_report(
        cast.pudong,
        first=dt.date(2026, 2, 1),
        last=dt.date(2026, 2, 28),
        by=cast.xu,
        now=NOW,
    )
    assert Visit.objects.count() == 1
    assert report.figures["before"]["satisfaction_rate"]["denominator"] == 1
    assert report.figures["whole"]["satisfaction_rate"]["denominator"] == 0
