"""What is on sale knows no customer (D48). Pure."""

from __future__ import annotations

from crm.records.fates import of_nobody

TABLES = (of_nobody("vehicles.Product", "code", "name", "line"),)
