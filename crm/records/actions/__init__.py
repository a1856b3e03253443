"""Verbs every room uses: a guarded transition, a form saved once, drafts, numbers, files."""

from crm.records.actions.attaching import Kept, Limits, add_files, kept_files
from crm.records.actions.removing import (
    forget_files,
    note_original,
    remove_attachment,
    sweep_files,
)
from crm.records.actions.saving import (
    change,
    change_and_read,
    claim_request,
    drop_draft,
    forget_words,
    free_number,
    free_numbers,
    holds_any,
    keep_draft,
    keep_result,
    next_numbers,
    one_at_a_time,
    transition,
    written,
)

__all__ = [
    "Kept",
    "Limits",
    "add_files",
    "change",
    "change_and_read",
    "claim_request",
    "drop_draft",
    "forget_files",
    "forget_words",
    "free_number",
    "free_numbers",
    "holds_any",
    "keep_draft",
    "keep_result",
    "kept_files",
    "next_numbers",
    "note_original",
    "one_at_a_time",
    "remove_attachment",
    "sweep_files",
    "transition",
    "written",
]
