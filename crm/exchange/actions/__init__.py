"""Verbs of the exchange: bring a workbook in, take one out."""

from crm.exchange.actions.exports import export_workbook
from crm.exchange.actions.imports import Outcome, import_workbook
from crm.exchange.actions.reports import write_report

__all__ = ["Outcome", "export_workbook", "import_workbook", "write_report"]
