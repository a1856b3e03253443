"""Scenario 18 as one walk: drawn, heard blind, judged, published, counted (SA-01, K-06)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client

from crm.notices.models import Notice
from crm.people.models import Membership, User
from tests.people import HIRED, NOW, Cast, local, make_card, make_cast, make_visit
from visits import sampling, tasks
from visits.actions import keep_answers
from visits.models import AuditSample, Correction, Questionnaire, Visit, VisitAudit
from visits.questions import Given, form_of

FEBRUARY = "period=own&first=2026-02-01&last=2026-02-28"
MADE_AT = local("2026-02-10 10:00")
NOTES = "续航够用，很满意"
SEEN = {"planned": "yes", "in_time": "yes", "attitude": "yes"}


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def first_of_the_month():
    with time_machine.travel(NOW, tick=False):
        yield


def page_of(user: User) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def made(cast: Cast, visitor: User, count: int) -> None:
    """February's visits of one visitor, each answered: satisfied, would recommend with 9."""
    version = Questionnaire.objects.get(kind="regular").in_use
    assert version is not None
    form = form_of(version.body)
    for number in range(count):
        visit = make_visit(
            make_card(cast.zhou, f"客户{number}"), MADE_AT.date(), assignee=visitor,
            state="completed", completed_at=MADE_AT, method="phone", notes=NOTES, satisfaction=5,
        )  # fmt: skip
        given = {"overall": Given(5), "recommend": Given(9), "visitor": Given(4)}
        keep_answers(visit, version, form, given, entered_by=visitor, now=MADE_AT)


def heard(auditor: Client, row: VisitAudit, overall: str) -> str:
    """Call the customer without seeing what is written down; where judging goes on."""
    path = f"/visits/audits/{row.public_id}/call/"
    page = auditor.get(path)
    assert page.status_code == 200
    assert NOTES not in page.content.decode()
    assert page.context["compared"] == []
    assert auditor.get(f"/visits/{row.visit.public_id}/").status_code == 404
    sent = {"version": row.version, **SEEN, "q_overall": overall, "q_recommend": "9"}
    answer = auditor.post(path, {**sent, "q_visitor": "4"})
    assert answer.status_code == 302
    return str(answer["Location"])


def judged(auditor: Client, row: VisitAudit, path: str, *, accurate: bool) -> None:
    """Read the record beside what was heard, and publish the result."""
    page = auditor.get(path)
    assert NOTES in page.content.decode()
    agrees: dict[Any, bool] = {line.heard: line.agrees for line in page.context["compared"]}
    assert agrees["非常满意" if accurate else "不满意"] is accurate
    row.refresh_from_db()
    result = {"result": "accurate", "accurate": "yes"}
    if not accurate:
        result = {"result": "inaccurate", "accurate": "no", "accurate_words": "客户说 2 分"}
        result["words"] = "分数不符"
    sent = {"version": row.version, "then": "publish", **SEEN, "complete": "yes", **result}
    assert auditor.post(path, sent).status_code == 302


def test_drawn_by_the_worker_heard_blind_judged_published_and_counted(cast: Cast) -> None:
    Membership.objects.create(user=cast.wu, role="auditor", store=cast.pudong, valid_from=HIRED)
    made(cast, cast.wu, 100)

    # The worker draws ten of a hundred by a recorded seed, once; the visitor gets none of hers.
    assert tasks.draw_audits() == 10
    assert tasks.draw_audits() == 0
    sample = AuditSample.objects.get(about="visits", store=cast.pudong)
    keys = list(Visit.objects.filter(assignee=cast.wu).values_list("public_id", flat=True))
    rows = list(VisitAudit.objects.select_related("visit"))
    again = sampling.draw(sample.seed, keys, count=10)
    assert {row.visit.public_id for row in rows} == set(again)
    assert {row.auditor for row in rows} == {cast.vera}
    assert page_of(cast.wu).get(f"/visits/audits/{rows[0].public_id}/call/").status_code == 404

    # The auditor calls each blind; one customer remembers another grade.
    vera = page_of(cast.vera)
    for place, row in enumerate(rows):
        path = heard(vera, row, "5" if place else "2")
        judged(vera, row, path, accurate=bool(place))

    # Published: the visitor is told of each, what is wrong is to be put right.
    assert set(VisitAudit.objects.values_list("state", flat=True)) == {"published"}
    told = Notice.objects.filter(kind="audit_published", recipient=cast.wu)
    assert told.count() == 10
    assert Correction.objects.get().audit == rows[0]

    # Counted: nine of ten, with the sample's size and the interval of 95 %.
    page = page_of(cast.xu).get(f"/visits/supervision/?{FEBRUARY}")
    line = next(line for line in page.context["lines"] if line.visitor == cast.wu)
    assert (line.counts["accurate"], line.counts["audited"]) == (9, 10)
    text = page.content.decode()
    assert "90.0%" in text
    assert "n = 10 · 60–98%" in text
    assert sample.drawn_at == NOW
    assert dt.date(2026, 2, 1) == sample.first
