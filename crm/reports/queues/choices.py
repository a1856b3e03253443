"""Whose figures a reader may choose: everything, stores, teams, people (matrix row 19)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from crm.people import roles
from crm.people.models import Membership, Store, User
from crm.records.kpis import By, Scope
from crm.reports.access import BoardReach, board_reach
from crm.ui.statements import objects_of

SELLERS = (roles.SALESPERSON, roles.SALES_SUPERVISOR)


@dataclass(frozen=True)
class Choice:
    """Somebody's figures to choose: the key in the address, the words, the rows they cover."""

    key: str
    label: str
    scope: Scope
    store_id: int | None = None
    team_id: int | None = None
    role: str = ""
    place: str = ""


@dataclass(frozen=True)
class Choices:
    """Everybody whose figures this reader may choose, widest first; the first is the default."""

    all: tuple[Choice, ...]

    def of(self, by: By | None) -> list[Choice]:
        return [choice for choice in self.all if choice.scope.by == by]

    def has(self, key: str) -> bool:
        """Whether that is one of the choices."""
        return any(choice.key == key for choice in self.all)

    def groups(self) -> list[tuple[str, list[Choice]]]:
        """The choices under their headings."""
        headings = {
            None: "",
            By.STORE: _("Stores"),
            By.TEAM: _("Teams"),
            By.PERSON: pgettext("by person", "People"),
        }
        found = [(heading, self.of(by)) for by, heading in headings.items()]
        return [(heading, choices) for heading, choices in found if choices]

    def pick(self, key: str) -> Choice:
        """The choice of that key, the widest for none; raises Http404 outside the reach."""
        if not key:
            return self.all[0]
        found = next((choice for choice in self.all if choice.key == key), None)
        if found is None:
            raise Http404
        return found

    def people_of(self, chosen: Choice) -> list[Choice]:
        """The people whose rows a choice covers."""
        people, pk = self.of(By.PERSON), chosen.scope.pk
        if chosen.scope.by is By.STORE:
            return [person for person in people if person.store_id == pk]
        if chosen.scope.by is By.TEAM:
            return [person for person in people if person.team_id == pk]
        return [chosen] if chosen.scope.by is By.PERSON else people


def choices_for(reader: User, now: datetime, measured: tuple[str, ...] = SELLERS) -> Choices:
    """Everything, the stores, the teams and the people within reach; two statements.

    Stores and teams stand here with or without sellers: their rows remain theirs. The people hold
    one of the `measured` roles; who sells as well stands here as a seller.
    """
    reach = board_reach(reader.reach)
    today = timezone.localdate(now)

    def places() -> QuerySet[Store]:
        inside = (
            Q() if reach.everything else Q(pk__in=reach.store_ids) | Q(teams__in=reach.team_ids)
        )
        columns = {"team_pk": F("teams"), "team_id_": F("teams__public_id")}
        named = Store.objects.filter(inside).annotate(**columns, team_name=F("teams__name"))
        return named.order_by("code", "teams__name", "teams")

    def build() -> QuerySet[Membership]:
        return (
            Membership.objects.valid_on(today)
            .filter(_within(reach, measured), store__isnull=False)
            .select_related("user", "store", "team")
            .order_by("store__code", "team__name", "user__name", "id")
        )

    posts = objects_of(("choices", reader.pk, reader.reach, today, measured), build)
    found: dict[str, Choice] = {}
    if reach.everything:
        found[""] = Choice("", _("All stores"), Scope())
    for place in objects_of(("places", reader.pk, reader.reach), places):
        for choice in _places_of(place, reach):
            found.setdefault(choice.key, choice)
    for post in sorted(posts, key=lambda post: post.role not in SELLERS):
        for choice in _choices_of(post, reach, measured):
            found.setdefault(choice.key, choice)
    if not found:
        own = Choice(f"person-{reader.public_id}", reader.name, Scope(By.PERSON, reader.pk))
        found[own.key] = own
    order = [None, By.STORE, By.TEAM, By.PERSON]
    return Choices(tuple(sorted(found.values(), key=lambda choice: order.index(choice.scope.by))))


def _within(reach: BoardReach, measured: tuple[str, ...]) -> Q:
    """Posts whose figures the reader answers for, and their own."""
    if reach.everything:
        return Q(role__in=measured) | Q(role__in=roles.ALL_ROLES, user=reach.own_id)
    places = Q(store__in=reach.store_ids) | Q(team__in=reach.team_ids)
    return Q(user=reach.own_id) | (places & Q(role__in=measured))


def _places_of(place: Any, reach: BoardReach) -> list[Choice]:
    """A store within reach and one of its teams."""
    choices, whole_store = [], reach.everything or place.pk in reach.store_ids
    if whole_store:
        scope = Scope(By.STORE, place.pk)
        choices.append(Choice(f"store-{place.public_id}", place.name, scope, place.pk))
    if place.team_pk and (whole_store or place.team_pk in reach.team_ids):
        name = f"{place.name} · {place.team_name}" if reach.everything else place.team_name
        scope = Scope(By.TEAM, place.team_pk)
        key = f"team-{place.team_id_}"
        choices.append(Choice(key, name, scope, place.pk, place.team_pk))
    return choices


def _choices_of(post: Membership, reach: BoardReach, measured: tuple[str, ...]) -> list[Choice]:
    """The holder of a post, where the reader reads the figures of each one there."""
    user, team = post.user, post.team
    if post.role not in measured:
        return []
    if user.pk != reach.own_id and not reach.names(post.store_id, post.team_id):
        return []
    key, place = f"person-{user.public_id}", team.name if team else ""
    scope = Scope(By.PERSON, user.pk)
    return [Choice(key, user.name, scope, post.store_id, post.team_id, post.role, place)]
