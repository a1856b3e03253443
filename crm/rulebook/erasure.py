"""The rulebook knows no customer (D48). Pure."""

from __future__ import annotations

from crm.records.fates import of_nobody

TABLES = (
    of_nobody("rulebook.Number", "key", "value"),
    of_nobody("rulebook.Option", "code", "label_zh_hans", "label_zh_hant", "label_en"),
    of_nobody("rulebook.CalendarDay", "region", "name", "source"),
)
