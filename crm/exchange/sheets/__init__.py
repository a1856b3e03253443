"""The sheets of the exchange workbook and how they are read and written; no database."""
