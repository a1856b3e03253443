"""Who may visit in a store, and who suits one visit best (RV-23, RV-24)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from django.db.models import Count, Q, prefetch_related_objects
from django.utils import timezone

from crm.people import roles
from crm.people.models import Delegation, Membership
from crm.rulebook.queues import book
from followups.models import Method
from visits import states
from visits.assignment import Fit, Task, Visitor, may_visit, ranked
from visits.models import Visit, VisitorProfile
from visits.queues.loads import day_of, loads_on

VISITING = (roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR)
Place = tuple[int | None, dt.date]


def visitors_for(visit: Visit, today: dt.date) -> list[Visitor]:
    """The people who make visits in its store, with what each has to do on the day of the visit."""
    place = _place_of(visit, today)
    return visitors_at([place], today)[place]


def visitors_at(places: Collection[Place], today: dt.date) -> dict[Place, list[Visitor]]:
    """The same for several stores and days from `today` on; as many statements as for one."""
    days = {day for _store, day in places}
    posts = _posts(places)
    people = {post.user_id for post in posts}
    away = _away(people, days)
    profiles = {one.user_id: one for one in VisitorProfile.objects.filter(user__in=people)}
    loads = loads_on(people, days, today)
    rules = book()
    found = {}
    for store_id, day in places:
        names = {
            one.user_id: one.user.name
            for one in posts
            if holds(one, store_id, day) and (one.user_id, day) not in away
        }
        usual = rules.numbers(store_id).visits_a_day
        found[store_id, day] = [
            _visitor(user_id, name, profiles.get(user_id), loads.get((user_id, day), 0), usual)
            for user_id, name in sorted(names.items())
        ]
    return found


def _place_of(visit: Visit, today: dt.date) -> Place:
    return visit.store_id, day_of(visit, today)


def _away(people: Collection[int], days: Collection[dt.date]) -> set[tuple[int, dt.date]]:
    """Who somebody stands in for on which of the days: they are not there (RV-24)."""
    if not days:
        return set()
    rows = Delegation.objects.filter(
        user__in=people, starts_on__lte=max(days), ends_on__gte=min(days)
    )
    return {
        (one.user_id, day) for one in rows for day in days if one.starts_on <= day <= one.ends_on
    }


def _posts(places: Collection[Place]) -> list[Membership]:
    """The posts of visitors in force on some of the days, in some of the stores."""
    days = [day for _store, day in places]
    if not days:
        return []
    rows = Membership.objects.filter(
        Q(store__in={store for store, _day in places if store}) | Q(store__isnull=True),
        Q(valid_to__isnull=True) | Q(valid_to__gte=min(days)),
        valid_from__lte=max(days),
        role__in=VISITING,
        user__is_active=True,
    )
    return list(rows.select_related("user"))


def holds(post: Membership, store_id: int | None, day: dt.date) -> bool:
    """Whether a post is in that store, or in all, on that day."""
    in_force = post.valid_from <= day and (post.valid_to is None or day <= post.valid_to)
    return in_force and post.store_id in (store_id, None)


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
        languages=profile.tongues,
        spoken=tuple(profile.spoken),
    )


def fits_for(visit: Visit) -> list[Fit]:
    """Who may make this visit, the best first, with why."""
    customer = visit.card.customer_id
    before = visited_before([customer])
    known = [
        replace(one, visits_before=before.get((customer, one.user_id), 0))
        for one in visitors_for(visit, timezone.localdate())
    ]
    return ranked(task_of(visit), known)


def passed_over(visit: Visit) -> list[tuple[str, bool]]:
    """Who visits here and is not offered this visit: name, and whether they are judged by it."""
    task = task_of(visit)
    return [
        (one.name, one.user_id in task.rated)
        for one in visitors_for(visit, timezone.localdate())
        if not may_visit(one, task)
    ]


def task_of(visit: Visit) -> Task:
    """What the ranking looks at in a visit."""
    customer = visit.card.customer
    return Task(region=customer.region, language=customer.language, rated=visit.rated_ids)


def visited_before(customers: Iterable[int]) -> dict[tuple[int, int], int]:
    """How often each visitor visited each customer, whichever of their cards it was for:
    (customer, user) → visits completed."""
    made = Visit.objects.filter(state=states.COMPLETED, assignee__isnull=False)
    rows = (
        made.filter(card__customer__in=set(customers))
        .order_by()
        .values_list("card__customer_id", "assignee_id")
        .annotate(many=Count("pk"))
    )
    return {(customer, user): many for customer, user, many in rows}


def best_visitors(rows: Sequence[Visit], today: dt.date) -> dict[int, Visitor]:
    """The best visitor for each visit by its id; each one given counts as load for the next."""
    return {pk: fit.visitor for pk, fit in best_fits(rows, today).items()}


def best_fits(rows: Sequence[Visit], today: dt.date) -> dict[int, Fit]:
    """The same with what speaks for each; a visit nobody has room for is left out.

    Complaints come first on their day. What is asked by questionnaire needs no room: it is shared
    out beside the day's work (N-63).
    """
    prefetch_related_objects(rows, "causes__card", "card__customer")
    before = visited_before(visit.card.customer_id for visit in rows)
    of_day = visitors_at({_place_of(visit, today) for visit in rows}, today)
    load: Counter[tuple[int, dt.date, bool]] = Counter()
    best: dict[int, Fit] = {}
    for visit in sorted(rows, key=_turn):
        store, day = _place_of(visit, today)
        customer, asks = visit.card.customer_id, visit.method == Method.SURVEY
        candidates = [
            replace(
                one,
                load=(0 if asks else one.load) + load[one.user_id, day, asks],
                visits_before=before.get((customer, one.user_id), 0),
            )
            for one in of_day[store, day]
        ]
        fits = ranked(task_of(visit), candidates)
        if fits and (asks or fits[0].free):
            best[visit.pk] = fits[0]
            load[fits[0].visitor.user_id, day, asks] += 1
    return best


def _turn(visit: Visit) -> tuple[dt.date, bool, int]:
    return visit.due_on, visit.kind != Visit.Kind.COMPLAINT, visit.pk
