"""Who presses what on an import and an export, the worker among them; of several, one has it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache
from typing import Any

from django.utils import timezone

from crm.customers.models import Card
from crm.exchange import states
from crm.exchange.actions import jobs, lists, sweeping, undoing, working
from crm.exchange.actions import orders as exports
from crm.exchange.models import ExportJob, ImportJob
from crm.exchange.sheets.kept import Kept
from crm.people.models import User
from crm.records.models import AuditEvent
from crm.records.states import Stale
from tests.exchange import jobs as made
from tests.exchange.jobs import customer
from tests.fault.verbs import Verb, seen_by
from tests.people import NOW, Cast
from tests.permissions.floor import make_export

# A worker is nobody: it is not told, and whoever comes after it is told no name but its own.
WORKER: User | None = None
Verbs = list[tuple[User | None, Verb]]
NUMBER = "RACE-0"


def work(*tasks: Callable[..., bool]) -> Verbs:
    """What workers do with a job they were rung for; one that finds nothing to do came second."""

    def doing(task: Callable[..., bool]) -> Verb:
        def verb(job: Any) -> None:
            if not task(job.pk, now=NOW):
                raise came_second(job)

        return verb

    return [(WORKER, doing(task)) for task in tasks]


def came_second(job: Any) -> Stale:
    return Stale(job._meta.label, job.pk)


# --- imports -----------------------------------------------------------------------------


@cache
def read_once(uploader: int) -> str:
    """What the reader finds in a file of one customer, as it is kept."""
    job = made.upload_sheet(User.objects.get(pk=uploader), "Customers", [customer(NUMBER)])
    return Kept(job.folder).read.read_text()


def job_in(state: str) -> Callable[[Cast], ImportJob]:
    """An import of one customer of its own, in this state."""

    def make(cast: Cast) -> ImportJob:
        text, count = read_once(cast.chen.pk), ImportJob.objects.count()
        job = ImportJob.objects.create(
            state=state,
            uploaded_by=cast.chen,
            file_name="Customers.csv",
            folder=f"race-{count}",
            team_id=cast.team_one.pk,
            store_id=cast.pudong.pk,
            summary={"good": 1},
            saved_at=NOW if state == states.SAVED else None,
            attempts=0,
        )
        kept = Kept(job.folder)
        kept.make()
        kept.read.write_text(text.replace(NUMBER, f"RACE-{job.pk}"))
        return job

    return make


def being(state: str) -> Callable[[Cast], ImportJob]:
    """One that a worker has, of whom nothing was heard for long."""
    before = {states.SAVING: states.QUEUED, states.READING: states.UPLOADED}

    def make(cast: Cast) -> ImportJob:
        if state == states.UNDOING:
            job, frm = undo_asked(cast), states.UNDO_ASKED
        else:
            job, frm = job_in(before[state])(cast), before[state]
        taken = working.take(job.pk, frm=frm, to=state, now=NOW)
        assert taken is not None
        return taken

    return make


def undo_asked(cast: Cast) -> ImportJob:
    job = made.save(job_in(states.QUEUED)(cast))
    assert job.state == states.SAVED, job.reason
    jobs.ask_undo(job, by=cast.chen, version=job.version, now=NOW)
    return job


def given_up(cast: Cast) -> Verbs:
    return [*seen_by(cast.chen, jobs.cancel_import)]


def by_the_clock(verb: Callable[..., None]) -> Verbs:
    """What the sweep does with a row a week later by its clock."""
    return [(WORKER, lambda job: verb(job, now=NOW + dt.timedelta(days=8)))]


def on_uploaded(cast: Cast) -> Verbs:
    return [*work(working.read_import), *given_up(cast), *work(working.read_import)]


def on_queued(cast: Cast) -> Verbs:
    return [*work(working.save_import), *given_up(cast), *work(working.save_import)]


def on_undo_asked(_cast: Cast) -> Verbs:
    return work(undoing.undo_import)


def on_checked(cast: Cast) -> Verbs:
    def name(job: ImportJob, **seen: Any) -> object:
        return jobs.name_headers(job, {}, **seen)

    return [
        *seen_by(cast.chen, jobs.confirm_import, jobs.cancel_import, name),
        *by_the_clock(sweeping.drop_import),
    ]


def on_waiting(cast: Cast) -> Verbs:
    def back(job: ImportJob, **seen: Any) -> object:
        return jobs.return_import(job, comment="再看", **seen)

    return [
        *seen_by(cast.shen, jobs.approve_import, back),
        *given_up(cast),
        *by_the_clock(sweeping.drop_import),
    ]


def on_saved(cast: Cast) -> Verbs:
    return [*seen_by(cast.chen, jobs.ask_undo), *by_the_clock(sweeping.drop_import)]


def take_up(job: ImportJob) -> None:
    """The sweep thinks its worker dead."""
    if not working.take_up_again(silent=lambda one: one.pk == job.pk, now=NOW):
        raise came_second(job)


def on_reading(_cast: Cast) -> Verbs:
    def end(job: ImportJob) -> None:
        working.finish(job, states.CHECKED, now=NOW)
        if job.state != states.CHECKED:
            raise came_second(job)

    return [(WORKER, end), (WORKER, take_up)]


def on_saving(_cast: Cast) -> Verbs:
    return [(WORKER, lambda job: working.save_job(job, now=NOW)), (WORKER, take_up)]


def on_undoing(_cast: Cast) -> Verbs:
    return [(WORKER, lambda job: undoing.undo_job(job, now=NOW)), (WORKER, take_up)]


# State → how many customers there are then, and whether the files are still kept.
LEFT = {
    states.CHECKED: (0, True),
    states.UPLOADED: (0, True),
    states.QUEUED: (0, True),
    states.SAVED: (1, True),
    states.UNDO_ASKED: (1, True),
    states.UNDONE: (0, True),
    states.CANCELLED: (0, False),
}


def whole(job: Any) -> int:
    """Once, if the import was saved or not, never half, and given up with its files."""
    job.refresh_from_db()
    cards = Card.objects.filter(card_no=f"RACE-{job.pk}").count()
    events = AuditEvent.objects.filter(subject_id=job.public_id, action__endswith="_workbook")
    there = (cards, Kept(job.folder).path.exists())
    return int(there == LEFT[job.state] and events.count() <= 1)


# --- exports -----------------------------------------------------------------------------


def export(cast: Cast) -> ExportJob:
    return make_export(cast.lin)


def export_in(state: str) -> Callable[[Cast], ExportJob]:
    """A list of Chen's that has come as far as this."""

    def make(cast: Cast) -> ExportJob:
        job = make_export(cast.chen)
        job.state, job.rows = state, 1
        # Its day is over by the clock of the sweep, and not yet by that of who downloads it.
        job.expires_at = NOW + dt.timedelta(hours=1)
        job.beat_at = NOW
        if state == states.READY:
            job.stored_as = f"{job.number}.xlsx"
            lists.exports_root().mkdir(parents=True, exist_ok=True)
            (lists.exports_root() / job.stored_as).write_bytes(b"list")
        job.save()
        return job

    return make


