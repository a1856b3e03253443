"""Verbs of promises: made, answered, moved in time, given up (HP-01..03, K-16)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from crm.customers.actions import note
from crm.customers.models import Card
from crm.notices import actions as notices
from crm.notices.models import About
from crm.notices.states import NEXT_ROLE_UP
from crm.people import roles
from crm.people.models import User
from crm.promises import access, states
from crm.promises.models import OF_TICKETS, Promise
from crm.promises.queues import is_undecided
from crm.promises.signals import whom_it_concerns
from crm.records import audit
from crm.records.actions import claim_request, keep_result, transition
from crm.records.queues import earlier_result

WHAT_AT_MOST = 300
BATCH = 500


def make_promise(
    card: Card,
    *,
    by: User,
    what: str,
    due_at: dt.datetime,
    now: dt.datetime,
    source: models.Model | None = None,
    request_id: str = "",
) -> Promise:
    """Tell a customer until when they get an answer; whoever promised is reminded (HP-01, RM-08).

    A form sent twice makes one promise and returns it. Raises `PermissionDenied`,
    `ValidationError` by field.
    """
    if not access.can_promise(by, card):
        raise PermissionDenied
    what = what.strip()
    _check(what, due_at, now)
    with transaction.atomic():
        if not claim_request(by, "make_promise", request_id):
            return Promise.objects.get(public_id=earlier_result(by, "make_promise", request_id))
        post = by.reach.main
        about = About.of(source) if source is not None else None
        promise = Promise.objects.create(
            card=card,
            what=what,
            due_at=due_at,
            made_by=by,
            responsible=by,
            made_at=now,
            created_at=now,
            team_id=post.team_id if post else card.team_id,
            store_id=(post.store_id if post else None) or card.store_id,
            source_room=about.room if about else "",
            source_model=about.model if about else "",
            source_id=about.public_id if about else "",
        )
        notices.remind(_occasion(promise), now=now)
        _note(promise, "promise_made", by=by, now=now, due=due_at.isoformat())
        audit.record("promises.make_promise", by=by, obj=promise, at=now)
        keep_result(by, "make_promise", request_id, promise.public_id)
    return promise


def _check(what: str, due_at: dt.datetime, now: dt.datetime) -> None:
    wrong = {}
    if not what:
        wrong["what"] = _("Say what is promised.")
    elif len(what) > WHAT_AT_MOST:
        wrong["what"] = _("At most %(count)d characters.") % {"count": WHAT_AT_MOST}
    if due_at <= now:
        wrong["due_at"] = _("Choose a time still to come.")
    if wrong:
        raise ValidationError(wrong)


def answer_promise(
    promise: Promise,
    *,
    by: User,
    version: int,
    answer: str,
    granted: bool,
    now: dt.datetime,
    through: About | None = None,
    request_id: str = "",
) -> None:
    """The customer was answered, even if with "no" or "not yet": kept when in time, else late.

    `through` names the contact, visit or ticket with which it was (HP-01). Over a complaint nobody
    has decided on there is no answer but another date (CP-20). Raises `PermissionDenied`,
    `ValidationError` by field, `Stale`.
    """
    if promise.is_owed and not access.can_answer(by, promise):
        raise PermissionDenied
    if not answer.strip():
        raise ValidationError({"answer": _("Say what the customer was told.")})
    with transaction.atomic():
        if not claim_request(by, "answer_promise", request_id):
            return
        _check_decided(promise)
        said: dict[str, Any] = {"answer": answer.strip(), "granted": granted, "through": through}
        _answer(promise, by=by, version=version, now=now, **said)


def give_answers(
    owed: Iterable[Promise],
    *,
    by: User,
    answer: str,
    granted: bool,
    through: About,
    now: dt.datetime,
) -> None:
    """What was promised over one matter is answered with its answer, whoever promised it (HP-01).

    In the caller's transaction and by the caller's right.
    """
    said: dict[str, Any] = {"answer": answer, "granted": granted, "through": through}
    for promise in owed:
        _answer(promise, by=by, version=promise.version, now=now, **said)


def _answer(
    promise: Promise,
    *,
    by: User,
    version: int,
    answer: str,
    granted: bool,
    through: About | None,
    now: dt.datetime,
) -> None:
    transition(
        promise,
        frm=_owed(promise),
        to=states.state_answered(now, promise.due_at),
        version=version,
        answer=answer,
        granted=granted,
        answered_at=now,
        answered_by=by,
        **_kept_through(through),
    )
    notices.cancel(about=About.of(promise), reason="answered", now=now)
    _note(promise, "promise_answered", by=by, now=now, granted=granted)
    said = {"state": promise.state, "granted": granted}
    audit.record("promises.answer_promise", by=by, obj=promise, after=said, at=now)


def _check_decided(promise: Promise) -> None:
    """Before the decision the customer is told a date, and no outcome (CP-20)."""
    if is_undecided(promise):
        raise ValidationError(
            _("Nothing is decided yet: tell the customer another date, no outcome.")
        )


def _kept_through(about: About | None) -> dict[str, str]:
    if about is None:
        return {}
    return {"kept_room": about.room, "kept_model": about.model, "kept_id": about.public_id}


def move_promise(
    promise: Promise,
    *,
    by: User,
    version: int,
    due_at: dt.datetime,
    now: dt.datetime,
    request_id: str = "",
) -> Promise | None:
    """Tell the customer another date before the first one passes; afterwards it is broken (K-16).

    What else was promised over the same undecided matter moves along, so that one date stands.
    Returns the promise that takes its place; None for a form sent twice. Raises
    `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if promise.is_owed and not access.can_answer(by, promise):
        raise PermissionDenied
    _check(promise.what, due_at, now)
    with transaction.atomic():
        if not claim_request(by, "move_promise", request_id):
            return None
        others = _beside(promise) if is_undecided(promise) else []
        successor = _move(promise, by=by, version=version, due_at=due_at, now=now)
        for one in others:
            _give_place(one, successor, by=by, version=one.version, now=now)
    return successor


def move_answers(
    owed: Sequence[Promise], *, by: User, due_at: dt.datetime, now: dt.datetime
) -> Promise:
    """What was promised over one matter stands on this one date from now on (CP-18, K-16).

    The first of them is moved, the others give place to the same promise. In the caller's
    transaction and by the caller's right; raises `ValidationError` by field, `Stale`.
    """
    first, *others = owed
    _check(first.what, due_at, now)
    successor = _move(first, by=by, version=first.version, due_at=due_at, now=now)
    for one in others:
        _give_place(one, successor, by=by, version=one.version, now=now)
    return successor


def _move(
    promise: Promise, *, by: User, version: int, due_at: dt.datetime, now: dt.datetime
) -> Promise:
    """The same promise with another date, linked to the one it follows."""
    kept = ("card", "what", "responsible", "team", "store")
    source = ("source_room", "source_model", "source_id")
    successor = Promise.objects.create(
        **{name: getattr(promise, name) for name in (*kept, *source)},
        due_at=due_at,
        made_by=by,
        made_at=now,
        created_at=now,
    )
    _give_place(promise, successor, by=by, version=version, now=now)
    notices.remind(_occasion(successor), now=now)
    return successor


def _give_place(
    promise: Promise, successor: Promise, *, by: User, version: int, now: dt.datetime
) -> None:
    """Moved in time, or broken; the other one is owed in its place."""
    in_time = states.may_be_redated(promise.due_at, now)
    to = states.REDATED if in_time else states.BROKEN
    transition(promise, frm=_owed(promise), to=to, version=version, moved_to=successor)
    notices.cancel(about=About.of(promise), reason="rescheduled", now=now)
    _note(promise, "promise_moved", by=by, now=now, due=successor.due_at.isoformat())
    audit.record(
        "promises.move_promise",
        by=by,
        obj=promise,
        before={"due_at": promise.due_at},
        after={"due_at": successor.due_at, "state": promise.state},
        at=now,
    )


def _owed(promise: Promise) -> tuple[str, ...]:
    """The states it may be answered or moved from; one that was moved is over."""
    return states.OWED if promise.is_owed else (states.OPEN,)


def break_promises(*, now: dt.datetime) -> int:
    """Mark as broken what was promised until a moment that passed without an answer (HP-01).

    The worker's verb; returns how many. The customer is owed the answer still, so the bells ring
    on. The version stays: whoever is writing the answer just then has lost nothing.
    """
    rows = Promise.objects.filter(state=states.OPEN, due_at__lt=now)
    broken = 0
    for promise in rows.select_related("card__customer").order_by("due_at", "pk")[:BATCH]:
        with transaction.atomic():
            open_still = Promise.objects.filter(pk=promise.pk, state=states.OPEN, due_at__lt=now)
            if not open_still.update(state=states.BROKEN):
                continue
            _note(promise, "promise_broken", by=None, now=now)
            audit.record("promises.break_promise", by=None, obj=promise, at=now)
            broken += 1
    return broken


def _occasion(promise: Promise) -> notices.Occasion:
    """What a promise rings about: ahead of its moment, and after it up to the manager.

    Whom the matter is about is passed over, as everywhere in a complaint (CP-15), and what is
    promised over a ticket is service's to look after: sales reads none of it.
    """
    card, over = promise.card, promise.source_room == OF_TICKETS
    serving = over or access.serves(promise.responsible, card)
    role, about = roles.SERVICE_SUPERVISOR if serving else roles.SALES_SUPERVISOR, _about(promise)
    while about is not None and about.reach.has(role) and role in NEXT_ROLE_UP:
        role = NEXT_ROLE_UP[role]
    return notices.Occasion(
        occasion=f"{_thread(promise)}/v{promise.version}",
        kind="promise_due",
        about=About.of(promise),
        to=promise.responsible,
        due_at=promise.due_at,
        store_id=card.store_id if over else promise.store_id,
        team_id=None if over else promise.team_id,
        supervisor=role,
        spared=about.pk if about is not None else None,
        to_manager=about is None or not about.reach.has(roles.MANAGER),
        subject=_thread(promise),
        link=("promises:promise", promise.public_id),
        data={"customer": card.customer.name, "what": promise.what},
    )


def hand_over_promises(card: Card, *, to: User, by: User | None, now: dt.datetime) -> int:
    """What sales still owes a customer follows the card to its new owner (OW-07).

    Promises of customer service stay where they are. Returns how many moved.
    """
    waiting = Promise.objects.waiting().filter(card=card).exclude(responsible=to)
    owed = [
        promise
        for promise in waiting.select_related("responsible")
        if not access.serves(promise.responsible, card)
    ]
    if owed:
        _hand_over(owed, to=to, now=now)
        said = {"count": len(owed)}
        audit.record("promises.hand_over_promises", by=by, obj=card, after=said, at=now)
    return len(owed)


def hand_over_answers(source: models.Model, *, to: User, by: User, now: dt.datetime) -> int:
    """What was promised over one row, such as a ticket, follows who answers for it (PR-21).

    In the caller's transaction. Returns how many moved.
    """
    owed = list(_over(source).exclude(responsible=to))
    if owed:
        _hand_over(owed, to=to, now=now)
        said = {"count": len(owed)}
        audit.record("promises.hand_over_promises", by=by, obj=owed[0].card, after=said, at=now)
    return len(owed)


def ring_anew(source: models.Model, *, now: dt.datetime) -> None:
    """Let the bells of what was promised over one row find others: it is about somebody now.

    In the caller's transaction (CP-15).
    """
    for promise in _over(source).select_related("card__customer", "responsible"):
        notices.cancel(subject=_thread(promise), reason="recused", now=now)
        transition(promise, frm=states.OWED, to=promise.state)
        notices.remind(_occasion(promise), now=now)


def _over(source: models.Model) -> models.QuerySet[Promise]:
    """What is still to be answered over one row."""
    about = About.of(source)
    return Promise.objects.waiting().filter(
        source_room=about.room, source_model=about.model, source_id=about.public_id
    )


def _beside(promise: Promise) -> list[Promise]:
    """What else is still to be answered over the row this one was promised over."""
    rows = Promise.objects.waiting().filter(
        source_room=promise.source_room,
        source_model=promise.source_model,
        source_id=promise.source_id,
    )
    return list(rows.exclude(pk=promise.pk).select_related("card__customer", "responsible"))


def _about(promise: Promise) -> User | None:
    """Whom the matter is about, by the room it came from."""
    if not promise.source_id:
        return None
    told: list[tuple[Any, Any]] = whom_it_concerns.send(Promise, promise=promise)
    found: User | None = next((user for _receiver, user in told if user is not None), None)
    return found


def _note(promise: Promise, kind: str, *, by: User | None, now: dt.datetime, **data: Any) -> None:
    """A line on the card's timeline; none where it is about somebody, who may read this card."""
    if _about(promise) is None:
        note(promise.card, kind, by=by, now=now, **data)


def _hand_over(owed: list[Promise], *, to: User, now: dt.datetime) -> None:
    for promise in owed:
        transition(promise, frm=states.OWED, to=promise.state, responsible=to)
        notices.hand_over(
            subject=_thread(promise),
            to=to,
            store_id=promise.store_id,
            team_id=promise.team_id,
            now=now,
        )


def _thread(promise: Promise) -> str:
    return f"promise:{promise.public_id}"
