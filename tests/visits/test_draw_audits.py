"""Which visits are audited and by whom: drawn once by the system, never one's own."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from crm.customers.models import CaseAccess
from crm.notices.models import Notice
from crm.people.models import Delegation, Membership
from crm.records.models import AuditEvent
from crm.rulebook.models import Number
from tests.people import HIRED, NOW, Cast, local, make_card, make_cast, make_user, make_visit
from visits import sampling
from visits.actions import assign_audits, assign_visit, draw_audits, draw_sample, record_seed
from visits.models import AuditSample, Visit, VisitAudit
from visits.queues.samples import sample_facts

FEBRUARY = dt.date(2026, 2, 1)


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def made(cast: Cast, visitor, count: int, day: str = "2026-02-10 10:00", **fields) -> list[Visit]:
    """Visits of Zhou's customers, completed at a moment."""
    at = local(day)
    return [
        make_visit(
            make_card(cast.zhou, f"客户{n}"), at.date(), assignee=visitor, state="completed",
            completed_at=at, method="phone", **fields,
        )
        for n in range(count)
    ]  # fmt: skip


def auditor_too(user, store) -> None:
    Membership.objects.create(user=user, role="auditor", store=store, valid_from=HIRED)


def test_scenario_18_ten_percent_of_each_visitor_repeatable_and_none_of_ones_own(cast):
    auditor_too(cast.wu, cast.pudong)
    made(cast, cast.wu, 60)
    made(cast, cast.vera, 12)
    assert draw_audits(now=NOW) == 6 + 5
    sample = AuditSample.objects.get(store=cast.pudong, first=FEBRUARY, about="visits")
    facts = sample_facts(sample)
    drawn = {line.stratum.visitor: line.stratum.drawn for line in facts.lines}
    assert drawn == {cast.wu: 6, cast.vera: 5}
    assert facts.repeats
    again = sampling.draw(
        sample.seed, [visit.public_id for visit in Visit.objects.filter(assignee=cast.wu)], count=6
    )
    found = VisitAudit.objects.filter(visitor=cast.wu)
    assert set(again) == set(found.values_list("visit__public_id", flat=True))
    given = {(row.visitor, row.auditor) for row in VisitAudit.objects.all()}
    assert given == {(cast.wu, cast.vera), (cast.vera, cast.wu)}


def test_drawing_again_makes_nothing_and_a_pause_is_caught_up_month_by_month(cast):
    made(cast, cast.wu, 8)
    assert draw_audits(now=NOW) == 5
    assert draw_audits(now=NOW) == 0
    sample = AuditSample.objects.get(store=cast.pudong, about="visits")
    assert draw_sample(sample, now=NOW) == 0
    assert record_seed(cast.pudong, FEBRUARY, now=NOW).seed == sample.seed
    made(cast, cast.wu, 2, "2026-03-20 10:00")
    made(cast, cast.wu, 3, "2026-05-31 23:30")
    with time_machine.travel(local("2026-06-01 00:10"), tick=False):
        assert draw_audits(now=local("2026-06-01 00:10")) == 5
    months = AuditSample.objects.filter(store=cast.pudong, about="visits").values_list(
        "first", flat=True
    )
    assert sorted(months) == [dt.date(2026, month, 1) for month in (2, 3, 4, 5)]


def test_the_seed_stands_on_the_trail_before_anything_is_drawn(cast):
    made(cast, cast.wu, 8)
    sample = record_seed(cast.pudong, FEBRUARY, now=NOW)
    assert (sample.drawn_at, VisitAudit.objects.count()) == (None, 0)
    draw_audits(now=NOW)  # a worker that died in between goes on with the same seed
    assert AuditSample.objects.get(pk=sample.pk).seed == sample.seed
    events = AuditEvent.objects.filter(subject_id=sample.public_id).order_by("id")
    assert [event.action for event in events] == ["visits.record_seed", "visits.draw_sample"]
    assert events[0].after["seed"] == sample.seed


def test_a_changed_row_shows_that_the_sample_no_longer_repeats(cast):
    made(cast, cast.wu, 30)
    draw_audits(now=NOW)
    sample = AuditSample.objects.get(store=cast.pudong, about="visits")
    AuditSample.objects.filter(pk=sample.pk).update(seed="0" * 32)
    sample.refresh_from_db()
    assert not sample_facts(sample).repeats


