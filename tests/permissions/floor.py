"""The sales floor the permission tests walk over: the same rows for Lin, her neighbours, Otto.

For each right there is a row inside its scope and the nearest row outside it: what is a
colleague's for an own right, the next team's for a team right, the other store's for a store
right, the same store's without a case for a case right.
"""

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from crm.customers.models import Card, OwnershipConflict
from crm.exchange.models import ExportJob, ImportJob
from crm.exchange.sheets.kept import Kept
from crm.notices.models import Channel, Delivery, Heartbeat, Notice, Reminder
from crm.notices.queues import TICKER
from crm.people.models import Delegation, Device, OneTimeLink, RoleGrant, Store, Team, User
from crm.reports.models import Measure, PeriodReport, ReportView
from crm.reports.weekly.figures import OF_GROUPS
from crm.rulebook.models import CalendarDay, Option
from crm.rulebook.sources import BY_HAND
from followups.models import Plan, PlanDecision
from tests import caring, people
from tests.people import NOW, Cast
from tests.permissions import answers, problems
from tests.records.samples import make_file
from tests.visits.audits import audits_of, make_correction, make_drawn

NAMES = {
    "salesperson": "lin",
    "sales_supervisor": "chen",
    "service_agent": "wu",
    "service_supervisor": "xu",
    "marketer": "mia",
    "marketing_supervisor": "mona",
    "handler": "tang",
    "auditor": "vera",
    "reception": "fang",
    "manager": "shen",
    "general_manager": "bai",
    "privacy_officer": "pan",
    "admin": "adele",
}
NEAREST_OUTSIDE = {"own": "zhou", "case": "zhou", "team": "ma", "store": "otto", "none": "otto"}


@dataclass
class Floor:
    """The cast and, for each salesperson and kind of row, one row."""

    cast: Cast
    rows: dict[tuple[str, str], Any] = field(default_factory=dict)

    def actor(self, role: str) -> User:
        """Who holds this role in Pudong."""
        user: User = getattr(self.cast, NAMES.get(role, "lin"))
        return user

    def inside(self, role: str, target: str, scope: str) -> Any:
        """A row of the kind ``target`` that lies within ``scope`` for this role."""
        name, actor = NAMES.get(role, "lin"), self.actor(role)
        if target == "approved_plan" and scope != "none":
            decide(self.rows["lin", target], actor)
        if (name, target) in self.rows and scope in {"own", "none"}:
            return self.rows[name, target]
        if scope == "own" and target in OF_A_PERSON:
            return OF_A_PERSON[target](self.rows["lin", "card"], actor)
        return self.rows["lin", target]

    def outside(self, role: str, target: str, scope: str) -> Any:
        """The nearest row of that kind beyond ``scope``; any other store's for ``all``."""
        return self.rows[NEAREST_OUTSIDE.get(scope, "otto"), target]


