"""The life of an import and of an export: which state may follow which. Pure."""

from __future__ import annotations

# An import: read by the worker, looked at, confirmed (by a second person where needed), saved
# in one transaction, and for a day taken back.
UPLOADED = "uploaded"
READING = "reading"
UNREADABLE = "unreadable"
CHECKED = "checked"
WAITING = "waiting"
QUEUED = "queued"
SAVING = "saving"
SAVED = "saved"
FAILED = "failed"
UNDO_ASKED = "undo_asked"
UNDOING = "undoing"
UNDONE = "undone"
CANCELLED = "cancelled"

IMPORT_MOVES: dict[str, frozenset[str]] = {
    UPLOADED: frozenset({READING, CANCELLED, FAILED}),
    READING: frozenset({CHECKED, UNREADABLE, UPLOADED, FAILED}),
    CHECKED: frozenset({UPLOADED, WAITING, QUEUED, CANCELLED}),
    WAITING: frozenset({QUEUED, CHECKED, CANCELLED}),
    QUEUED: frozenset({SAVING, CANCELLED, FAILED}),
    SAVING: frozenset({SAVED, CHECKED, QUEUED, FAILED}),
    SAVED: frozenset({UNDO_ASKED}),
    UNDO_ASKED: frozenset({UNDOING, SAVED}),
    UNDOING: frozenset({UNDONE, SAVED, UNDO_ASKED}),
    UNREADABLE: frozenset(),
    FAILED: frozenset(),
    UNDONE: frozenset(),
    CANCELLED: frozenset(),
}
# The worker has it or will take it: the page polls.
IMPORT_AT_WORK = (UPLOADED, READING, QUEUED, SAVING, UNDO_ASKED, UNDOING)
IMPORT_CANCELLABLE = (UPLOADED, CHECKED, WAITING, QUEUED)
# What the worker was doing → where the job goes back to when the worker has died.
IMPORT_TAKEN_UP_AGAIN = {READING: UPLOADED, SAVING: QUEUED, UNDOING: UNDO_ASKED}

# An export: asked for, approved by somebody above where needed, written, downloaded once.
ASKED = "asked"
ORDERED = "ordered"
WRITING = "writing"
READY = "ready"
DOWNLOADED = "downloaded"
REFUSED = "refused"
EXPIRED = "expired"

EXPORT_MOVES: dict[str, frozenset[str]] = {
    ASKED: frozenset({ORDERED, REFUSED, EXPIRED}),
    ORDERED: frozenset({WRITING, FAILED}),
    WRITING: frozenset({READY, ORDERED, FAILED}),
    READY: frozenset({DOWNLOADED, EXPIRED}),
    DOWNLOADED: frozenset(),
    REFUSED: frozenset(),
    EXPIRED: frozenset(),
    FAILED: frozenset(),
}
EXPORT_AT_WORK = (ORDERED, WRITING)
EXPORT_TAKEN_UP_AGAIN = {WRITING: ORDERED}
