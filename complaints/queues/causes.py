"""What complaints and visit problems were about, counted by cause, month, model and department."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, CharField, Count, F, QuerySet, When
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from complaints import states
from complaints.models import Ticket
from complaints.pareto import Line, pareto
from complaints.queues.tickets import ticket_queue
from crm.people.models import Department, User
from crm.records.periods import first_of_month, start_of
from crm.rulebook.models import OptionKind
from crm.rulebook.queues import option_labels
from crm.ui.asked import public_id
from crm.ui.numbers import rate
from crm.ui.paretos import Column, pareto_chart
from crm.vehicles.models import Product

KINDS = (states.COMPLAINT, states.PROBLEM)
MONTHS = 12
SHOWN = 12  # bars of the chart, and lines of a list beside it


@dataclass(frozen=True)
class Asked:
    """What the page is narrowed to, as its address says; what makes no sense is left out."""

    month: dt.date | None = None
    model: Product | None = None
    department: Department | None = None
    cause: str = ""

    @property
    def values(self) -> dict[str, str]:
        """The address's parameters."""
        found = {
            "month": f"{self.month:%Y-%m}" if self.month else "",
            "model": self.model.public_id if self.model else "",
            "department": self.department.public_id if self.department else "",
            "cause": self.cause,
        }
        return {name: value for name, value in found.items() if value}

    def link(self, **changes: str) -> str:
        """The address's query with some of it changed."""
        return urlencode({k: v for k, v in {**self.values, **changes}.items() if v})


@dataclass(frozen=True)
class Cause:
    """One line of the table: its number on the chart, the cause in words, the tickets behind."""

    number: int
    line: Line
    name: str
    link: str


@dataclass(frozen=True)
class Part:
    """One line of a list beside it: a month, a model or a department, and how many."""

    name: str
    count: int
    link: str
    is_on: bool


def asked_of(query: Mapping[str, str], today: dt.date) -> Asked:
    """What an address asks for; a month of the last twelve, a model and a department we know."""
    months = {f"{month:%Y-%m}": month for month in last_months(today)}
    model, department = public_id(query.get("model")), public_id(query.get("department"))
    return Asked(
        months.get(query.get("month", "")),
        Product.objects.filter(public_id=model).first() if model else None,
        Department.objects.filter(public_id=department).first() if department else None,
        query.get("cause", "").replace("\x00", "")[:60],
    )


def last_months(today: dt.date) -> list[dt.date]:
    """The first days of the last twelve months, the running one last."""
    return [first_of_month(today, months=-back) for back in range(MONTHS - 1, -1, -1)]


def tickets_of(user: User, asked: Asked, today: dt.date) -> QuerySet[Any]:
    """The complaints and visit problems behind the page, within this person's scope.

    Cancelled ones are left out, as in every figure. Months are those of the report, in the
    store's zone.
    """
    first, beyond = _span(asked, today)
    zone = timezone.get_default_timezone()
    rows: QuerySet[Any] = ticket_queue(user).filter(
        kind__in=KINDS,
        reported_at__gte=start_of(first, zone),
        reported_at__lt=start_of(beyond, zone),
    )
    rows = rows.exclude(state__in=states.CANCELLED)
    rows = rows.annotate(
        cause=Case(
            When(subcategory="", then=F("category")),
            default=F("subcategory"),
            output_field=CharField(),
        )
    )
    if asked.model:
        rows = rows.filter(card__product=asked.model)
    if asked.department:
        rows = rows.filter(lead_department=asked.department)
    return rows.filter(cause=asked.cause) if asked.cause else rows


def causes_of(user: User, asked: Asked, today: dt.date) -> list[Cause]:
    """The causes, the most frequent first; one statement and one for their words."""
    rows = tickets_of(user, replace(asked, cause=""), today).order_by()
    counts = dict(rows.values_list("cause").annotate(n=Count("pk")))
    names = cause_names()
    return [
        Cause(number, line, names.get(line.key, line.key), asked.link(cause=line.key))
        for number, line in enumerate(pareto(counts), start=1)
    ]


def cause_names() -> dict[str, str]:
    """Classes and sub-classes in the reader's words; a sub-class says its class too."""
    classes = {key: str(label) for key, label in Ticket.Category.choices}
    found = dict(classes)
    for code, label in option_labels(OptionKind.TICKET_SUBCLASS).items():
        head = classes.get(code.partition(".")[0], "")
        found[code] = f"{head} · {label}" if head else label
    return found


def months_of(user: User, asked: Asked, today: dt.date) -> list[Part]:
    """How many in each of the last twelve months, however the month is narrowed."""
    rows = tickets_of(user, replace(asked, month=None), today).order_by()
    zone = timezone.get_default_timezone()
    months = rows.values_list(TruncMonth("reported_at", tzinfo=zone)).annotate(n=Count("pk"))
    counts = {f"{at:%Y-%m}": n for at, n in months}
    chosen = asked.values.get("month", "")
    keys = [f"{month:%Y-%m}" for month in reversed(last_months(today))]
    return [
        Part(key, counts.get(key, 0), asked.link(month="" if key == chosen else key), key == chosen)
        for key in keys
    ]


def models_of(user: User, asked: Asked, today: dt.date) -> list[Part]:
    """The models most complained of."""
    rows = tickets_of(user, replace(asked, model=None), today)
    return _parts(rows, "card__product", "model", asked)


def departments_of(user: User, asked: Asked, today: dt.date) -> list[Part]:
    """The departments that led most."""
    rows = tickets_of(user, replace(asked, department=None), today)
    return _parts(rows, "lead_department", "department", asked)


def chart_of(causes: list[Cause]) -> SafeString:
    """The Pareto chart of the causes, with what it shows in a sentence."""
    whole = total_of(causes)
    columns = [
        Column(one.name, one.line.count, one.line.upto * 100 / whole, strong=one.line.vital)
        for one in causes[:SHOWN]
    ]
    vital = [one for one in causes if one.line.vital]
    said = {
        "few": len(vital),
        "all": len(causes),
        "share": rate(vital[-1].line.upto, whole) if vital else "—",
        "first": causes[0].name if causes else "—",
    }
    words = _("%(few)s of %(all)s causes make %(share)s of all; most often: %(first)s") % said
    return pareto_chart(columns, finding=words)


def total_of(causes: list[Cause]) -> int:
    """How many tickets the causes make together."""
    return causes[-1].line.upto if causes else 0


def _span(asked: Asked, today: dt.date) -> tuple[dt.date, dt.date]:
    """The first day, and the first one after."""
    if asked.month is not None:
        return asked.month, first_of_month(asked.month, months=1)
    return last_months(today)[0], first_of_month(today, months=1)


def _parts(rows: QuerySet[Any], column: str, name: str, asked: Asked) -> list[Part]:
    keys = (f"{column}__public_id", f"{column}__name")
    found = rows.filter(**{f"{column}__isnull": False}).order_by().values_list(*keys)
    chosen = asked.values.get(name, "")
    return [
        Part(label, n, asked.link(**{name: "" if key == chosen else key}), key == chosen)
        for key, label, n in found.annotate(n=Count("pk")).order_by("-n", keys[1])[:SHOWN]
    ]
