"""The list of customers: filters, chips with counts, sorts; and who may own a new card."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple, TypedDict

from django.db.models import (
    Case,
    F,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.customers import access, names, phones, states
from crm.customers.models import (
    Card,
    CardQuerySet,
    CardState,
    Level,
    OwnershipConflict,
    Source,
    TimelineEntry,
)
from crm.customers.models.scope import EVERY_STORE, WHOLE_STORE
from crm.customers.queues.counting import open_cards_counted, sees_stores_alone
from crm.customers.queues.search import whole_phone
from crm.people import roles
from crm.people.models import User
from crm.people.roles import Reach
from crm.records.states import Saved
from crm.ui import numbers
from crm.ui.addresses import address_for
from crm.ui.lists import Chip, Filter, Keeping, Listing, ListSpec, Sort
from crm.ui.moments import is_untimed
from crm.ui.searching import show_searched
from crm.ui.statements import objects_of, values_of
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
# What a row and the rules about its name and number look at.
ROW_COLUMNS = (
    *("public_id", "card_no", "state", "level", "reason", "model_text", "store", "team"),
    *("next_contact_at", "last_contact_at", "opened_at"),
    *("customer__name", "customer__phone", "owner__name", "product__name"),
)
STATUS_KEYS = frozenset(key for key, _label in STATUSES)


class ListedCard(NamedTuple):
    """What a row of the list shows of a card, and what decides who reads its customer's name."""

    public_id: str
    card_no: str
    state: str
    level: str
    reason: str
    owner_id: int | None
    team_id: int | None
    store_id: int | None
    next_contact_at: dt.datetime | None
    last_contact_at: dt.datetime | None
    customer_name: str
    phone: str
    owner_name: str | None
    model: str
    has_case: bool


LISTED_COLUMNS = (
    *("public_id", "card_no", "state", "level", "reason", "owner", "team", "store"),
    *("next_contact_at", "last_contact_at"),
    *("customer__name", "customer__phone", "owner__name"),
    *(Coalesce("product__name", "model_text"), "has_case"),
)


@dataclass(frozen=True)
class CardList:
    """The list as asked for, with everything its page needs."""

    listing: Listing[Any]
    owners: list[tuple[str, str]]
    status: str
    words: str

    @property
    def chosen(self) -> dict[str, str]:
        return self.listing.chosen


class CardRow(TypedDict):
    """What one row of the list says, each word as its reader may see it."""

    url: str
    name: str
    level: str
    model: str
    state: str
    why: str
    next_at: dt.datetime | None
    untimed: bool
    is_late: bool
    is_open: bool
    last_at: dt.datetime | None
    owner: str
    phone: str


def card_row(user: User, card: ListedCard, *, now: dt.datetime) -> CardRow:
    """A card of the list as its row; the owner is named where it is somebody else's."""
    is_open, next_at = card.state in states.FOLLOWED_UP, card.next_contact_at
    return CardRow(
        url=address_for("home:card", card.public_id),
        name=access.name_for(user, card, card.customer_name) or card.card_no,
        level=card.level,
        model=card.model,
        state="" if is_open else str(CardState(card.state).label),
        why=card.reason or numbers.MISSING,
        next_at=next_at,
        untimed=next_at is not None and is_untimed(next_at),
        is_late=next_at is not None and next_at < now,
        is_open=is_open,
        last_at=card.last_contact_at,
        owner="" if card.owner_id == user.pk else card.owner_name or numbers.MISSING,
        phone=phones.mask(card.phone) or numbers.MISSING,
    )


def cards_for_list(user: User) -> CardQuerySet:
    """Cards in scope with what a row shows, and the columns the sorts need; one statement."""
    return _dressed(user).visible_to(user)


def _dressed(user: User) -> CardQuerySet:
    """All cards as a row shows them to this person."""
    ranks = [When(level=level, then=Value(rank)) for rank, level in enumerate(Level.values)]
    return (
        Card.objects.with_case(user.reach)
        .select_related("customer", "owner", "product")
        .only(*ROW_COLUMNS)
        .annotate(
            level_rank=Case(*ranks, default=Value(9), output_field=IntegerField()),
        )
    )


