"""Whether a visit has been tried often enough to close as not reached (RV-30, N-25)."""

from __future__ import annotations

import datetime as dt

from crm.rulebook.queues import rules_for
from followups.models import Outcome
from visits import due
from visits.models import Visit

IN_VAIN = (Outcome.NO_ANSWER, Outcome.ABSENT, Outcome.WRONG_NUMBER)


def tried_enough(visit: Visit, *, at: dt.datetime | None = None) -> bool:
    """Whether its tries in vain are enough, together with one at the moment `at` where given."""
    numbers, calendar = rules_for(visit.store_id)
    tries = list(visit.attempts.filter(outcome__in=IN_VAIN).values_list("at", flat=True))
    moments = tries if at is None else [*tries, at]
    return due.tried_enough(moments, numbers=numbers, calendar=calendar)
