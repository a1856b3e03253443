"""A report as a workbook: exact figures, and totals that calculate themselves (RP-09).

Only the totals are formulas, and only ours: what people or customers wrote stays text (D40).
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from xlsxwriter.utility import xl_rowcol_to_cell

from crm.records.kpis import Question, Rate, Span
from crm.reports.kpis import Unit, kpi_of
from crm.reports.queues.scores import line_of
from crm.reports.weekly.book import Book, write_aim, write_number
from crm.reports.weekly.course_words import SoldLine
from crm.reports.weekly.figures import OF_GROUPS, question_of, stored
from crm.reports.weekly.paper import Paper
from crm.reports.weekly.today import Today
from crm.reports.weekly.xlsx_revised import write_revised
from crm.ui import numbers


def xlsx_of(paper: Paper, today: Today | None = None) -> bytes:
    """The whole report: the figures, each group with its total, complaints, losses, how.

    With `today` what has come to differ stands beside the frozen figures, and on its own sheet.
    """
    file = io.BytesIO()
    book = Book.on(file)
    report, figures = paper.report, paper.report.figures
    added_up = rows_added_up(question_of(report.store_id, report.period, report.due_at))
    write_whole(book, paper, today)
    for name, group in (
        (_("Stores"), figures["stores"]),
        (_("Teams"), figures["teams"]),
        (pgettext("by person", "People"), figures["people"]),
    ):
        if group:
            write_group(book, name, group, figures, added_up)
    write_course(book, paper)
    write_counts(book, paper)
    write_scores(book, paper)
    if today:
        write_revised(book, today)
    write_computed(book, paper)
    book.book.close()
    return file.getvalue()


def write_computed(book: Book, paper: Paper) -> None:
    """Every figure with its formula, for whom it counts, and the source of the rule."""
    how = _("How it is counted")
    page = book.sheet(how, (_("Figure"), how, pgettext("of a rule", "Source")))
    page.set_column(1, 1, 100)
    for line, cells in enumerate(paper.computed, start=1):
        for place, text in enumerate(cells):
            page.write_string(line, place, text)


def rows_added_up(ask: Question) -> frozenset[str]:
    """The figures that count rows, each one person's, so that their sum is the whole.

    Customers are counted once however many people had to do with them; medians have no sum.
    """
    read = {key: kpi_of(key).read(ask) for key in OF_GROUPS}
    return frozenset(
        key
        for key, figure in read.items()
        if not isinstance(figure, Span)
        and not (isinstance(figure, Rate) and any(part.counted != "pk" for part in figure.parts))
    )


def write_whole(book: Book, paper: Paper, today: Today | None) -> None:
    """Every figure: numerator, denominator, the value as their quotient, before, target, today."""
    figures = paper.report.figures
    head = (_("Figure"), _("Key"), _("Numerator"), _("Denominator"), _("Value"))
    tail = [f"{pgettext('figures', 'Revised')}: {word}" for word in head[2:]] if today else []
    page = book.sheet(paper.title, (*head, paper.before, _("Target"), _("Unit"), *tail))
    units = {Unit.RATE: "%", Unit.HOURS: _("hours"), Unit.COUNT: "", Unit.SCORE: ""}
    for line, (key, number) in enumerate(figures["whole"].items(), start=1):
        page.write_string(line, 0, str(kpi_of(key).name))
        page.write_string(line, 1, key)
        write_number(book, page, line, 2, key, number)
        before, aim = figures["before"].get(key), figures["targets"].get(key)
        if before and before["value"] is not None:
            page.write_number(line, 5, before["value"], book.format_of(key))
        write_aim(book, page, line, 6, key, aim)
        page.write_string(line, 7, str(units[kpi_of(key).unit]))
        if today and (since := today.figure("", key, number)):
            write_number(book, page, line, 8, key, since.as_json())
    foot = len(figures["whole"]) + 2
    page.write_string(foot, 0, f"{paper.place} · {paper.period}")
    for line, words in enumerate((paper.taken_words, *paper.edition_words), start=foot + 1):
        page.write_string(line, 0, words)


def write_group(
    book: Book,
    name: str,
    group: Sequence[Mapping[str, Any]],
    figures: dict[str, Any],
    added_up: frozenset[str],
) -> None:
    """A line for each, three columns for each figure, and the total under them."""
    whole, keys = figures["whole"], stored(figures, OF_GROUPS)
    aimed = [key for key in keys if any(key in one.get("targets", {}) for one in group)]
    header, places = [_("Name"), _("Team")], {}
    for key in keys:
        title, places[key] = str(kpi_of(key).name), len(header)
        header += [f"{title}: {_('Numerator')}", f"{title}: {_('Denominator')}", title]
    # Behind the figures, so that these stand where they always stood.
    aims = {key: len(header) + at for at, key in enumerate(aimed)}
    page = book.sheet(name, [*header, *(f"{kpi_of(key).name}: {_('Target')}" for key in aimed)])
    for line, one in enumerate(group, start=1):
        page.write_string(line, 0, one["name"])
        page.write_string(line, 1, one.get("team") or one.get("store") or "")
        for key, place in places.items():
            write_number(book, page, line, place, key, one["figures"][key])
        for key, place in aims.items():
            write_aim(book, page, line, place, key, one.get("targets", {}).get(key))
    foot = len(group) + 1
    page.write_string(foot, 0, _("Total"), book.bold)
    for key, place in places.items():
        lines = [one["figures"][key] for one in group]
        if key in added_up and adds_up(lines, whole[key]):
            write_total(book, page, foot, place, key, whole[key])
        else:
            write_number(book, page, foot, place, key, whole[key])


def adds_up(lines: Sequence[Mapping[str, Any]], whole: Mapping[str, Any]) -> bool:
    """Whether the lines are all of the whole: what belongs to nobody stands in none of them."""
    added = [sum(one[side] or 0 for one in lines) for side in ("numerator", "denominator")]
    return bool(added == [whole["numerator"] or 0, whole["denominator"]] and added[1])


def write_total(
    book: Book, page: Any, foot: int, place: int, key: str, number: Mapping[str, Any]
) -> None:
    """The sum of the lines above, and the value made from the sums."""
    for at, side in enumerate(("numerator", "denominator")):
        if number[side] is not None:
            ends = [xl_rowcol_to_cell(row, place + at) for row in (1, foot - 1)]
            page.write_formula(foot, place + at, f"=SUM({ends[0]}:{ends[1]})", None, number[side])
    cells = [xl_rowcol_to_cell(foot, place + at) for at in (0, 1)]
    formula = "={1}" if number["numerator"] is None else "={0}/{1}"
    page.write_formula(
        foot, place + 2, formula.format(*cells), book.format_of(key), number["value"]
    )


def write_course(book: Book, paper: Paper) -> None:
    """The funnel, and what was sold where the report says so."""
    counts = (paper.report.figures.get("funnel") or {}).get("counts", {})
    if counts:
        page = book.sheet(_("Sales funnel"), (_("Figure"), _("Key"), _("Count")))
        for line, (key, count) in enumerate(counts.items(), start=1):
            page.write_string(line, 0, str(kpi_of(key).name))
            page.write_string(line, 1, key)
            page.write_number(line, 2, count)
    sales = paper.report.figures.get("sales")
    if sales:
        page = book.sheet(_("Sales and customers"), paper.sold_heads)
        for line, one in enumerate(paper.sold, start=1):
            write_sold(book, page, line, one)


def write_sold(book: Book, page: Any, line: int, sold: SoldLine) -> None:
    """Now, before and a year ago as numbers; growth is made from their cells."""
    name = f"{sold.name} ({sold.unit})" if sold.unit else sold.name
    page.write_string(line, 0, name)
    for place, value in zip((1, 2, 4), sold.exact, strict=False):
        page.write_number(line, place, value, book.sum)
    now, cell = sold.exact[0], xl_rowcol_to_cell(line, 1)
    for place, since in zip((2, 4), sold.exact[1:], strict=False):
        if since:
            formula = f"={cell}/{xl_rowcol_to_cell(line, place)}-1"
            page.write_formula(line, place + 1, formula, book.rate, now / since - 1)
        else:
            page.write_string(line, place + 1, numbers.MISSING)


def write_counts(book: Book, paper: Paper) -> None:
    """Complaints by class and losses by reason, each with its sum."""
    head = (_("Class"), _("Count"), _("Resolved"), _("Lead department"))
    page = book.sheet(_("Complaints by class"), head)
    for line, one in enumerate(paper.complaints, start=1):
        page.write_string(line, 0, one.label)
        page.write_number(line, 1, one.count)
        page.write_number(line, 2, one.resolved)
        page.write_string(line, 3, one.who)
    write_sum(book, page, [one.count for one in paper.complaints])
    write_sum(book, page, [one.resolved for one in paper.complaints], place=2)
    page.write_string(len(paper.complaints) + 3, 0, paper.complaint_words)
    page.write_string(len(paper.complaints) + 4, 0, paper.late_words)
    page = book.sheet(_("Lost customers by reason"), (_("Reason"), _("Count")))
    for line, one in enumerate(paper.lost, start=1):
        page.write_string(line, 0, one.label)
        page.write_number(line, 1, one.count)
    write_sum(book, page, [one.count for one in paper.lost])


def write_scores(book: Book, paper: Paper) -> None:
    """The scores of a month and of the quarter that ends with it."""
    for title, of in ((_("Scores"), "scores"), (_("Scores of the quarter"), "quarter_scores")):
        people = paper.report.figures.get(of, ())
        if not people:
            continue
        score, rank = pgettext("assessment", "Score"), pgettext("assessment", "Rank")
        page = book.sheet(title, (_("Name"), _("Team"), rank, score, _("Indicators"), _("Made of")))
        for line, one in enumerate(people, start=1):
            page.write_string(line, 0, one["name"])
            page.write_string(line, 1, one["team"])
            if one["score"] is not None:
                page.write_number(line, 2, one["rank"])
                page.write_number(line, 3, one["score"], book.hours)
            worded = line_of(one)
            page.write_string(line, 4, worded.of)
            page.write_string(line, 5, " · ".join(worded.parts))


def write_sum(book: Book, page: Any, counts: Iterable[int], *, place: int = 1) -> None:
    """The sum under a column of counts."""
    found = list(counts)
    if found:
        foot = len(found) + 1
        page.write_string(foot, 0, _("Total"), book.bold)
        ends = [xl_rowcol_to_cell(row, place) for row in (1, foot - 1)]
        page.write_formula(foot, place, f"=SUM({ends[0]}:{ends[1]})", None, sum(found))
