"""Verbs of return visits; the only place that changes them."""

from visits.actions.assigning import assign_visit, assign_visits, assign_waiting
from visits.actions.ending import (
    appoint_visit,
    cancel_visit,
    decline_visit,
    give_up_visit,
    try_visit,
)
from visits.actions.hearing import Finding, Heard
from visits.actions.links import make_link, revoke_link, revoke_links
from visits.actions.making import FORM, Made, Problem, complete_visit, keep_answers
from visits.actions.opportunities import dismiss_opportunity, take_opportunity
from visits.actions.planning import (
    Planned,
    plan_after_answer,
    plan_after_delivery,
    plan_all,
    plan_list,
    plan_rule,
    plan_visits,
)
from visits.actions.rules import change_rule
from visits.actions.seeding import seed_visits
from visits.actions.surveys import (
    LinkClosed,
    Submitted,
    answer_survey,
    save_survey,
    unsubscribe,
)
from visits.actions.visitors import change_visitor

__all__ = [
    "FORM",
    "Finding",
    "Heard",
    "LinkClosed",
    "Made",
    "Planned",
    "Problem",
    "Submitted",
    "answer_survey",
    "appoint_visit",
    "assign_visit",
    "assign_visits",
    "assign_waiting",
    "cancel_visit",
    "change_rule",
    "change_visitor",
    "complete_visit",
    "decline_visit",
    "dismiss_opportunity",
    "give_up_visit",
    "keep_answers",
    "make_link",
    "plan_after_answer",
    "plan_after_delivery",
    "plan_all",
    "plan_list",
    "plan_rule",
    "plan_visits",
    "revoke_link",
    "revoke_links",
    "save_survey",
    "seed_visits",
    "take_opportunity",
    "try_visit",
    "unsubscribe",
]
