"""Stored rows in the workbook's terms: for the export, and for the import to compare with."""
