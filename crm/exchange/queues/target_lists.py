"""Targets as they are taken out: the last word on each, in the columns the import reads (KP-13)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from crm.exchange.queues.columns import Asked, ExportList, ListColumn
from crm.exchange.queues.target_rows import latest_targets, written
from crm.exchange.sheets.definitions import Value
from crm.exchange.sheets.targets import COLUMNS
from crm.people import roles
from crm.reports.kpis import kpi_of
from crm.reports.models import Target


def last_words(asked: Asked) -> list[Target]:
    """By figure, store, team and person, the latest month first."""
    found = latest_targets(asked.user)
    return [found[slot] for slot in sorted(found, key=lambda one: (one[:4], -one[4].toordinal()))]


def aim(row: Target) -> Value:
    """The target as a number; empty where it was taken back."""
    return None if row.value is None else written(row.value)


TARGETS = ExportList(
    "targets",
    _("Targets"),
    # Matrix row 19: who reads the managers' figures takes them out.
    frozenset({roles.SERVICE_SUPERVISOR, roles.MANAGER, roles.GENERAL_MANAGER}),
    last_words,
    (
        ListColumn("key", COLUMNS["key"], lambda row, _a: row.key),
        ListColumn("figure", COLUMNS["figure"], lambda row, _a: str(kpi_of(row.key).name)),
        ListColumn(
            "store", COLUMNS["store"], lambda row, _a: row.store.code if row.store else None
        ),
        ListColumn("team", COLUMNS["team"], lambda row, _a: row.team.name if row.team else None),
        ListColumn(
            "person", COLUMNS["person"], lambda row, _a: row.person.username if row.person else None
        ),
        ListColumn("month", COLUMNS["month"], lambda row, _a: f"{row.month:%Y-%m}"),
        ListColumn("value", COLUMNS["value"], lambda row, _a: aim(row)),
    ),
    tells_of_customers=False,
    is_paged=False,
)
