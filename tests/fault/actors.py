"""Several people at once on one row: `python -m tests.fault.actors ACTORS TRIALS`.

Each race is a row made anew for every trial and the verbs that people press on it in the same
moment, each having read the row before. Says as JSON, by race: trials, exactly one winner, told
who and when, anything else.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from threading import Barrier
from typing import Any

import django

django.setup()

from django.apps import apps  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.utils import timezone  # noqa: E402

from crm.customers import actions as customers  # noqa: E402
from crm.customers.models import OwnershipConflict  # noqa: E402
from crm.home.actions import grants  # noqa: E402
from crm.notices.actions import sends  # noqa: E402
from crm.notices.models import Delivery  # noqa: E402
from crm.orders import actions as orders  # noqa: E402
from crm.orders.models import Order  # noqa: E402
from crm.people import roles  # noqa: E402
from crm.people.models import Delegation, RoleGrant, User  # noqa: E402
from crm.promises import actions as promises  # noqa: E402
from crm.records.middleware import last_change  # noqa: E402
from crm.records.states import Stale  # noqa: E402
from crm.reports import actions as reports  # noqa: E402
from crm.reports.models import Measure, PeriodReport, TeamResponse, VisitReport  # noqa: E402
from followups import actions as followups  # noqa: E402
from followups.models import Contact, Plan, PlanDecision, PlannedContact  # noqa: E402
from followups.queues.overtaken import last_touch  # noqa: E402
from followups.steps import Happened, Step  # noqa: E402
from tests import caring, people  # noqa: E402
from tests.complaints import answers as put_answers  # noqa: E402
from tests.complaints import problems as made  # noqa: E402
from tests.fault import answers, audits, cards, files, problems  # noqa: E402
from tests.fault.verbs import (  # noqa: E402
    Verb,
    in_use_of,
    on_approved_wish,
    on_questions,
    on_submitted_questions,
    on_wish,
    questions_in,
    seen_by,
    wish_in,
)
from tests.people import NOW, Cast  # noqa: E402
from tests.permissions.floor import (  # noqa: E402
    make_bell,
    make_grant,
    make_send,
)
from visits import actions as visits  # noqa: E402
from visits.models import Visit, VisitAttempt  # noqa: E402

LATER_BY = dt.timedelta(days=1)
# What the worker does in the name of whoever brought the file.
FOR_SOMEBODY = ("exchange.import_workbook", "exchange.undo_import")
LATER = NOW + dt.timedelta(days=2)


@dataclass(frozen=True)
class Race:
    """How the row of one trial is made, and who presses what on it."""

    make: Callable[[Cast], models.Model]
    verbs: Callable[[Cast], Sequence[tuple[User | None, Verb]]]
    # A second fact that must hold once per trial: how often it happened.
    once: Callable[[models.Model], int] = lambda _row: 1
    # What is read of the row beside it, before anybody presses.
    beside: tuple[str, ...] = ()
    # Whether one verb may follow another: each is right, and what is left of both is `once`.
    follows: bool = False


# --- plans -------------------------------------------------------------------------------


def plan_in(state: str) -> Callable[[Cast], Plan]:
    """A plan with one step that passes every check."""

    def make(cast: Cast) -> Plan:
        at = NOW if state == "submitted" else None
        plan = people.make_plan(people.make_card(cast.lin), state=state, submitted_at=at)
        people.make_planned(plan, LATER)
        if state == "approved":
            PlanDecision.objects.create(
                plan=plan, kind="approved", by=cast.chen, at=NOW, plan_version=plan.version
            )
        return plan

    return make


def approve(user: User) -> Verb:
    return lambda plan: followups.approve_plan(plan, by=user, version=plan.version, now=NOW)


def send_back(user: User) -> Verb:
    return lambda plan: followups.return_plan(
        plan, by=user, version=plan.version, comment="太远", now=NOW
    )


def give_up(user: User) -> Verb:
    return lambda plan: followups.cancel_plan(
        plan, by=user, version=plan.version, reason="不买了", now=NOW
    )


def on_submitted(cast: Cast) -> list[tuple[User, Verb]]:
    back: Verb = lambda plan: followups.take_back(plan, by=cast.lin, version=plan.version, now=NOW)  # noqa: E731
    return [
        *((cast.chen, approve(cast.chen)), (cast.shen, send_back(cast.shen)), (cast.lin, back)),
        (cast.chen, give_up(cast.chen)),
    ]


def on_draft(cast: Cast) -> list[tuple[User, Verb]]:
    return [
        (cast.lin, partial(followups.submit_plan, by=cast.lin, version=1, now=NOW)),
        (cast.chen, give_up(cast.chen)),
    ]


def on_adjusting(cast: Cast) -> list[tuple[User, Verb]]:
    return [(cast.chen, approve(cast.chen)), (cast.shen, send_back(cast.shen))]


def on_approved(cast: Cast) -> list[tuple[User, Verb]]:
    undo = partial(followups.undo_approval, by=cast.chen, version=1, now=NOW)
    return [(cast.chen, undo), (cast.shen, give_up(cast.shen))]


# --- planned contacts --------------------------------------------------------------------


def planned(cast: Cast) -> PlannedContact:
    return people.make_planned(people.make_plan(people.make_card(cast.lin)), LATER)


def log(user: User) -> Verb:
    def verb(step: PlannedContact) -> object:
        told = Happened(
            result="progress",
            method="phone",
            occurred_at=NOW,
            level="H",
            planned_version=step.version,
            next_step=Step(due_at=LATER, method="phone"),
        )
        return followups.log_contact(step.card, told, by=user, now=NOW, planned=step)

    return verb


def on_planned(cast: Cast) -> list[tuple[User, Verb]]:
    def move(step: PlannedContact) -> object:
        later = LATER + dt.timedelta(days=30)
        return followups.reschedule_planned(
            step, by=cast.lin, version=step.version, due_at=later, reason="客户出差", now=NOW
        )

    def cancel(step: PlannedContact) -> object:
        return followups.cancel_planned(
            step, by=cast.chen, version=step.version, reason="不用了", now=NOW
        )

    return [
        *((cast.lin, log(cast.lin)), (cast.chen, log(cast.chen)), (cast.lin, move)),
        (cast.chen, cancel),
    ]


def contacts_of(step: models.Model) -> int:
    """A contact logged or none: never two."""
    return max(Contact.objects.filter(planned=step.pk).count(), 1)


# --- cards and orders --------------------------------------------------------------------


def order(cast: Cast) -> Order:
    return people.make_order(
        people.make_card(cast.lin, state="ordered"), NOW, product=cards.product()
    )


def on_order(cast: Cast) -> list[tuple[User, Verb]]:
    def deliver(row: Order) -> object:
        return orders.deliver_order(
            row, by=cast.lin, version=row.version, delivered_at=NOW, now=NOW
        )

    def cancel(row: Order) -> object:
        return orders.cancel_order(
            row, by=cast.shen, version=row.version, cancelled_at=NOW, reason="资金", now=NOW
        )

    return [(cast.lin, deliver), (cast.shen, cancel)]


def conflict(cast: Cast) -> OwnershipConflict:
    found = people.make_card(cast.lin)
    return customers.report_duplicate(found, by=cast.zhou, claim="我先接待", now=NOW)


def on_conflict(cast: Cast) -> list[tuple[User, Verb]]:
    def rule(user: User, winner: User) -> Verb:
        return lambda row: customers.rule_conflict(
            row, by=user, ruled_for=winner, reason="建卡更早", version=row.version, now=NOW
        )

    return [(cast.chen, rule(cast.chen, cast.lin)), (cast.shen, rule(cast.shen, cast.zhou))]


# --- messages and roles ------------------------------------------------------------------


def on_dead(cast: Cast) -> list[tuple[User, Verb]]:
    return seen_by(cast.chen, sends.resend_delivery, sends.cancel_delivery)


def on_held(cast: Cast) -> list[tuple[User, Verb]]:
    def release(row: Delivery) -> object:
        return sends.release_deliveries({row.public_id: row.version}, by=cast.chen, now=NOW)

    return [(cast.chen, release), *seen_by(cast.lin, sends.cancel_delivery)]


def on_unknown(cast: Cast) -> list[tuple[User, Verb]]:
    verbs = (sends.confirm_arrival, sends.resend_delivery, sends.cancel_delivery)
    return seen_by(cast.chen, *verbs)


def on_bell(cast: Cast) -> list[tuple[User, Verb]]:
    return seen_by(cast.chen, sends.retry_reminder, sends.cancel_reminder)


def on_grant(cast: Cast) -> list[tuple[User, Verb]]:
    approve_today = partial(grants.approve_grant, today=timezone.localdate())
    return [
        *seen_by(cast.bai, approve_today, grants.refuse_grant),
        *seen_by(cast.pan, approve_today, grants.refuse_grant),
    ]


def grant(cast: Cast) -> RoleGrant:
    """A senior role asked for somebody who has it not yet."""
    made = people.make_user(
        f"new{RoleGrant.objects.count()}", "新人", roles.SALESPERSON, cast.pudong, cast.team_one
    )
    return make_grant(made, cast.adele)


# --- promises and visits -----------------------------------------------------------------


def on_promise(cast: Cast) -> list[tuple[User, Verb]]:
    answer = partial(promises.answer_promise, answer="已报价", granted=True)
    move = partial(promises.move_promise, due_at=LATER)
    return [*seen_by(cast.lin, answer, move), *seen_by(cast.chen, answer)]


def visit(cast: Cast) -> Visit:
    return people.make_visit(
        people.make_card(cast.lin), NOW.date(), assignee=cast.wu, state="assigned"
    )


def on_visit(cast: Cast) -> list[tuple[User, Verb]]:
    def complete(row: Visit, **seen: Any) -> object:
        return visits.complete_visit(row, visits.Made(), **seen)

    appoint = partial(visits.appoint_visit, at=LATER)
    missed = partial(visits.try_visit, method="phone", outcome="no_answer")
    later = partial(visits.enter_later, made_at=NOW - dt.timedelta(hours=1))
    off = partial(visits.cancel_visit, reason="customer_moved")
    no = partial(visits.decline_visit, reason="不接受回访")
    pass_on = partial(visits.assign_visit, to=cast.xu, reason="休假")
    return [
        *seen_by(cast.wu, complete, appoint, missed, later, no),
        *seen_by(cast.xu, off, pass_on),
    ]


def entered(cast: Cast) -> Visit:
    """A visit whose answers Wu entered."""
    made = visit(cast)
    visits.complete_visit(made, visits.Made(), by=cast.wu, version=made.version, now=NOW)
    return made


def on_entered(cast: Cast) -> list[tuple[User, Verb]]:
    return seen_by(cast.xu, partial(visits.reopen_visit, reason="录错了客户"))


def tried_in_vain(cast: Cast) -> Visit:
    """A visit tried often enough to be given up."""
    made = visit(cast)
    Visit.objects.filter(pk=made.pk).update(state="in_progress")
    for days in range(3):
        at = NOW - dt.timedelta(days=days)
        tried = {"by": cast.wu, "method": "phone", "outcome": "no_answer"}
        VisitAttempt.objects.create(visit=made, at=at, created_at=at, **tried)
    return made


def on_tried(cast: Cast) -> list[tuple[User, Verb]]:
    off = partial(visits.cancel_visit, reason="customer_moved")
    return [*seen_by(cast.wu, visits.give_up_visit), *seen_by(cast.xu, off)]


def on_opportunity(cast: Cast) -> list[tuple[User, Verb]]:
    leave = partial(visits.dismiss_opportunity, reason="不换了")
    return [*seen_by(cast.lin, visits.take_opportunity, leave), *seen_by(cast.chen, leave)]


def on_care(cast: Cast) -> list[tuple[User, Verb]]:
    greet = partial(visits.complete_care, method="wechat", outcome="sent")
    missed = partial(visits.complete_care, method="phone", outcome="no_answer")
    leave = partial(visits.skip_care, reason="客户出国")
    pass_on = partial(visits.assign_care, to=cast.zhou)
    return [*seen_by(cast.lin, greet, missed, leave), *seen_by(cast.chen, pass_on)]


def report(cast: Cast) -> VisitReport:
    return people.make_visit_report(cast.pudong, cast.xu)


def on_report(cast: Cast) -> list[tuple[User, Verb]]:
    write = partial(reports.write_report, problems="充电", suggestions="讲解")
    return seen_by(cast.xu, write, reports.send_report)


def weekly_report(cast: Cast) -> PeriodReport:
    """Of a week that no trial has had before."""
    first = dt.date(2026, 3, 2) - dt.timedelta(weeks=PeriodReport.objects.count())
    return people.make_period_report(cast.pudong, first=first, last=first + dt.timedelta(days=6))


def on_weekly_report(cast: Cast) -> list[tuple[User, Verb]]:
    sign = partial(reports.sign_report, next_steps="逐卡复盘")
    return seen_by(cast.shen, sign, partial(reports.correct_report, wrong_because="漏录一天"))


def measure_in(state: str) -> Callable[[Cast], Measure]:
    """A measure of Chen's that has come as far as this."""

    def make(cast: Cast) -> Measure:
        return people.make_measure(report(cast), cast.chen, state=state)

    return make


