"""What a draw reads, who audits in a store, who may not audit a visit (SoD 7), and what an auditor
may not read yet."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from crm.people import roles
from crm.people.models import Delegation, Membership, User
from crm.records.models import AuditEvent
from crm.records.periods import Period
from followups.models import Method
from visits import states
from visits.models import AuditSample, ContactCheck, Visit, VisitAudit, VisitCause

PART = 500


def period_of(sample: AuditSample) -> Period:
    """The month a draw is about, in the store's zone."""
    return Period(sample.first, sample.last, timezone.get_default_timezone())


def completed_in(sample: AuditSample) -> dict[int, dict[str, int]]:
    """Visitor → public id → key of the visits they completed in the draw's store and month.

    Left out: what customers answered themselves, and what was audited before the draw.
    """
    period = period_of(sample)
    rows = Visit.objects.filter(
        store=sample.store_id,
        state=states.COMPLETED,
        completed_at__gte=period.begin,
        completed_at__lt=period.end,
        assignee__isnull=False,
        audit="",
        drawn_audit__isnull=True,
    ).exclude(method=Method.SURVEY)
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for visitor, public_id, pk in rows.order_by("pk").values_list("assignee", "public_id", "pk"):
        found[visitor][public_id] = pk
    return dict(found)


def loads_in(store_id: int | None, day: dt.date) -> dict[int, int]:
    """The auditors of a store who are there that day, each with the audits still to do."""
    people = dict.fromkeys(_auditors(store_id, day).values_list("user", flat=True), 0)
    loads = Counter(people)
    for model, busy in ((VisitAudit, states.AUDITS_OPEN), (ContactCheck, (states.ASSIGNED,))):
        rows = model.objects.filter(auditor__in=people, state__in=busy)
        loads.update(dict(rows.order_by().values_list("auditor").annotate(many=Count("pk"))))
    return dict(loads)


def _auditors(store_id: int | None, day: dt.date) -> QuerySet[Membership]:
    """The auditors' posts of a store, of those who are there that day."""
    away = Delegation.objects.valid_on(day).values("user")
    rows = Membership.objects.valid_on(day).filter(
        Q(store=store_id) | Q(store__isnull=True), role=roles.AUDITOR, user__is_active=True
    )
    return rows.exclude(user__in=away).order_by("user")


def other_auditors(row: VisitAudit, day: dt.date) -> QuerySet[User]:
    """To whom an audit may be passed on: auditors of the store who had no hand in the visit."""
    apart = barred_from([row.visit], day)[row.visit_id] | {row.auditor_id}
    posts = _auditors(row.store_id, day).order_by()
    people = User.objects.filter(pk__in=posts.values("user"))
    return people.exclude(pk__in=[pk for pk in apart if pk is not None]).order_by("name", "pk")


def tickets_to_hear_of(user: User) -> Q:
    """The tickets tied to visits this person is still to audit: what a visit found or follows.

    Until the customer was heard they say what is in the record (SA-01).
    """
    if not user.reach.has(roles.AUDITOR):
        return Q(pk__in=[])
    blind = Visit.objects.filter(drawn_audit__auditor=user.pk, drawn_audit__state__in=states.BLIND)
    blind = blind.order_by()
    followed = Q(pk__in=blind.filter(ticket__isnull=False).values("ticket"))
    found = Q(source_room="visits", source_model="visit", source_id__in=blind.values("public_id"))
    return followed | found


def to_give_out(store_id: int | None, auditors: Iterable[int]) -> list[VisitAudit]:
    """Audits nobody does: without an auditor, or whose auditor has left or is away; oldest
    first."""
    gone = Q(state__in=states.BLIND) & ~Q(auditor__in=list(auditors))
    rows = VisitAudit.objects.filter(Q(state=states.WAITING) | gone, store=store_id)
    rows = rows.select_related("visit__card", "visit__ticket", "auditor")
    rows = rows.prefetch_related("visit__ticket__tasks", "visit__causes__card")
    return list(rows.order_by("pk"))


def barred_from(visits: Sequence[Visit], day: dt.date) -> dict[int, frozenset[int]]:
    """Who may not audit each visit, by its key: never who made it, nor who led that task.

    That is the visitor, the person the customer was asked about, the supervisors of the visit's
    store and of its teams on that day, who brought the list it came from, and whoever the trail
    names as having had a hand in it: a deputy who called, a supervisor who gave it out.
    """
    hands = _hands_in(visits)
    leaders = leaders_on(day)
    barred = {}
    for visit in visits:
        people = {visit.assignee_id, visit.owner_id, *visit.rated_ids, *hands[visit.public_id]}
        places = (visit.store_id, None), (None, visit.team_id), (None, visit.card.team_id)
        for place in places:
            people |= leaders.get(place, set())
        barred[visit.pk] = frozenset(person for person in people if person is not None)
    return barred


def _hands_in(visits: Sequence[Visit]) -> dict[str, set[int]]:
    """Public id → whoever planned, gave out, tried or made the visit by hand."""
    found: dict[str, set[int]] = defaultdict(set)
    for at in range(0, len(visits), PART):
        part = visits[at : at + PART]
        events = AuditEvent.objects.filter(
            subject=Visit._meta.label,
            subject_id__in=[visit.public_id for visit in part],
            action__startswith="visits.",
            actor__isnull=False,
        )
        lists = VisitCause.objects.filter(visit__in=part, by__isnull=False)
        hands = [
            *events.values_list("subject_id", "actor"),
            *lists.values_list("visit__public_id", "by"),
        ]
        for public_id, person in hands:
            found[public_id].add(person)
    return found


Place = tuple[int | None, int | None]


def leaders_on(day: dt.date) -> dict[Place, set[int]]:
    """Store or team → who supervises visits there: service of the store, sales of the team."""
    wanted = (roles.SERVICE_SUPERVISOR, roles.SALES_SUPERVISOR)
    rows = Membership.objects.valid_on(day).filter(role__in=wanted)
    found: dict[Place, set[int]] = defaultdict(set)
    for role, store, team, user in rows.values_list("role", "store", "team", "user"):
        if role == roles.SERVICE_SUPERVISOR and store is not None:
            found[store, None].add(user)
        if role == roles.SALES_SUPERVISOR and team is not None:
            found[None, team].add(user)
    return dict(found)
