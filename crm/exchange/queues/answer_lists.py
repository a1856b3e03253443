"""What customers answered, as it is taken out: one row a sheet, a column a question (RV-21)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.exchange.queues.columns import (
    Asked,
    ExportList,
    ListColumn,
    local,
    name_of,
    pages,
    person,
    words,
)
from crm.exchange.sheets.definitions import Value
from crm.people import roles
from crm.ui.lists import Listing
from visits.queues.answers import asked_in, is_named, said_to, sheet_list, sheets_to_take


def sheets(asked: Asked) -> Listing[Any]:
    """The sheets asked for."""
    return pages(sheet_list(asked.user), sheets_to_take(asked.user, asked.query), asked)


def questions(asked: Asked) -> Sequence[ListColumn]:
    """A column for each question these sheets answer."""
    found = asked_in(sheets(asked).every())
    return [ListColumn(f"q_{one.key}", one.words, partial(_answer, one)) for one in found]


def _answer(question: Any, sheet: Any, asked: Asked) -> Value:
    return said_to(sheet, question, named=is_named(asked.user, sheet))


def _named(sheet: Any, asked: Asked, value: Value) -> Value:
    return value if is_named(asked.user, sheet) else None


def _by(sheet: Any) -> str:
    return str(_("by a colleague") if sheet.entered_by_id else _("by the customer's link"))


ANSWERS = ExportList(
    "answers",
    _("Answers to questionnaires"),
    frozenset({roles.SERVICE_SUPERVISOR, roles.MARKETING_SUPERVISOR, roles.MANAGER}),
    sheets,
    (
        ListColumn("visit_no", _("Number"), lambda row, a: _named(row, a, row.visit.visit_no)),
        ListColumn("name", _("Name"), lambda row, a: _named(row, a, name_of(row.visit.card, a))),
        ListColumn("kind", _("Kind"), lambda row, _a: words(row.visit, "kind")),
        ListColumn("sheet", _("Questionnaire"), lambda row, _a: row.questions.questionnaire.name),
        ListColumn("version", _("Version"), lambda row, _a: row.questions.number),
        ListColumn(
            "submitted", pgettext_lazy("sheet", "Answered"), lambda row, _a: local(row.submitted_at)
        ),
        ListColumn("given", _("Entered"), lambda row, _a: _by(row)),
        ListColumn(
            "visitor", _("Visitor"), lambda row, a: _named(row, a, person(row.visit.assignee))
        ),
    ),
    more=questions,
)