def one_of_each(floor: Floor, owner: User) -> None:
    """The rows of one salesperson: a card with a submitted plan, contacts, order, visit, ticket."""
    card = people.make_card(owner)
    plan = people.make_plan(card, state="submitted", submitted_at=NOW)
    visit = people.make_visit(card, NOW.date())
    fresh = people.make_card(owner, name="王芳")
    draft = people.make_plan(fresh, state="draft")
    rows = {
        "card": card,
        "fresh_card": fresh,
        "plan": plan,
        "draft_plan": draft,
        "planned_contact": people.make_planned(plan, NOW + dt.timedelta(hours=2)),
        "contact": people.make_contact(card, NOW - dt.timedelta(minutes=10)),
        "order": people.make_order(people.make_card(owner, name="赵磊"), NOW),
        "visit": visit,
        "visitor": visitor_beside(owner, floor.cast),
        "finding": people.make_finding(visit),
        "opportunity": people.make_opportunity(visit),
        "visit_rule": people.make_visit_rule(card.store),
        "care_task": caring.make_care_task(card),
        "care_rule": caring.make_care_rule(card.store),
        "survey_token": make_survey(card) if owner == floor.cast.lin else "no-such-questionnaire",
        "visit_mail": people.make_visit_mail(people.make_visit(card, NOW.date())),
        "draw": people.make_draw(card.store, owner),
        "survey_link": people.make_survey_link(people.make_visit(card, NOW.date()))[0],
        **audits_of(floor.cast, card),
        **questionnaires(floor.cast, card.store),
        "ticket": people.make_ticket(card, NOW - dt.timedelta(hours=3)),
        "promise": people.make_promise(card, NOW + dt.timedelta(hours=3)),
        "visit_report": people.make_visit_report(card.store, owner),
        "measure": make_measure(card, owner),
        "period_report": a_report_of(card.store),
        "report_view": make_view(owner),
        "team_response": caring.make_team_response(card.team, floor.cast.xu),
        "answered_response": caring.make_team_response(
            card.team, floor.cast.xu, state="answered", done="减少电话", answered_at=NOW
        ),
        "conflict": make_conflict(card, CLAIMANTS[owner.username](floor.cast)),
        "user": owner,
        "membership": owner.memberships.get(),
        "grant": make_grant(owner, floor.cast.adele),
        "absence": make_absence(owner, floor.cast.chen),
        "device": make_device(owner),
        "link": make_link(owner) if owner == floor.cast.lin else "no-such-link",
        "approved_plan": people.make_plan(people.make_card(owner, name="孙丽")),
        "notice": make_notice(owner),
        "dead_delivery": make_send(owner, "dead"),
        "doubtful_delivery": make_send(owner, "unknown"),
        "dead_reminder": make_bell(owner, "dead"),
        "channel": Channel.objects.get_or_create(name="sms", per_minute=60, per_day=500)[0],
        "import_job": make_import(owner),
        "export_job": make_export(owner),
        "erasure": people.make_erasure(people.make_card(owner, "吴忘"), floor.cast.wu),
        "approved_erasure": people.make_erasure(
            people.make_card(owner, "郑忘"),
            floor.cast.wu,
            state="approved",
            decided_by=floor.cast.pan,
            decided_at=NOW,
        ),
        "department": floor.cast.technical,
        "store": card.store,
        "team": card.team,
        "number": SimpleNamespace(place=card.store.public_id, key="cycle_days_h"),
        "calendar_day": closing_day(card.store),
        "option": Option.objects.get(kind="channel", code="website"),
        "retired_option": retired_option(),
        **problems.problems_of(floor.cast, card, owner),
        **answers.answers_of(floor.cast, card, owner),
    }
    floor.rows |= {(owner.username, kind): row for kind, row in rows.items()}


def visitor_beside(owner: User, cast: Cast) -> User:
    """Who makes return visits in this salesperson's store."""
    if owner != cast.otto:
        return cast.wu
    return people.make_user("vic", "外店客服", "service_agent", cast.chaoyang)


def make_floor() -> Floor:
    """Both stores with rows of Lin, Zhou, Ma and Otto, a lead of Mia's, and three open cases.

    The worker runs, as it does where people work: a page then takes its counts with one statement.
    """
    Heartbeat.objects.create(name=TICKER, host="floor", beat_at=NOW)
    floor = Floor(people.make_cast())
    cast = floor.cast
    for owner in (cast.lin, cast.zhou, cast.ma, cast.otto):
        one_of_each(floor, owner)
    floor.rows["wu", "care_task"] = caring.make_care_task(
        floor.rows["lin", "card"], assignee=cast.wu
    )
    floor.rows["mia", "card"] = people.make_card(cast.mia, "线索客户", level="", state="lead")
    told = make_drawn(floor.rows["lin", "card"], cast.wu, cast.bai, "published")
    floor.rows |= {("wu", "visit_audit"): told, ("wu", "told_audit"): told}
    mine = [floor.rows["lin", "card"], floor.rows["lin", "order"].card]
    problems.make_task(floor.rows["lin", "ticket"], cast.technical, asked_by=cast.xu)
    for card in mine:
        people.give_case(card, department=cast.technical)
        for helper in (cast.vera, cast.wu):
            people.give_case(card, user=helper)
    return floor


def closing_day(store: Store) -> SimpleNamespace:
    """A day on which this store is shut."""
    told = {"store": store, "day": dt.date(2026, 3, 20), "kind": "closed", "region": "CN"}
    CalendarDay.objects.get_or_create(**told, defaults={"source": BY_HAND})
    return SimpleNamespace(place=store.public_id, day="2026-03-20")


def retired_option() -> Option:
    """A choice that is offered no more."""
    found = Option.objects.get(kind="channel", code="outdoor")
    Option.objects.filter(pk=found.pk).update(retired=True)
    return found