def on_export(cast: Cast) -> Verbs:
    def decide(*, approve: bool) -> Verb:
        return lambda job: exports.decide_export(
            job, by=cast.chen, version=job.version, approve=approve, comment="不必", now=NOW
        )

    decided = [(cast.chen, decide(approve=True)), (cast.chen, decide(approve=False))]
    return [*decided, *by_the_clock(lists.expire_export)]


def on_ordered(_cast: Cast) -> Verbs:
    return work(lists.write_export)


def on_writing(_cast: Cast) -> Verbs:
    def again(job: ExportJob) -> None:
        if not lists.take_up_again(since=timezone.now(), now=NOW):
            raise came_second(job)

    return [(WORKER, lambda job: lists.write_file(job, now=NOW)), (WORKER, again)]


def on_ready(cast: Cast) -> Verbs:
    def download(job: ExportJob) -> object:
        return exports.download_export(
            job, by=cast.chen, version=job.version, address="10.0.0.1", now=NOW
        )

    return [(cast.chen, download), *by_the_clock(lists.expire_export)]


def one_file(job: Any) -> int:
    """As many files of it as it names: what a worker wrote that came second is gone."""
    job.refresh_from_db()
    named = set(ExportJob.objects.exclude(stored_as="").values_list("stored_as", flat=True))
    root = lists.exports_root()
    return int({path.name for path in root.glob("*.xlsx")} == named)
