"""The list of customers: filters, chips with counts, sorts; and who may own a new card."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.customers import states
from crm.customers.models import (
    Card,
    CardQuerySet,
    Level,
    OwnershipConflict,
    Source,
    TimelineEntry,
)
from crm.people import roles
from crm.people.models import User
from crm.records.states import Saved
from crm.ui.lists import Chip, CountedChip, Filter, Listing, ListSpec, Sort, address
from crm.workdays import ONE_DAY

OPEN = "open"
ALL = "all"
STATUSES = (
    (OPEN, gettext_lazy("Being followed up")),
    ("ordered", gettext_lazy("Ordered")),
    ("delivered", gettext_lazy("Delivered")),
    ("lost", gettext_lazy("Lost")),
    ("pool", gettext_lazy("Public pool")),
    (ALL, gettext_lazy("All cards")),
)
STATUS_KEYS = frozenset(key for key, _label in STATUSES)


@dataclass(frozen=True)
class CardList:
    """The list as asked for, with everything its page needs."""

    listing: Listing[Card]
    levels: list[CountedChip]
    owners: list[tuple[str, str]]
    status: str
    words: str

    @property
    def chosen(self) -> dict[str, str]:
        return self.listing.chosen


def cards_for_list(user: User) -> CardQuerySet:
    """Cards in scope with what a row shows, and the columns the sorts need; one statement."""
    ranks = [When(level=level, then=Value(rank)) for rank, level in enumerate(Level.values)]
    return (
        Card.objects.visible_to(user)
        .with_case(user.reach)
        .select_related("customer", "owner", "team", "product")
        .annotate(
            no_next=Case(
                When(next_contact_at=None, then=1), default=0, output_field=IntegerField()
            ),
            no_last=Case(
                When(last_contact_at=None, then=1), default=0, output_field=IntegerField()
            ),
            level_rank=Case(*ranks, default=Value(9), output_field=IntegerField()),
        )
    )


def card_list(user: User, query: Mapping[str, str], *, now: dt.datetime) -> CardList:
    """The list of cards in scope as the query string asks; five statements.

    Without a status the open cards are listed, a search looks through all of them.
    """
    words = query.get("q", "").strip()[:100]
    status = query.get("status", "")
    status = status if status in STATUS_KEYS else (ALL if words else OPEN)
    rows = cards_for_list(user)
    if status != ALL:
        rows = rows.filter(state__in=states.STATUS_STATES[status])
    if words:
        rows = rows.found_by(words)
    owners = _owners(user)
    spec = ListSpec(
        sorts=_sorts(),
        chips=_chips(now),
        filters=(
            Filter("level", "level", frozenset(Level.values)),
            Filter("source", "source", frozenset(Source.values)),
            Filter("owner", "owner__public_id", frozenset(key for key, _name in owners)),
        ),
        carried=("status", "q"),
    )
    listing = spec.show(rows, query)
    return CardList(listing, _levels(spec, rows, listing.chosen), owners, status, words)


def possible_owners(user: User) -> QuerySet[User] | None:
    """For whom this person may open a card; None: for themselves alone.

    A supervisor chooses among the team, service and front desk among the store's sales.
    """
    reach = user.reach
    today = timezone.localdate()
    selling = Q(memberships__role=roles.SALESPERSON) & (
        Q(memberships__valid_to=None) | Q(memberships__valid_to__gte=today)
    )
    selling &= Q(memberships__valid_from__lte=today)
    users = User.objects.filter(is_active=True).order_by("name", "pk")
    if teams := reach.teams_as(roles.SALES_SUPERVISOR):
        led = selling & Q(memberships__team__in=teams)
        return users.filter(led | Q(pk=user.pk)).distinct()
    if reach.has(roles.SALESPERSON):
        return None
    stores = reach.stores_as(roles.RECEPTION, roles.SERVICE_SUPERVISOR, roles.MARKETER)
    return users.filter(selling & Q(memberships__store__in=stores)).distinct()


def open_conflicts(user: User) -> QuerySet[OwnershipConflict]:
    """Rulings this person waits for or has to make, the oldest first (OW-04)."""
    return (
        OwnershipConflict.objects.visible_to(user)
        .open()
        .select_related("card__customer", "owner", "claimant")
        .order_by("created_at", "pk")
    )


def saved_ruling(conflict: OwnershipConflict) -> Saved:
    """A conflict as it stands now, for a ruling that came second (D32)."""
    ruled_for, by = conflict.ruled_for, conflict.ruled_by
    values = {
        "ruled_for": ruled_for.public_id if ruled_for else None,
        "reason": conflict.reason,
    }
    return Saved(
        values,
        facts=((_("State"), conflict.get_state_display()),),
        resend={"version": conflict.version} if conflict.is_open else None,
        link=reverse("customers:conflict", args=[conflict.public_id]),
        by=by.name if by else "",
        at=conflict.ruled_at,
    )


def conflict_evidence(conflict: OwnershipConflict) -> list[TimelineEntry]:
    """What the records say, oldest first: opening, receptions, changes of owner (OW-01)."""
    kinds = ("card_opened", "reception_logged", "owner_changed", "conflict_reported")
    entries = TimelineEntry.objects.filter(card=conflict.card, kind__in=kinds)
    return list(entries.select_related("by").order_by("at", "pk")[:50])


def _sorts() -> tuple[Sort, ...]:
    return (
        Sort("next", _("Next contact"), ("no_next", "next_contact_at", "pk")),
        Sort("level", _("Intent level"), ("level_rank", "no_next", "next_contact_at", "pk")),
        Sort("last", _("Last contact"), ("no_last", "last_contact_at", "pk")),
        Sort("opened", _("Newest card"), ("-opened_at", "-pk")),
    )


def _chips(now: dt.datetime) -> tuple[Chip, ...]:
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow, in_a_week = today + ONE_DAY, today + 7 * ONE_DAY
    due = Q(next_contact_at__gte=now)
    return (
        Chip("all", _("All")),
        Chip("overdue", _("Overdue"), Q(next_contact_at__lt=now), "alert-triangle", "late"),
        Chip("today", _("Today"), due & Q(next_contact_at__lt=tomorrow)),
        Chip("week", _("Within 7 days"), due & Q(next_contact_at__lt=in_a_week)),
        Chip("none", _("No next contact"), Q(next_contact_at=None)),
    )


def _levels(spec: ListSpec, rows: QuerySet[Card], chosen: Mapping[str, str]) -> list[CountedChip]:
    """The level chips, counted under all other filters; a second tap takes a level off."""
    others = {name: value for name, value in chosen.items() if name != "level"}
    chip = spec.chip_of(chosen)
    kept = rows.filter(spec.condition(others), chip.keeps if chip else Q())
    counts = kept.order_by().aggregate(
        **{level: Count("pk", filter=Q(level=level)) for level in Level.values}
    )
    return [
        CountedChip(
            key=level,
            label=level,
            icon="",
            tone="",
            count=counts[level],
            is_on=chosen.get("level") == level,
            href=address(others if chosen.get("level") == level else {**others, "level": level}),
        )
        for level in Level.values
    ]


def _owners(user: User) -> list[tuple[str, str]]:
    """Public id and name of those whose cards this person sees; nobody where it is one's own."""
    reach = user.reach
    if not (reach.roles - {roles.SALESPERSON}) and not reach.stands_in_for:
        return []
    found = (
        Card.objects.visible_to(user)
        .filter(owner__isnull=False)
        .order_by()
        .values_list("owner__public_id", "owner__name")
        .distinct()
    )
    return sorted(found, key=lambda row: row[1])
