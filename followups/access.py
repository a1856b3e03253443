"""Who may plan, decide and log, judged from the person's posts and the row alone (matrix 5, 6)."""

from __future__ import annotations

from crm.customers import access as customers
from crm.customers.models import Card
from crm.people import roles
from crm.people.models import User
from followups import states
from followups.models import PLAN_READERS, Plan, PlannedContact

CONTACT_WRITERS = (
    *(roles.SALESPERSON, roles.SALES_SUPERVISOR, roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR),
    roles.HANDLER,
)


def can_plan(user: User, card: Card) -> bool:
    """The owner of the card or who stands in for them; a supervisor for a member of the team."""
    return customers.owns(user, card) or customers.supervises(user, card)


def can_edit_plan(user: User, plan: Plan) -> bool:
    """Whoever may plan for the card, while nobody has been asked to decide."""
    return plan.state in states.EDITABLE and can_plan(user, plan.card)


def can_take_back(user: User, plan: Plan) -> bool:
    """Whoever may plan for the card, while the plan waits."""
    return plan.state == states.SUBMITTED and can_plan(user, plan.card)


def leads(user: User, plan: Plan) -> bool:
    """A supervisor of the card's team or the store's manager at this moment.

    Never the author nor the card's owner, nor who stands in for them (security.md 1.4).
    """
    own = {plan.author_id, plan.card.owner_id}
    if own & user.reach.own_ids:
        return False
    return customers.supervises(user, plan.card) or customers.manages(user, plan.card)


def worked_on(user: User, plan: Plan) -> bool:
    """Whether they, or whom they stand in for, edited or submitted what waits for approval.

    Reads `editors`; a list of plans is given `prefetch_related("editors")`.
    """
    return any(person.pk in user.reach.own_ids for person in plan.editors.all())


def can_decide(user: User, plan: Plan) -> bool:
    """Who leads the plan and did not edit or submit it: nobody approves their own work."""
    return leads(user, plan) and not worked_on(user, plan)


def decides(user: User) -> bool:
    """Whether plans of others wait for this person at all."""
    return user.reach.has(roles.SALES_SUPERVISOR, roles.MANAGER)


def can_cancel_plan(user: User, plan: Plan) -> bool:
    """Who leads it, also after editing it: giving a customer up is not the owner's alone."""
    return plan.is_live and leads(user, plan)


def can_reschedule(user: User, planned: PlannedContact) -> bool:
    """Whoever may plan for the card; the person it is assigned to."""
    return planned.assignee_id in user.reach.own_ids or can_plan(user, planned.card)


def can_cancel_planned(user: User, planned: PlannedContact | Plan) -> bool:
    """A supervisor of the card's team or the store's manager (requirements 4.2)."""
    return customers.supervises(user, planned.card) or customers.manages(user, planned.card)


def can_log(user: User, card: Card) -> bool:
    """Owner, deputy, team supervisor; service of the store; a handler on their open case.

    The case is read from `has_case` of `CardQuerySet.with_case`.
    """
    if can_plan(user, card):
        return True
    service = user.reach.stores_as(roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR)
    if card.store_id in service:
        return True
    return user.reach.has(roles.HANDLER) and bool(getattr(card, "has_case", False))


def logs_contacts(user: User) -> bool:
    """Whether this person logs contacts at all (matrix row 6, create)."""
    return user.reach.has(*CONTACT_WRITERS) or bool(user.reach.stands_in_for)


def can_enter_late(user: User, card: Card) -> bool:
    """A contact further back than the limit is entered by a supervisor (CL-12)."""
    return customers.supervises(user, card) or customers.manages(user, card)


def reads_plans(user: User) -> bool:
    """Whether plans can be in this person's scope at all (matrix row 5)."""
    return user.reach.has(*PLAN_READERS) or bool(user.reach.stands_in_for)
