"""Telling whoever uploaded a file or asked for a list how it went on without them."""

from __future__ import annotations

import datetime as dt

from crm.exchange import states
from crm.exchange.models import ExportJob, ImportJob
from crm.notices.actions import tell
from crm.notices.models import About
from crm.people.models import User

# What an undo leaves that could not be carried out; every other line tells the state itself.
KEPT = "kept"
AGAIN = "again"
# (state before, state now) where the state alone would tell too little.
OUTCOMES = {
    (states.UNDOING, states.SAVED): KEPT,
    (states.SAVING, states.CHECKED): AGAIN,
}


def tell_uploader(job: ImportJob, *, frm: str, now: dt.datetime) -> None:
    """One line for who uploaded it, in the transaction that moved it from `frm` (row 18)."""
    tell(
        to=job.uploaded_by,
        kind="import_over",
        occasion=f"import:{job.public_id}/v{job.version}",
        about=About.of(job),
        link=("exchange:import", job.public_id),
        data={"file": job.file_name, "outcome": OUTCOMES.get((frm, job.state), job.state)},
        now=now,
    )


def tell_returned(job: ImportJob, *, by: User, now: dt.datetime) -> None:
    """One line for who uploaded it: the second person gave it back, and why stands there."""
    tell(
        to=job.uploaded_by,
        kind="import_returned",
        occasion=f"import:{job.public_id}/v{job.version}",
        about=About.of(job),
        link=("exchange:import", job.public_id),
        data={"by": by.name, "file": job.file_name},
        now=now,
    )


def tell_requester(job: ExportJob, *, now: dt.datetime) -> None:
    """One line for who asked for it, in the transaction that moved it (row 16)."""
    tell(
        to=job.requester,
        kind="export_over",
        occasion=f"export:{job.public_id}/v{job.version}",
        about=About.of(job),
        link=("exchange:export", job.public_id),
        data={"number": job.number, "outcome": job.state},
        now=now,
    )
