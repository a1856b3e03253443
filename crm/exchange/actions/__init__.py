"""Verbs of the exchange: bring a workbook in, take one out."""

from crm.exchange.actions.imports import Outcome, import_workbook

__all__ = ["Outcome", "import_workbook"]
