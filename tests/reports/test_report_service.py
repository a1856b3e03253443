"""What a managers' report says of complaints and customers' words, and of test drives (RP-09)."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import translation

from complaints import clocks
from complaints.models import Clock, CustomerWord, Ticket
from crm.people.models import User
from crm.reception.models import ReceptionEntry
from crm.reports.due import YEAR
from crm.reports.models import PeriodReport
from crm.reports.weekly.files import written
from crm.reports.weekly.paper import paper_of
from crm.reports.weekly.said import quotes_for
from tests import people
from tests.people import Cast, local
from tests.reports.conftest import SignIn
from tests.reports.test_period_reports import MONDAY, weekly
from tests.reports.test_report_course import closed, sell
from tests.reports.test_report_files import bare, text_of
from visits.models import Answer

TUESDAY = local("2026-03-03 10:00")
HOUR = dt.timedelta(hours=1)


def limited(
    cast: Cast, number: str, kind: str = "acknowledge", *, late: dt.timedelta, **fields: Any
) -> Ticket:
    """A complaint to be dealt with by Tuesday; `late` is how much later it was."""
    owned = {"responsible": cast.wu, "ticket_no": number, **fields}
    ticket = people.make_ticket(people.make_card(cast.lin), TUESDAY - HOUR, **owned)
    moments = dict.fromkeys(("due_at", "warn_at", "manager_at"), TUESDAY)
    limits = {"limit_amount": 60, "limit_unit": clocks.UNITS[0], "started_at": TUESDAY - HOUR}
    Clock.objects.create(ticket=ticket, kind=kind, met_at=TUESDAY + late, **moments, **limits)
    return ticket


def test_first_responses_in_time_are_counted_and_the_late_complaints_named(
    cast: Cast, sign_in: SignIn
) -> None:
    limited(cast, "TS-1", late=-HOUR)
    limited(cast, "TS-2", late=HOUR / 2)
    late = limited(cast, "TS-3", "solution", late=26 * HOUR)
    report = weekly(cast.pudong)
    with translation.override("en"):
        paper, pdf = paper_of(report), text_of(written(report, ["pdf"])["pdf"])
    rows = {row.key: row for row in paper.others}
    answered = rows["clock_acknowledge"].now
    assert (answered.number.numerator, answered.number.denominator) == (1, 2)
    assert [(one.number, one.words) for one in paper.late] == [
        ("TS-3", "Solution, 1 day 2 h late"),
        ("TS-2", "First response, 30 minutes late"),
    ]
    assert bare("First response in time 50.0% (1 ÷ 2)") in pdf
    assert bare("Complaints that missed a time limit: 2 · TS-3 (Solution, 1 day 2 h late)") in pdf
    shen = sign_in(cast.shen)
    page = shen.get(reverse("reports:period_report", args=[report.public_id])).content.decode()
    assert reverse("complaints:ticket", args=[late.public_id]) in page
    assert shen.get(answered.href).context["found"].count == 2


def test_a_complaint_about_who_reads_the_report_is_counted_and_not_named(cast: Cast) -> None:
    limited(cast, "TS-OF-SHEN", late=HOUR, about=cast.shen)
    paper = paper_of(weekly(cast.pudong))
    assert (paper.late_total, paper.late) == (1, [])


def test_a_limit_still_open_is_late_by_the_hour_the_report_was_due(cast: Cast) -> None:
    ticket = limited(cast, "TS-OPEN", late=HOUR)
    Clock.objects.filter(ticket=ticket).update(met_at=None)
    (late,) = weekly(cast.pudong).figures["late"]["tickets"]
    assert late["seconds"] == (MONDAY - TUESDAY).total_seconds()


def said(card_of: User, words: str, satisfaction: int, visitor: User) -> Answer:
    """What a customer said on a return visit of Tuesday."""
    done = {"state": "completed", "completed_at": TUESDAY, "satisfaction": satisfaction}
    card = people.make_card(card_of)
    visit = people.make_visit(card, TUESDAY.date(), kind="regular", assignee=visitor, **done)
    response = people.make_response(visit, TUESDAY)
    return Answer.objects.create(response=response, question="words", text=words)


def quoted(report: PeriodReport, reader: User) -> list[str]:
    return [one.words for one in quotes_for(report, reader)]


def test_the_page_quotes_customers_and_neither_figures_nor_files_keep_their_words(
    cast: Cast, sign_in: SignIn
) -> None:
    said(cast.lin, "顾问每次都接着上次的话说", 5, cast.wu)
    bad = said(cast.lin, "交车等了三小时", 2, cast.wu)
    ticket = people.make_ticket(people.make_card(cast.lin), TUESDAY, responsible=cast.wu)
    CustomerWord.objects.create(ticket=ticket, content=True, words="提前告诉我就好", at=TUESDAY)
    report = weekly(cast.pudong)
    address = reverse("reports:period_report", args=[report.public_id])
    page = sign_in(cast.shen).get(address).content.decode()
    for words in ("顾问每次都接着上次的话说", "交车等了三小时", "提前告诉我就好"):
        assert words in page
        assert words not in json.dumps(report.figures, ensure_ascii=False)
        assert words not in text_of(written(report, ["pdf"])["pdf"])
    Answer.objects.filter(pk=bad.pk).update(text="***")  # the customer was erased
    assert quoted(report, cast.shen) == ["顾问每次都接着上次的话说", "提前告诉我就好"]


def test_nobody_reads_on_a_report_what_was_said_of_themselves(cast: Cast) -> None:
    said(cast.shen, "店长自己的客户说的话", 5, cast.wu)
    of_shen = {"responsible": cast.wu, "about": cast.shen}
    ticket = people.make_ticket(people.make_card(cast.lin), TUESDAY, **of_shen)
    CustomerWord.objects.create(ticket=ticket, content=False, words="店长没回电", at=TUESDAY)
    report = weekly(cast.pudong)
    assert quoted(report, cast.shen) == []
    assert quoted(report, cast.bai) == ["店长自己的客户说的话", "店长没回电"]


def test_test_drives_count_for_who_received_the_customer(cast: Cast, sign_in: SignIn) -> None:
    for number, (who, driven) in enumerate(
        ((cast.lin, True), (cast.lin, True), (cast.zhou, False))
    ):
        ReceptionEntry.objects.create(
            entry_no=f"R-{number}",
            kind="walk_in",
            arrived_at=TUESDAY,
            staff=who,
            team=cast.team_one,
            store=cast.pudong,
            first_time=not number,
            test_drive=driven,
        )
    report, shen = weekly(cast.pudong), sign_in(cast.shen)
    cells = {
        line.name: cell
        for table in paper_of(report).tables
        for line in table.lines
        for cell in line.cells
        if cell.key == "test_drives"
    }
    assert (cells[cast.lin.name].words, cells[cast.zhou.name].words) == ("2", "0")
    assert shen.get(cells[cast.lin.name].href).context["found"].count == 2
    assert driven_on_dashboard(shen, cast.lin) == 2


def driven_on_dashboard(client: Client, person: User) -> int:
    """The test drives of a person on the dashboard, and in the rows they open."""
    days = {"period": "own", "first": "2026-03-02", "last": "2026-03-08"}
    board = client.get(reverse("reports:dashboard"), days).context["board"]
    shown = next(row.figures["test_drives"] for row in board.rows if row.label == person.name)
    assert client.get(shown.href).context["found"].count == shown.number.denominator
    return int(shown.number.denominator)


def test_a_year_shows_what_was_revised_with_its_rows(cast: Cast, sign_in: SignIn) -> None:
    sell(cast.lin, "2025-03-10", 100_000)
    report = closed(YEAR, cast, local("2026-01-01 07:02"))
    sell(cast.zhou, "2025-05-10", 100_000)  # written down after the year was closed
    shen = sign_in(cast.shen)
    page = shen.get(reverse("reports:period_report", args=[report.public_id]))
    row = next(one for one in page.context["paper"].heads if one.key == "order_count")
    assert (row.now.words, row.revised.words) == ("1", "2")
    found = shen.get(row.revised.href).context["found"]
    assert (found.is_kept, found.count) == (True, 1)
    assert found.lines[0].row.staff == cast.zhou


def test_what_a_month_or_year_sold_opens_the_orders_it_is_the_sum_of(
    cast: Cast, sign_in: SignIn
) -> None:
    sell(cast.lin, "2025-03-10", 100_000)
    sell(cast.zhou, "2026-02-10", 200_000)
    sell(cast.lin, "2026-03-10", 150_000)
    sell(cast.lin, "2026-03-31", 350_000, quantity=2)
    shen = sign_in(cast.shen)
    report = closed("month", cast)
    page = shen.get(reverse("reports:period_report", args=[report.public_id])).content.decode()
    cars, money, _customers = paper_of(report).sold
    for line in (cars, money):
        hrefs = (line.now_href, line.before_href, line.year_ago_href)
        for href, exact in zip(hrefs, line.exact, strict=True):
            assert href.replace("&", "&amp;") in page
            orders = [one.row for one in shen.get(href).context["lines"]]
            field = "quantity" if line is cars else "amount"
            assert sum(getattr(one, field) for one in orders) == exact, href
