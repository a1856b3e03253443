"""Who may do what with return visits and their questionnaires (matrix 10, 11, 13)."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from crm.customers.access import manages, owns, supervises
from crm.customers.models import SALES_READERS
from crm.people import roles
from crm.people.models import Membership, User
from visits import states
from visits.models import (
    CORRECTION_LEADERS,
    FINDING_READERS,
    SAMPLE_READERS,
    VISIT_READERS,
    WORDS_READERS,
    CareRule,
    CareTask,
    ContactCheck,
    Correction,
    Draw,
    Opportunity,
    Questionnaire,
    QuestionnaireVersion,
    SurveyLink,
    Trigger,
    Visit,
    VisitAudit,
    VisitMail,
    VisitRule,
)

BY_HAND = (Trigger.LIST, Trigger.CAMPAIGN)
WRITERS = (roles.SERVICE_SUPERVISOR, roles.MARKETING_SUPERVISOR)
PLANNERS = (roles.SERVICE_SUPERVISOR, roles.SALES_SUPERVISOR)


def can_see_visits(user: User) -> bool:
    """Whether return visits are part of this person's work at all."""
    return user.reach.has(roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR, *VISIT_READERS)


def can_plan_visits(user: User) -> bool:
    """Supervisors of service and sales set up rules and bring lists."""
    return user.reach.has(*PLANNERS)


def plans_in(user: User, store_id: int | None, team_id: int | None = None) -> bool:
    """A service supervisor of the store, or a sales supervisor of the card's team."""
    served = user.reach.stores_as(roles.SERVICE_SUPERVISOR)
    return store_id in served or (
        team_id is not None and team_id in user.reach.teams_as(roles.SALES_SUPERVISOR)
    )


def can_see_rules(user: User) -> bool:
    """Supervisors, managers and general managers read the rules."""
    return user.reach.has(*PLANNERS, roles.MANAGER, roles.GENERAL_MANAGER)


def can_edit_rule(user: User, rule: VisitRule | CareRule) -> bool:
    """The service supervisor of the rule's store; one for all stores is for any of them."""
    stores = user.reach.stores_as(roles.SERVICE_SUPERVISOR)
    return bool(stores) if rule.store_id is None else rule.store_id in stores


def can_make_rules(user: User) -> bool:
    """The service supervisor makes rules, as they change them (matrix row 10, create)."""
    return user.reach.has(roles.SERVICE_SUPERVISOR)


def can_plan_list(user: User, rule: VisitRule) -> bool:
    """Supervisors bring lists, by rules that wait for one (matrix row 10, create)."""
    by_hand = rule.active and rule.trigger in BY_HAND
    return by_hand and can_plan_visits(user) and _holds_in(user, rule)


def _holds_in(user: User, rule: VisitRule) -> bool:
    stores = user.reach.stores_as(*PLANNERS)
    return bool(stores) if rule.store_id is None else rule.store_id in stores


def can_assign(user: User, visit: Visit) -> bool:
    """Who gives a visit to a visitor or takes it back (row 10, reassign)."""
    return visit.state in states.MOVES["assign"] and may_plan(user, visit)


def can_cancel(user: User, visit: Visit) -> bool:
    """The supervisor calls a visit off, with a reason."""
    return visit.state in states.MOVES["cancel"] and may_plan(user, visit)


def may_reopen(user: User, visit: Visit) -> bool:
    """Service's supervisor has a wrong entry made anew; nobody who is judged by it (4.6)."""
    return visit.store_id in leads_in(user) and user.pk not in visit.rated_ids


def can_reopen(user: User, visit: Visit) -> bool:
    """Whether there is an entry that this person may have made anew."""
    return visit.state in states.MOVES["reopen"] and may_reopen(user, visit)


def makes(user: User, visit: Visit) -> bool:
    """The visitor, or whoever stands in for them today (PR-24); nobody who is judged by it."""
    return visit.assignee_id in user.reach.own_ids and user.pk not in visit.rated_ids


def may_plan(user: User, visit: Visit) -> bool:
    """Whether assigning and calling off are this person's work: never of who is judged by it.

    Where that is a supervisor, the store's manager may as well (SoD 8, RV-41).
    """
    if user.pk in visit.rated_ids:
        return False
    manages = visit.store_id in user.reach.stores_as(roles.MANAGER)
    return plans_in(user, visit.store_id, visit.card.team_id) or (manages and _judges_lead(visit))


def _judges_lead(visit: Visit) -> bool:
    posts = Membership.objects.valid_on(timezone.localdate()).filter(role__in=PLANNERS)
    return posts.filter(user__in=visit.rated_ids).exists()


