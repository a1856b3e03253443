"""Of any small floor every place that shows a figure shows the same: page, rows, JSON, files, mail.

What is compared is what a reader gets: the HTML of the pages, the bytes of the files, and the mail
as it lies in the outbox with what is attached to it.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import openpyxl
import pytest
import time_machine
from django.conf import settings as conf
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.management import call_command
from django.db import transaction
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import HealthCheck, Phase, given, settings

from complaints.models import Ticket
from crm.notices import dispatch
from crm.notices.channels.mail import Mail
from crm.orders.models import Order
from crm.people import roles
from crm.people.models import Store, Team, User
from crm.records.kpis import By
from crm.records.periods import Period
from crm.reports import due
from crm.reports.actions.closing import close_report
from crm.reports.board import Number, read
from crm.reports.kpis import FUNNEL, KPIS, Unit, kpi_of
from crm.reports.models import PeriodReport, ReportMail
from crm.reports.queues.subjects import lost_words
from crm.reports.queues.tiles import Shown, value_words
from crm.reports.weekly.figures import HEADS, OF_GROUPS, PARTS, question_of
from crm.reports.weekly.paper import OF_PEOPLE, OF_PLACES, fraction
from crm.reports.weekly.parts import numbers_of
from crm.reports.weekly.parts_words import REASONS
from crm.ui import numbers
from followups.models import Contact
from tests.people import make_user
from tests.reports.floor import ZONE, load_floor
from tests.reports.read_page import Link, Page, bare
from tests.reports.test_properties import floors
from tests.reports.test_report_files import text_of

# A store's and the group's week, month and year; a year is counted in steps (`board/long.py`).
SPANS = {
    due.WEEK: Period(dt.date(2026, 9, 28), dt.date(2026, 10, 4), ZONE),
    due.MONTH: Period(dt.date(2026, 10, 1), dt.date(2026, 10, 31), ZONE),
    due.YEAR: Period(dt.date(2026, 1, 1), dt.date(2026, 12, 31), ZONE),
}
SEVEN = dt.time(7)
DAYS = ("first", "last")
HIRED = dt.datetime(2026, 9, 1, 9, 0, tzinfo=ZONE)
ROWS = "reports:rows"
Printed = dict[str, Any]


@dataclass
class Told:
    """Some days of a store or of the group: as the command prints them, as their report froze them.

    `now` is the hour at which the report was taken.
    """

    store: Store | None
    period: Period
    now: dt.datetime
    report: PeriodReport
    reader: Client

    @property
    def days(self) -> tuple[str, str]:
        return str(self.period.first), str(self.period.last)

    @property
    def places(self) -> str:
        """What a store is compared by, and what the group is."""
        return "team" if self.store else "store"

    @property
    def members(self) -> tuple[By, tuple[str, ...], list[Printed]]:
        """Whose figures the paper has in a table, and which: of sellers, of the group's stores."""
        figures = self.report.figures
        if self.store is None:
            return By.STORE, OF_PLACES, figures["stores"]
        return By.PERSON, OF_PEOPLE, [one for one in figures["people"] if one["sells"]]

    def printed(self, first: str, last: str, *by: str) -> Printed:
        """What the command prints as JSON of those days."""
        out = io.StringIO()
        where = ("--store", self.store.code) if self.store else ()
        days = ("--from", first, "--to", last)
        call_command("kpi", *days, *where, *by, "--format", "json", stdout=out)
        found: Printed = json.loads(out.getvalue())
        return found

    def whole(self, *by: str) -> Printed:
        return self.printed(*self.days, *by)

    def page(self, name: str, *args: str, **query: str) -> Page:
        """A page as the general manager gets it, in English."""
        answer = self.reader.get(reverse(f"reports:{name}", args=args), query)
        assert answer.status_code == 200
        return Page(answer.content.decode())

    def opened(self, href: str) -> Any:
        return self.reader.get(href).context["found"]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", due.KINDS)
