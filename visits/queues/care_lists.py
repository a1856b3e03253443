"""Care tasks and their rules as pages need them."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.customers.access import shown_name
from crm.customers.models import Card
from crm.people.models import User
from crm.records.states import Saved
from crm.ui.lists import Chip, Filter, ListSpec, Sort
from visits import states
from visits.models import CareOccasion, CareRule, CareTask
from visits.queues.caring import CareEvent, care_events

RECENT = dt.timedelta(days=30)
OPEN = Q(state=states.OPEN)


def care_queue(user: User) -> QuerySet[CareTask]:
    """The care tasks a person may see, with everything a row and a page show."""
    cards = Card.objects.with_case(user.reach).select_related("customer", "product", "owner")
    rows = CareTask.objects.visible_to(user).select_related(
        "assignee", "rule", "ended_by", "contact"
    )
    return rows.prefetch_related(
        Prefetch("card", queryset=cards), Prefetch("newcomer", queryset=cards)
    )


def care_list(user: User, today: dt.date) -> ListSpec:
    """What the list allows; `today` is the store's local date."""
    mine = OPEN & Q(assignee__in=user.reach.own_ids)
    return ListSpec(
        sorts=(
            Sort("due", _("Due"), ("due_on", "id")),
            Sort("ended", pgettext_lazy("care", "Ended"), ("-ended_at", "-id")),
        ),
        chips=(
            Chip("mine", _("Mine"), mine),
            Chip("late", _("Overdue"), OPEN & Q(due_on__lt=today), "alert-triangle", "late"),
            Chip("today", _("Today"), OPEN & Q(due_on=today)),
            Chip("open", _("To do"), OPEN),
            Chip("nobody", _("Nobody's yet"), OPEN & Q(assignee__isnull=True)),
            Chip("done", pgettext_lazy("care", "Done"), Q(state=states.DONE)),
            Chip("all", _("All")),
        ),
        filters=(Filter("occasion", "occasion", frozenset(CareOccasion.values)),),
    )


def care_due(user: User, today: dt.date) -> QuerySet[CareTask]:
    """A person's own open tasks due by a local date."""
    rows = CareTask.objects.waiting().filter(due_on__lte=today)
    return rows.filter(assignee__in=user.reach.own_ids)


def care_of_card(user: User, card: Card) -> QuerySet[CareTask]:
    """The open tasks of a card, the first due on top."""
    rows = CareTask.objects.visible_to(user).waiting().filter(card=card)
    return rows.select_related("assignee").order_by("due_on", "pk")[:5]


def newcomer_of(user: User, task: CareTask) -> str:
    """Whom a thanked customer sent, as this person may read it."""
    return shown_name(user, task.newcomer) if task.newcomer is not None else ""


def care_rule_lines(user: User, now: dt.datetime) -> QuerySet[CareRule]:
    """The rules a person may see, each with what it made lately and what of it was done."""
    recent = Q(tasks__created_at__gte=now - RECENT)
    return (
        CareRule.objects.visible_to(user)
        .select_related("store")
        .annotate(
            made=Count("tasks", filter=recent),
            done=Count("tasks", filter=recent & Q(tasks__state=states.DONE)),
        )
    )


def care_preview(rule: CareRule, now: dt.datetime) -> list[CareEvent]:
    """What the rule would make if the worker came round now."""
    return care_events(rule, now=now)


def saved_care(task: CareTask) -> Saved:
    """How a task stands now, for whoever came second."""
    facts = [(str(_("State")), str(task.get_state_display()))]
    if task.ended_by is not None:
        facts.append((str(_("By")), task.ended_by.name))
    return Saved({"reason": task.reason}, facts=tuple(facts))


def saved_care_rule(rule: CareRule) -> Saved:
    """How a rule stands now, for whoever came second."""
    names = ("name", "wait", "unit", "method", "words", "since")
    values = {name: getattr(rule, name) for name in names}
    words = str(_("Yes") if rule.active else _("No"))
    return Saved(values, facts=((str(_("In force")), words),), resend={"version": rule.version})