def a_report_of(store: Store | None) -> PeriodReport:
    """The store's weekly report with its teams; several salespeople have one of the same store."""
    found = PeriodReport.objects.filter(store=store, kind="week").first()
    if found is not None:
        return found
    report = people.make_period_report(store)
    nothing = {key: report.figures["whole"][key] for key in OF_GROUPS}
    report.figures["teams"] = [
        {"id": one.public_id, "name": one.name, "store": "", "figures": nothing}
        for one in Team.objects.filter(store=store)
    ]
    report.save(update_fields=["figures"])
    return report


def make_measure(card: Card, owner: User) -> Measure:
    """A measure of this person's after a report on their store."""
    report = people.make_visit_report(card.store, owner)
    return people.make_measure(report, owner)


def questionnaires(cast: Cast, store: Store) -> dict[str, Any]:
    """A store's questionnaire in use, a draft of another, and one that waits for approval."""
    draft, waiting = people.make_questionnaire(store), people.make_questionnaire(store)
    return {
        "questionnaire": people.make_questionnaire(store),
        "draft_version": people.make_version(draft, cast.xu),
        "submitted_version": people.make_version(waiting, cast.xu, "submitted", submitted_at=NOW),
    }


def make_conflict(card: Card, claimant: User) -> OwnershipConflict:
    """Somebody claims the customer of a card."""
    main = claimant.reach.main
    return OwnershipConflict.objects.create(
        card=card,
        owner=card.owner,
        claimant=claimant,
        claimant_team_id=main.team_id if main else None,
        claim="我上周接待过",
        store=card.store,
    )


def make_grant(user: User, asked_by: User) -> RoleGrant:
    """A senior role asked for, waiting for a second person."""
    return RoleGrant.objects.create(
        user=user, role="manager", store=people_store(user), valid_from=NOW, asked_by=asked_by
    )


def people_store(user: User) -> Store:
    store = user.memberships.get().store
    assert store
    return store


def make_absence(user: User, deputy: User) -> Delegation:
    """A week in which somebody stands in, some time ahead."""
    starts = NOW.date() + dt.timedelta(days=30)
    return Delegation.objects.create(
        user=user, deputy=deputy, starts_on=starts, ends_on=starts + dt.timedelta(days=7)
    )


def make_device(user: User) -> Device:
    """A browser this person is signed in with, beside the one of the test."""
    return Device.objects.create(
        user=user, session_key=f"floor-{user.pk}", browser="Chrome · Windows", address="10.0.0.9"
    )


def make_link(user: User) -> str:
    """The token of a one-time link that may still be used."""
    token = f"token-of-{user.username}"
    OneTimeLink.objects.create(
        user=user,
        kind=OneTimeLink.Kind.RESET,
        token_hash=hashlib.sha256(token.encode()).hexdigest(),
        made_at=NOW,
        expires_at=NOW + dt.timedelta(minutes=30),
    )
    return token


def make_survey(card: Card) -> str:
    """The token of a questionnaire in a customer's hands."""
    return people.make_survey_link(people.make_visit(card, NOW.date()))[1]


def decide(plan: Plan, by: User) -> None:
    """Approved by this person a moment ago, unless somebody was already."""
    PlanDecision.objects.get_or_create(
        plan=plan,
        plan_version=plan.version,
        defaults={"kind": PlanDecision.Kind.APPROVED, "by": by, "at": NOW},
    )


def make_notice(user: User) -> Notice:
    """A line of somebody's inbox."""
    return Notice.objects.create(
        key=f"notice-of-{user.username}-{Notice.objects.count()}",
        occasion="test",
        kind="contact_due",
        recipient=user,
        due_at=NOW + dt.timedelta(hours=1),
        data={"customer": "张伟"},
        created_at=NOW,
    )


def make_import(user: User) -> ImportJob:
    """A workbook of this person that was read and waits to be confirmed."""
    main = user.reach.main
    job = ImportJob.objects.create(
        state="checked",
        uploaded_by=user,
        file_name="客户.xlsx",
        folder=f"floor-{user.username}",
        team_id=main.team_id if main else None,
        store_id=main.store_id if main else None,
    )
    kept = Kept(job.folder)
    kept.make()
    kept.errors.write_bytes(b"errors")
    return job