@pytest.mark.parametrize("code", ["S1", ""])
@settings(
    max_examples=2,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a smaller floor is minutes away
)
@given(sheets=floors())
def test_a_figure_is_the_same_wherever_it_is_read(
    kind: str, code: str, sheets: dict[str, list[dict[str, str]]]
) -> None:
    now = due.closes_at(SPANS[kind], SEVEN)
    with time_machine.travel(now, tick=False), transaction.atomic(), translation.override("en"):
        with time_machine.travel(HIRED, tick=False):
            load_floor(sheets)
        Contact.objects.filter(occurred_at__gt=now).delete()  # nobody writes of tomorrow
        Order.objects.update(amount=F("pk") % 7 * 10_000)
        told = told_of(kind, Store.objects.filter(code=code).first())
        the_command_prints_what_is_frozen(told)
        the_dashboard_shows_what_the_command_prints(told)
        the_report_shows_what_is_frozen(told)
        the_mail_and_its_files_say_what_is_frozen(told)
        the_csv_says_what_is_frozen(told)
        transaction.set_rollback(True)


def told_of(kind: str, store: Store | None) -> Told:
    """The report of that week, month or year, closed on time; a general manager reads its mail."""
    bai = make_user("bai", "Bai", roles.GENERAL_MANAGER)
    User.objects.filter(pk=bai.pk).update(language="en", email="bai@example.com")
    ReportMail.objects.create(user=bai, kinds=[kind])
    period = SPANS[kind]
    now = due.closes_at(period, SEVEN)
    report = close_report(kind, store, period, at=SEVEN, now=now)
    assert report is not None
    reader = Client(headers={"accept-language": "en"})
    reader.force_login(bai, backend="django.contrib.auth.backends.ModelBackend")
    return Told(store, period, now, report, reader)


def the_command_prints_what_is_frozen(told: Told) -> None:
    """The whole, each person, and each team of a store or each store of the group."""
    figures = told.report.figures
    assert told.whole()["kpis"] == {key: figures["whole"][key] for key in KPIS}
    ids = {"person": people_ids, "team": team_ids, "store": store_ids}
    for by, part in (("person", "people"), (told.places, f"{told.places}s")):
        rows = {row[by]: row["kpis"] for row in told.whole("--by", by)["rows"]}
        called = ids[by]()
        frozen = {one["id"]: one["figures"] for one in figures[part]}
        assert frozen
        for key, row in rows.items():
            if own := frozen.get(called[key]):
                assert row == {kpi: own[kpi] for kpi in KPIS}, key
            else:
                assert not any(one["denominator"] for one in row.values()), key


def people_ids() -> dict[str, str]:
    """The address of each person by what the command calls them."""
    return dict(User.objects.values_list("username", "public_id"))


def team_ids() -> dict[str, str]:
    teams = Team.objects.values_list("store__code", "name", "public_id")
    return {f"{code}/{name}": public_id for code, name, public_id in teams}


def store_ids() -> dict[str, str]:
    return dict(Store.objects.values_list("code", "public_id"))


def the_dashboard_shows_what_the_command_prints(told: Told) -> None:
    """Dashboard, all figures and one compared by person: each number, and the rows it opens."""
    first, last = told.days
    who = {"who": f"store-{told.store.public_id}"} if told.store else {}
    query = {"period": "own", "first": first, "last": last, **who}
    pages = [told.page(name, **query) for name in ("dashboard", "figures")]
    by_person = {"kpi": "on_time_rate", "by": "person"}
    pages.append(told.page("compared", **query, **by_person))
    seen = {}
    numbered = [one for page in pages for one in page.links if re.search(r"[\d—]", one.words)]
    for link in (one for one in numbered if one.path == reverse(ROWS)):
        number = live_number(told, link.query)
        assert shows(link, number), link
        seen[link.href] = link, number
    linked = {link.query["kpi"] for link, _number in seen.values()}
    counted = {key for key in KPIS if told.report.figures["whole"][key]["denominator"]}
    assert counted <= linked
    for link, number in seen.values():
        if link.query["last"] == last:
            opens(told, link, number)
    the_table_by_person_has_each_in_its_column(told, pages[0])


