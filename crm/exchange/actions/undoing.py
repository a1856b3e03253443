"""Taking a whole import back, unless something has been built on its rows since (D39)."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import DatabaseError, transaction
from django.db.models import F, ForeignKey, Model, QuerySet

from complaints.models import DepartmentTask
from crm.customers.models import Card, CaseAccess, LevelChange, Ownership, PhoneView, TimelineEntry
from crm.exchange import states
from crm.exchange.actions import cases, consequences, settling
from crm.exchange.actions.saving import Saving
from crm.exchange.actions.telling import tell_uploader
from crm.exchange.actions.working import finish, in_words_of, take
from crm.exchange.models import ImportedRows, ImportJob
from crm.exchange.sheets.kept import Kept, Progress, alive
from crm.exchange.sheets.saying import said as _
from crm.notices import actions as notices
from crm.notices.models import About
from crm.people.models import Store, User
from crm.records import audit
from crm.records.actions import transition
from crm.records.states import Stale
from followups.actions import arm_reminders
from followups.models import PlanDecision, PlannedContact
from visits import states as visit_states
from visits.actions import arm_care
from visits.models import CareTask

log = logging.getLogger("showfloor.exchange")

AT_ONCE = 400
NAMED_AT_MOST = 50
# They only tell of a card or plan and go with it; a change made since shows in its version.
TELLING = (Ownership, LevelChange, TimelineEntry, CaseAccess, PhoneView, PlanDecision)
# Places and accounts of a first import stay: the trail and reminders name them.
STAY = (Store, User)
NUMBERS = (
    *("card_no", "plan_no", "planned_no", "contact_no", "order_no", "payment_no", "visit_no"),
    *("ticket_no", "entry_no", "recovery_no", "code", "username"),
)


@dataclass
class Written:
    """What the import wrote, in the order it wrote it."""

    made: dict[type[Model], list[int]] = field(default_factory=dict)
    before: dict[type[Model], dict[int, dict[str, Any]]] = field(default_factory=dict)

    def __len__(self) -> int:
        return sum(map(len, self.made.values())) + sum(map(len, self.before.values()))


def undo_import(pk: int, *, now: dt.datetime) -> bool:
    """Take the import back in one transaction, or leave it and say which rows hinder.

    False where there was nothing to take back any more.
    """
    job = take(pk, frm=states.UNDO_ASKED, to=states.UNDOING, now=now)
    if job is None:
        return False
    kept = Kept(job.folder)
    with in_words_of(job.uploaded_by), alive(kept):
        try:
            Progress(kept, 1).step()
            # A copy: what is rolled back must not stay in the job we lay down.
            undo_job(copy(job), now=now)
        except Hindered as hindered:
            reason = _("Not undone: something was built on these rows since.")
            finish(job, states.SAVED, now=now, reason=reason, summary=hindered.summary)
        except Stale:
            log.warning("import %s was taken over", job.public_id)
        except DatabaseError:
            log.exception("import %s could not be undone", job.public_id)
            reason = _("Not undone: other rows refer to those of this import.")
            finish(job, states.SAVED, now=now, reason=reason)
    return True


class Hindered(Exception):
    """Something was built on rows of the import; nothing was changed."""

    def __init__(self, summary: dict[str, Any]) -> None:
        super().__init__("hindered")
        self.summary = summary


@transaction.atomic
def undo_job(job: ImportJob, *, now: dt.datetime) -> None:
    """Delete what it made, restore what it changed, and put right what follows from both."""
    # First the move: on PostgreSQL it holds the job's row until everything is done.
    transition(
        job, frm=states.UNDOING, to=states.UNDONE, version=job.version, undone_at=now, beat_at=None
    )
    written = read_ledger(job)
    progress = Progress(Kept(job.folder), 2 * len(written) + 1)
    if found := list(hindrances(written, progress.step)):
        raise Hindered({**job.summary, "hindrances": found[:NAMED_AT_MOST], "more": len(found)})
    steps = written.before.get(PlannedContact, {})
    silence([*written.made.get(PlannedContact, []), *steps], now)
    cards = cards_behind(written)
    restore(written, progress.step)
    delete_made(written, progress.step)
    alive = sorted(set(cards) - set(written.made.get(Card, [])))
    consequences.refresh_cards(alive)
    cases.refresh_access(Saving(job.uploaded_by, now), alive)
    rearm(steps, now)
    settling.chase_again(written.before.get(DepartmentTask, {}), now=now)
    rearm_care(written.before.get(CareTask, {}), now)
    tell_uploader(job, frm=states.UNDOING, now=now)
    counts = {model._meta.label: len(pks) for model, pks in written.made.items()}
    audit.record(
        "exchange.undo_import",
        by=job.uploaded_by,
        obj=job,
        at=now,
        after={
            "deleted": counts,
            "restored": {model._meta.label: len(rows) for model, rows in written.before.items()},
        },
    )


def read_ledger(job: ImportJob) -> Written:
    """What the import wrote."""
    written = Written()
    for row in ImportedRows.objects.filter(job=job).order_by("pk"):
        model = apps.get_model(row.model)
        if model in STAY and row.created:
            continue
        pks = [pk for first, last in row.created for pk in range(first, last + 1)]
        if pks:
            written.made.setdefault(model, []).extend(pks)
        for pk, fields in row.before.items():
            written.before.setdefault(model, {})[int(pk)] = fields
    return written


def parts(pks: Sequence[int]) -> Iterator[Sequence[int]]:
    """Keys in the amounts one statement takes."""
    for start in range(0, len(pks), AT_ONCE):
        yield pks[start : start + AT_ONCE]


def hindrances(written: Written, step: Callable[[int], object]) -> Iterator[dict[str, str]]:
    """Rows changed since, and rows that others now refer to."""
    for model, pks in written.made.items():
        if model not in TELLING:
            yield from built_on(model, pks, written)
        step(len(pks))
    for model, before in written.before.items():
        versions = {pk: fields[""] for pk, fields in before.items() if fields[""] is not None}
        for part in parts(sorted(versions)):
            rows = model._default_manager.filter(pk__in=part)
            later = [
                pk for pk, version in rows.values_list("pk", "version") if version != versions[pk]
            ]
            yield from told(rows.filter(pk__in=later), "changed")
        step(len(before))


def built_on(model: type[Model], pks: Sequence[int], written: Written) -> Iterator[dict[str, str]]:
    """New rows of one table that were changed since, and rows that refer to them."""
    if has_version(model):
        for part in parts(pks):
            rows = model._default_manager.filter(pk__in=part)
            yield from told(rows.exclude(version=1), "changed")
    yield from referring(model, pks, written)


def has_version(model: type[Model]) -> bool:
    """Whether rows of this model count their changes."""
    return any(one.attname == "version" for one in model._meta.concrete_fields)


def referring(model: type[Model], pks: Sequence[int], written: Written) -> Iterator[dict[str, str]]:
    """Rows that were built on new rows since: those the import did not make itself."""
    for relation in model._meta.related_objects:
        other, fk = relation.related_model, relation.field
        if other in TELLING or other is ImportedRows or not isinstance(fk, ForeignKey):
            continue
        own = set(written.made.get(other, ()))
        restored = written.before.get(other, {})
        for part in parts(pks):
            rows = other._default_manager.filter(**{f"{fk.name}__in": part})
            new = [
                pk
                for pk in rows.values_list("pk", flat=True)
                if pk not in own and not (pk in restored and fk.attname in restored[pk])
            ]
            yield from told(rows.filter(pk__in=new[:NAMED_AT_MOST]), "refers")


def told(rows: QuerySet[Any], why: str) -> Iterator[dict[str, str]]:
    """Rows as a page names them: what they are and their number."""
    for row in rows[:NAMED_AT_MOST]:
        number = next((str(getattr(row, name)) for name in NUMBERS if hasattr(row, name)), "")
        card = row if isinstance(row, Card) else getattr(row, "card", None)
        yield {
            "what": str(row._meta.label_lower),
            "number": number or str(getattr(row, "public_id", row.pk)),
            "card": getattr(card, "public_id", ""),
            "why": why,
        }


def silence(pks: Sequence[int], now: dt.datetime) -> None:
    """Take back the reminders of planned contacts that go or go back."""
    for part in parts(pks):
        about = [About.of(step) for step in PlannedContact.objects.filter(pk__in=part)]
        notices.cancel(about=about, reason="undone", now=now)


def rearm(steps: dict[int, dict[str, Any]], now: dt.datetime) -> None:
    """Reminders of restored planned contacts that lie ahead are written anew."""
    for part in parts(sorted(steps)):
        rows = PlannedContact.objects.open().filter(pk__in=part, due_at__gt=now)
        arm_reminders(rows.select_related("card__customer", "assignee", "plan"), now=now)


def rearm_care(tasks: Iterable[int], now: dt.datetime) -> None:
    """Greetings that went back to whom they were: their bells, too."""
    for part in parts(sorted(tasks)):
        rows = CareTask.objects.filter(pk__in=part)
        notices.cancel(about=[About.of(task) for task in rows], reason="undone", now=now)
        open_again = rows.filter(state=visit_states.OPEN).select_related(
            "card__customer", "assignee", "rule"
        )
        arm_care(open_again, now=now)


def cards_behind(written: Written) -> list[int]:
    """Every card that a row of the import is about, before and after."""
    found = {*written.made.get(Card, ()), *written.before.get(Card, ())}
    for model, pks in [*written.made.items(), *((m, list(b)) for m, b in written.before.items())]:
        if not any(one.attname == "card_id" for one in model._meta.concrete_fields):
            continue
        for part in parts(pks):
            found |= set(
                model._default_manager.filter(pk__in=part).values_list("card_id", flat=True)
            )
    for before in written.before.values():
        found |= {fields["card_id"] for fields in before.values() if fields.get("card_id")}
    found.discard(None)
    return sorted(found)


def restore(written: Written, step: Callable[[int], object]) -> None:
    """Give changed rows back what they held; their version rises all the same."""
    for model, before in written.before.items():
        names = [name for name in next(iter(before.values())) if name] if before else []
        kinds = {one.attname: one for one in model._meta.concrete_fields}
        objects = []
        for pk, fields in before.items():
            obj = model(pk=pk)
            for name in names:
                kind = kinds[name]
                plain = kind.target_field if isinstance(kind, ForeignKey) else kind
                setattr(obj, name, plain.to_python(fields[name]))
            if has_version(model):
                obj.version = F("version") + 1  # type: ignore[attr-defined]
            objects.append(obj)
        columns = [kinds[name].name for name in names]
        extra = ["version"] if has_version(model) else []
        model._default_manager.bulk_update(objects, [*columns, *extra], batch_size=100)
        step(len(before))


def delete_made(written: Written, step: Callable[[int], object]) -> None:
    """Delete new rows, the last written first, with what only tells of them."""
    gone = {model: set(pks) for model, pks in written.made.items()}
    for model in reversed(list(written.made)):
        for part in parts(sorted(gone[model])):
            for relation in model._meta.related_objects:
                if relation.related_model in TELLING and isinstance(relation.field, ForeignKey):
                    rows = relation.related_model._default_manager.filter(
                        **{f"{relation.field.name}__in": part}
                    )
                    rows._raw_delete(rows.db)
        for part in parts(sorted(gone[model])):
            rows = model._default_manager.filter(pk__in=part)
            rows._raw_delete(rows.db)
            step(len(part))