def on_proposed(cast: Cast) -> list[tuple[User, Verb]]:
    decide = partial(reports.decide_measure, what="讲解", owner=cast.chen, due_on=LATER.date())
    decline = partial(reports.decline_measure, words="不必")
    return [*seen_by(cast.shen, decide, decline), *seen_by(cast.bai, decide)]


def on_measure(cast: Cast) -> list[tuple[User, Verb]]:
    works = partial(reports.check_measure, works=True, words="不再有人提到")
    again = partial(reports.check_measure, works=False, words="还有", again_on=LATER.date())
    return [*seen_by(cast.xu, works, again), *seen_by(cast.shen, works)]


def on_decided(cast: Cast) -> list[tuple[User, Verb]]:
    return seen_by(cast.chen, reports.begin_measure)


def on_checked(cast: Cast) -> list[tuple[User, Verb]]:
    close = reports.close_measure
    return [*seen_by(cast.shen, close), *seen_by(cast.bai, close)]


def response_in(state: str) -> Callable[[Cast], TeamResponse]:
    """Feedback on team one that has come as far as this."""

    def make(cast: Cast) -> TeamResponse:
        return caring.make_team_response(cast.team_one, cast.xu, state=state)

    return make


def on_asked_team(cast: Cast) -> list[tuple[User, Verb]]:
    answer = partial(reports.answer_team, done="每周只联系一次")
    return seen_by(cast.chen, answer, partial(reports.answer_team, done="已讲解"))


