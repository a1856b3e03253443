"""A kept view opens and is told as the page it was kept from (RP-10 to RP-13)."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.core import mail
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode
from openpyxl import load_workbook

from crm.people.models import User
from crm.records.periods import MONTH, OWN, Period, before
from crm.reports.actions.saved_views import tell_views
from crm.reports.models import ReportView
from crm.reports.queues.report_lines import report_lines
from crm.reports.queues.saved_views import address_of
from crm.reports.weekly import view_mail
from tests.people import NOW, SHANGHAI, Cast
from tests.reports.conftest import SignIn
from tests.reports.test_period_reports import send
from tests.reports.test_report_views import EFFECT, LOST, MONDAY, kept, lose, scheduled


def days(first: str, last: str) -> Period:
    return Period(dt.date.fromisoformat(first), dt.date.fromisoformat(last), SHANGHAI)


@pytest.mark.parametrize(
    ("period", "compared"),
    [
        (days("2026-02-01", "2026-02-28"), days("2026-01-01", "2026-01-31")),
        (days("2026-07-01", "2026-09-30"), days("2026-04-01", "2026-06-30")),
        (days("2026-02-02", "2026-02-28"), days("2026-01-06", "2026-02-01")),
    ],
)
def test_own_dates_of_whole_months_are_compared_with_whole_months(
    period: Period, compared: Period
) -> None:
    assert before(OWN, period) == compared


def compared_on(client: Client, view: ReportView, day: dt.date) -> Period:
    found: Period = client.get(address_of(view, day)).context["asked"].before
    return found


@pytest.mark.parametrize(
    ("kind", "day", "compared"),
    [
        ("month", "2026-03-16", days("2026-02-01", "2026-02-28")),
        ("month", "2026-03-01", days("2026-01-01", "2026-01-31")),
        ("quarter", "2026-03-16", days("2025-10-01", "2025-12-31")),
        ("week", "2026-03-16", days("2026-03-02", "2026-03-08")),
        ("30days", "2026-03-16", days("2026-01-15", "2026-02-13")),
    ],
)
def test_a_told_view_is_compared_with_what_its_page_is_compared_with(
    cast: Cast, sign_in: SignIn, kind: str, day: str, compared: Period
) -> None:
    shen = sign_in(cast.shen)
    view = kept(shen, query=f"period={kind}")
    told = dt.date.fromisoformat(day)
    assert compared_on(shen, view, told) == compared
    asked = shen.get(address_of(view, told)).context["asked"]
    again = shen.get(f"{LOST}?{urlencode(asked.period_query)}").context["asked"]
    assert again.before == compared
    assert ("as=" in asked.chip(OWN)) is (kind in {"month", "quarter"})
    assert "as=" not in asked.chip(MONTH)


def test_a_long_reason_and_the_filters_behind_it_are_kept_whole(
    cast: Cast, sign_in: SignIn
) -> None:
    reason = "价" * 120
    lose(cast.lin, reason)
    lose(cast.lin, reason[:60], name="别的")
    told = {"reason": reason, "of_source": "walk_in", "period": "own", "first": "2026-03-02"}
    query = urlencode({**told, "last": "2026-03-08"})
    shen = sign_in(cast.shen)
    view = kept(shen, query=query)
    assert QueryDict(view.query).dict() == QueryDict(query).dict()
    page = shen.get(shen.get(reverse("reports:open_view", args=[view.public_id]))["Location"])
    assert [one.card.lost_reason for one in page.context["lines"]] in ([], [reason])
    assert f"· {reason}</h2>" in page.content.decode() or not page.context["lines"]


def test_filters_too_long_to_be_kept_are_refused_and_not_cut(cast: Cast, sign_in: SignIn) -> None:
    told = {"report": "lost", "query": f"period=week&reason={'x' * 2100}", "name": "太长"}
    answer = sign_in(cast.shen).post(reverse("reports:save_view"), told)
    assert answer.status_code == 422
    assert "这些筛选条件太长" in answer.content.decode()
    assert not ReportView.objects.exists()


def mailed(cast: Cast, sign_in: SignIn, reader: User, settings: Any) -> Any:
    client = sign_in(reader)
    scheduled(client, kept(client, report="effect"), by_mail="on")
    User.objects.filter(pk=reader.pk).update(email="reader@example.com")
    assert tell_views(now=MONDAY) == 1
    assert send(cast, MONDAY + dt.timedelta(hours=2)) == 1  # the quiet hours are over
    (letter,) = mail.outbox
    return letter


def test_the_mail_carries_all_lines_as_a_workbook_and_says_what_it_leaves_out(
    cast: Cast, sign_in: SignIn, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view_mail, "LINES_AT_MOST", 3)
    letter = mailed(cast, sign_in, cast.shen, settings)
    ((name, content, _kind),) = letter.attachments
    assert name == "effect-20260315.xlsx"
    rows = list(load_workbook(io.BytesIO(content)).active.values)
    view = ReportView.objects.get()
    asked = sign_in(cast.shen).get(address_of(view, view.told_on)).context["asked"]
    lines = report_lines("effect", asked)
    assert [row[:4] for row in rows[1:]] == [
        (one.part, one.label, one.figure, one.value) for one in lines
    ]
    html = letter.alternatives[0][0]
    assert f"此处还有 {len(lines) - 3} 行未列出。" in html
    assert "附件中有全部内容。" in html


def test_who_takes_no_figures_out_gets_no_file(
    cast: Cast, sign_in: SignIn, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view_mail, "LINES_AT_MOST", 1)
    letter = mailed(cast, sign_in, cast.lin, settings)
    assert letter.attachments == []
    assert "页面上有全部内容。" in letter.alternatives[0][0]
    assert EFFECT in letter.alternatives[0][0]
    assert NOW < MONDAY
