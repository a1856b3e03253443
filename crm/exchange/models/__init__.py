"""Import jobs with what each of them did, remembered headers, and the ledger of exports."""

from crm.exchange.models.exports import ExportJob
from crm.exchange.models.imports import HeaderName, ImportedRows, ImportJob

__all__ = ["ExportJob", "HeaderName", "ImportJob", "ImportedRows"]
