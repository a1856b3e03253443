"""States of a ticket and of its parts (requirements 4.6, 4.7, 4.9), and the workbook's words. Pure.

A visit problem and a help request are worked off by departments and share one table: a lead is
asked, accepts, solves; the customer is told and says yes (`confirmed`) or no (back to work).
"""

from __future__ import annotations

OPEN = "open"
STATUS_STATES: dict[str, tuple[str, ...]] = {
    OPEN: ("registered", "classified", "reopened", "sent", "routed"),
    "investigating": ("investigating", "accepted", "in_progress"),
    "proposed": ("proposed", "approving", "approved"),
    "correcting": ("correcting",),
    "resolved": ("replied", "visited", "solved", "answered", "told"),
    "closed": ("closed", "confirmed"),
    "cancelled": ("withdrawn", "rejected", "refused", "merged"),
}
REGISTERED, CLASSIFIED, ROUTED, SENT = "registered", "classified", "routed", "sent"
ACCEPTED, IN_PROGRESS, REOPENED = "accepted", "in_progress", "reopened"
SOLVED, ANSWERED, TOLD, CONFIRMED = "solved", "answered", "told", "confirmed"
CLOSED, MERGED = "closed", "merged"
CANCELLED = STATUS_STATES["cancelled"]
SETTLED = STATUS_STATES["resolved"] + STATUS_STATES["closed"] + CANCELLED
ENDED = STATUS_STATES["closed"] + CANCELLED
ALL = tuple(state for group in STATUS_STATES.values() for state in group)

# --- worked off by departments ---------------------------------------------------------------

COMPLAINT, PROBLEM, HELP = "complaint", "problem", "help"
PRAISE, SUGGESTION, INQUIRY = "praise", "suggestion", "inquiry"
BY_DEPARTMENTS = (PROBLEM, HELP)
# No complaint: kept all the same, answered and closed at once (CP-29).
OPINIONS = (PRAISE, SUGGESTION, INQUIRY)
BY_SERVICE = (COMPLAINT, *OPINIONS)
ASKED_STATE = {PROBLEM: ROUTED, HELP: SENT}
SOLVED_STATE = {PROBLEM: SOLVED, HELP: ANSWERED}
# Nobody has a lead's yes yet, and a lead is at it.
UNANSWERED = (REGISTERED, CLASSIFIED, *ASKED_STATE.values())
AT_WORK = (ACCEPTED, IN_PROGRESS)
RESOLVED = tuple(SOLVED_STATE.values())
# What came in by a workbook goes on from where it stands.
IMPORTED = (REOPENED, "investigating")
IMPORTED_TOLD = "replied"
# Nobody leads: service has to ask a department.
TO_ROUTE = (REGISTERED, CLASSIFIED, REOPENED)
# verb → states it may start from.
MOVES: dict[str, tuple[str, ...]] = {
    "route": (*UNANSWERED, *IMPORTED),
    "accept": tuple(ASKED_STATE.values()),
    "refuse": (*ASKED_STATE.values(), *AT_WORK),
    "progress": AT_WORK,
    "solve": AT_WORK,
    "tell": RESOLVED,
    "confirm": (TOLD, IMPORTED_TOLD),
    "reopen": (TOLD, IMPORTED_TOLD),
}

# --- a department's task ---------------------------------------------------------------------

ASKED, REFUSED, DONE, CALLED_OFF = "asked", "refused", "done", "called_off"
TASK_STATES = (ASKED, ACCEPTED, DONE, REFUSED, CALLED_OFF)
TASK_OPEN = (ASKED, ACCEPTED)
TASK_COUNTS = (ASKED, ACCEPTED, DONE)
TASK_MOVES: dict[str, tuple[str, ...]] = {
    "accept": (ASKED,),
    "refuse": TASK_OPEN,
    "progress": (ACCEPTED,),
    "complete": (ACCEPTED,),
    "resume": (DONE,),
    "call_off": TASK_OPEN,
}

# --- a case of the library -------------------------------------------------------------------

DRAFT, WAITING, PUBLISHED, RETURNED, RETIRED = (
    *("draft", "waiting", "published"),
    *("returned", "retired"),
)
CASE_STATES = (DRAFT, WAITING, PUBLISHED, RETURNED, RETIRED)
CASE_MOVES: dict[str, tuple[str, ...]] = {
    "edit": (DRAFT, RETURNED),
    "submit": (DRAFT, RETURNED),
    "decide": (WAITING,),
    "retire": (PUBLISHED,),
}


def begins(kind: str, *, led: bool) -> str:
    """The state of a new ticket: asked at once where a department is to lead a problem."""
    return ASKED_STATE[kind] if led and kind in BY_DEPARTMENTS else REGISTERED


def is_resolved(state: str) -> bool:
    """Whether somebody has solved it and nobody has said since that it was not."""
    return state in (*STATUS_STATES["resolved"], *STATUS_STATES["closed"])


def may_be_solved(other_tasks: list[str]) -> bool:
    """The lead answers for the whole: first every assisting department has ended its part."""
    return not any(state in TASK_OPEN for state in other_tasks)


def belongs_to(subcategory: str, category: str) -> bool:
    """Whether a sub-class is one of a class: its code begins "technical."; others fit any."""
    head, dot, _tail = subcategory.partition(".")
    return not dot or head == category