def make_export(user: User) -> ExportJob:
    """A list this person asked for, to be approved by whoever stands above."""
    main = user.reach.main
    return ExportJob.objects.create(
        number=f"EXP-T-{ExportJob.objects.count()}",
        state="asked",
        requester=user,
        list_key="customers",
        purpose="试驾邀请",
        rows=300,
        asked_of="sales_supervisor",
        asked_at=NOW,
        team_id=main.team_id if main else None,
        store_id=main.store_id if main else None,
    )


def make_bell(user: User, state: str) -> Reminder:
    """A reminder of somebody's about a return visit: service's and the team's to see to."""
    post = user.memberships.get()
    return Reminder.objects.create(
        key=f"bell-of-{user.username}-{Reminder.objects.count()}",
        occasion="test",
        kind="contact_due",
        about_room="visits",
        recipient=user,
        store=post.store,
        team=post.team,
        not_before=NOW,
        state=state,
        fired_at=NOW if state == "fired" else None,
        last_error="died thrice" if state == "dead" else "",
        data={"customer": "张伟"},
    )


def make_send(user: User, state: str) -> Delivery:
    """A message to somebody that failed or is in doubt."""
    bell = make_bell(user, "fired")
    return Delivery.objects.create(
        key=f"{bell.key}/email",
        reminder=bell,
        notice=make_notice(user),
        recipient=user,
        store=bell.store,
        channel="email",
        state=state,
        attempts=1,
        last_error="answered: 410",
        wanted_at=NOW,
        not_before=NOW,
    )


# Lin's customer is claimed within her team, the others' from outside theirs.
CLAIMANTS: dict[str, Callable[[Cast], User]] = {
    "lin": lambda cast: cast.zhou,
    "zhou": lambda cast: cast.ma,
    "ma": lambda cast: cast.otto,
    "otto": lambda cast: cast.ola,
}


def auditor_of(user: User) -> User:
    """Who audits what this person did: somebody else."""
    return User.objects.get(username="vera" if user.username == "bai" else "bai")


def make_view(owner: User) -> ReportView:
    """A view somebody keeps of the lost customers."""
    told = {"report": "lost", "query": "period=week", "name": "每周战败"}
    return ReportView.objects.get_or_create(owner=owner, defaults=told)[0]


OF_A_PERSON = {
    "correction": lambda card, user: make_correction(card, user, auditor_of(user)),
    "conflict": make_conflict,
    "measure": make_measure,
    "absence": lambda card, user: make_absence(user, card.owner),
    "link": lambda card, user: make_link(user),
    "report_view": lambda card, user: make_view(user),
    "device": lambda card, user: make_device(user),
    "notice": lambda card, user: make_notice(user),
    "dead_delivery": lambda card, user: make_send(user, "dead"),
    "doubtful_delivery": lambda card, user: make_send(user, "unknown"),
    "dead_reminder": lambda card, user: make_bell(user, "dead"),
    "import_job": lambda card, user: make_import(user),
    "export_job": lambda card, user: make_export(user),
    "contact": lambda card, user: people.make_contact(
        card, NOW - dt.timedelta(minutes=5), staff=user
    ),
    "visit": lambda card, user: people.make_visit(card, NOW.date(), assignee=user),
    "survey_token": lambda card, _user: make_survey(card),
    "visit_mail": lambda card, user: people.make_visit_mail(
        people.make_visit(card, NOW.date(), assignee=user)
    ),
    "survey_link": lambda card, user: people.make_survey_link(
        people.make_visit(card, NOW.date(), assignee=user), made_by=user
    )[0],
    "ticket": lambda card, user: people.make_ticket(card, NOW, responsible=user),
    "problem": problems.make_problem,
    "answer": answers.make_answered,
    "waiting_answer": answers.make_waiting,
    "briefing": answers.make_briefing,
    "complaint_correction": answers.make_correction,
    "answer_token": answers.make_answer_link,
    "answer_link": answers.make_answer_row,
    "reply_mail": answers.make_reply_mail,
    "intake_link": lambda card, user: answers.make_intake_link(card, user)[0],
    "intake_token": answers.make_intake_token,
    "complaint": problems.make_complaint,
    "ticket_file": lambda card, user: make_file(problems.make_complaint(card, user), user),
    "inquiry": problems.make_inquiry,
    "assisting_task": problems.make_assisting,
    "stage": problems.make_stage,
    "offered_ticket": problems.make_offered,
}