def on_answered_team(cast: Cast) -> list[tuple[User, Verb]]:
    works = partial(reports.check_response, works=True, effect="评分上升")
    again = partial(reports.check_response, works=False, effect="还早", again_by=LATER.date())
    return [*seen_by(cast.xu, works, again), *seen_by(cast.shen, works)]


RACES = {
    "feedback, asked": Race(response_in("asked"), on_asked_team),
    "feedback, answered": Race(response_in("answered"), on_answered_team),
    "task, asked": Race(problems.asked, problems.on_asked),
    "task, accepted": Race(problems.at_work, problems.on_at_work),
    "task, assisting": Race(problems.assisting, problems.on_assisting),
    "problem, routed": Race(made.make_problem, problems.on_routed),
    "problem, solved": Race(made.solved, problems.on_solved),
    "problem, told": Race(made.told, problems.on_told),
    "inquiry, registered": Race(problems.inquiry, problems.on_inquiry),
    "complaint, unclaimed": Race(answers.unclaimed, answers.on_unclaimed),
    "complaint, offered": Race(answers.offered, answers.on_offered),
    "complaint, in work": Race(put_answers.looked_at, answers.on_in_work),
    "complaint, approving": Race(put_answers.proposed, answers.on_approving),
    "complaint, approved": Race(put_answers.approved, answers.on_approved),
    "complaint, replied": Race(put_answers.unreached, answers.on_replied),
    "complaint, content": Race(put_answers.content, answers.on_content),
    "complaint correction, to do": Race(answers.correction, answers.on_to_do),
    "complaint correction, started": Race(
        partial(answers.correction, state="started"), answers.on_started
    ),
    "complaint correction, reported": Race(
        partial(answers.correction, state="reported"), answers.on_reported
    ),
    "case, draft": Race(problems.case_in("draft"), problems.on_draft_case),
    "case, waiting": Race(problems.case_in("waiting"), problems.on_learnt),
    "case, published": Race(problems.case_in("published"), problems.on_published_case),
    "care, open": Race(lambda cast: caring.make_care_task(people.make_card(cast.lin)), on_care),
    "opportunity, open": Race(lambda cast: people.make_opportunity(visit(cast)), on_opportunity),
    "visit report, draft": Race(report, on_report),
    "weekly report, taken": Race(weekly_report, on_weekly_report),
    "measure, proposed": Race(measure_in("proposed"), on_proposed),
    "measure, decided": Race(measure_in("decided"), on_decided),
    "measure, checked": Race(measure_in("checked"), on_checked),
    "measure, in progress": Race(measure_in("in_progress"), on_measure),
    "audit, given out": Race(audits.audit_in("assigned"), audits.on_given_out),
    "contact check, given out": Race(audits.check_given, audits.on_check),
    "audit, heard": Race(audits.audit_in("heard"), audits.on_heard),
    "audit, published": Race(audits.audit_in("published"), audits.on_published),
    "audit, appealed": Race(audits.audit_in("appealed"), audits.on_appealed),
    "correction, open": Race(audits.correction_in("open"), audits.on_correction),
    "correction, done": Race(audits.correction_in("done"), audits.on_done_correction),
    "promise, open": Race(
        lambda cast: people.make_promise(people.make_card(cast.lin), NOW + LATER_BY), on_promise
    ),
    "visit, tried in vain": Race(tried_in_vain, on_tried),
    "visit, assigned": Race(visit, on_visit),
    "visit, completed": Race(entered, on_entered),
    "questionnaire, draft": Race(questions_in("draft"), on_questions, in_use_of),
    "questionnaire, submitted": Race(questions_in("submitted"), on_submitted_questions, in_use_of),
    "plan, draft": Race(plan_in("draft"), on_draft),
    "plan, submitted": Race(plan_in("submitted"), on_submitted),
    "plan, adjusting": Race(plan_in("adjusting"), on_adjusting),
    "plan, approved": Race(plan_in("approved"), on_approved),
    "planned contact": Race(planned, on_planned, contacts_of),
    "plan, being written": Race(cards.draft, cards.on_editing),
    "step, being written": Race(
        lambda cast: cards.draft(cast).steps.get(), cards.on_step, beside=("plan__card",)
    ),
    "plan, to begin": Race(
        lambda cast: people.make_card(cast.lin), cards.on_no_plan, cards.live_plans_of
    ),
    "plan, ticked": Race(plan_in("submitted"), cards.on_ticked),
    "card, edited": Race(cards.open_card, cards.on_edited),
    "card, profile": Race(cards.open_card, cards.on_profile, beside=("customer",)),
    "card, contacted and signed": Race(cards.open_card, cards.on_signing, cards.is_whole),
    "card, contacted and erased": Race(
        cards.wished, cards.on_closing, cards.is_forgotten, follows=True
    ),
    "card, two cars": Race(
        cards.twice_ordered, cards.on_two_orders, cards.is_delivered, follows=True
    ),
    "card, signed": Race(cards.ready, cards.on_card, cards.orders_of),
    "order, signed": Race(order, on_order),
    "conflict, open": Race(conflict, on_conflict),
    "import, uploaded": Race(files.job_in("uploaded"), files.on_uploaded, files.whole),
    "import, reading": Race(files.being("reading"), files.on_reading, files.whole),
    "import, checked": Race(files.job_in("checked"), files.on_checked, files.whole),
    "import, waiting": Race(files.job_in("waiting"), files.on_waiting, files.whole),
    "import, queued": Race(files.job_in("queued"), files.on_queued, files.whole),
    "import, saving": Race(files.being("saving"), files.on_saving, files.whole),
    "import, saved": Race(files.job_in("saved"), files.on_saved),
    "import, undo asked": Race(files.undo_asked, files.on_undo_asked, files.whole),
    "import, undoing": Race(files.being("undoing"), files.on_undoing, files.whole),
    "export, asked": Race(files.export, files.on_export),
    "export, ordered": Race(files.export_in("ordered"), files.on_ordered, files.one_file),
    "export, writing": Race(files.export_in("writing"), files.on_writing, files.one_file),
    "export, ready": Race(files.export_in("ready"), files.on_ready),
    "delivery, dead": Race(lambda cast: make_send(cast.lin, "dead"), on_dead),
    "delivery, held": Race(lambda cast: make_send(cast.lin, "held"), on_held),
    "delivery, unknown": Race(lambda cast: make_send(cast.lin, "unknown"), on_unknown),
    "reminder, dead": Race(lambda cast: make_bell(cast.lin, "dead"), on_bell),
    "role, asked": Race(grant, on_grant),
    "erasure, asked": Race(wish_in("asked"), on_wish),
    "erasure, approved": Race(wish_in("approved"), on_approved_wish),
}


