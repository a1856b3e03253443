"""The audit trail: events are appended, sealed into a chain of hashes, and checked against it.

An event is written inside the transaction of what it tells of and never touched again. Each
minute the worker seals what has settled: a row of its own per event, whose hash covers the
event and the hash before it. `docs/audit.md` describes the chain for whoever checks it alone.
"""

from crm.records.audit.checking import Head, Verdict, check
from crm.records.audit.sealing import seal_trail
from crm.records.audit.writing import record

__all__ = ["Head", "Verdict", "check", "record", "seal_trail"]