def can_invite(user: User, visit: Visit) -> bool:
    """Who hands a customer the questionnaire: the visitor, or service's supervisor.

    Nobody of sales: an answer is worth nothing where the one asked about held the link.
    """
    return visit.state in states.DUE and handles_visit(user, visit)


def can_see_invitations(user: User) -> bool:
    """Whoever hands customers links at all sends them to many: service alone."""
    return user.reach.has(roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR)


def handles_visit(user: User, visit: Visit) -> bool:
    """The visitor of service, and service's supervisor, also once the visit is over."""
    if user.pk in visit.rated_ids:
        return False
    serving = user.reach.has(roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR)
    return (serving and makes(user, visit)) or visit.store_id in leads_in(user)


def handles_mail(user: User, mail: VisitMail) -> bool:
    """Who writes down a reply and has a mail sent once more."""
    return handles_visit(user, mail.visit)


def leads_in(user: User) -> frozenset[int]:
    """The stores in which this person leads customer service."""
    return user.reach.stores_as(roles.SERVICE_SUPERVISOR)


def can_see_draws(user: User) -> bool:
    """Service's supervisor, and those above, see what is drawn and who won."""
    return user.reach.has(roles.SERVICE_SUPERVISOR, roles.MANAGER, roles.GENERAL_MANAGER)


def draws_in(user: User) -> int | None:
    """The store a service supervisor announces draws for: their own; None for anybody else."""
    stores, main = leads_in(user), user.reach.main
    if main is not None and main.store_id in stores:
        return main.store_id
    return min(stores, default=None)


def can_draw(user: User, draw: Draw) -> bool:
    """The service supervisor of the store draws the winners."""
    return draw.store_id in leads_in(user)


def can_see_links(user: User) -> bool:
    """Whether links in customers' hands are part of this person's work at all (P7)."""
    return user.reach.has(
        *(roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR, roles.MANAGER, roles.GENERAL_MANAGER)
    )


def can_revoke(user: User, link: SurveyLink) -> bool:
    """Who made it, and the service supervisor of its store."""
    return link.made_by_id in user.reach.own_ids or link.visit.store_id in leads_in(user)


def can_revoke_all(user: User) -> bool:
    """The service supervisor takes back all links of their stores at once."""
    return bool(leads_in(user))


def reads_words(user: User, visit: Visit) -> bool:
    """Whether the answers and notes may be read: never by whom the customer was asked about.

    A salesperson knows that a visit was made and its grade, not what was said (matrix 11, 13).
    """
    if user.pk in visit.rated_ids:
        return False
    return visit.assignee_id in user.reach.own_ids or user.reach.has(*WORDS_READERS)


def can_see_findings(user: User) -> bool:
    """What is known of other brands: service, sales and marketing supervisors, managers."""
    return user.reach.has(*FINDING_READERS, roles.GENERAL_MANAGER)


def can_answer_opportunity(user: User, opportunity: Opportunity) -> bool:
    """The customer's owner of today, or who is set over them."""
    if opportunity.state != states.OPEN:
        return False
    card = opportunity.card
    return owns(user, card) or supervises(user, card) or manages(user, card)


def can_see_visitors(user: User) -> bool:
    """Who visits, and how much each has to do, is for service supervisors and managers."""
    return user.reach.has(roles.SERVICE_SUPERVISOR, roles.MANAGER, roles.GENERAL_MANAGER)


def can_edit_visitors(user: User) -> bool:
    """The service supervisor says who visits (RV-23)."""
    return user.reach.has(roles.SERVICE_SUPERVISOR)


def can_edit_visitor(user: User, visitor: User, today: dt.date) -> bool:
    """The service supervisor of a store the visitor works in on the local date `today`."""
    stores = user.reach.stores_as(roles.SERVICE_SUPERVISOR)
    posts = visitor.memberships.valid_on(today)
    return posts.filter(store__in=stores).exists()


def can_see_audits(user: User) -> bool:
    """Auditors, visitors (their own, once published) and those set over them (row 12)."""
    return user.reach.has(*SAMPLE_READERS, roles.SERVICE_AGENT, roles.GENERAL_MANAGER)


def can_see_samples(user: User) -> bool:
    """Who reads how the visits to audit were drawn."""
    return user.reach.has(*SAMPLE_READERS, roles.GENERAL_MANAGER)


def audits(user: User, row: VisitAudit) -> bool:
    """The auditor who was given it: while they are away it goes to another one, to no deputy.

    Actions also ask who had a hand in the visit.
    """
    return row.auditor_id == user.pk and user.reach.has(roles.AUDITOR)


def was_audited(user: User, row: VisitAudit) -> bool:
    """The visitor whose record it is about; nobody appeals for them."""
    return row.visitor_id == user.pk


