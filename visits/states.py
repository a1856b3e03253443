"""States of a return visit (requirements 4.6), of its audit and of questionnaires. Pure."""

from __future__ import annotations

PENDING = "pending"
ASSIGNED = "assigned"
APPOINTED = "appointed"
IN_PROGRESS = "in_progress"
AWAITING_ENTRY = "awaiting_entry"
COMPLETED = "completed"
NOT_REACHED = "not_reached"
DECLINED = "declined"
CANCELLED = "cancelled"
STATUS_STATES: dict[str, tuple[str, ...]] = {
    "due": (PENDING, ASSIGNED, APPOINTED, IN_PROGRESS, AWAITING_ENTRY),
    COMPLETED: (COMPLETED,),
    "unreachable": (NOT_REACHED, DECLINED),
    CANCELLED: (CANCELLED,),
}
DUE = STATUS_STATES["due"]
ALL = tuple(state for group in STATUS_STATES.values() for state in group)
# Somebody's work: a visitor has it and it is not over.
IN_HAND = (ASSIGNED, APPOINTED, IN_PROGRESS, AWAITING_ENTRY)
# verb → states it may start from.
MOVES: dict[str, tuple[str, ...]] = {
    "assign": (PENDING, ASSIGNED, APPOINTED, IN_PROGRESS),
    "appoint": (ASSIGNED, APPOINTED, IN_PROGRESS),
    "try": (ASSIGNED, APPOINTED, IN_PROGRESS),
    "complete": (ASSIGNED, APPOINTED, IN_PROGRESS, AWAITING_ENTRY),
    "give_up": (IN_PROGRESS,),
    "decline": (ASSIGNED, APPOINTED, IN_PROGRESS),
    "enter_later": (ASSIGNED, APPOINTED, IN_PROGRESS),
    "cancel": DUE,
    "reopen": (COMPLETED,),
    # The customer answers by a link, or wishes no more of it, whoever has the visit meanwhile.
    "answer": DUE,
    "unsubscribe": DUE,
}
# A need heard on a visit: proposed to the owner, then taken up or not (RV-05).
OPEN = "open"
TAKEN = "taken"
DISMISSED = "dismissed"
OPPORTUNITY = (OPEN, TAKEN, DISMISSED)

# An audit of what a visitor wrote down (SA-01): drawn, given out, the customer heard without the
# answers in sight, judged beside them and published; the visitor may appeal once.
WAITING = "waiting"
HEARD = "heard"
PUBLISHED = "published"
APPEALED = "appealed"
SETTLED = "settled"
REFUSED = "refused"
AUDITS = (WAITING, ASSIGNED, HEARD, PUBLISHED, APPEALED, SETTLED, NOT_REACHED, REFUSED)
AUDIT_MOVES: dict[str, tuple[str, ...]] = {
    "assign": (WAITING, ASSIGNED),
    "try": (ASSIGNED,),
    "hear": (ASSIGNED,),
    "give_up": (ASSIGNED,),
    "judge": (HEARD,),
    "appeal": (PUBLISHED,),
    "settle": (APPEALED,),
    # By hand, to another auditor; "assign" is the worker's.
    "pass_on": (ASSIGNED, HEARD),
}
# The auditor works on it; until it is heard they see nothing of the visit.
AUDITS_OPEN = (ASSIGNED, HEARD)
BLIND = (ASSIGNED,)
# The visitor may read it.
AUDITS_TOLD = (PUBLISHED, APPEALED, SETTLED)

# The check of a contact that sales wrote down (SA-03): one call, and what came of it.
CHECKS = (WAITING, ASSIGNED, PUBLISHED, NOT_REACHED, REFUSED)
CHECK_MOVES: dict[str, tuple[str, ...]] = {
    "give": (WAITING, ASSIGNED),
    "check": (ASSIGNED,),
    "miss": (ASSIGNED,),
}

# What an audit found wrong, to be put right and then verified by somebody else (SA-04).
DONE = "done"
VERIFIED = "verified"
CALLED_OFF = "called_off"
CORRECTIONS = (OPEN, DONE, VERIFIED, CALLED_OFF)
CORRECTION_MOVES: dict[str, tuple[str, ...]] = {
    "hand_over": (OPEN,),
    "finish": (OPEN,),
    "verify": (DONE,),
    "call_off": (OPEN, DONE),
}

# A version of a questionnaire (RV-31).
DRAFT = "draft"
SUBMITTED = "submitted"
RETURNED = "returned"
APPROVED = "approved"
RETIRED = "retired"
BEING_WRITTEN = (DRAFT, SUBMITTED, RETURNED)
VERSION_MOVES: dict[str, tuple[str, ...]] = {
    "write": (DRAFT, RETURNED),
    "submit": (DRAFT,),
    "take_back": (SUBMITTED,),
    "approve": (SUBMITTED,),
    "return": (SUBMITTED,),
}

# A care task (RB-08): done with its outcome, left out with a reason, or called off with the card.
SKIPPED = "skipped"
CARE = (OPEN, DONE, SKIPPED, CALLED_OFF)
