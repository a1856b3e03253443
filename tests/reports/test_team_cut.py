"""A sales supervisor reads of a store's report what is about their team (matrix row 19)."""

from __future__ import annotations

import csv
import io

from django.urls import reverse

from crm.people.models import Team
from crm.records.models import AuditEvent
from crm.reports.models import PeriodReport
from tests import people
from tests.people import Cast, local
from tests.reports.conftest import SignIn
from tests.reports.test_period_reports import a_busy_week, weekly

ENGLISH = {"Accept-Language": "en"}


def page_of(report: PeriodReport) -> str:
    return reverse("reports:period_report", args=[report.public_id])


def test_chen_reads_her_teams_figures_and_opens_their_rows(cast: Cast, sign_in: SignIn) -> None:
    a_busy_week(cast)
    other = people.make_card(cast.ma, "二组客户", opened_at=local("2026-03-03 10:00"))
    people.make_contact(other, local("2026-03-04 10:00"), outcome="reached")
    report, chen = weekly(cast.pudong), sign_in(cast.chen)
    mine = next(one for one in report.figures["teams"] if one["id"] == cast.team_one.public_id)
    answer = chen.get(page_of(report), headers=ENGLISH)
    paper, page = answer.context["paper"], answer.content.decode()
    assert (paper.is_cut, cast.team_one.name in paper.place) == (True, True)
    for row in (*paper.heads, *paper.others):
        assert row.now.number.as_json() == mine["figures"][row.key], row.key
        if row.now.number.denominator:
            found = chen.get(row.now.href).context["found"]
            assert (found.is_kept, found.count) == (True, row.now.number.denominator), row.key
    rates = {row.key: row.now.number.denominator for row in paper.heads}
    assert rates["response_rate"] == report.figures["whole"]["response_rate"]["denominator"] - 1
    for table in paper.tables:
        for line in table.lines:
            assert line.name != cast.ma.name
            for cell in (one for one in line.cells if one.number.denominator):
                assert chen.get(cell.href).context["found"].count == cell.number.denominator
    assert cast.ma.name not in page
    assert "Nobody was lost" not in page


def test_she_opens_nobody_elses_and_signs_nothing(cast: Cast, sign_in: SignIn) -> None:
    a_busy_week(cast)
    report, chen = weekly(cast.pudong), sign_in(cast.chen)
    rows = reverse("reports:report_rows", args=[report.public_id])
    for whose in (f"person-{cast.ma.public_id}", f"team-{cast.team_two.public_id}"):
        assert chen.get(rows, {"kpi": "response_rate", "whose": whose}).status_code == 404
    of_team = chen.get(rows, {"kpi": "response_rate"}).context["found"]
    assert of_team.whose.address == f"team-{cast.team_one.public_id}"
    assert chen.get(rows, {"kpi": "class_product_quality"}).status_code == 404
    assert chen.get(page_of(report), {"team": cast.team_two.public_id}).status_code == 404
    for name in ("sign_report", "correct_report"):
        url = reverse(f"reports:{name}", args=[report.public_id])
        assert chen.post(url, {"version": 1}).status_code == 403
    assert chen.get(page_of(weekly(cast.chaoyang))).status_code == 404
    assert chen.get(page_of(weekly(None))).status_code == 404


def test_she_takes_out_her_team_alone(cast: Cast, sign_in: SignIn) -> None:
    a_busy_week(cast)
    report, chen = weekly(cast.pudong), sign_in(cast.chen)
    url = reverse("reports:take_report", args=[report.public_id])
    lines = list(
        csv.reader(io.StringIO(chen.post(url, {"form": "csv"}).content.decode("utf-8-sig")))
    )
    names = {line[1] for line in lines[1:] if line[0] == "people"}
    assert cast.ma.name not in names
    assert cast.lin.name in names
    mine = next(one for one in report.figures["teams"] if one["id"] == cast.team_one.public_id)
    whole = {line[2]: line[5] for line in lines if line[0] == "all"}
    assert whole["response_rate"] == str(mine["figures"]["response_rate"]["denominator"])
    assert not [line for line in lines if line[0] in ("lost", "complaints", "funnel")]
    assert chen.post(url, {"form": "pdf"}).status_code == 404
    assert AuditEvent.objects.filter(action="reports.take_out", actor=cast.chen).count() == 1


def test_the_archive_has_no_choice_of_mail_for_her(cast: Cast, sign_in: SignIn) -> None:
    report, chen = weekly(cast.pudong), sign_in(cast.chen)
    listed = chen.get(reverse("reports:period_reports"))
    assert page_of(report) in listed.content.decode()
    assert listed.context["form"] is None
    assert chen.post(reverse("reports:choose_report_mail"), {}).status_code == 403


def test_before_is_the_teams_figure_of_the_report_before(cast: Cast, sign_in: SignIn) -> None:
    a_busy_week(cast)
    first, chen = weekly(cast.pudong), sign_in(cast.chen)
    later = people.make_period_report(
        cast.pudong,
        first=first.first.replace(day=9),
        last=first.last.replace(day=15),
        figures=first.figures,
    )
    paper = chen.get(page_of(later), headers=ENGLISH).context["paper"]
    rate = next(row for row in paper.heads if row.key == "response_rate")
    assert (rate.now.earlier, rate.now.verdict) == (rate.now.number, "same")


def test_a_team_that_takes_the_name_of_another_reads_none_of_its_people(
    cast: Cast, sign_in: SignIn
) -> None:
    """A report keeps the names of its day; whose people they are is told by the team itself."""
    a_busy_week(cast)
    other = people.make_card(cast.ma, "二组客户", opened_at=local("2026-03-03 10:00"))
    people.make_contact(other, local("2026-03-04 10:00"), outcome="reached")
    report = weekly(cast.pudong)
    old, taken = cast.team_one.name, cast.team_two.name
    for team, name in ((cast.team_one, "其间"), (cast.team_two, old), (cast.team_one, taken)):
        Team.objects.filter(pk=team.pk).update(name=name)
    chen = sign_in(cast.chen)
    paper = chen.get(page_of(report)).context["paper"]
    names = {line.name for table in paper.tables for line in table.lines}
    assert cast.lin.name in names
    assert cast.ma.name not in names
    rows = reverse("reports:report_rows", args=[report.public_id])
    asked = {"kpi": "response_rate", "whose": f"person-{cast.ma.public_id}"}
    assert chen.get(rows, asked).status_code == 404