def the_table_by_person_has_each_in_its_column(told: Told, page: Page) -> None:
    """On the dashboard; a link alone does not say under which head it stands."""
    for one in (one for one in told.report.figures["people"] if one["sells"]):
        line = next((cells for cells in page.lines if cells and one["name"] in cells[0]), [""])
        found = {key: Shown(key, Number(**number), "") for key, number in one["figures"].items()}
        said = {key: bare(shown.words) for key, shown in found.items()}
        wanted = [
            said["cards_in_hand"],
            f"{said['hot_cards']}/{said['warm_cards']}",
            bare(found["on_time_rate"].out_of),
            *(said[key] for key in ("on_time_rate", "first_response_hours")),
            *(said[key] for key in ("test_drives", "order_count")),
            *(said[key] for key in ("conversion_rate", "satisfaction_rate", "contacts_overdue")),
        ]
        assert line[1:] == wanted, one["name"]


def live_number(told: Told, query: Mapping[str, str]) -> Number:
    """The number a link of a live page must show: the command's, of that person and those days."""
    key, days = query["kpi"], (query["first"], query["last"])
    if key in FUNNEL:
        return funnel_number(told, key, days)
    if key not in KPIS:
        return frozen_number(told.report, key, query.get("of", ""))
    if of := query.get("of"):
        person = User.objects.get(public_id=of.partition("-")[2])
        rows = told.printed(*days, "--by", "person")["rows"]
        return Number(**next(row["kpis"][key] for row in rows if row["person"] == person.username))
    return Number(**told.printed(*days)["kpis"][key])


def funnel_number(told: Told, key: str, days: tuple[str, str]) -> Number:
    """A step of the funnel: frozen, or of other days, read as the report reads its own."""
    first, last = map(dt.date.fromisoformat, days)
    asked = question_of(told.report.store_id, Period(first, last, ZONE), told.now)
    (answer,) = read([(key, asked)])
    funnel, number = told.report.figures["funnel"], answer.number()
    if days == (funnel["first"], funnel["last"]):
        assert number.denominator == funnel["counts"][key]
    return number


def shows(link: Link, number: Number) -> bool:
    """Whether the words of a link are that number."""
    shown = Shown(link.query["kpi"], number, "")
    if link.css == "kpi":
        wanted = bare(f"{shown.value}{shown.unit}{shown.out_of}")
        return re.search(rf"(?<![\d.,]){re.escape(wanted)}", link.words) is not None
    if link.query["kpi"] in FUNNEL:  # a line ends with it, in a bar the name stands before it
        is_bar = link.words.startswith(bare(f"{shown.kpi.name}{shown.words}"))
        ends = re.search(rf"(?<![\d.,]){re.escape(bare(shown.words))}$", link.words)
        return is_bar or ends is not None
    return link.words in {bare(shown.words), bare(shown.out_of), bare(fraction(number))}


def opens(told: Told, link: Link, number: Number) -> None:
    """A number opens as many rows as stand below its line, and as many as stand above it."""
    if not number.denominator:
        return
    assert told.opened(link.href).count == number.denominator, link
    if number.numerator is not None:
        above = told.opened(f"{link.href}&side=above").count
        is_score = kpi_of(link.query["kpi"]).unit is Unit.SCORE
        minus = told.opened(f"{link.href}&side=minus").count if is_score else 0
        assert above - minus == number.numerator, link


def frozen_number(report: PeriodReport, key: str, whose: str = "") -> Number:
    """The number a report froze, of all or of one of its people or teams."""
    if not whose:
        return Number(**report.figures["whole"][key])
    kind, _dash, public_id = whose.partition("-")
    groups = report.figures[PARTS[By(kind)]]
    return Number(**next(one["figures"][key] for one in groups if one["id"] == public_id))


