"""What imports and exports leave of an erased customer (D48). Pure.

Rows an import changed are cut out of what an undo would bring back; files that may name the
customer are removed (`actions/forgetting.py`).
"""

from __future__ import annotations

from crm.records.fates import CODE, NUMBER, OURS, Table, every, keep

A_FILE = keep("the name and hash of a file whose content is gone")

TABLES = (
    Table(
        "exchange.ExportJob",
        "",
        {
            "number": NUMBER,
            "list_key": CODE,
            "query": keep("the filter of a list; emptied where it names the customer"),
            "columns": CODE,
            **every(keep("why a list was taken out, for the ledger of exports"), "purpose"),
            **every(keep("a colleague's decision on a list"), "comment", "reason"),
            "asked_of": CODE,
            **every(A_FILE, "file_name", "stored_as", "sha256"),
            "downloaded_from": OURS,
        },
    ),
    Table(
        "exchange.ImportJob",
        "",
        {
            **every(A_FILE, "file_name", "folder", "sha256"),
            "summary": keep("counts, headers and sentences; what names the customer is taken out"),
            "reason": keep("a sentence of the program; emptied where it names the customer"),
        },
    ),
    Table(
        "exchange.ImportedRows",
        "",
        {
            "model": CODE,
            "created": keep("row numbers"),
            "before": keep("what an undo brings back; the customer's rows are cut out"),
        },
    ),
    Table(
        "exchange.HeaderName",
        "",
        {
            **every(CODE, "sheet", "means"),
            "name": keep("a header of a dealership's file; hidden where it names the customer"),
        },
    ),
)