# --- running -----------------------------------------------------------------------------


def press(
    row: models.Model, beside: tuple[str, ...], user: User | None, verb: Verb, start: Barrier
) -> tuple[str, User | None, Any]:
    """Read the row, wait for the others, press; what became of it."""
    mine = type(row)._default_manager.select_related(*beside).get(pk=row.pk)
    start.wait()
    try:
        verb(mine)
    except Stale as error:
        return "stale", user, error
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:200], user, error
    return "won", user, None


def row_of(error: Stale) -> models.Model:
    return apps.get_model(error.model_label)._default_manager.get(pk=error.pk)


def was_told(error: Stale, winner: User | None) -> bool:
    """Whether the page would say that it was the winner, and when; of the worker only that."""
    event = last_change(error)
    if winner is None:
        return event is not None and (event.actor_id is None or event.action in FOR_SOMEBODY)
    if isinstance(plan := row_of(error), Plan):
        # A plan's own page tells of what was done to its steps.
        return last_touch(plan)[0] == winner.name
    if event is None or event.actor_id is None:
        # A contact's own page tells of the contact that closed the planned one.
        closing = Contact.objects.filter(planned=error.pk).first()
        return closing is not None and closing.staff_id == winner.pk
    return event.actor_id == winner.pk


def run(name: str, cast: Cast, pool: ThreadPoolExecutor, actors: int, trials: int) -> Counter[str]:
    """All trials of one race."""
    race, counts = RACES[name], Counter[str]()
    verbs = race.verbs(cast)
    for trial in range(trials):
        row, start = race.make(cast), Barrier(actors)
        pressed = [verbs[(trial + number) % len(verbs)] for number in range(actors)]
        ends = list(pool.map(lambda one: press(row, race.beside, *one, start), pressed))  # noqa: B023
        winners = [user for end, user, _error in ends if end == "won"]
        counts["trials"] += 1
        counts["one winner"] += (race.follows or len(winners) == 1) and race.once(row) == 1
        if race.follows:
            counts["followed"] += max(len(winners) - 1, 0)
        for end, user, error in ends:
            if end == "stale" and winners:
                counts["stale"] += 1
                # The worker reads no page.
                counts["told"] += user is None or any(was_told(error, one) for one in winners)
            elif end != "won":
                counts[end] += 1
    return counts


def main() -> None:
    actors, trials = int(sys.argv[1]), int(sys.argv[2])
    names = sys.argv[3:] or RACES
    cast = people.make_cast()
    today = timezone.localdate()
    Delegation.objects.create(user=cast.lin, deputy=cast.zhou, starts_on=today, ends_on=today)
    with ThreadPoolExecutor(actors) as pool:
        found = {name: run(name, cast, pool, actors, trials) for name in names}
    connection.close()
    print(json.dumps(found, ensure_ascii=False))  # noqa: T201


if __name__ == "__main__":
    main()
