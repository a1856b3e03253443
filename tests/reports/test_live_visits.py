"""Visits made through the product feed the figures exactly as those of a workbook do (kpi.md).

A March of visits is worked through by its people: calls, a questionnaire by link, tries in vain,
refusals, visits called off, problems solved and reopened, audits. The workbook the product writes
of it is read row by row by the plain reading of the definitions, for every scope.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from complaints.actions import accept_task, complete_task, reopen_ticket, tell_customer
from complaints.models import DepartmentTask, Ticket
from crm.customers.models import Card
from crm.exchange.actions.exports import export_workbook
from crm.exchange.queues.window import Window
from crm.people.models import User
from crm.records.kpis import OF_STAFF, By, Scope
from crm.records.periods import Period
from crm.reports.queues.sheet import sheet
from tests.people import NOW, SHANGHAI, Cast, give_case, local, make_card, make_visit
from tests.reports import plain_kpis
from tests.visits.audits import make_audit
from visits import actions
from visits.actions import Found, Judged, Made, Problem
from visits.models import QuestionnaireVersion, Visit
from visits.questions import Given

KEYS = (
    *("visit_completion_rate", "resolution_rate", "record_accuracy", "audited_share"),
    *("repurchase_rate", "nps", "visit_satisfaction_rate", "satisfaction_rate"),
    *("handling_satisfaction_rate", "resolution_hours"),
)
ASKED = {name: Found(verdict="yes") for name in ("planned", "in_time", "attitude")}
JUDGED = {**ASKED, "complete": Found(verdict="yes"), "accurate": Found(verdict="yes")}
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
MARCH = (dt.date(2026, 3, 1), dt.date(2026, 3, 31))
FIRST_WEEK = (dt.date(2026, 3, 9), dt.date(2026, 3, 15))
SECOND_WEEK = (dt.date(2026, 3, 16), dt.date(2026, 3, 22))


def said(grade: int, recommend: int, *, again: bool) -> dict[str, Given]:
    """What a customer answers."""
    return {
        "overall": Given(number=grade),
        "recommend": Given(number=recommend),
        "repurchase": Given(choices=("yes" if again else "unsure",)),
        "visitor": Given(number=5),
    }


class March:
    """The month, worked through by its people."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast

    def given(
        self,
        card: Card,
        day: int,
        kind: str = "new_purchase",
        to: User | None = None,
        **fields: Any,
    ) -> Visit:
        """A visit due on a day of March, given to Wu or somebody else by Xu."""
        visit = make_visit(card, dt.date(2026, 3, day), kind=kind, **fields)
        person = to or self.cast.wu
        actions.assign_visit(visit, to=person, by=self.cast.xu, version=visit.version, now=NOW)
        return visit

    def call(self, visit: Visit, at: str, answers: dict[str, Given], **made: Any) -> list[Ticket]:
        """Wu calls the customer and saves what was said."""
        questions = QuestionnaireVersion.objects.get(questionnaire__kind=visit.kind)
        asked = {one: given for one, given in answers.items() if given is not None}
        return actions.complete_visit(
            visit,
            Made(answers=asked, **{"nothing_because": "settled", **made}),
            by=self.cast.wu,
            version=visit.version,
            questions=questions,
            now=local(at),
        )

    def answer_by_link(self, visit: Visit, at: str, answers: dict[str, Given]) -> None:
        """The customer answers by the link Wu sent."""
        made = actions.make_link(visit, by=self.cast.wu, now=local(at) - HOUR)
        assert made
        actions.answer_survey(made[0], answers, wants_call=False, now=local(at))

    def work(self) -> None:
        """Everything that happens."""
        self.make_visits()
        self.end_without_answers()
        self.solve_problems()

    def make_visits(self) -> None:
        cast = self.cast
        gao = make_card(cast.lin, "高峰")
        self.call(self.given(gao, 12), "2026-03-12 15:00", said(2, 3, again=False))
        again = self.given(gao, 17, "regular")
        self.call(again, "2026-03-17 11:00", said(5, 9, again=True))
        self.answer_by_link(
            self.given(make_card(cast.zhou, "白洁"), 13),
            "2026-03-13 21:30",
            said(4, 7, again=True),
        )
        refuses = {"recommend": Given(number=10)}
        declines = self.given(make_card(cast.zhou, "钱进"), 14)
        self.call(declines, "2026-03-15 23:59", refuses, declined=True)
        late = self.given(make_card(cast.ma, "孙立"), 15)
        self.call(late, "2026-03-16 00:00", said(1, 6, again=False))
        handed = self.given(make_card(cast.lin, "李明"), 12)
        self.call(handed, "2026-03-12 16:00", said(5, 10, again=True))
        Card.objects.filter(pk=handed.card_id).update(owner=cast.ma, team=cast.team_two)
        otto = self.given(make_card(cast.otto, "何外"), 12, store=cast.pudong)
        self.call(otto, "2026-03-12 17:00", said(3, 8, again=True))
        ticket = self.call(
            self.given(make_card(cast.lin, "周诉"), 16),
            "2026-03-16 10:00",
            said(3, 5, again=False),
            problems=[Problem(category="technical", description="充电慢", as_complaint=True)],
        )[0]
        about = self.given(ticket.card, 18, "complaint", cast.xu, ticket=ticket)
        actions.complete_visit(
            about,
            Made(answers={"overall": Given(number=5)}),
            by=cast.xu,
            version=about.version,
            questions=QuestionnaireVersion.objects.get(questionnaire__kind="complaint"),
            now=local("2026-03-18 10:00"),
        )
        self.audit(again, "accurate")
        self.audit(late, "inaccurate")

    def audit(self, visit: Visit, result: str) -> None:
        """Vera, for whom the visit was drawn, calls the customer and publishes what she found."""
        row, vera = make_audit(visit, self.cast.vera), self.cast.vera
        at = NOW + 10 * DAY
        give_case(visit.card, user=vera)
        actions.hear_audit(row, by=vera, version=1, answers={}, findings=ASKED, now=at)
        judged = Judged(findings=JUDGED, result=result, words="与客户核对过")
        actions.judge_audit(row, judged, by=vera, version=2, now=at, publish=True)

    def end_without_answers(self) -> None:
        cast = self.cast
        missed = self.given(make_card(cast.lin, "赵无"), 12)
        for day in (12, 13, 16):
            at = local(f"2026-03-{day} 10:30")
            actions.try_visit(
                missed,
                by=cast.wu,
                version=missed.version,
                method="phone",
                outcome="no_answer",
                now=at,
            )
        actions.give_up_visit(
            missed, by=cast.wu, version=missed.version, now=local("2026-03-16 18:00")
        )
        refused = self.given(make_card(cast.ma, "吴谢"), 13)
        actions.decline_visit(
            refused, by=cast.wu, version=refused.version, reason="忙", now=NOW + DAY
        )
        for day in (12, 19):
            off = self.given(make_card(cast.zhou, f"出国{day}"), day)
            actions.cancel_visit(
                off, by=cast.xu, version=off.version, reason="customer_moved", now=NOW + DAY
            )
        self.given(make_card(cast.zhou, "未访"), 20)

    def solve_problems(self) -> None:
        """Three problems found on visits: one solved, one reopened, one still open."""
        cast = self.cast
        tickets = []
        for number, name in enumerate(("郑一", "郑二", "郑三")):
            problem = Problem(
                category="technical", description="车机卡顿", department=cast.technical
            )
            visit = self.given(make_card(cast.lin, name), 12)
            at = f"2026-03-12 1{number}:40"
            tickets += self.call(visit, at, said(4, 9, again=True), problems=[problem])
        for ticket in tickets[:2]:
            task = DepartmentTask.objects.get(ticket=ticket)
            at = local("2026-03-14 10:00")
            accept_task(task, by=cast.tang, version=task.version, now=at)
            complete_task(task, by=cast.tang, version=task.version, outcome="已升级", now=at + HOUR)
        reopened = Ticket.objects.get(pk=tickets[1].pk)
        at = local("2026-03-17 10:00")
        tell_customer(
            reopened, by=cast.wu, version=reopened.version, words="升级好了", granted=True, now=at
        )
        reopen_ticket(reopened, by=cast.xu, version=reopened.version, words="还卡", now=at + HOUR)


