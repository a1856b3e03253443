"""Follow-up plans, their decisions and planned contacts, and the log of contacts made."""

from followups.models.choices import (
    Direction,
    Method,
    Outcome,
    PlannedState,
    PlanState,
    Purpose,
    Result,
)
from followups.models.contacts import (
    Contact,
    ContactQuerySet,
    PlannedContact,
    PlannedContactQuerySet,
    contact_scope,
    planned_scope,
)
from followups.models.plans import PLAN_READERS, Plan, PlanDecision, PlanQuerySet, PlanRevision

__all__ = [
    "PLAN_READERS",
    "Contact",
    "ContactQuerySet",
    "Direction",
    "Method",
    "Outcome",
    "Plan",
    "PlanDecision",
    "PlanQuerySet",
    "PlanRevision",
    "PlanState",
    "PlannedContact",
    "PlannedContactQuerySet",
    "PlannedState",
    "Purpose",
    "Result",
    "contact_scope",
    "planned_scope",
]
