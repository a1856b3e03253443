"""What a report may be narrowed to as a whole: where customers came from, and which model."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.customers.models import Source
from crm.records.kpis import By
from crm.reports.queues.asked import FILTERS, UNKNOWN_SOURCE, Asked, source_name
from crm.vehicles.models import Product

NAMES: dict[By, tuple[Promise, Promise]] = {
    By.SOURCE: (_("Source"), _("All sources")),
    By.MODEL: (_("Model"), _("All models")),
}


@dataclass(frozen=True)
class Filter:
    """One filter: its name in the address, its words, what may be chosen and what is."""

    name: str
    label: Promise
    everything: Promise
    options: list[tuple[str, str]]
    chosen: str


def filters_of(asked: Asked) -> list[Filter]:
    """The filters of a report, as they are set; models that are sold no more stand among them."""
    sources = [(code, str(label)) for code, label in Source.choices]
    models = list(Product.objects.order_by("name", "code").values_list("public_id", "name"))
    options = {By.SOURCE: [*sources, (UNKNOWN_SOURCE, source_name(""))], By.MODEL: models}
    return [
        Filter(name, *NAMES[by], options[by], asked.filter_query.get(name, ""))
        for name, by in FILTERS.items()
    ]
