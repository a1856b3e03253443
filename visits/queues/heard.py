"""What was heard on visits, as pages need it: findings on other brands, needs to be answered."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.customers.access import can_list_cards, shown_name
from crm.customers.models import Card
from crm.people.models import Store, User
from crm.records.periods import Period
from crm.records.states import Saved
from crm.ui.lists import Chip, Filter, ListSpec, Sort
from visits.models import CompetitorFinding, Opportunity

MOST_BRANDS = 60


@dataclass(frozen=True)
class Choices:
    """What a list of findings may be filtered by, as (value, words)."""

    brands: list[str]
    stores: list[tuple[str, str]]
    kinds: list[tuple[str, str]]


def finding_queue(user: User) -> Any:
    """The findings a person may see, with everything a row of the list shows."""
    cards = Card.objects.with_case(user.reach).select_related("customer")
    return (
        CompetitorFinding.objects.visible_to(user)
        .select_related("visit", "noted_by", "store")
        .prefetch_related(Prefetch("visit__card", queryset=cards))
    )


def finding_choices(user: User) -> Choices:
    """The brands and stores that occur among what a person may see; two statements."""
    rows = CompetitorFinding.objects.visible_to(user).order_by()
    brands = (
        rows.exclude(brand="")
        .values_list("brand", flat=True)
        .distinct()
        .order_by("brand")[:MOST_BRANDS]
    )
    stores = Store.objects.filter(pk__in=rows.values("store")).order_by("name")
    return Choices(
        list(brands),
        [(store.public_id, store.name) for store in stores],
        [(key, str(label)) for key, label in CompetitorFinding.Kind.choices],
    )


def brands_heard(user: User, period: Period) -> list[str]:
    """The brands spoken of in a period among what a person may see; one statement."""
    rows = CompetitorFinding.objects.visible_to(user).exclude(brand="").order_by("brand")
    heard = rows.filter(heard_on__range=(period.first, period.last))
    return list(heard.values_list("brand", flat=True).distinct()[:MOST_BRANDS])


def finding_list(choices: Choices, today: dt.date) -> ListSpec:
    """What the list allows; `today` is the store's local date (RV-09)."""

    def since(days: int) -> Q:
        return Q(heard_on__gt=today - dt.timedelta(days=days))

    return ListSpec(
        sorts=(
            Sort("heard", _("Heard on"), ("-heard_on", "-id")),
            Sort("brand", _("Brand"), ("brand", "-heard_on", "-id")),
        ),
        chips=(
            Chip("month", _("30 days"), since(30)),
            Chip("quarter", _("90 days"), since(90)),
            Chip("year", _("A year"), since(365)),
            Chip("strong", pgettext_lazy("influence", "Decides for the other"),
                 Q(influence=CompetitorFinding.Influence.DECIDING), "alert-triangle", "late"),
            Chip("link", _("By the customer's link"), Q(noted_by__isnull=True), "link"),
            Chip("all", _("All")),
        ),
        filters=(
            Filter("brand", "brand", frozenset(choices.brands)),
            Filter("kind", "kind", frozenset(CompetitorFinding.Kind.values)),
            Filter("store", "store__public_id", frozenset(key for key, _name in choices.stores)),
        ),
    )  # fmt: skip


def source_of(user: User, finding: CompetitorFinding) -> str:
    """The source customer as this person may read it; nothing where they see no customers."""
    return shown_name(user, finding.visit.card) if can_list_cards(user) else ""


def opportunity_queue(user: User) -> Any:
    """The needs a person may see, with everything their page shows."""
    cards = Card.objects.with_case(user.reach).select_related("customer", "product", "owner")
    return (
        Opportunity.objects.visible_to(user)
        .select_related("visit", "responsible", "answered_by", "taken_as")
        .prefetch_related(Prefetch("card", queryset=cards))
    )


def saved_opportunity(opportunity: Opportunity) -> Saved:
    """What stands now where a need was to be answered."""
    facts = [(str(_("State")), str(opportunity.get_state_display()))]
    if opportunity.answered_by is not None:
        facts.append((str(_("Answered by")), opportunity.answered_by.name))
    return Saved({"reason": opportunity.reason}, facts=tuple(facts))
