"""The filter of an export in words, for who decides on it and for the ledger (SoD 10, row 16)."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm.customers import phones
from crm.customers.queues.lists import STATUSES
from crm.exchange.models import ExportJob
from crm.exchange.queues.columns import Asked, ExportList
from crm.exchange.queues.listings import LISTS
from crm.people.models import Role, Store, Team, User
from crm.reports.forms.period import PeriodForm
from crm.reports.kpis import find_kpi
from crm.reports.models import ReportView
from crm.reports.queues.asked import FILTERS, narrowed_to
from crm.ui.asked import public_id
from crm.ui.lists import Listing
from crm.ui.moments import written_day
from visits.models import Questionnaire, QuestionnaireVersion, Response, Visit

NAMES: dict[str, Any] = {
    "q": gettext_lazy("Search"),
    "show": pgettext_lazy("filter", "Shown"),
    "sort": pgettext_lazy("list", "Order"),
    "status": gettext_lazy("State"),
    "level": gettext_lazy("Intent level"),
    "source": gettext_lazy("Source"),
    "owner": gettext_lazy("Owner"),
    "kind": gettext_lazy("Kind"),
    "severity": gettext_lazy("Severity"),
    "category": gettext_lazy("Category"),
    "year": gettext_lazy("Year"),
    "result": gettext_lazy("Result"),
    "occasion": gettext_lazy("Occasion"),
    "brand": gettext_lazy("Brand"),
    "questionnaire": gettext_lazy("Questionnaire"),
    "version": gettext_lazy("Version"),
    "store": gettext_lazy("Store"),
    "role": gettext_lazy("Role"),
    "from": gettext_lazy("From"),
    "first": gettext_lazy("From"),
    "to": gettext_lazy("To"),
    "last": gettext_lazy("To"),
    "report": gettext_lazy("Report"),
    "kpi": gettext_lazy("Figure"),
    "period": gettext_lazy("Period"),
    "who": gettext_lazy("Whose figures"),
    "of": gettext_lazy("Of"),
    "of_source": gettext_lazy("Source"),
    "of_model": gettext_lazy("Model"),
}
# What an address says beside its filter: the row of my day that stands open, the way back.
NO_FILTER = frozenset({"at", "back"})
PLACES: dict[str, type[Model]] = {"store": Store, "team": Team, "person": User}
NUMBER = re.compile(r"\+?\d(?:[ \-.()]*\d){6,}")


def filter_words(job: ExportJob, *, now: dt.datetime) -> list[tuple[str, str]]:
    """The filter as its list words it, numbers of phones masked; names it does not know as sent."""
    query, found = QueryDict(job.query), LISTS.get(job.list_key)
    listing = listing_of(found, Asked(job.requester, query, now)) if found else None
    shown = found.shown if found else {}
    sent = {name: str(value) for name, value in query.items() if name not in NO_FILTER}
    return [
        (str(NAMES.get(name, name)), str(worded(name, value, listing, shown) or masked(value)))
        for name, value in sent.items()
        if value.strip()
    ]


def listing_of(found: ExportList, asked: Asked) -> Listing[Any] | None:
    """The list as asked for; None where its page is none."""
    rows = found.rows(asked) if found.is_paged else None
    return rows if isinstance(rows, Listing) else None


def worded(
    name: str, value: str, listing: Listing[Any] | None, shown: Mapping[str, Any]
) -> object | None:
    """What a value is called on the page of the list; None for words of somebody's own."""
    if name == "show":
        chips = {chip.key: chip.label for chip in listing.chips} if listing else shown
        return chips.get(value)
    if name == "sort":
        return order_words(value, listing)
    if name in OWN_WORDS:
        said: object | None = OWN_WORDS[name](value)
        return said
    return choice_words(name, value, listing)


def order_words(value: str, listing: Listing[Any] | None) -> str | None:
    """An order as the head of its column names it."""
    link = listing.sorts.get(value.removeprefix("-")) if listing else None
    if link is None:
        return None
    if value.startswith("-"):
        return _("%(order)s, turned round") % {"order": link.label}
    return link.label


def choice_words(name: str, value: str, listing: Listing[Any] | None) -> object | None:
    """A value of one of the choices of what the list shows."""
    if listing is None:
        return None
    model = listing.every().model
    try:
        column = (Visit if model is Response else model)._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return dict(getattr(column, "flatchoices", ())).get(value)


def name_in(model: type[Model], key: str) -> object | None:
    """What somebody or a place is called."""
    rows: Any = model._default_manager.filter(public_id=public_id(key))
    found: object | None = rows.values_list("name", flat=True).first()
    return found


def store_words(value: str) -> object | None:
    """A store by its code or its id."""
    by_code = Store.objects.filter(code=value).values_list("name", flat=True).first()
    return by_code or name_in(Store, value)


def whose_words(value: str) -> object | None:
    """Whose figures: `team-` and an id."""
    kind, _dash, key = value.partition("-")
    return name_in(PLACES[kind], key) if kind in PLACES else None


def version_words(value: str) -> object | None:
    """The number of a questionnaire's version."""
    rows = QuestionnaireVersion.objects.filter(public_id=public_id(value))
    return rows.values_list("number", flat=True).first()


def figure_words(value: str) -> object | None:
    """A figure by its key."""
    kpi = find_kpi(value)
    return kpi.name if kpi else None


def line_words(value: str) -> object | None:
    """A line of a table by its key."""
    try:
        return narrowed_to(value).label
    except (Http404, ValueError):
        return None


def day_words(value: str) -> object | None:
    """A day as people read it."""
    try:
        return written_day(dt.date.fromisoformat(value), with_year=True)
    except ValueError:
        return None


OWN_WORDS: Mapping[str, Any] = {
    "status": dict(STATUSES).get,
    "owner": lambda value: name_in(User, value),
    "store": store_words,
    "role": dict(Role.choices).get,
    "questionnaire": lambda value: name_in(Questionnaire, value),
    "version": version_words,
    "who": whose_words,
    "kpi": figure_words,
    "period": dict(PeriodForm.base_fields["period"].choices).get,  # type: ignore[attr-defined]
    "report": dict(ReportView.Report.choices).get,
    "of": line_words,
    **{name: lambda value, by=by: line_words(f"{by}-{value}") for name, by in FILTERS.items()},
    **dict.fromkeys(("from", "to", "first", "last"), day_words),
}


def masked(text: str) -> str:
    """What somebody searched for, a phone number in it as the house shows numbers."""
    return NUMBER.sub(lambda found: phones.mask(found[0]), unicodedata.normalize("NFKC", text))
