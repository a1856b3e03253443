"""What becomes of a plan whose customer is erased (D48)."""

from __future__ import annotations

import datetime as dt

from crm.customers.models import Card
from crm.notices import actions as notices
from crm.notices.models import About
from crm.people.models import User
from crm.records import audit
from crm.records.actions import transition
from followups import states
from followups.actions.planning import live_plan, refresh_next, thread
from followups.actions.plans import end_plan
from followups.models import PlannedContact

REASON = "erased"


def close_erased(card: Card, *, by: User | None, now: dt.datetime) -> None:
    """End the plan and everything still to ring, and leave the figures of the past alone.

    What a plan in force missed stays missed, so that erasing a customer improves no figure;
    what was still to come is called off.
    """
    plan = live_plan(card)
    if plan is not None and plan.state not in states.IN_FORCE:
        end_plan(plan, to=states.CANCELLED, by=by, reason=REASON, now=now)
    elif plan is not None:
        before = plan.state
        transition(plan, frm=states.IN_FORCE, to=states.COMPLETED)
        PlannedContact.objects.filter(plan=plan, state=states.PLANNED, due_at__gte=now).update(
            state=states.CANCELLED, closed_at=now, closed_reason=REASON
        )
        steps = PlannedContact.objects.filter(plan=plan)
        notices.cancel(about=[About.of(plan), *map(About.of, steps)], reason=REASON, now=now)
        refresh_next(card)
        audit.record(
            "followups.plan_completed",
            by=by,
            obj=plan,
            before={"state": before},
            after={"state": plan.state},
            at=now,
        )
    notices.cancel(subject=thread(card), reason=REASON, now=now)
