"""States of reports, of improvement measures and of what teams answer (4.9). Pure."""

from __future__ import annotations

DRAFT = "draft"
SENT = "sent"
REPORT_STATES = (DRAFT, SENT)

PROPOSED = "proposed"
DECIDED = "decided"
IN_PROGRESS = "in_progress"
CHECKED = "checked"
CLOSED = "closed"
DECLINED = "declined"
MEASURE_STATES = (PROPOSED, DECIDED, IN_PROGRESS, CHECKED, CLOSED, DECLINED)
# Somebody still has to do something about it.
OPEN = (PROPOSED, DECIDED, IN_PROGRESS, CHECKED)
# It has an owner and a day it is due.
IN_HAND = (DECIDED, IN_PROGRESS)
# verb → states it may start from; an effect that is not there yet leaves the measure in progress.
MOVES: dict[str, tuple[str, ...]] = {
    "decide": (PROPOSED,),
    "decline": (PROPOSED,),
    "begin": (DECIDED,),
    "check": (IN_PROGRESS,),
    "close": (CHECKED,),
}

# What a sales team does about feedback on its follow-up (RV-42); "not yet" asks it again.
ASKED = "asked"
ANSWERED = "answered"
SEEN = "seen"
RESPONSES = (ASKED, ANSWERED, SEEN)

# A managers' report (RP-09): its figures are taken, then a manager signs it. One that was wrong
# is followed by another edition, which is signed anew.
TAKEN = "taken"
SIGNED = "signed"
CORRECTED = "corrected"
PERIOD_REPORT = (TAKEN, SIGNED, CORRECTED)
