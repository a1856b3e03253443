"""States of plans and planned contacts (requirements 4.1, 4.2). Pure."""

from __future__ import annotations

# Plans
DRAFT = "draft"
SUBMITTED = "submitted"
RETURNED = "returned"
APPROVED = "approved"
ADJUSTING = "adjusting"
COMPLETED = "completed"
CANCELLED = "cancelled"

# At most one of these per card.
LIVE = (DRAFT, SUBMITTED, RETURNED, APPROVED, ADJUSTING)
# Its steps may be changed freely: nobody has been asked to decide.
EDITABLE = (DRAFT, RETURNED)
# Waiting for a supervisor.
WAITING = (SUBMITTED, ADJUSTING)
# Planned contacts of these plans are what the team is measured by (kpi.md).
IN_FORCE = (APPROVED, ADJUSTING, COMPLETED)
# The workbook's status → states; an imported value enters the first.
PLAN_STATUS_STATES: dict[str, tuple[str, ...]] = {
    DRAFT: (DRAFT,),
    SUBMITTED: (SUBMITTED,),
    APPROVED: (APPROVED, ADJUSTING),
    "rejected": (RETURNED,),
    COMPLETED: (COMPLETED,),
    CANCELLED: (CANCELLED,),
}
# verb → states it may start from.
PLAN_MOVES: dict[str, tuple[str, ...]] = {
    "submit": (DRAFT, RETURNED),
    "take_back": (SUBMITTED,),
    "approve": (SUBMITTED, ADJUSTING),
    "return": (SUBMITTED, ADJUSTING),
    "undo_approval": (APPROVED,),
    "adjust": (APPROVED,),
    "complete": LIVE,
    "cancel": LIVE,
}

# Planned contacts: due and overdue are derived from `due_at`, never stored.
PLANNED = "planned"
DONE = "done"
RESCHEDULED = "rescheduled"
PLANNED_STATUS_STATES: dict[str, tuple[str, ...]] = {
    PLANNED: (PLANNED,),
    DONE: (DONE,),
    CANCELLED: (CANCELLED, RESCHEDULED),
}
