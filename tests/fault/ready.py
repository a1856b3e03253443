"""How far a row must have come before its form can be sent twice at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from complaints.models import DepartmentTask, Entry, Pause, Proposal, Ticket
from crm.customers.models import Card, Consent
from crm.exchange.actions.orders import exports_root
from crm.exchange.models import ExportJob, ImportJob
from crm.home.actions import second_steps
from crm.notices.models import Channel
from crm.people import codes
from crm.people.models import User
from crm.people.queues import keys_of
from crm.reports.models import Measure
from followups.models import Plan
from tests import people
from tests.fault.forms import SALT
from tests.people import NOW
from tests.permissions.floor import Floor
from visits.models import AuditTry, Visit, VisitAttempt


def in_state(state: str, **facts: Any) -> Callable[[Floor, ImportJob | ExportJob], None]:
    """A job that has come as far as this."""

    def make(_floor: Floor, job: ImportJob | ExportJob) -> None:
        type(job).objects.filter(pk=job.pk).update(state=state, **facts)

    return make


def resting(_floor: Floor, channel: Channel) -> None:
    Channel.objects.filter(pk=channel.pk).update(paused_until=NOW + dt.timedelta(hours=1))


def left_alone(_floor: Floor, user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def written(_floor: Floor, job: ExportJob) -> None:
    exports_root().mkdir(parents=True, exist_ok=True)
    (exports_root() / "race.xlsx").write_bytes(b"list")
    in_state("ready", stored_as="race.xlsx", expires_at=NOW + dt.timedelta(hours=9))(_floor, job)


def draft(_floor: Floor, step: Any) -> None:
    Plan.objects.filter(pk=step.plan_id).update(state="draft")


def with_a_step(_floor: Floor, plan: Plan) -> None:
    people.make_planned(plan, NOW + dt.timedelta(days=2))


def overdue(floor: Floor, row: Any) -> None:
    step = row or floor.rows["lin", "planned_contact"]
    type(step).objects.filter(pk=step.pk).update(due_at=NOW - dt.timedelta(hours=3))


def as_measure(state: str) -> Callable[[Floor, Measure], None]:
    """A measure that has come as far as this."""

    def make(_floor: Floor, measure: Measure) -> None:
        Measure.objects.filter(pk=measure.pk).update(state=state)

    return make


def on_the_way(_floor: Floor, visit: Any) -> None:
    Visit.objects.filter(pk=visit.pk).update(state="assigned")


def made(_floor: Floor, visit: Any) -> None:
    Visit.objects.filter(pk=visit.pk).update(state="awaiting_entry", made_at=NOW)


def over(floor: Floor, visit: Any) -> None:
    done = {"state": "completed", "made_at": NOW, "completed_at": NOW}
    Visit.objects.filter(pk=visit.pk).update(assignee=floor.cast.wu, **done)


def answered(floor: Floor, _draw: Any) -> None:
    visit = people.make_visit(people.make_card(floor.cast.lin), NOW.date())
    people.make_response(visit, NOW - dt.timedelta(days=2))


def with_an_address(_floor: Floor, visit: Any) -> None:
    customers = type(visit.card.customer).objects.filter(pk=visit.card.customer_id)
    customers.update(email="customer@example.com")


def refusing_calls(_floor: Floor, card: Card) -> None:
    facts = {"said_at": NOW, "withdrawn_at": NOW, "words": "别打电话", "heard": "phone"}
    Consent.objects.create(customer=card.customer, purpose="contact", channel="phone", **facts)


def tried(floor: Floor, visit: Any) -> None:
    """Three tries in vain on three days."""
    Visit.objects.filter(pk=visit.pk).update(state="in_progress", tries=3)
    for days in range(3):
        at = NOW - dt.timedelta(days=days)
        VisitAttempt.objects.create(
            visit=visit, at=at, created_at=at, by=floor.cast.wu, method="phone", outcome="no_answer"
        )


def called(floor: Floor, row: Any) -> None:
    """Three calls in vain on three days."""
    for days in range(3):
        at = NOW - dt.timedelta(days=days)
        AuditTry.objects.create(audit=row, at=at, by=floor.cast.vera, outcome="no_answer")


def at_work(floor: Floor, task: Any) -> None:
    """A lead's task that its handler has accepted, nobody else at work."""
    tasks = DepartmentTask.objects.filter(ticket=task.ticket_id)
    tasks.exclude(pk=task.pk).update(state="called_off")
    tasks.filter(pk=task.pk).update(state="accepted", handler=floor.cast.tang)
    Ticket.objects.filter(pk=task.ticket_id).update(state="accepted")


def paused(floor: Floor, ticket: Ticket) -> None:
    """A complaint whose clocks stand still."""
    until = NOW + dt.timedelta(days=7)
    facts = {"ticket": ticket, "store": ticket.store, "reason": "等客户", "by": floor.cast.wu}
    Pause.objects.create(began_at=NOW - dt.timedelta(hours=1), until=until, **facts)


