"""What a visit brings up about our own work: somebody has to look at once (SA-02, SA-03, 4.6)."""

from __future__ import annotations

import datetime as dt

from crm.notices import actions as notices
from crm.notices.models import About
from crm.people import roles
from crm.people.models import User
from crm.rulebook.queues import numbers_for
from followups.models import Contact, Direction, Outcome, Purpose
from visits.actions.correcting import keep_opinion
from visits.models import Visit
from visits.questions import ABOUT_THE_VISIT, BAD_GRADES, CONTACTED, Answers, Form


def tell_of_opinion(visit: Visit, form: Form, answers: Answers, *, now: dt.datetime) -> None:
    """The service supervisor learns at once that a customer was not content with the visit.

    It is theirs to look into by a day. The manager where the supervisor made it; the manager as
    well of follow-up that the customer knows nothing of. What was said stands on the visit alone
    (SA-02, SA-03).
    """
    _tell_of_denial(visit, form, answers, now=now)
    given = form.measured(ABOUT_THE_VISIT, answers)
    if given is None or given.number not in BAD_GRADES or visit.assignee is None:
        return
    keep_opinion(visit, now=now)
    own = visit.store_id in visit.assignee.reach.stores_as(roles.SERVICE_SUPERVISOR)
    role = roles.MANAGER if own else roles.SERVICE_SUPERVISOR
    _tell(
        notices.Desk(role, visit.store_id), "visit_opinion_bad", visit, now=now,
        visitor=visit.assignee.name,
    )  # fmt: skip


def _tell_of_denial(visit: Visit, form: Form, answers: Answers, *, now: dt.datetime) -> None:
    """A customer says that nobody was in touch, and the log has a talk of sales with them."""
    asked = {question.key for question in form.asked(answers)} & answers.keys()
    if CONTACTED not in asked or answers[CONTACTED].number != 0:
        return
    days = numbers_for(visit.store_id).sample_contacted_days
    talks = Contact.objects.filter(
        card=visit.card_id,
        direction=Direction.OUT,
        purpose=Purpose.SALES,
        outcome=Outcome.REACHED,
        occurred_at__range=(now - dt.timedelta(days=days), now),
    )
    talk = talks.select_related("staff").order_by("-occurred_at", "-pk").first()
    if talk is not None:
        desk = notices.Desk(roles.MANAGER, visit.store_id)
        _tell(desk, "contact_denied", visit, now=now, staff=talk.staff.name)


def ask_for_number(visit: Visit, outcome: str, *, now: dt.datetime) -> None:
    """The customer's salesperson is asked to put a number right that reached somebody else.

    The team's supervisor where nobody owns the card. Any other outcome asks nothing.
    """
    if outcome != Outcome.WRONG_NUMBER:
        return
    card = visit.card
    desk = notices.Desk(roles.SALES_SUPERVISOR, card.store_id, card.team_id)
    _tell(card.owner or desk, "number_wrong", visit, now=now, link=("home:card", card.public_id))


def _tell(
    to: User | notices.Desk,
    kind: str,
    visit: Visit,
    *,
    now: dt.datetime,
    link: tuple[str, str] | None = None,
    **data: str,
) -> None:
    notices.tell(
        to=to,
        kind=kind,
        occasion=f"visit:{visit.public_id}/{kind}",
        about=About.of(visit),
        subject=f"visit:{visit.public_id}",
        link=link or ("visits:visit", visit.public_id),
        data={"customer": visit.card.customer.name, **data},
        now=now,
    )