def card_list(user: User, query: Mapping[str, str], *, now: dt.datetime) -> CardList:
    """The list of cards in scope as the query string asks; three statements.

    Without a status the open cards are listed, a search looks through all of them.
    """
    words = query.get("q", "").strip()[:100]
    status = query.get("status", "")
    status = status if status in STATUS_KEYS else (ALL if words else OPEN)
    # A whole number leads to one card or to who holds it: there are no owners to filter by.
    owners = [] if whole_phone(words) and not query.get("owner") else _owners(user)
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    moments = {"now": now, "tomorrow": today + ONE_DAY, "in_a_week": today + 7 * ONE_DAY}

    def rows(words: Sequence[str]) -> CardQuerySet:
        found = cards_for_list(user)
        if status != ALL:
            found = found.filter(state__in=states.STATUS_STATES[status])
        return found.with_words(words)

    def spec(**at: dt.datetime) -> ListSpec:
        return _spec(owners, **at)

    key = ("cards", user.pk, user.reach, status)
    searched = tuple(names.searched(words))
    keeping = Keeping(
        key, moments, spec, lambda: _dressed(user), searched, ListedCard, LISTED_COLUMNS
    )
    if status == OPEN and not words and sees_stores_alone(user.reach):
        keeping = replace(keeping, counted=partial(open_cards_counted, user, moments))
    if searched:
        listing = show_searched(spec(**moments), rows, query, keeping)
    else:
        listing = spec(**moments).show_kept(rows, query, keeping)
    return CardList(listing, owners, status, words)


def _spec(
    owners: list[tuple[str, str]], now: dt.datetime, tomorrow: dt.datetime, in_a_week: dt.datetime
) -> ListSpec:
    return ListSpec(
        sorts=_sorts(),
        chips=_chips(now, tomorrow, in_a_week),
        filters=(
            Filter("level", "level", Level.values, counted=True),
            Filter("source", "source", frozenset(Source.values)),
            Filter("owner", "owner__public_id", frozenset(key for key, _name in owners)),
        ),
        carried=("status", "q"),
    )


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


def first_conflicts(user: User, how_many: int) -> list[OwnershipConflict]:
    """So many of them, without wording the statement anew each time."""
    key = ("conflicts", user.pk, user.reach, how_many)
    return objects_of(key, lambda: open_conflicts(user)[:how_many])


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
    soonest = F("next_contact_at").asc(nulls_last=True)
    return (
        Sort("next", _("Next contact"), (soonest, "pk")),
        Sort("level", _("Intent level"), ("level_rank", soonest, "pk")),
        Sort("last", _("Last contact"), (F("last_contact_at").asc(nulls_last=True), "pk")),
        Sort("opened", _("Newest card"), ("-opened_at", "-pk")),
    )


def _chips(now: dt.datetime, tomorrow: dt.datetime, in_a_week: dt.datetime) -> tuple[Chip, ...]:
    due = Q(next_contact_at__gte=now)
    return (
        Chip("all", _("All")),
        Chip("overdue", _("Overdue"), Q(next_contact_at__lt=now), "alert-triangle", "late"),
        Chip("today", _("Today"), due & Q(next_contact_at__lt=tomorrow)),
        Chip("week", _("Within 7 days"), due & Q(next_contact_at__lt=in_a_week)),
        Chip("none", _("No next contact"), Q(next_contact_at=None)),
    )


def _owners(user: User) -> list[tuple[str, str]]:
    """Public id and name of those who sell, or once sold, where this person sees all cards.

    Nobody where one sees one's own; read from the posts, of which there are few, and not from
    the cards.
    """
    reach = user.reach
    if not (reach.roles - {roles.SALESPERSON}) and not reach.stands_in_for:
        return []
    rows = values_of(("owners", reach), lambda: _sellers(reach).values("public_id", "name"))
    return [(row["public_id"], row["name"]) for row in rows]


def _sellers(reach: Reach) -> QuerySet[User]:
    sold = Q(memberships__role__in=roles.OF_A_TEAM)
    if not reach.has(*EVERY_STORE):
        stores = reach.stores_as(*WHOLE_STORE)
        led = Q(memberships__team__in=reach.teams_as(roles.SALES_SUPERVISOR))
        sold &= Q(memberships__store__in=stores) | led
    found = User.objects.filter(sold | Q(pk__in=reach.stands_in_for))
    return found.order_by("name", "pk").distinct()
