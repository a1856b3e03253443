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
INVESTIGATING, PROPOSED, APPROVING = "investigating", "proposed", "approving"
APPROVED, REPLIED, VISITED = "approved", "replied", "visited"
WITHDRAWN, REJECTED = "withdrawn", "rejected"
CANCELLED = STATUS_STATES["cancelled"]
SETTLED = STATUS_STATES["resolved"] + STATUS_STATES["closed"] + CANCELLED
ENDED = STATUS_STATES["closed"] + CANCELLED
ALL = tuple(state for group in STATUS_STATES.values() for state in group)
NOT_ENDED = tuple(state for state in ALL if state not in ENDED)

# --- worked off by departments ---------------------------------------------------------------

COMPLAINT, PROBLEM, HELP = "complaint", "problem", "help"
PRAISE, SUGGESTION, INQUIRY = "praise", "suggestion", "inquiry"
BY_DEPARTMENTS = (PROBLEM, HELP)
# No complaint: kept all the same, answered and closed at once (CP-29).
OPINIONS = (PRAISE, SUGGESTION, INQUIRY)
BY_SERVICE = (COMPLAINT, *OPINIONS)
# What turns out to be no complaint may go on as one of these, in a ticket of its own (4.7).
GOES_ON_AS = (INQUIRY, SUGGESTION)
# A complaint's departments find the cause; what it is answered with is decided after that.
TO_DEPARTMENTS = (COMPLAINT, *BY_DEPARTMENTS)
ASKED_STATE = {PROBLEM: ROUTED, HELP: SENT, COMPLAINT: CLASSIFIED}
SOLVED_STATE = {PROBLEM: SOLVED, HELP: ANSWERED}
# Nobody has a lead's yes yet, and a lead is at it.
UNANSWERED = (REGISTERED, CLASSIFIED, ROUTED, SENT)
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

# A problem that turns out to be a complaint goes on from where it stands: department asked,
# at work (4.6).
AS_COMPLAINT = {
    REGISTERED: REGISTERED,
    CLASSIFIED: CLASSIFIED,
    REOPENED: REOPENED,
    ROUTED: CLASSIFIED,
    ACCEPTED: "investigating",
    IN_PROGRESS: "investigating",
}

# --- a complaint --------------------------------------------------------------------------------

# Its own way begins where the cause is looked for and ends with the customer's word (CP-10, CP-22).
LOOKED_INTO = (REGISTERED, CLASSIFIED, INVESTIGATING, REOPENED)
UNDECIDED = (*LOOKED_INTO, PROPOSED, "correcting")
# Two tickets become one while nothing was proposed for the one that ends (CP-32): one that came
# back was answered before, and stays in the figures.
MERGED_FROM = tuple(
    state for state in STATUS_STATES[OPEN] + STATUS_STATES["investigating"] if state != REOPENED
)
# The customer is given a date and no outcome yet (CP-20).
NOT_DECIDED = (*UNDECIDED, APPROVING)
COMPLAINT_MOVES: dict[str, tuple[str, ...]] = {
    "propose": UNDECIDED,
    "submit": UNDECIDED,
    "take_back": (APPROVING,),
    "decide": (APPROVING,),
    "reply": (APPROVED,),
    "content": (REPLIED,),
    "reopen": (REPLIED, VISITED, CLOSED),
    "close": (REPLIED, VISITED),
    "withdraw": (*UNDECIDED, APPROVING, APPROVED),
    "reject": (REGISTERED, CLASSIFIED),
    # How it was verified is written down while the cause is looked for; its head's word may come
    # until the customer has the answer (CP-14).
    "verify": UNDECIDED,
    "opine": (*UNDECIDED, APPROVING, APPROVED),
    # Whom it is about is asked once the customer has the answer (CP-22).
    "ask_colleague": (REPLIED, VISITED, CLOSED),
}

# --- how it was verified (CP-14) -----------------------------------------------------------------

BY_PAPERS, BY_VISIT, IN_WORKSHOP, BY_DRIVE, BY_THIRD_PARTY = METHODS = (
    *("papers", "onsite", "workshop"),
    *("drive", "third"),
)
CONFORMS, FAULTY, UNCLEAR = RESULTS = ("conforms", "faulty", "unclear")

# --- what a complaint is answered with -----------------------------------------------------------

OFFER_DRAFT, OFFER_WAITING, OFFER_APPROVED = "draft", "waiting", "approved"
OFFER_RETURNED, OFFER_REFUSED, OFFER_VOID = "returned", "refused", "void"
PROPOSAL_STATES = (
    *(OFFER_DRAFT, OFFER_WAITING, OFFER_APPROVED),
    *(OFFER_RETURNED, OFFER_REFUSED, OFFER_VOID),
)
PROPOSAL_OPEN = (OFFER_DRAFT, OFFER_WAITING)
PROPOSAL_MOVES: dict[str, tuple[str, ...]] = {
    "edit": (OFFER_DRAFT,),
    "submit": (OFFER_DRAFT,),
    "take_back": (OFFER_WAITING,),
    "decide": (OFFER_WAITING,),
    "void": PROPOSAL_OPEN,
}

# --- what is put right after a complaint (CP-10) --------------------------------------------------

TO_DO, STARTED, REPORTED, VERIFIED = "to_do", "started", "reported", "verified"
CORRECTION_STATES = (TO_DO, STARTED, REPORTED, VERIFIED)
# With its owner: not reported yet, begun or not.
WITH_OWNER = (TO_DO, STARTED)
CORRECTION_MOVES: dict[str, tuple[str, ...]] = {
    "start": (TO_DO,),
    "report": WITH_OWNER,
    "verify": (REPORTED,),
}
# What was our own doing, in part or wholly: there something is put right.
OWN_FAULT = ("service", "shared")

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


def after_lead(kind: str, verb: str, state: str) -> str:
    """Where a ticket stands once its lead has accepted, refused or reported.

    A complaint past its looking into is moved by no department any more.
    """
    if kind != COMPLAINT:
        return {"accept": ACCEPTED, "progress": IN_PROGRESS, "refuse": CLASSIFIED}[verb]
    if state not in LOOKED_INTO:
        return state
    return CLASSIFIED if verb == "refuse" else INVESTIGATING


def lead_moves(kind: str, verb: str) -> tuple[str, ...]:
    """From which states a lead's word moves a ticket or leaves it where it is.

    A complaint's lead answers until it has ended, also after the customer has the answer.
    """
    return NOT_ENDED if kind == COMPLAINT else MOVES[verb]


def lead_is_called_off(kind: str, state: str) -> bool:
    """Whether a lead is called off by itself: no other can be asked to lead any more."""
    return kind == COMPLAINT and state in NOT_ENDED and state not in MOVES["route"]


def may_be_solved(other_tasks: list[str]) -> bool:
    """The lead answers for the whole: first every assisting department has ended its part."""
    return not any(state in TASK_OPEN for state in other_tasks)


def owes_correction(liability: str, *, given: bool, spared: bool) -> bool:
    """Whether our own fault still asks for a corrective task or the reason why none (CP-10)."""
    return liability in OWN_FAULT and not given and not spared


def belongs_to(subcategory: str, category: str) -> bool:
    """Whether a sub-class is one of a class: its code begins "technical."; others fit any."""
    head, dot, _tail = subcategory.partition(".")
    return not dot or head == category
