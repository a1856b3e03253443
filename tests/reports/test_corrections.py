"""A wrong report is followed by another edition with a reason; nobody edits one (matrix row 19)."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from crm.notices.models import Notice
from crm.people.models import User
from crm.records.models import AuditEvent
from crm.records.states import Stale
from crm.reports import actions
from crm.reports.actions.closing import close_due
from crm.reports.actions.correcting import take_anew
from crm.reports.actions.filing import make_files
from crm.reports.models import FrozenRows, PeriodReport
from crm.reports.weekly.figures import OF_NOW
from crm.reports.weekly.files import written
from crm.reports.weekly.mail import enclosed
from tests import people
from tests.people import NOW, Cast, local
from tests.reports.conftest import SignIn
from tests.reports.test_period_reports import MAIL, a_busy_week, choose, send, weekly
from tests.reports.test_report_files import bare, text_of

ENGLISH = {"Accept-Language": "en"}
TUESDAY = local("2026-03-10 09:00")
WHY = "周三来访漏登，已补录。"


def found_wrong(report: PeriodReport, by: User, at: dt.datetime = TUESDAY) -> PeriodReport:
    """The next edition of a report, taken because of what somebody found in it."""
    actions.correct_report(report, wrong_because=WHY, by=by, version=report.version, now=at)
    assert take_anew(now=at) == 1
    return PeriodReport.objects.get(corrects=report)


def test_a_corrected_report_has_the_figures_of_today_and_the_wrong_one_stays(
    cast: Cast, sign_in: SignIn
) -> None:
    a_busy_week(cast)
    report = weekly(cast.pudong)
    before = json.dumps(report.figures)
    card = people.make_card(cast.lin, "补录", opened_at=local("2026-03-03 10:00"))
    people.make_contact(card, local("2026-03-06 09:00"), outcome="reached")
    url = reverse("reports:correct_report", args=[report.public_id])
    told = {"wrong_because": WHY, "version": 1, "request_id": "a" * 22}
    shen = sign_in(cast.shen)
    for _press in range(2):
        assert shen.post(url, told).status_code == 302
    assert take_anew(now=TUESDAY) == 1
    assert take_anew(now=TUESDAY) == 0
    edition = PeriodReport.objects.get(corrects=report)
    report.refresh_from_db()
    assert (report.state, json.dumps(report.figures)) == ("corrected", before)
    assert (edition.state, edition.edition, edition.is_late) == ("taken", 2, False)
    then, now = (one.figures["whole"]["response_rate"] for one in (report, edition))
    assert (then["denominator"], now["denominator"]) == (3, 4)
    assert AuditEvent.objects.filter(action="reports.correct_report").count() == 1
    assert close_due(now=TUESDAY) == 0 or not PeriodReport.objects.filter(
        kind="week", store=cast.pudong, edition=1
    ).exclude(pk=report.pk).filter(first=report.first)

    # Both are readable, say why, and lead to each other; the archive has the new one.
    new, old = (reverse("reports:period_report", args=[one.public_id]) for one in (edition, report))
    assert WHY in (page := shen.get(new).content.decode())
    assert old in page
    assert WHY in (page := shen.get(old).content.decode())
    assert new in page
    listed = shen.get(reverse("reports:period_reports")).content.decode()
    assert new in listed
    assert old not in listed
    # Its numbers open the rows it counts, and it is signed anew.
    paper = shen.get(new).context["paper"]
    assert not paper.revised
    rate = next(row for row in paper.heads if row.key == "response_rate")
    assert shen.get(rate.now.href).context["found"].count == 4
    actions.sign_report(edition, next_steps="", by=cast.shen, version=1, now=TUESDAY)
    with pytest.raises(Stale):
        actions.sign_report(report, next_steps="", by=cast.shen, version=2, now=TUESDAY)


def test_what_is_counted_at_the_moment_of_closing_stays_as_it_was(cast: Cast) -> None:
    card = people.make_card(cast.lin, opened_at=local("2026-02-20 10:00"))
    plan = people.make_plan(card)
    planned = people.make_planned(plan, local("2026-03-05 10:00"))
    report = weekly(cast.pudong)
    people.make_contact(card, local("2026-03-09 18:00"), planned=planned)
    edition = found_wrong(report, cast.shen)
    assert report.figures["whole"]["contacts_overdue"]["value"] == 1
    for key in OF_NOW:
        assert edition.figures["whole"][key] == report.figures["whole"][key], key
    rows = FrozenRows.objects.filter(key="contacts_overdue", whose="")
    assert [one.below for one in rows.order_by("pk")] == [[planned.pk]] * 2


def test_only_who_signs_it_finds_it_wrong_and_says_why(cast: Cast) -> None:
    report, of_all = weekly(cast.pudong), weekly(None)
    for person, one in ((cast.xu, report), (cast.bai, report), (cast.shen, of_all)):
        with pytest.raises(PermissionDenied):
            actions.correct_report(one, wrong_because=WHY, by=person, version=1, now=NOW)
    with pytest.raises(ValidationError) as refused:
        actions.correct_report(report, wrong_because="  ", by=cast.shen, version=1, now=NOW)
    assert set(refused.value.message_dict) == {"wrong_because"}
    assert found_wrong(of_all, cast.bai).store is None
    again = found_wrong(found_wrong(report, cast.shen), cast.shen)
    assert (again.edition, again.corrects.corrects) == (3, report)
    assert not PeriodReport.objects.filter(edition=1, state="taken").exists()


def test_a_reason_that_is_missing_stands_beside_its_field(cast: Cast, sign_in: SignIn) -> None:
    report = weekly(cast.pudong)
    url = reverse("reports:correct_report", args=[report.public_id])
    answer = sign_in(cast.shen).post(url, {"wrong_because": "", "version": 1, "request_id": ""})
    assert answer.status_code == 422
    assert "wrong_because" in answer.context["correction"].errors


def test_its_readers_get_the_corrected_one_with_the_reason(
    cast: Cast, settings: Any, tmp_path: Path
) -> None:
    settings.EMAIL_BACKEND, settings.MEDIA_ROOT = MAIL["EMAIL_BACKEND"], tmp_path
    choose(cast, cast.shen)
    report = weekly(cast.pudong)
    assert send(cast, local("2026-03-09 09:00")) == 1
    mail.outbox.clear()
    edition = found_wrong(report, cast.shen)
    assert send(cast, TUESDAY) == 1
    told = Notice.objects.filter(kind="report_closed", about_id=edition.public_id)
    assert {one.recipient for one in told} == {cast.shen, cast.xu, cast.bai}
    (letter,) = mail.outbox
    page = str(letter.alternatives[0][0])
    assert WHY in page
    assert WHY in str(letter.body)
    assert text_of(written(edition, ["pdf"])["pdf"]).count("第2版") == 1


def test_its_files_say_which_edition_it_is_and_why(cast: Cast, sign_in: SignIn) -> None:
    report = weekly(cast.pudong)
    edition = found_wrong(report, cast.shen)
    shen = sign_in(cast.shen)
    for one in (edition, PeriodReport.objects.get(pk=report.pk)):
        url = reverse("reports:take_report", args=[one.public_id])
        cells = csv.reader(io.StringIO(shen.post(url, {"form": "csv"}).content.decode("utf-8-sig")))
        assert [WHY in line[3] for line in cells if line[2] == "edition"] == [True]


def changed_since(report: PeriodReport, cast: Cast) -> None:
    """What is written down after Monday: a card with an answer, and a loss."""
    card = people.make_card(cast.lin, "补录", opened_at=local("2026-03-03 10:00"))
    people.make_contact(card, local("2026-03-06 09:00"), outcome="reached")
    lost = {"state": "lost", "lost_at": local("2026-03-04 10:00"), "lost_reason": "price"}
    people.make_card(cast.lin, "晚失", opened_at=local("2026-02-20 10:00"), **lost)
    assert report.figures["whole"]["response_rate"]["denominator"] == 3


def test_files_and_mail_have_the_revised_figures_beside_the_frozen(
    cast: Cast, settings: Any, tmp_path: Path, sign_in: SignIn
) -> None:
    settings.MEDIA_ROOT = tmp_path
    a_busy_week(cast)
    report, shen = weekly(cast.pudong), sign_in(cast.shen)
    url = reverse("reports:take_report", args=[report.public_id])
    assert make_files(now=TUESDAY) == 9
    assert "revised" not in html_of(report, cast)
    changed_since(report, cast)
    address = reverse("reports:period_report", args=[report.public_id])
    paper = shen.get(address, headers=ENGLISH).context["paper"]
    rate = next(row for row in paper.heads if row.key == "response_rate")
    assert (rate.now.words, rate.revised.words) == ("66.7%", "75.0%")

    reason = next(one.label for one in paper.lost if one.revised)

    # The file made before is not handed out; the one made anew has both.
    assert shen.post(url, {"form": "pdf"}).status_code == 302
    assert make_files(now=NOW) == 9
    assert make_files(now=NOW) == 0
    text = text_of(shen.post(url, {"form": "pdf"}, headers=ENGLISH).content)
    assert bare(f"{rate.kpi.name}66.7%") in text
    assert bare("revised: 75.0%") in text
    assert bare("revised: 1") in text, "the loss that came since"

    sheets = openpyxl.load_workbook(
        io.BytesIO(shen.post(url, {"form": "xlsx"}, headers=ENGLISH).content), data_only=True
    )
    whole = {row[1]: row for row in sheets.worksheets[0].iter_rows(values_only=True)}
    assert whole["response_rate"][2:5] == (2, 3, pytest.approx(2 / 3))
    assert whole["response_rate"][8:11] == (3, 4, 0.75)
    revised = {(row[0] or "", row[1]): row for row in sheets["Revised"].iter_rows(values_only=True)}
    assert revised["", str(rate.kpi.name)][5:8] == (3, 4, 0.75)
    assert revised[cast.lin.name, str(rate.kpi.name)][6] == 4
    assert any(reason in str(name) for _whose, name in revised)

    cells = csv.reader(
        io.StringIO(shen.post(url, {"form": "csv"}, headers=ENGLISH).content.decode("utf-8-sig"))
    )
    lines = {(line[0], line[1], line[2]): line for line in cells}
    assert lines["all", cast.pudong.name, "response_rate"][9:] == ["3", "4", "0.75"]
    assert lines["lost", reason, "count"][6::5] == ["0", "1"]
    assert "revised: 75.0%" in html_of(report, cast)
    # Once it is corrected, the new edition needs no revision.
    edition = found_wrong(report, cast.shen, NOW)
    assert "revised" not in html_of(edition, cast)


def html_of(report: PeriodReport, cast: Cast) -> str:
    """The mail of a report, in English."""
    User.objects.filter(pk=cast.shen.pk).update(language="en")
    return enclosed(report.public_id, User.objects.get(pk=cast.shen.pk), NOW).html