def the_report_shows_what_is_frozen(told: Told) -> None:
    """The page of the report: the whole, its people and teams, complaints by class, the funnel."""
    report, page = told.report, told.page("period_report", told.report.public_id)
    rows = reverse("reports:report_rows", args=[report.public_id])
    money = [one for one in page.links if one.words.startswith(conf.CURRENCY)]
    assert bool(money) == ("sales" in report.figures)
    for link in money:
        is_what_its_orders_cost(told, link)
    numbered = [one for one in page.links if one not in money]
    links = [one for one in numbered if one.path == rows]
    assert {one.query["kpi"] for one in links if "whose" not in one.query} >= set(KPIS)
    linked = {(one.query.get("whose", ""), one.query["kpi"]) for one in links}
    by, keys, members = told.members
    for one, key in ((one, key) for one in members for key in keys):
        assert (f"{by}-{one['id']}", key) in linked or not one["figures"][key]["denominator"]
    parts = numbers_of(report.figures)
    for link in (one for one in links if one.query["kpi"] not in parts):
        number = frozen_number(report, link.query["kpi"], link.query.get("whose", ""))
        assert shows(link, number), link
        opens(told, link, number)
    steps = [one for one in links if one.query["kpi"] in parts]
    assert {one.query["kpi"] for one in steps} & set(FUNNEL) or not any(
        report.figures["funnel"]["counts"].values()
    )
    for link in (*steps, *(one for one in numbered if one.path == reverse(ROWS))):
        assert told.opened(link.href).count == int(link.words.replace(",", "")), link
    for link in steps:
        number = parts[link.query["kpi"]]
        counted = number.numerator if "side" in link.query else number.denominator
        assert link.words == numbers.number(counted or 0), link


def is_what_its_orders_cost(told: Told, link: Link) -> None:
    """An amount is the sum of the signed orders of its days, and opens as many."""
    first, last = (link.query.get(name, day) for name, day in zip(DAYS, told.days, strict=True))
    days = Period(dt.date.fromisoformat(first), dt.date.fromisoformat(last), ZONE)
    orders = Order.objects.filter(state__in=("signed", "delivered"), signed_at__lt=days.end)
    orders = orders.filter(signed_at__gte=days.begin)
    orders = orders.filter(store=told.store) if told.store else orders
    assert link.words == bare(numbers.money(sum(one.amount or 0 for one in orders))), link
    assert told.opened(link.href).count == orders.count(), link


def the_mail_and_its_files_say_what_is_frozen(told: Told) -> None:
    """The mail as the outbox hands it to the server: its page, the PDF and the workbook in it."""
    assert dispatch.send_outside({"email": Mail()}, now=told.now + dt.timedelta(hours=2)) == 1
    letter = mail.outbox.pop()
    assert isinstance(letter, EmailMultiAlternatives)
    page = Page(str(letter.alternatives[0][0]))
    files = {
        one[0].rpartition(".")[2]: one[1] for one in letter.attachments if isinstance(one, tuple)
    }
    figures = told.report.figures
    for key in HEADS:
        number = Number(**figures["whole"][key])
        how = "" if kpi_of(key).unit is Unit.COUNT else fraction(number)
        words = bare(f"{value_words(key, number)}{how}")
        assert page.line(kpi_of(key).name)[1] == words, key
    for key, count in figures["funnel"]["counts"].items():
        if any(figures["funnel"]["counts"].values()):
            assert page.line(FUNNEL[key].name)[1] == numbers.number(count), key
    the_pdf_says_what_is_frozen(told, text_of(bytes(files["pdf"])))
    the_workbook_says_what_is_frozen(figures, bytes(files["xlsx"]))


def the_pdf_says_what_is_frozen(told: Told, text: str) -> None:
    for key in KPIS:
        words = value_words(key, Number(**told.report.figures["whole"][key]))
        assert bare(f"{kpi_of(key).name}{words}") in text, key
    _by, keys, members = told.members
    for one in members:
        said = [value_words(key, Number(**one["figures"][key])) for key in keys]
        assert bare(f"{one['name']}{''.join(said)}") in text, one["name"]
    figures = told.report.figures
    for one in figures["complaints"]:
        words = f"{Ticket.Category(one['category']).label}{one['count']}{one['resolved']}"
        assert bare(words) in text, one
    for one in figures["lost"][:REASONS]:
        assert bare(f"{lost_words(one['reason'])}{numbers.number(one['count'])}") in text, one


