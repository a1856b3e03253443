"""Who may visit in a store, and who suits one visit best (RV-23, RV-24)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db.models import Count, Q

from crm.people import roles
from crm.people.models import Membership
from crm.rulebook.queues import numbers_for
from visits import states
from visits.assignment import Fit, Task, Visitor, ranked
from visits.models import Visit, VisitorProfile

VISITING = (roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR)


def visitors_of(store_id: int | None, day: dt.date) -> list[Visitor]:
    """The people who make visits in a store, with what each has to do on that day."""
    people = (
        Membership.objects.valid_on(day)
        .filter(Q(store=store_id) | Q(store__isnull=True), role__in=VISITING, user__is_active=True)
        .values_list("user_id", "user__name")
        .distinct()
    )
    names = dict(people)
    profiles = {one.user_id: one for one in VisitorProfile.objects.filter(user__in=names)}
    loads = dict(
        Visit.objects.due()
        .filter(assignee__in=names, due_on=day)
        .values_list("assignee")
        .annotate(many=Count("pk"))
        .order_by()
    )
    usual = numbers_for(store_id).visits_a_day
    return [
        _visitor(user_id, name, profiles.get(user_id), loads.get(user_id, 0), usual)
        for user_id, name in sorted(names.items())
    ]


def _visitor(
    user_id: int, name: str, profile: VisitorProfile | None, load: int, usual: int
) -> Visitor:
    if profile is None:
        return Visitor(user_id, name, capacity=usual, load=load)
    return Visitor(
        user_id,
        name,
        qualified=profile.qualified,
        capacity=usual if profile.capacity is None else profile.capacity,
        load=load,
        regions=frozenset(profile.regions.split()),
        languages=frozenset(profile.languages.split()),
    )


def fits_for(visit: Visit) -> list[Fit]:
    """Who may make this visit, the best first, with why."""
    visitors = visitors_of(visit.store_id, visit.due_on)
    before = visited_before([visit.card_id])
    known = [
        replace(one, visits_before=before.get((visit.card_id, one.user_id), 0)) for one in visitors
    ]
    return ranked(task_of(visit), known)


def task_of(visit: Visit) -> Task:
    """What the ranking looks at in a visit."""
    return Task(region=visit.card.customer.region, rated=visit.rated_ids)


def visited_before(cards: Iterable[int]) -> dict[tuple[int, int], int]:
    """How often each visitor visited each card: (card, user) → visits completed."""
    rows = (
        Visit.objects.filter(card__in=list(cards), state=states.COMPLETED, assignee__isnull=False)
        .order_by()
        .values_list("card_id", "assignee_id")
        .annotate(many=Count("pk"))
    )
    return {(card, user): many for card, user, many in rows}


def best_visitors(rows: Sequence[Visit]) -> dict[int, Visitor]:
    """The best visitor for each visit by its id; each one given counts as load for the next."""
    before = visited_before(visit.card_id for visit in rows)
    of_day: dict[tuple[int | None, dt.date], list[Visitor]] = {}
    load: Counter[tuple[int, dt.date]] = Counter()
    best: dict[int, Visitor] = {}
    for visit in sorted(rows, key=lambda one: (one.due_on, one.pk)):
        place = (visit.store_id, visit.due_on)
        if place not in of_day:
            of_day[place] = visitors_of(*place)
        candidates = [
            replace(
                one,
                load=one.load + load[one.user_id, visit.due_on],
                visits_before=before.get((visit.card_id, one.user_id), 0),
            )
            for one in of_day[place]
        ]
        fits = ranked(task_of(visit), candidates)
        if fits and fits[0].free:
            best[visit.pk] = fits[0].visitor
            load[fits[0].visitor.user_id, visit.due_on] += 1
    return best
