"""A function that moves a row from state to state is in a race of `tests/fault/actors.py`."""

from __future__ import annotations

import ast
from functools import cache

from followups.states import PLAN_MOVES
from tests.fault.actors import RACES
from tests.fault.floor import ROOT

# Every function that moves a row from state to state, and the race that has it; a new one fails
# the test below until it is in a race or named with the reason why people cannot press it at once.
IN_A_RACE = {
    "complaints.actions.answering.confirm_ticket": "problem, told",
    "complaints.actions.answering.reopen_ticket": "problem, told",
    "complaints.actions.answering.tell_customer": "problem, solved",
    "complaints.actions.approving._submit": "complaint, in work",
    "complaints.actions.approving._write": "complaint, in work",
    "complaints.actions.approving.decide_proposal": "complaint, approving",
    "complaints.actions.approving.propose_solution": "complaint, in work",
    "complaints.actions.approving.take_back_proposal": "complaint, approving",
    "complaints.actions.approving.void_proposal": "complaint, approving",
    "complaints.actions.cases._move": "case, waiting",
    "complaints.actions.closing._cancel": "complaint, approving",
    "complaints.actions.closing.close_ticket": "complaint, content",
    "complaints.actions.correcting.report_correction": "complaint correction, to do",
    "complaints.actions.correcting.verify_correction": "complaint correction, reported",
    "complaints.actions.contacting.answer_opinion": "inquiry, registered",
    "complaints.actions.departments._follow": "task, asked",
    "complaints.actions.departments._solve": "task, accepted",
    "complaints.actions.departments.accept_task": "task, asked",
    "complaints.actions.departments.complete_task": "task, accepted",
    "complaints.actions.departments.refuse_task": "task, asked",
    "complaints.actions.departments.report_progress": "task, accepted",
    "complaints.actions.departments.resume_lead": "problem, told",
    "complaints.actions.merging.merge_ticket": "inquiry, registered",
    "complaints.actions.naming._free_tasks": "complaint, in work",
    "complaints.actions.naming._void": "complaint, approving",
    "complaints.actions.replying.reply_ticket": "complaint, approved",
    "complaints.actions.routing.ask_department": "problem, routed",
    "complaints.actions.routing.end_task": "task, assisting",
    "complaints.actions.routing.route_ticket": "problem, routed",
    "complaints.actions.words.back_to_work": "complaint, content",
    "complaints.actions.words.keep_word": "complaint, replied",
    "crm.customers.actions.ownership.rule_conflict": "conflict, open",
    "crm.customers.actions.stages._move": "card, signed",
    "crm.exchange.actions.jobs.approve_import": "import, waiting",
    "crm.exchange.actions.jobs.ask_undo": "import, saved",
    "crm.exchange.actions.jobs.cancel_import": "import, checked",
    "crm.exchange.actions.jobs.confirm_import": "import, checked",
    "crm.exchange.actions.jobs.name_headers": "import, checked",
    "crm.exchange.actions.jobs.return_import": "import, waiting",
    "crm.exchange.actions.orders.decide_export": "export, asked",
    "crm.exchange.actions.orders.download_export": "export, ready",
    "crm.home.actions.grants.decide": "role, asked",
    "crm.home.actions.erasures._decide": "erasure, asked",
    "crm.home.actions.erasures.erase_customer": "erasure, approved",
    # All of these run inside it, in its transaction.
    "crm.customers.actions.erasing.close_erased": "erasure, approved",
    "followups.actions.erasing.close_erased": "erasure, approved",
    "crm.exchange.actions.forgetting._drop_exports": "erasure, approved",
    "crm.exchange.actions.forgetting._drop_uploads": "erasure, approved",
    "crm.notices.actions.sends.cancel_delivery": "delivery, dead",
    "crm.notices.actions.sends.cancel_reminder": "reminder, dead",
    "crm.notices.actions.sends.confirm_arrival": "delivery, unknown",
    "crm.notices.actions.sends.resend_delivery": "delivery, unknown",
    "crm.notices.actions.sends.retry_reminder": "reminder, dead",
    "crm.orders.actions.cancel_order": "order, signed",
    "crm.orders.actions.deliver_order": "order, signed",
    "crm.promises.actions.answer_promise": "promise, open",
    "crm.promises.actions._hand_over": "promise, open",
    "crm.promises.actions.move_promise": "promise, open",
    "crm.promises.actions.ring_anew": "complaint, in work",
    "crm.reports.actions.measures._move": "measure, proposed",
    "crm.reports.actions.reports.send_report": "visit report, draft",
    "crm.reports.actions.signing.sign_report": "weekly report, taken",
    "crm.reports.actions.responses.answer_team": "feedback, asked",
    "crm.reports.actions.responses.check_response": "feedback, answered",
    "followups.actions.contacts.adjust_plan": "planned contact",
    "followups.actions.decisions._decide": "plan, submitted",
    "followups.actions.decisions.undo_approval": "plan, approved",
    "followups.actions.planning.close_planned": "planned contact",
    "followups.actions.contacts._carry_out": "planned contact",
    "followups.actions.plans.end_plan": "plan, submitted",
    "followups.actions.plans.submit_plan": "plan, draft",
    "followups.actions.plans.take_back": "plan, submitted",
    "visits.actions.appeals.appeal_audit": "audit, published",
    "visits.actions.appeals.settle_audit": "audit, appealed",
    "visits.actions.approving._decide": "questionnaire, submitted",
    "visits.actions.approving.submit_version": "questionnaire, draft",
    "visits.actions.approving.take_back_version": "questionnaire, submitted",
    "visits.actions.assigning.assign_visit": "visit, assigned",
    "visits.actions.auditing.give_up_audit": "audit, given out",
    "visits.actions.auditing.hear_audit": "audit, given out",
    "visits.actions.auditing.judge_audit": "audit, heard",
    "visits.actions.auditing.try_audit": "audit, given out",
    "visits.actions.correcting._move": "correction, open",
    "visits.actions.passing.pass_on_audit": "audit, given out",
    "complaints.actions.leaving.hand_over_tasks": "task, accepted",
    "visits.actions.care_ends._end": "care, open",
    "visits.actions.care_ends.complete_care": "care, open",
    "visits.actions.caring.move_care": "care, open",
    "visits.actions.calling_off.end_visit": "visit, assigned",
    "visits.actions.ending.appoint_visit": "visit, assigned",
    "visits.actions.ending.try_visit": "visit, assigned",
    "visits.actions.making.complete_visit": "visit, assigned",
    "visits.actions.onsite.enter_later": "visit, assigned",
    "visits.actions.opportunities._close": "opportunity, open",
    "visits.actions.writing._write": "questionnaire, draft",
}
BY_THE_WORKER = ("crm.exchange.actions.working.", "crm.exchange.actions.undoing.")
BY_THE_WORKER += ("crm.exchange.actions.lists.", "crm.exchange.actions.sweeping.")
# What a customer sends by a link; it has races of its own: tests/visits/test_links_race.py.
BY_THE_CUSTOMER = "visits.actions.surveys."
AFTER_A_RESTORE = "crm.home.actions.erasures.repeat_erasure"  # before anybody signs in
BESIDE = "visits.actions.mails."  # of a mail one visitor has in hand
# From which states of a plan its verbs start, and the race in which they do.
PLAN_VERBS = {
    "submit": "plan, draft",
    "take_back": "plan, submitted",
    "approve": "plan, submitted",
    "return": "plan, submitted",
    "undo_approval": "plan, approved",
    "adjust": "planned contact",
    "complete": "card, signed",
    "cancel": "plan, submitted",
}


@cache
def movers() -> set[str]:
    """Every function of the product that calls `transition`."""
    found = set()
    for room in ("crm", "followups", "visits", "complaints"):
        for path in (ROOT / room).rglob("*.py"):
            text = path.read_text()
            if "transition(" not in text or path.parts[-2:] == ("records", "actions.py"):
                continue
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            found |= {
                f"{module.removesuffix('.__init__')}.{function.name}"
                for function in ast.walk(ast.parse(text))
                if isinstance(function, ast.FunctionDef)
                for call in ast.walk(function)
                if isinstance(call, ast.Call)
                and isinstance(call.func, ast.Name)
                and call.func.id == "transition"
            }
    return found


def test_every_transition_is_in_a_race() -> None:
    apart = (*BY_THE_WORKER, BY_THE_CUSTOMER, BESIDE, AFTER_A_RESTORE)
    people = {name for name in movers() if not name.startswith(apart)}
    assert people == set(IN_A_RACE)
    assert PLAN_MOVES.keys() == PLAN_VERBS.keys()
    assert {*IN_A_RACE.values(), *PLAN_VERBS.values()} <= RACES.keys()
