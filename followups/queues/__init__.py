"""What waits for whom: plans to decide and to write, contacts to make."""

from followups.queues.next_contact import (
    Known,
    next_planned,
    planned_to_log,
    step_ahead,
    suggestions_for,
)
from followups.queues.overtaken import (
    saved_contact,
    saved_for_adding,
    saved_plan,
    saved_planned,
    saved_step,
)
from followups.queues.plans import (
    Review,
    Rulebooks,
    check,
    contact_count,
    contacts_of,
    decided,
    last_results,
    open_steps,
    plan_list,
    reviews,
    steps_ahead,
    to_review,
    with_steps,
)

__all__ = [
    "Known",
    "Review",
    "Rulebooks",
    "check",
    "contact_count",
    "contacts_of",
    "decided",
    "last_results",
    "next_planned",
    "open_steps",
    "plan_list",
    "planned_to_log",
    "reviews",
    "saved_contact",
    "saved_for_adding",
    "saved_plan",
    "saved_planned",
    "saved_step",
    "step_ahead",
    "steps_ahead",
    "suggestions_for",
    "to_review",
    "with_steps",
]