def come_to(state: str) -> Callable[..., None]:
    """A ticket that has come as far as this."""

    def make(_floor: Floor, ticket: Ticket) -> None:
        Ticket.objects.filter(pk=ticket.pk).update(state=state, resolved_at=NOW)

    return make


def closed_long_ago(_floor: Floor, ticket: Ticket) -> None:
    """A complaint nobody reopens any more."""
    at = NOW - dt.timedelta(days=40)
    Ticket.objects.filter(pk=ticket.pk).update(state="closed", closed_at=at, reported_at=at)


def our_own_fault(floor: Floor, ticket: Ticket) -> None:
    """One whose approved solution says that it was."""
    facts = {"cause": "没讲解", "words": "补讲", "grant": "nothing", "liability": "service"}
    done = {"author": ticket.responsible, "decided_by": floor.cast.xu, "decided_at": NOW}
    Proposal.objects.create(ticket=ticket, state="approved", store=ticket.store, **facts, **done)


def not_looked_into(floor: Floor, _row: None) -> None:
    """Which is when an agent may still ask a department."""
    first = floor.rows["lin", "relation"].first
    Ticket.objects.filter(pk=first.pk).update(state="registered")


def done_by_all(_floor: Floor, ticket: Ticket) -> None:
    """Answered, its departments done, the customer tried in vain on three days."""
    DepartmentTask.objects.filter(ticket=ticket).update(state="called_off")
    Ticket.objects.filter(pk=ticket.pk).update(
        state="replied", told_at=NOW, resolved_at=NOW, solved_by=None, misses=3
    )
    for days in range(3):
        at = NOW + dt.timedelta(days=days)
        Entry.objects.create(ticket=ticket, kind=Entry.Kind.UNREACHED, at=at)


def reported(_floor: Floor, correction: Any) -> None:
    type(correction).objects.filter(pk=correction.pk).update(state="reported", outcome="已培训")


def with_second_step(floor: Floor, user: User | None) -> None:
    """Somebody who set two-step sign-in up yesterday."""
    user = user or floor.actor("salesperson")
    at = NOW - dt.timedelta(days=1)
    code = codes.code_at(keys_of(SALT)[0], at)
    second_steps.begin_second_step(user, SALT, code, now=at)


# How far the row must have come before the form can be sent.
READY: dict[str, Callable[..., None]] = {
    "complaints:close_ticket": done_by_all,
    "complaints:route_tickets": not_looked_into,
    "complaints:make_answer_link": come_to("replied"),
    "complaints:waive_correction": our_own_fault,
    "complaints:register_anew": closed_long_ago,
    "complaints:reject_ticket": come_to("classified"),
    "complaints:reply_ticket": come_to("approved"),
    "complaints:verify_correction": reported,
    "complaints:complete_task": at_work,
    "complaints:confirm_ticket": come_to("told"),
    "complaints:report_progress": at_work,
    "complaints:resume_clocks": paused,
    "complaints:tell_customer": come_to("solved"),
    "exchange:approve_import": in_state("waiting"),
    "exchange:confirm_import": in_state("checked", summary={"good": 2}),
    "exchange:download_export": written,
    "exchange:return_import": in_state("waiting"),
    "exchange:undo_import": in_state("saved", saved_at=NOW - dt.timedelta(hours=1)),
    "followups:change_step": draft,
    "followups:remove_step": draft,
    "followups:submit_plan": with_a_step,
    "home:end_second_step": with_second_step,
    "home:renew_recovery_codes": with_second_step,
    "home:reset_second_step": with_second_step,
    "people:confirm_sign_in": with_second_step,
    "home:reactivate_user": left_alone,
    "notices:resume_channel": resting,
    "reports:check_measure": as_measure("in_progress"),
    "reports:close_measure": as_measure("checked"),
    "reports:decide_measure": as_measure("proposed"),
    "reports:decline_measure": as_measure("proposed"),
    "reports:remind_assignee": overdue,
    "reports:remind_assignees": overdue,
    "visits:appoint_visit": on_the_way,
    "visits:call": on_the_way,
    "visits:decline_visit": on_the_way,
    "visits:give_up_audit": called,
    "visits:enter_later": on_the_way,
    "visits:give_up_visit": tried,
    "visits:lift_refusal": refusing_calls,
    "visits:log_gift": on_the_way,
    "visits:prepare_visit": on_the_way,
    "visits:reopen_visit": over,
    "visits:thank_customer": made,
    "visits:draw_winners": answered,
    "visits:resend_mail": in_state("failed"),
    "visits:write_mail": with_an_address,
    "visits:show_number": on_the_way,
    "visits:try_visit": on_the_way,
}
