"""Who may decide on a complaint's solution, by class, severity and amount (CP-10, CP-13). Pure.

Amounts are yuan. What a ticket and a customer were granted before counts with what is asked now, so
that splitting it reaches the same person (separation of duties, 6).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from crm.people.roles import GENERAL_MANAGER, MANAGER, SERVICE_SUPERVISOR
from crm.rulebook.numbers import Numbers

# From the first who decides to the last.
LEVELS = (SERVICE_SUPERVISOR, MANAGER, GENERAL_MANAGER)
NORMAL, HIGH, CRITICAL = SEVERITIES = ("normal", "high", "critical")
# The least level of a class by severity, whatever it costs: quality and conduct are never service's
# alone to judge.
LEAST: dict[str, tuple[str, str, str]] = {
    "product_quality": (MANAGER, MANAGER, GENERAL_MANAGER),
    "staff_conduct": (MANAGER, MANAGER, GENERAL_MANAGER),
    "technical": (SERVICE_SUPERVISOR, MANAGER, GENERAL_MANAGER),
    "service_quality": (SERVICE_SUPERVISOR, SERVICE_SUPERVISOR, MANAGER),
    "delivery": (SERVICE_SUPERVISOR, SERVICE_SUPERVISOR, MANAGER),
    "price": (SERVICE_SUPERVISOR, MANAGER, MANAGER),
    "other": (SERVICE_SUPERVISOR, SERVICE_SUPERVISOR, MANAGER),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be decided: the ticket's class and severity, the sums, how often it came back."""

    category: str
    severity: str
    ticket_total: Decimal
    customer_total: Decimal
    reopenings: int = 0

    @property
    def total(self) -> Decimal:
        """The amount the level is judged by."""
        return max(self.ticket_total, self.customer_total)


def level_for(asked: Asked, numbers: Numbers) -> str:
    """The role that decides: by amount, at least that of the class, one higher once reopened."""
    by_amount = level_of_amount(asked.total, numbers)
    least = LEAST.get(asked.category, LEAST["other"])[_rank(asked.severity)]
    level = max(LEVELS.index(by_amount), LEVELS.index(least))
    if asked.reopenings:
        level += 1
    return LEVELS[min(level, len(LEVELS) - 1)]


def level_of_amount(amount: Decimal, numbers: Numbers) -> str:
    """The role an amount alone needs."""
    if amount <= numbers.authority_supervisor_yuan:
        return SERVICE_SUPERVISOR
    if amount <= numbers.authority_manager_yuan:
        return MANAGER
    return GENERAL_MANAGER


def is_major(asked: Asked, numbers: Numbers) -> bool:
    """Whether a meeting decides, so that its minutes are needed (CP-16)."""
    return asked.severity == CRITICAL or asked.total >= numbers.authority_meeting_yuan


def levels_from(role: str) -> tuple[str, ...]:
    """This role and those above it, who may decide in its place."""
    return LEVELS[LEVELS.index(role) :]


def first_able(needed: str, holders: Iterable[tuple[str, int]], recused: Iterable[int]) -> str:
    """The first role from `needed` up of which somebody is left who is not recused (CP-15).

    `holders` are (role, person). Empty where nobody is.
    """
    out = set(recused)
    left = {role for role, person in holders if person not in out}
    return next((role for role in levels_from(needed) if role in left), "")


def _rank(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else 0