def test_rate_and_minimum_are_numbers_of_the_rulebook(cast):
    Number.objects.create(key="audit_rate_percent", store=cast.pudong, value="50")
    Number.objects.create(key="audit_least", store=cast.pudong, value="1")
    made(cast, cast.wu, 7)
    assert draw_audits(now=NOW) == 4


def test_only_last_months_completed_records_of_a_visitor_are_drawn(cast):
    made(cast, cast.wu, 1, "2026-01-31 23:59")
    made(cast, cast.wu, 1, "2026-03-01 00:00")
    wanted = made(cast, cast.wu, 1, "2026-02-28 23:59")
    make_visit(make_card(cast.zhou), FEBRUARY, assignee=cast.wu, state="not_reached")
    self_answered = made(cast, cast.wu, 1)[0]
    Visit.objects.filter(pk=self_answered.pk).update(method="survey")
    made(cast, cast.wu, 1, audit="accurate")
    draw_audits(now=NOW)
    assert [row.visit for row in VisitAudit.objects.all()] == wanted


def test_whoever_led_the_task_or_is_asked_about_never_audits_it(cast):
    for leader in (cast.xu, cast.chen, cast.zhou):  # the store's, the team's, the card's owner
        auditor_too(leader, cast.pudong)
    made(cast, cast.wu, 6)
    draw_audits(now=NOW)
    assert set(VisitAudit.objects.values_list("auditor", flat=True)) == {cast.vera.pk}


def test_a_supervisor_of_another_team_may_hold_the_post_but_not_for_what_she_gave_out(cast):
    auditor_too(cast.he, cast.pudong)
    Membership.objects.filter(user=cast.vera, role="auditor").delete()
    made(cast, cast.wu, 1)
    mine = make_visit(make_card(cast.ma), local("2026-02-09 10:00").date())
    assign_visit(mine, to=cast.wu, by=cast.he, version=1, now=NOW)
    Visit.objects.filter(pk=mine.pk).update(
        state="completed", completed_at=local("2026-02-10 10:00"), team=cast.service_team
    )
    # Ma's customer has since gone to the other team: what was done remains done.
    type(mine.card).objects.filter(pk=mine.card_id).update(team=cast.team_one, owner=cast.lin)
    draw_audits(now=NOW)
    rows = {row.visit.pk: row for row in VisitAudit.objects.all()}
    assert rows.pop(mine.pk).state == "waiting"
    assert [row.auditor for row in rows.values()] == [cast.he]


def test_audits_are_shared_by_load_and_told_once(cast):
    make_user("vito", "魏拓", "auditor", cast.pudong)
    made(cast, cast.wu, 100)
    draw_audits(now=NOW)
    counts = [
        VisitAudit.objects.filter(auditor__username=name).count() for name in ("vera", "vito")
    ]
    assert counts == [5, 5]
    told = Notice.objects.filter(kind="audits_drawn")
    assert {(line.recipient.username, line.data["count"]) for line in told} == {
        ("vera", 5),
        ("vito", 5),
    }
    assert {row.due_on for row in VisitAudit.objects.all()} == {dt.date(2026, 3, 19)}


def test_what_an_auditor_leaves_behind_goes_to_another(cast):
    made(cast, cast.wu, 5)
    draw_audits(now=NOW)
    other = make_user("vito", "魏拓", "auditor", cast.pudong)
    Delegation.objects.create(
        user=cast.vera, deputy=other, starts_on=NOW.date(), ends_on=NOW.date()
    )
    row = VisitAudit.objects.first()
    assert row is not None
    assert assign_audits(cast.pudong, now=NOW) == 5
    assert set(VisitAudit.objects.values_list("auditor", flat=True)) == {other.pk}
    cards = CaseAccess.objects.filter(card=row.visit.card, until__isnull=True)
    assert [case.user for case in cards] == [other]


def test_without_an_auditor_the_sample_waits(cast):
    Membership.objects.filter(role="auditor").delete()
    made(cast, cast.wu, 6)
    assert draw_audits(now=NOW) == 5
    assert set(VisitAudit.objects.values_list("state", flat=True)) == {"waiting"}
    auditor_too(cast.he, cast.pudong)
    assert draw_audits(now=NOW) == 0
    assert set(VisitAudit.objects.values_list("auditor", flat=True)) == {cast.he.pk}
