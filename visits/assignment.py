"""Who should make a visit (RV-22..25). Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

PHONE, ONSITE, SURVEY = "phone", "onsite", "survey"
WAYS = (PHONE, ONSITE, "in_person", "wechat", "email")


@dataclass(frozen=True, slots=True)
class Visitor:
    """One who may visit: what the ranking looks at.

    `languages` are codes a customer may have, `spoken` all their languages in words.
    """

    user_id: int
    name: str
    qualified: bool = True
    capacity: int = 30
    load: int = 0
    visits_before: int = 0
    regions: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    spoken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """One visit to be assigned. `rated` is whom the customer judges: never its visitor."""

    region: str = ""
    language: str = ""
    rated: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Fit:
    """A visitor for a task and why: what they have in common, and what is left of the day."""

    visitor: Visitor
    knows: bool
    same_region: bool
    speaks: bool
    free: int


def may_visit(visitor: Visitor, task: Task) -> bool:
    """Qualified, and not the person the customer is asked about (RV-23, SoD 8)."""
    return visitor.qualified and visitor.user_id not in task.rated


def ranked(task: Task, visitors: Iterable[Visitor]) -> list[Fit]:
    """Who may visit, the best first (RV-24).

    Whoever still has room that day stands before whoever is full; then the customer's language,
    who has visited them before, their region, and the smallest load.
    """
    fits = [_fit(task, visitor) for visitor in visitors if may_visit(visitor, task)]
    return sorted(fits, key=_order)


def _fit(task: Task, visitor: Visitor) -> Fit:
    return Fit(
        visitor,
        knows=visitor.visits_before > 0,
        same_region=bool(task.region) and task.region in visitor.regions,
        speaks=not task.language or not visitor.languages or task.language in visitor.languages,
        free=max(0, visitor.capacity - visitor.load),
    )


def _order(fit: Fit) -> tuple[bool, bool, bool, bool, int, int]:
    visitor = fit.visitor
    full = fit.free == 0
    return (full, not fit.speaks, not fit.knows, not fit.same_region, visitor.load, visitor.user_id)


def permitted_method(planned: str, refused: Collection[str]) -> str:
    """`planned`, unless the customer refused that way: then the first one they did not (PS-01).

    Nobody can refuse that the house is open to them, so there is always one.
    """
    return next((way for way in (planned, *WAYS) if way not in refused), "")


def suggested_method(
    *, is_organisation: bool, is_vip: bool, quantity: int, fleet_from: int, many: bool
) -> str:
    """On site for key accounts, fleets and VIPs, a questionnaire for many at once, else by phone
    (RV-22, RB-05)."""
    if is_organisation or is_vip or quantity >= fleet_from:
        return ONSITE
    return SURVEY if many else PHONE
