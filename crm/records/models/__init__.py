"""What every business row shares, the rows that keep the house honest, and kept files."""

from crm.records.models.attachments import ORIGINAL, PARENTS, REMOVE, SEE, Attachment
from crm.records.models.rows import (
    ACCOUNT_EVENTS,
    AppendOnly,
    AuditEvent,
    AuditQuerySet,
    AuditSeal,
    AuditWords,
    Counter,
    Draft,
    Entered,
    Record,
    RequestToken,
    WrongLink,
)

__all__ = [
    "ACCOUNT_EVENTS",
    "ORIGINAL",
    "PARENTS",
    "REMOVE",
    "SEE",
    "AppendOnly",
    "Attachment",
    "AuditEvent",
    "AuditQuerySet",
    "AuditSeal",
    "AuditWords",
    "Counter",
    "Draft",
    "Entered",
    "Record",
    "RequestToken",
    "WrongLink",
]
