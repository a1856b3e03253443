"""Promises as screens need them: what is owed to customers, the nearest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.customers.models import Card
from crm.people.models import User
from crm.promises import states
from crm.promises.deeds import Deed, newest
from crm.promises.models import Promise, PromiseQuerySet, owed
from crm.promises.signals import deeds_of, undecided
from crm.records.states import Saved
from crm.ui.lists import Chip, ListSpec, Sort

OWED = owed()
DEEDS_AT_MOST = 20


def promise_queue(user: User) -> PromiseQuerySet:
    """The promises this person may see, with everything a row of the list shows."""
    cards = Card.objects.with_case(user.reach).select_related("customer", "product", "owner")
    return (
        Promise.objects.visible_to(user)
        .select_related("made_by", "responsible", "answered_by", "moved_to")
        .prefetch_related(Prefetch("card", queryset=cards))
    )


def promise_list(user: User, now: dt.datetime) -> ListSpec:
    """What the list allows: open ones by the promised moment first."""
    mine = Q(responsible__in=user.reach.own_ids)
    return ListSpec(
        sorts=(
            Sort("due", _("Answer by"), ("due_at", "id")),
            Sort("made", _("Promised at"), ("-made_at", "-id")),
        ),
        chips=(
            Chip("mine", _("Mine"), OWED & mine),
            Chip("open", pgettext_lazy("promise", "Open"), OWED),
            Chip("late", _("Overdue"), OWED & Q(due_at__lt=now), "alert-triangle", "late"),
            Chip("broken", pgettext_lazy("promise", "Broken"), Q(state=states.BROKEN)),
            Chip("kept", pgettext_lazy("promise", "Kept"), Q(state=states.KEPT)),
            Chip("all", _("All")),
        ),
    )


def deeds_for(promise: Promise, user: User) -> list[Deed]:
    """What may have kept a promise, as far as this person reads it, the newest first."""
    told: list[tuple[Any, Any]] = deeds_of.send(Promise, promise=promise, user=user)
    return newest((deed for _receiver, deeds in told for deed in deeds), DEEDS_AT_MOST)


def is_undecided(promise: Promise) -> bool:
    """Whether the customer may be told another date and no outcome yet (CP-20)."""
    if not promise.source_id or not promise.is_owed:
        return False
    told: list[tuple[Any, Any]] = undecided.send(Promise, promise=promise)
    return any(waits for _receiver, waits in told)


def kept_with(promise: Promise, deeds: Iterable[Deed]) -> Deed | None:
    """The one it was kept with, where this person reads it."""
    key = f"{promise.kept_room}.{promise.kept_model}.{promise.kept_id}"
    return next((deed for deed in deeds if deed.key == key), None)


def saved_promise(promise: Promise) -> Saved:
    """What stands now where a promise was to be answered or moved."""
    return Saved(
        {"answer": promise.answer}, facts=((str(_("State")), str(promise.get_state_display())),)
    )
