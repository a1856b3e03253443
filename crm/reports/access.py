"""Who may read figures, and who may ask a salesperson to get in touch."""

from __future__ import annotations

from dataclasses import dataclass

from crm.people import roles
from crm.people.models import Store, Team, User
from crm.people.roles import Reach
from crm.reports.models import READERS as REPORT_READERS
from crm.reports.models import Measure, PeriodReport, ReportView, TeamResponse, VisitReport
from followups.models import PlannedContact

# Marketing reads what its store comes to, and nobody's figures by name.
LEADS = (roles.MANAGER, roles.SERVICE_SUPERVISOR)
OF_A_STORE = (roles.MANAGER, roles.SERVICE_SUPERVISOR, roles.MARKETING_SUPERVISOR)
READERS = (roles.GENERAL_MANAGER, *OF_A_STORE, roles.SALES_SUPERVISOR, roles.SALESPERSON)
# Matrix row 19: a salesperson reads their figures and takes nothing out.
TAKERS = frozenset({*LEADS, roles.SALES_SUPERVISOR, roles.GENERAL_MANAGER})
TARGET_SETTERS = (roles.GENERAL_MANAGER, roles.MANAGER)


@dataclass(frozen=True)
class BoardReach:
    """Whose figures somebody may read: everybody's, stores', teams', their own (matrix row 19).

    Of the people of `named_ids` and of their own teams they also read each one's; of other stores
    the sums alone.
    """

    everything: bool
    store_ids: frozenset[int]
    named_ids: frozenset[int]
    team_ids: frozenset[int]
    own_id: int

    def names(self, store_id: int | None, team_id: int | None) -> bool:
        """Whether they read the figures of each person there; no store is every store."""
        return self.everything or store_id in self.named_ids or team_id in self.team_ids


def board_reach(reach: Reach) -> BoardReach:
    """What the posts held today allow."""
    return BoardReach(
        everything=reach.has(roles.GENERAL_MANAGER),
        store_ids=reach.stores_as(*OF_A_STORE),
        named_ids=reach.stores_as(*LEADS),
        team_ids=reach.teams_as(roles.SALES_SUPERVISOR),
        own_id=reach.user_id,
    )


def can_see_board(user: User) -> bool:
    """Those with a team, a store or everything to answer for, and a salesperson for their own."""
    return user.reach.has(*READERS)


def can_open_report(user: User, report: str) -> bool:
    """Whether a report is this person's; whose figures it holds is asked by its page."""
    return report in ReportView.Report.values and can_see_board(user)


def can_take_figures_out(user: User) -> bool:
    """Who takes figures out: a salesperson and marketing read theirs and take out nothing."""
    return user.reach.has(*TAKERS)


def reads_answers(user: User, store_id: int | None) -> bool:
    """Who may open what customers answered about people: service's lead and the management.

    Sales and marketing read sums of several answers (matrix 13, RV-42). None is every store.
    """
    if user.reach.has(roles.GENERAL_MANAGER):
        return True
    return store_id in user.reach.stores_as(roles.SERVICE_SUPERVISOR, roles.MANAGER)


def can_see_reports(user: User) -> bool:
    """Whether reports on return visits are this person's: service's lead and the management."""
    return user.reach.has(roles.GENERAL_MANAGER, *REPORT_READERS)


def can_make_reports(user: User) -> bool:
    """The service supervisor makes the report of a store (RP-10)."""
    return bool(user.reach.stores_as(roles.SERVICE_SUPERVISOR))


def can_write_report(user: User, report: VisitReport) -> bool:
    """The service supervisor of its store."""
    return report.store_id in user.reach.stores_as(roles.SERVICE_SUPERVISOR)


def decides_in(user: User, store_id: int | None) -> bool:
    """The management: the store's manager, and general managers."""
    if user.reach.has(roles.GENERAL_MANAGER):
        return True
    return store_id in user.reach.stores_as(roles.MANAGER)


def can_propose(user: User, report: VisitReport) -> bool:
    """Who wrote the report, and the management."""
    return can_write_report(user, report) or decides_in(user, report.store_id)


def can_see_measures(user: User) -> bool:
    """Everybody may be the owner of a measure but who has no customers' data."""
    held = user.reach.roles - {roles.ADMIN, roles.PRIVACY_OFFICER}
    return bool(held)


