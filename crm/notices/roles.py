"""Who is told when a bell is for a role, or for somebody who is away or has left. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from crm.notices.states import NEXT_ROLE_UP
from crm.people.roles import SALES_SUPERVISOR


@dataclass(frozen=True, slots=True)
class Desk:
    """Whoever holds `role` in that team, else in that store, when the bell rings."""

    role: str
    store_id: int | None = None
    team_id: int | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """One valid membership of an active user."""

    user_id: int
    role: str
    store_id: int | None
    team_id: int | None


@dataclass(frozen=True)
class Duty:
    """Who holds which role today, who stands in for whom, and who has left."""

    holders: tuple[Holder, ...] = ()
    deputies: Mapping[int, int] = field(default_factory=dict)
    left: frozenset[int] = frozenset()

    def holder(
        self, desk: Desk, *, but: int | None = None, spared: int | None = None
    ) -> int | None:
        """The person behind a desk, or one role higher, never `but` nor `spared` (PR-24).

        In a team its own holder goes first, then one of the store, then one of no store. The
        longest-standing membership wins; somebody away is replaced by their deputy. Where that
        would be `spared` the next holder goes first, and whoever is away comes last.
        """
        role: str | None = desk.role
        away: list[int] = []
        while role is not None:
            for person in self._ranked(role, desk):
                found = self.stand_in(person)
                if {person, found}.isdisjoint({but, spared}) and found not in self.left:
                    return found
                if found == spared and person not in (but, spared):
                    away.append(person)
            role = NEXT_ROLE_UP.get(role)
        return next(iter(away), None)

    def stand_in(self, user_id: int, *, spared: int | None = None) -> int:
        """The deputy of somebody away today, else the person; a deputy's deputy is not asked.

        Nor is a deputy who is to hear nothing of it.
        """
        deputy = self.deputies.get(user_id)
        return user_id if deputy is None or deputy in self.left | {spared} else deputy

    def addressees(
        self,
        *,
        recipient_id: int | None,
        role: str,
        store_id: int | None,
        team_id: int | None,
        spared: int | None = None,
        stead: str = SALES_SUPERVISOR,
    ) -> list[tuple[int, bool]]:
        """The people one bell reaches, each with whether it is a copy for the owner.

        A role is resolved now; its owner gets a copy. An owner who has left is replaced by the
        holder of `stead`, who leads such work. `spared` is reached in nobody's
        place. Empty when nobody can be found.
        """
        owner_id = None if recipient_id == spared else recipient_id
        if not role:
            return self._owner(owner_id, Desk(stead, store_id, team_id), spared)
        found = self.holder(Desk(role, store_id, team_id), but=recipient_id, spared=spared)
        people = [] if found is None else [(found, False)]
        if owner_id is not None and owner_id not in self.left:
            owner = self.stand_in(owner_id, spared=spared)
            if owner != found:
                people.append((owner, True))
        return people

    def _owner(
        self,
        recipient_id: int | None,
        desk: Desk,
        spared: int | None,
    ) -> list[tuple[int, bool]]:
        if recipient_id is None:
            return []
        found: int | None = self.stand_in(recipient_id, spared=spared)
        if found in self.left:
            found = self.holder(desk, but=recipient_id, spared=spared)
        return [] if found is None else [(found, False)]

    def _ranked(self, role: str, desk: Desk) -> list[int]:
        def rank(holder: Holder) -> int | None:
            if desk.team_id is not None and holder.team_id == desk.team_id:
                return 0
            if desk.store_id is not None and holder.store_id == desk.store_id:
                return 1 if holder.team_id is None else 2
            return 3 if holder.store_id is None else None

        ranked = [(rank(h), n, h.user_id) for n, h in enumerate(self.holders) if h.role == role]
        return [user for place, _n, user in sorted(r for r in ranked if r[0] is not None)]
