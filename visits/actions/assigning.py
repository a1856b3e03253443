"""Who makes a visit: given by a supervisor or by suggestion (RV-23..25, PR-24)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.customers.actions import note
from crm.customers.models import CaseAccess
from crm.notices import actions as notices
from crm.notices.models import About
from crm.people.models import User
from crm.records import audit
from crm.records.actions import claim_request, keep_result, transition
from crm.records.queues import earlier_result
from crm.rulebook.queues import numbers_for
from crm.ui import moments
from followups.models import Contact, Method
from visits import access, due, states
from visits.actions.bells import bells_of
from visits.assignment import Visitor
from visits.models import CareTask, Visit
from visits.queues.loads import day_of
from visits.queues.visitors import best_visitors, visitors_for

BATCH = 500
# The code of a refusal that whoever assigns may go over.
FULL = "full"
# Why several were given to others at once: a code, worded for who reads the trail.
SHARED_OUT = "shared_out"


def assign_visit(
    visit: Visit,
    *,
    to: User,
    by: User,
    version: int,
    now: dt.datetime,
    reason: str = "",
    focus: str | None = None,
    anyway: bool = False,
    request_id: str = "",
) -> None:
    """Give a visit to a visitor, or to another one with a reason (4.6).

    Never to the person the customer is asked about; beyond what they take on that day only
    `anyway`, which is kept on the trail (RV-25). Raises `PermissionDenied`, `ValidationError` by
    field, with the code `FULL` where the day is full, `Stale`.
    """
    if not access.can_assign(by, visit):
        raise PermissionDenied
    beyond = _beyond(visit, _visitor(visit, to, reason, now), now, anyway=anyway)
    with transaction.atomic():
        if not claim_request(by, "assign_visit", request_id):
            return
        before = visit.assignee
        post = to.reach.main
        transition(
            visit,
            frm=states.MOVES["assign"],
            to=visit.state if visit.state != states.PENDING else states.ASSIGNED,
            version=version,
            assignee=to,
            team_id=post.team_id if post else None,
            **({} if focus is None else {"focus": focus}),
        )
        _move_work(visit, before, now=now)
        note(visit.card, "visit_assigned", by=by, now=now, to=to.name, kind=visit.kind)
        audit.record(
            "visits.assign_visit",
            by=by,
            obj=visit,
            before={"assignee": before.username if before else ""},
            after={"assignee": to.username, "reason": reason, **beyond},
            at=now,
        )


def _visitor(visit: Visit, to: User, reason: str, now: dt.datetime) -> Visitor:
    """What `to` has to do on the day of the visit, where they may make it."""
    visitor = {one.user_id: one for one in visitors_for(visit, timezone.localdate(now))}.get(to.pk)
    if visitor is None or not visitor.qualified:
        raise ValidationError({"to": _("This person does not make visits here.")})
    if to.pk in visit.rated_ids:
        raise ValidationError({"to": _("The customer is asked about this very person.")})
    if visit.assignee_id not in (None, to.pk) and not reason.strip():
        raise ValidationError({"reason": _("Say why another visitor takes over.")})
    return visitor


def _beyond(visit: Visit, visitor: Visitor, now: dt.datetime, *, anyway: bool) -> dict[str, int]:
    """What the trail keeps where a visit goes beyond what its visitor takes on that day (RV-25)."""
    takes_none = visit.method == Method.SURVEY or visit.assignee_id == visitor.user_id
    if takes_none or visitor.load < visitor.capacity:
        return {}
    if not anyway:
        today = timezone.localdate(now)
        words = {
            "name": visitor.name,
            "load": visitor.load,
            "day": moments.day(day_of(visit, today), today),
            "most": visitor.capacity,
        }
        said = _(
            "%(name)s already has %(load)d visits to make on %(day)s and takes on %(most)d a day."
        )
        raise ValidationError({"to": ValidationError(said % words, code=FULL)})
    return {"over_capacity": visitor.load + 1}


def assign_visits(
    chosen: Iterable[tuple[Visit, int]],
    *,
    to: User | None,
    by: User,
    now: dt.datetime,
    reason: str = "",
    anyway: bool = False,
    request_id: str = "",
) -> int:
    """Give several visits, each with the version that was seen, to one visitor, or without one
    to those who suit them best; returns how many were given.

    `reason` is kept on the trail as it was given, else that they were shared out. All or
    nothing. Raises as `assign_visit` does.
    """
    rows = list(chosen)
    if not all(access.can_assign(by, visit) for visit, _version in rows):
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "assign_visits", request_id):
            return int(earlier_result(by, "assign_visits", request_id) or 0)
        visits = [visit for visit, _version in rows]
        fits = {} if to is not None else best_visitors(visits, timezone.localdate(now))
        people = User.objects.in_bulk({one.user_id for one in fits.values()})
        given = 0
        for visit, version in rows:
            fit = fits.get(visit.pk)
            person = to or (people[fit.user_id] if fit else None)
            if person is None or person.pk == visit.assignee_id:
                continue
            with _named(visit):
                assign_visit(
                    visit,
                    to=person,
                    by=by,
                    version=version,
                    now=now,
                    reason=reason.strip() or SHARED_OUT,
                    anyway=anyway,
                )
            given += 1
        keep_result(by, "assign_visits", request_id, str(given))
    return given


@contextmanager
def _named(visit: Visit) -> Iterator[None]:
    """A refusal among several visits says which one it is about."""
    try:
        yield
    except ValidationError as error:
        refused = [one for errors in error.error_dict.values() for one in errors]
        raise ValidationError(
            {
                "to": [
                    ValidationError(f"{visit.visit_no}: {words}", code=one.code)
                    for one in refused
                    for words in one.messages
                ]
            }
        ) from error


def suggest_visitors(visits: Sequence[Visit], *, now: dt.datetime) -> int:
    """Give new visits to those who suit them best, in bulk, as the rule wishes (RV-24).

    A visit nobody may make stays with the supervisor. Call it inside the transaction that made
    the visits; returns how many were given.
    """
    best = best_visitors(visits, timezone.localdate(now))
    people = User.objects.in_bulk({visitor.user_id for visitor in best.values()})
    given: dict[int, list[Visit]] = defaultdict(list)
    for visit in visits:
        if visit.pk in best:
            visit.assignee = people[best[visit.pk].user_id]
            visit.state = states.ASSIGNED
            visit.version += 1
            given[visit.assignee.pk].append(visit)
    for user_id, theirs in given.items():
        post = people[user_id].reach.main
        for at in range(0, len(theirs), BATCH):
            rows = Visit.objects.filter(pk__in=[visit.pk for visit in theirs[at : at + BATCH]])
            rows.filter(state=states.PENDING).update(
                state=states.ASSIGNED,
                assignee=user_id,
                team_id=post.team_id if post else None,
                version=F("version") + 1,
            )
    assigned = [visit for theirs in given.values() for visit in theirs]
    open_cases(assigned)
    notices.remind_many([bell for visit in assigned for bell in bells_of(visit)], now=now)
    return len(assigned)


def assign_waiting(*, now: dt.datetime) -> int:
    """Give out the visits of rules that assign themselves once their day is near; the worker's.

    Not before, because who is there and how much they have to do is known only then. Parts of
    their own, so that nobody waits long for SQLite's write lock. Returns how many were given.
    """
    until = timezone.localdate(now) + numbers_for(None).visit_assign_ahead_days * due.ONE_DAY
    waiting = Visit.objects.filter(
        state=states.PENDING, due_on__lte=until, causes__rule__assigns_itself=True
    )
    ids = list(waiting.order_by("due_on", "pk").values_list("pk", flat=True).distinct())
    given = 0
    for at in range(0, len(ids), BATCH):
        with transaction.atomic():
            rows = (
                Visit.objects.select_for_update(of=("self",))
                .filter(pk__in=ids[at : at + BATCH], state=states.PENDING)
                .prefetch_related("ticket__tasks")
            )
            given += suggest_visitors(
                list(rows.select_related("card__customer", "ticket").order_by("due_on", "pk")),
                now=now,
            )
    return given


def _move_work(visit: Visit, before: User | None, *, now: dt.datetime) -> None:
    """The bells and the right to see the card follow the visitor."""
    if before is not None:
        notices.cancel(about=About.of(visit), reason="reassigned", now=now)
        close_case(visit, before, now=now)
    open_cases([visit])
    notices.remind_many(bells_of(visit), now=now)


def open_cases(visits: Sequence[Visit]) -> None:
    """Whoever makes a visit sees its card as long as the visit is open (security.md 1.1)."""
    CaseAccess.objects.bulk_create(
        [CaseAccess(card_id=visit.card_id, user_id=visit.assignee_id) for visit in visits],
        batch_size=BATCH,
    )


def close_case(visit: Visit | CareTask | Contact, user: User, *, now: dt.datetime) -> None:
    """End one right to see the card that came with a visit, care or a check; others stay."""
    rights = CaseAccess.objects.filter(
        Q(until__isnull=True) | Q(until__gt=now), card=visit.card_id, user=user
    )
    first = rights.order_by("pk").values_list("pk", flat=True)[:1]
    CaseAccess.objects.filter(pk__in=list(first)).update(until=now)
