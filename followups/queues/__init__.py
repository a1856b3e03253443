"""What waits for whom: plans to decide and to write, contacts to make."""

from followups.queues.history import ahead_of, contact_count, contacts_of, open_steps_of
from followups.queues.next_contact import (
    Known,
    Sent,
    next_planned,
    planned_to_log,
    sent_for,
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
    decided,
    last_results,
    open_steps,
    plan_list,
    plans_in_hand,
    reviews,
    to_review,
    waiting_beyond,
    with_steps,
)

__all__ = [
    "Known",
    "Review",
    "Rulebooks",
    "Sent",
    "ahead_of",
    "check",
    "contact_count",
    "contacts_of",
    "decided",
    "last_results",
    "next_planned",
    "open_steps",
    "open_steps_of",
    "plan_list",
    "planned_to_log",
    "plans_in_hand",
    "reviews",
    "saved_contact",
    "saved_for_adding",
    "saved_plan",
    "saved_planned",
    "saved_step",
    "sent_for",
    "step_ahead",
    "suggestions_for",
    "to_review",
    "waiting_beyond",
    "with_steps",
]