def can_see_checks(user: User) -> bool:
    """Auditors, whoever is in touch with customers, and those set over them (SA-03)."""
    return user.reach.has(roles.AUDITOR, *SALES_READERS)


def checks_contact(user: User, row: ContactCheck) -> bool:
    """The auditor who was given it. Actions also ask who leads whoever was in touch."""
    return row.auditor_id == user.pk and user.reach.has(roles.AUDITOR)


def can_settle(user: User, row: VisitAudit) -> bool:
    """The manager of the store: neither auditor nor visitor, nor in their place (row 12)."""
    manages = row.store_id in user.reach.stores_as(roles.MANAGER)
    return manages and not {row.auditor_id, row.visitor_id} & user.reach.own_ids


def can_pass_on(user: User, row: VisitAudit) -> bool:
    """Its auditor gives it to another one (row 12, reassign)."""
    return audits(user, row)


def can_finish(user: User, row: Correction) -> bool:
    """Its owner, or whoever stands in for them, says what was done (SA-04)."""
    return row.owner_id in user.reach.own_ids


def leads_correction(user: User, row: Correction) -> bool:
    """Who hands it over or calls it off: set over the store, and with no part in it."""
    leads = row.store_id in user.reach.stores_as(*CORRECTION_LEADERS)
    if row.is_opinion:  # who looks into it says what becomes of it: only the visitor is judged
        return leads and not _hands_in(row) & user.reach.own_ids
    return leads and not _takes_part(user, row)


def can_verify(user: User, row: Correction) -> bool:
    """The auditor who found it, or who is set over the store; never who has a part in it."""
    found = row.auditor_id == user.pk and user.reach.has(roles.AUDITOR)
    leads = row.store_id in user.reach.stores_as(*CORRECTION_LEADERS)
    return (found or leads) and not _takes_part(user, row)


def _takes_part(user: User, row: Correction) -> bool:
    """Its owner, whoever says it is done, the visitor it is about, or who stands in for one."""
    return bool((_hands_in(row) | {row.owner_id}) & user.reach.own_ids)


def _hands_in(row: Correction) -> set[int | None]:
    return {row.done_by_id, row.judged.pk if row.judged else None}


def can_see_questionnaires(user: User) -> bool:
    """Who writes or approves questionnaires reads them (row 13)."""
    return user.reach.has(*WRITERS, roles.MANAGER, roles.GENERAL_MANAGER)


def can_write_questionnaires(user: User) -> bool:
    """Supervisors of service and marketing write them (row 13, create)."""
    return user.reach.has(*WRITERS)


def can_write_questionnaire(user: User, sheet: Questionnaire) -> bool:
    """A supervisor of its store; one for all stores is for any of them."""
    return writes_for(user, sheet.store_id)


def writes_for(user: User, store_id: int | None) -> bool:
    """Whether this person writes questionnaires of that store, or of all where None."""
    stores = user.reach.stores_as(*WRITERS)
    return bool(stores) if store_id is None else store_id in stores


def decides_questionnaire(user: User, sheet: Questionnaire) -> bool:
    """The manager of its store or a general manager; one for all stores: a general manager."""
    managed = user.reach.stores_as(roles.MANAGER)
    return user.reach.has(roles.GENERAL_MANAGER) or sheet.store_id in managed


def wrote_version(user: User, version: QuestionnaireVersion) -> bool:
    """Whether they, or whom they stand in for, worked on it before it is approved."""
    hands = {version.author_id, *(person.pk for person in version.editors.all())}
    return bool(hands & user.reach.own_ids)


def can_decide_version(user: User, version: QuestionnaireVersion) -> bool:
    """Who decides on the questionnaire and did not work on it (row 13, approve; 1.4)."""
    return decides_questionnaire(user, version.questionnaire) and not wrote_version(user, version)


def can_supervise_visits(user: User) -> bool:
    """Who compares visitors: the service supervisor, the manager, the general manager (SA-13)."""
    return user.reach.has(roles.SERVICE_SUPERVISOR, roles.MANAGER, roles.GENERAL_MANAGER)


def can_see_care(user: User) -> bool:
    """Whether greeting customers is part of this person's work at all."""
    serving = (roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR)
    return user.reach.has(*serving, *SALES_READERS) or bool(user.reach.stands_in_for)


def can_assign_care(user: User, task: CareTask) -> bool:
    """The service supervisor of the store, the sales supervisor of the card's team."""
    return plans_in(user, task.store_id, task.card.team_id)


def does_care(user: User, task: CareTask) -> bool:
    """Whoever has the task or stands in for them today, and who gives it out."""
    return task.assignee_id in user.reach.own_ids or can_assign_care(user, task)
