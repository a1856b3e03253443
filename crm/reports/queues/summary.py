"""The figures of a visit report: frozen when it is made, and what they have come to be since.

Frozen they are JSON: `whole` and `before` by key, each a number as kpi.md prints it, and tables
`models` and `departments` of names with their figures.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from crm.people.models import Department
from crm.records.kpis import By, Question, Scope
from crm.records.periods import Period, preceding
from crm.reports.board import Answer, Number, read
from crm.reports.findings import Finding, findings
from crm.reports.kpis import REASON, kpi_of
from crm.reports.kpis.answers import MEASURES
from crm.reports.models import VisitReport
from crm.reports.queues.analysis import COURSE, GRADE_KEYS, NEEDS, WAY_KEYS
from crm.reports.queues.tiles import Shown
from crm.rulebook.queues import rules_for
from crm.ui import numbers
from crm.vehicles.models import Product
from visits.queues.reasons import reasons_asked

HEADS = (
    *("visit_completion_rate", "satisfaction_rate", "satisfaction_of_rated", "rated_share"),
    *("repurchase_rate", "nps", "handling_satisfaction_rate", "visit_problems_resolved"),
    *("follow_up_satisfaction", "record_accuracy", "audited_share", *NEEDS),
)
CONTENT = tuple(f"content_with_{key}" for key in MEASURES)
PROBLEMS: dict[str, Promise] = {
    "fell": gettext_lazy("%(figure)s fell from %(before)s to %(now)s (%(count)s)."),
    "low": gettext_lazy("%(figure)s is %(now)s (%(count)s)."),
    "unhappy": gettext_lazy("%(above)s of %(below)s customers who rated are dissatisfied."),
    "reason": gettext_lazy("“%(reason)s” was named by %(above)s of %(below)s customers."),
    "least": gettext_lazy("Customers are least content with: %(figure)s, %(now)s (%(count)s)."),
}
SUGGESTIONS: dict[str, Promise] = {
    "fell": gettext_lazy("%(figure)s: find out what has changed, and set a goal."),
    "low": gettext_lazy("%(figure)s: set a goal and look at it every week."),
    "unhappy": gettext_lazy("Call every dissatisfied customer and close the problem with them."),
    "reason": gettext_lazy("%(reason)s: clear the cause with the department concerned."),
    "least": gettext_lazy("%(figure)s: go through the customers' answers with those concerned."),
}


def figures_of(store_id: int, period: Period, now: dt.datetime) -> dict[str, Any]:
    """Every figure of a report as it stands now; three statements and two for the names."""
    _numbers, calendar = rules_for(store_id)
    reasons = [f"{REASON}{key}" for key in reasons_asked()]
    whole = (*HEADS, *GRADE_KEYS, *WAY_KEYS, *CONTENT, *reasons)
    scope = Scope(By.STORE, store_id)
    ask = Question((period,), calendar, scope, asked_at=now)
    earlier = Question((preceding(period),), calendar, scope, asked_at=now)
    by_model = Question((period,), calendar, scope, By.MODEL, now)
    by_department = Question((period,), calendar, scope, By.DEPARTMENT, now)
    asked = [
        *((key, ask) for key in whole),
        *((key, earlier) for key in HEADS),
        *((key, by_model) for key in COURSE),
        ("visit_problems_resolved", by_department),
    ]
    answers = read(asked)
    now_at, then_at = len(whole), len(whole) + len(HEADS)
    return {
        "whole": _printed(whole, answers[:now_at]),
        "before": _printed(HEADS, answers[now_at:then_at]),
        "models": _table(Product, COURSE, answers[then_at:-1]),
        "departments": _table(Department, ("visit_problems_resolved",), answers[-1:]),
    }


def _printed(keys: tuple[str, ...], answers: list[Answer]) -> dict[str, Any]:
    """Figures by key; a reason nobody named is left out."""
    found = {key: answer.number() for key, answer in zip(keys, answers, strict=True)}
    return {
        key: one.as_json()
        for key, one in found.items()
        if one.numerator or not key.startswith(REASON)
    }


def _table(model: Any, keys: tuple[str, ...], answers: list[Answer]) -> list[dict[str, Any]]:
    counted = {pk for answer in answers for _period, pk in answer.numbers if pk}
    rows = []
    for pk, member in model.objects.in_bulk({0, *counted}).items():
        figures = {
            key: answer.number(group=pk).as_json()
            for key, answer in zip(keys, answers, strict=True)
        }
        rows.append({"name": member.name, "figures": figures})
    first = keys[0]
    return sorted(rows, key=lambda row: (-row["figures"][first]["denominator"], row["name"]))


@dataclass(frozen=True)
class Row:
    """A frozen figure beside that of the period before and, where it differs now, the live one."""

    label: str
    now: Shown
    before: Shown | None = None
    revised: Shown | None = None


@dataclass(frozen=True)
class Summary:
    """The figures of a report as its page shows them."""

    heads: list[Row]
    grades: list[Row]
    content: list[Row]
    ways: list[Row]
    reasons: list[Row]
    models: list[tuple[str, list[Shown]]]
    model_heads: list[Promise]
    departments: list[tuple[str, list[Shown]]]


def summary_of(report: VisitReport, now: dt.datetime) -> Summary:
    """The frozen figures of a report, each with what has become of it since (kpi.md, frozen)."""
    frozen = report.figures
    live = figures_of(report.store_id or 0, period_of(report), now)["whole"]
    words = reasons_asked()

    def row(key: str) -> Row:
        shown = _shown(key, frozen["whole"].get(key))
        label = words.get(key.removeprefix(REASON), "") if key.startswith(REASON) else ""
        since = _shown(key, live.get(key))
        before = frozen["before"].get(key)
        return Row(
            label or str(shown.kpi.name),
            shown,
            _shown(key, before) if before else None,
            since if key in frozen["whole"] and since.number != shown.number else None,
        )

    named = [key for key in frozen["whole"] if key.startswith(REASON)]
    named.sort(key=lambda key: -frozen["whole"][key]["numerator"])
    return Summary(
        heads=[row(key) for key in HEADS],
        grades=[row(key) for key in GRADE_KEYS],
        content=[row(key) for key in CONTENT],
        ways=[row(key) for key in WAY_KEYS],
        reasons=[row(key) for key in named],
        models=_lines(frozen["models"]),
        model_heads=[kpi_of(key).name for key in COURSE],
        departments=_lines(frozen["departments"]),
    )


def _shown(key: str, printed: dict[str, Any] | None) -> Shown:
    return Shown(key, Number(**printed) if printed else Number(0, 0, None), "")


def _lines(rows: list[dict[str, Any]]) -> list[tuple[str, list[Shown]]]:
    return [
        (row["name"], [_shown(key, printed) for key, printed in row["figures"].items()])
        for row in rows
    ]


def period_of(report: VisitReport) -> Period:
    """The days the report is about."""
    return Period(report.first, report.last, timezone.get_default_timezone())


def prefilled(store_id: int, figures: dict[str, Any]) -> tuple[str, str]:
    """Problems and suggestions as the rules word them, for the author to go on from."""
    rulebook, _calendar = rules_for(store_id)
    found = findings(
        _counts(figures["whole"]),
        _counts(figures["before"]),
        worse_points=rulebook.report_worse_points,
        good_percent=rulebook.report_good_percent,
        least=rulebook.answers_shown_from,
    )
    reasons = reasons_asked()
    facts = [(one.rule, _facts(one, reasons)) for one in found]
    problems = [str(PROBLEMS[rule]) % said for rule, said in facts]
    suggestions = dict.fromkeys(str(SUGGESTIONS[rule]) % said for rule, said in facts)
    return _listed(problems), _listed(list(suggestions))


def _counts(printed: dict[str, Any]) -> dict[str, tuple[int, int]]:
    return {key: (one["numerator"] or 0, one["denominator"] or 0) for key, one in printed.items()}


def _facts(one: Finding, reasons: dict[str, str]) -> dict[str, str]:
    above, below = one.now
    return {
        "figure": str(kpi_of(one.key).name),
        "reason": reasons.get(one.key.removeprefix(REASON), one.key),
        "now": numbers.rate(above, below),
        "before": numbers.rate(*one.before),
        "above": numbers.number(above),
        "below": numbers.number(below),
        "count": f"{numbers.number(above)} / {numbers.number(below)}",
    }


def _listed(sentences: list[str]) -> str:
    """Sentences one below the other, numbered."""
    return "\n".join(f"{number}. {sentence}" for number, sentence in enumerate(sentences, 1))