def the_workbook_says_what_is_frozen(figures: Printed, content: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    lines = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    whole = {line[1]: line[2:5] for line in lines if line[1]}
    for key in KPIS:
        assert is_number(whole[key], figures["whole"][key]), key
    for part in ("people", "teams", "stores"):
        sheet = part.title()
        lines = list(book[sheet].iter_rows(min_row=2, values_only=True)) if figures[part] else []
        cells = {line[0]: line[2:] for line in lines}
        for one in figures[part]:
            for at, key in enumerate(OF_GROUPS):
                three = cells[one["name"]][3 * at : 3 * at + 3]
                assert is_number(three, one["figures"][key]), (one["name"], key)
    the_sheets_of_parts_say_what_is_frozen(figures, book)


def the_sheets_of_parts_say_what_is_frozen(figures: Printed, book: Any) -> None:
    """Complaints by class, losses by reason, the funnel, and what was sold."""

    def lines(sheet: str, wide: int) -> list[tuple[Any, ...]]:
        rows = book[sheet].iter_rows(min_row=2, max_col=wide, values_only=True)
        return [row for row in rows if row[0] not in (None, "Total") and row[1] is not None]

    classes = [(one["count"], one["resolved"]) for one in figures["complaints"]]
    assert [line[1:3] for line in lines("Complaints by class", 3)] == classes
    losses = [line[1] for line in lines("Lost customers by reason", 2)]
    assert sum(losses) == sum(one["count"] for one in figures["lost"])
    steps = {line[1]: line[2] for line in lines("Sales funnel", 3)}
    assert steps == figures["funnel"]["counts"]
    if sales := figures.get("sales"):
        now = [line[1] for line in lines("Sales and customers", 2)]
        frozen = (sales["now"]["quantity"], sales["now"]["amount"], sales["customers"]["end"])
        assert now == [float(one) for one in frozen]


def is_number(cells: tuple[Any, ...], number: Printed) -> bool:
    """Whether three cells are numerator, denominator and value."""
    above, below, value = cells
    same = (above, below) == (number["numerator"], number["denominator"])
    return same and bool(value == pytest.approx(number["value"]))


def the_csv_says_what_is_frozen(told: Told) -> None:
    figures = told.report.figures
    address = reverse("reports:take_report", args=[told.report.public_id])
    text = told.reader.post(address, {"form": "csv"}).content.decode("utf-8-sig")
    taken = {(of, name, key): cells for of, name, key, cells in csv_lines(text)}
    groups: dict[str, list[Printed]] = {part: figures[part] for part in PARTS.values()}
    groups["all"] = [{"name": told.store.name if told.store else "", "figures": figures["whole"]}]
    for of, members in groups.items():
        for one in members:
            for key, number in one["figures"].items():
                exact = Number(**number).as_json().values()
                cells = ["" if cell is None else str(cell) for cell in exact]
                assert taken.pop((of, one["name"], key)) == cells, key
    parts: dict[str, dict[tuple[str, str], str]] = {}
    for (of, name, key), (_above, _below, value) in taken.items():
        parts.setdefault(of, {})[name, key] = value
    the_parts_are_those_frozen(figures, parts)


def the_parts_are_those_frozen(
    figures: Printed, parts: dict[str, dict[tuple[str, str], str]]
) -> None:
    """Complaints by class, losses by reason, the funnel, what was sold and the scores."""
    classes = parts.pop("complaints", {})
    for key, printed in (("count", "count"), ("resolved", "resolved")):
        said = sorted(int(value) for (_name, of), value in classes.items() if of == key)
        assert said == sorted(one[printed] for one in figures["complaints"])
    losses = sum(int(value) for value in parts.pop("lost", {}).values())
    assert losses == sum(one["count"] for one in figures["lost"])
    steps = {key: int(value) for (_name, key), value in parts.pop("funnel", {}).items()}
    assert steps == figures["funnel"]["counts"]
    if sales := figures.get("sales"):
        sold = {key: value for (_name, key), value in parts.pop("sales").items()}
        assert sold["quantity"] == str(sales["now"]["quantity"])
        assert float(sold["amount"]) == float(sales["now"]["amount"])
        assert sold["customers"] == str(sales["customers"]["end"])
    for of in ("scores", "quarter_scores"):
        scores = {name: value for (name, _role), value in parts.pop(of, {}).items()}
        frozen = {one["name"]: one["score"] for one in figures.get(of, ())}
        assert scores == {name: "" if one is None else str(one) for name, one in frozen.items()}
    assert not parts


def csv_lines(text: str) -> Iterator[tuple[str, str, str, list[str]]]:
    """Of what, whose name, the figure's key, and numerator, denominator and value."""
    for line in list(csv.reader(io.StringIO(text)))[1:]:
        yield line[0], line[1], line[2], line[4:7]