def can_decide(user: User, measure: Measure) -> bool:
    """The management decides what is done, by whom and until when, and closes it."""
    return decides_in(user, measure.store_id)


def can_begin(user: User, measure: Measure) -> bool:
    """Its owner, or whoever stands in for them."""
    return measure.owner_id in user.reach.own_ids


def can_check(user: User, measure: Measure) -> bool:
    """Service's lead or the management, but never its owner nor who stands in for them (4.9)."""
    leads = can_write_report(user, measure.report) or decides_in(user, measure.store_id)
    return leads and measure.owner_id not in user.reach.own_ids


def can_remind_people(user: User) -> bool:
    """Who sets somebody over others: supervisors and managers."""
    return user.reach.has(roles.SALES_SUPERVISOR, roles.MANAGER)


def can_remind(user: User, planned: PlannedContact) -> bool:
    """The supervisor of the assignee's team or the card's, and the store's manager."""
    teams = user.reach.teams_as(roles.SALES_SUPERVISOR)
    stores = user.reach.stores_as(roles.MANAGER)
    return planned.team_id in teams or planned.card.team_id in teams or planned.store_id in stores


def can_see_responses(user: User) -> bool:
    """What teams do about feedback: service's lead, their supervisors, the management (RV-42)."""
    return user.reach.has(*REPORT_READERS, roles.GENERAL_MANAGER, roles.SALES_SUPERVISOR)


def can_ask_teams(user: User) -> bool:
    """Service passes on what customers said about the follow-up."""
    return bool(user.reach.stores_as(roles.SERVICE_SUPERVISOR))


def can_ask_team(user: User, team: Team) -> bool:
    """The service supervisor of the team's store."""
    return team.store_id in user.reach.stores_as(roles.SERVICE_SUPERVISOR)


def can_answer_team(user: User, response: TeamResponse) -> bool:
    """The supervisor of the team."""
    return response.team_id in user.reach.teams_as(roles.SALES_SUPERVISOR)


def can_check_response(user: User, response: TeamResponse) -> bool:
    """Service's lead and the management, never who answered nor who stands in for them."""
    leads = response.store_id in user.reach.stores_as(*REPORT_READERS)
    everywhere = user.reach.has(roles.GENERAL_MANAGER)
    return (leads or everywhere) and response.answered_by_id not in user.reach.own_ids


def can_see_period_reports(user: User) -> bool:
    """Whether the managers' reports are this person's: service's lead and the management."""
    return can_see_reports(user)


def can_open_archive(user: User) -> bool:
    """Whoever reads a store's reports, and sales supervisors, who read their team's (row 19)."""
    return can_see_period_reports(user) or user.reach.has(roles.SALES_SUPERVISOR)


def reads_whole(user: User, report: PeriodReport) -> bool:
    """Whether all of a report is for somebody; else what of it is about teams they lead."""
    if user.reach.has(roles.GENERAL_MANAGER):
        return True
    return report.store_id in user.reach.stores_as(*REPORT_READERS)


def can_sign(user: User, report: PeriodReport) -> bool:
    """The store's manager; that of the group the general manager (matrix row 19)."""
    if report.store_id is None:
        return user.reach.has(roles.GENERAL_MANAGER)
    return report.store_id in user.reach.stores_as(roles.MANAGER)


def can_correct(user: User, report: PeriodReport) -> bool:
    """Whoever signs it says that it is wrong, and why; its figures nobody edits (matrix row 19)."""
    return can_sign(user, report)


def can_set_targets(user: User) -> bool:
    """Managers for their stores, general managers for everybody (PR-09)."""
    return user.reach.has(*TARGET_SETTERS)


def can_set_target(user: User, store: Store | None) -> bool:
    """Whether somebody sets the targets of that store and its people, or of everybody."""
    if user.reach.has(roles.GENERAL_MANAGER):
        return True
    return store is not None and store.pk in user.reach.stores_as(roles.MANAGER)


def can_take_out(user: User, report: PeriodReport) -> bool:
    """Service's lead and the management take its figures out (matrix row 19)."""
    return reads_whole(user, report)


def can_take_cut(user: User, report: PeriodReport) -> bool:
    """A sales supervisor takes out the figures of their team (matrix row 19)."""
    teams = Team.objects.filter(pk__in=user.reach.teams_as(roles.SALES_SUPERVISOR))
    return teams.filter(store=report.store_id).exists()