@pytest.fixture
def floor(cast: Cast, tmp_path: Path) -> plain_kpis.Floor:
    """March as the product writes it into a workbook."""
    March(cast).work()
    path = tmp_path / "march.zip"
    export_workbook(path, Window(None, None, ""), by=None, now=NOW + 30 * DAY)
    return plain_kpis.Floor(plain_kpis.read_zip(path), lambda day: day.weekday() < 5)


def only(kpis: dict[str, Any]) -> dict[str, Any]:
    return {key: kpis[key] for key in KEYS}


@pytest.mark.parametrize("days", [MARCH, FIRST_WEEK, SECOND_WEEK])
def test_live_visits_feed_the_figures_as_the_definitions_say(
    floor: plain_kpis.Floor, days: tuple[dt.date, dt.date]
) -> None:
    period = Period(*days, SHANGHAI)
    expected: dict[By, list[dict[str, Any]]] = {
        By.PERSON: plain_kpis.by_person(floor, *days),
        By.TEAM: plain_kpis.by_team(floor, *days),
        By.STORE: plain_kpis.by_store(floor, *days),
    }
    for by in OF_STAFF:
        found = sheet(period, Scope(), by)
        assert only(found["kpis"]) == only(plain_kpis.total(floor, *days))
        rows = {row[by.value]: only(row["kpis"]) for row in found["rows"]}
        assert rows == {row[by.value]: only(row["kpis"]) for row in expected[by]}


def test_march_in_numbers(cast: Cast, floor: plain_kpis.Floor) -> None:
    """The same by hand, so that both readings cannot be wrong in one way."""

    def figure(key: str, scope: Scope | None = None) -> tuple[int | None, int]:
        kpis = sheet(Period(*MARCH, SHANGHAI), scope or Scope(), None)["kpis"]
        return kpis[key]["numerator"], kpis[key]["denominator"]

    # Due: 高 白 钱 孙 李 何 周 赵 吴 未 and three 郑; two called off count nowhere.
    assert figure("visit_completion_rate") == (10, 13)
    assert figure("audited_share") == (2, 12)
    assert figure("record_accuracy") == (1, 2)
    # Satisfied: 高 (the later grade), 白, 李 and three 郑; 钱 gave none and counts below.
    assert figure("satisfaction_rate") == (6, 10)
    assert figure("repurchase_rate") == (7, 9)
    # Promoters 高 钱 李 郑 郑 郑; detractors 孙 周.
    assert figure("nps") == (4, 10)
    assert figure("handling_satisfaction_rate") == (1, 1)
    assert figure("resolution_rate") == (1, 4)
    lin: User = cast.lin
    of_lin = Scope(By.PERSON, lin.pk)
    assert figure("satisfaction_rate", of_lin) == (5, 6), "who bought from Lin stays hers"
    assert figure("visit_completion_rate", of_lin) == (0, 0), "visits are the visitor's"
