"""Who greets a customer: their salesperson, or whoever of customer service has least to do."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from crm.customers.models import Card
from crm.people import roles
from crm.people.models import Membership, User
from visits.models import CareRule, CareTask

SERVING = (roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR)


class Carers:
    """The people for the tasks of one rule; each task given counts as load for the next."""

    def __init__(self, rule: CareRule, cards: Iterable[Card], now: dt.datetime) -> None:
        self.by_service = rule.by_service
        self.helpers: dict[int, list[User]] = defaultdict(list)
        self.load: Counter[int] = Counter()
        if not rule.by_service:
            return
        stores = {card.store_id for card in cards if card.store_id is not None}
        posts = Membership.objects.valid_on(timezone.localdate(now)).filter(
            role=roles.SERVICE_AGENT, store__in=stores, user__is_active=True
        )
        qualified = posts.exclude(user__visitor_profile__qualified=False)
        for post in qualified.select_related("user").order_by("user"):
            if post.store_id is not None:
                self.helpers[post.store_id].append(post.user)
        open_tasks = CareTask.objects.waiting().filter(assignee__isnull=False).order_by()
        counts = open_tasks.values_list("assignee").annotate(many=Count("pk"))
        self.load.update({user: many for user, many in counts if user is not None})

    def next_for(self, card: Card) -> User | None:
        """Whose task a card's is; None where nobody is there, so that the supervisor gives it."""
        if not self.by_service:
            owner = card.owner
            return owner if owner is not None and owner.is_active else None
        helpers = self.helpers.get(card.store_id or 0, [])
        best = min(helpers, key=lambda one: (self.load[one.pk], one.pk), default=None)
        if best is not None:
            self.load[best.pk] += 1
        return best


def carers_of(task: CareTask, today: dt.date) -> QuerySet[User]:
    """Who may be given a task: salespeople of the card's team and service of its store."""
    posts = Membership.objects.valid_on(today).filter(
        Q(role=roles.SALESPERSON, team=task.card.team_id, team__isnull=False)
        | Q(role__in=SERVING, store=task.store_id, store__isnull=False)
    )
    people = User.objects.filter(is_active=True, pk__in=posts.order_by().values("user"))
    return people.exclude(pk=task.assignee_id or 0).order_by("name", "pk")


def carers_or_holder(task: CareTask, today: dt.date) -> QuerySet[User]:
    """The same with whoever has it: no choice, but a form sent twice names them."""
    return carers_of(task, today) | User.objects.filter(pk=task.assignee_id or 0)


def care_takers(user: User, today: dt.date) -> QuerySet[User]:
    """Who could take over some of somebody's greetings: the teams of the cards, and service."""
    tasks = CareTask.objects.waiting().filter(assignee=user).order_by()
    posts = Membership.objects.valid_on(today).filter(
        Q(role=roles.SALESPERSON, team__in=tasks.values("card__team"))
        | Q(role__in=SERVING, store__in=tasks.values("store"))
    )
    people = User.objects.filter(is_active=True, pk__in=posts.order_by().values("user"))
    return people.exclude(pk=user.pk).order_by("name", "pk")
