"""A function that moves a row from state to state is in a race of `tests/fault/actors.py`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from inspect import getmodule, getsource, isfunction, signature

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
    "complaints.actions.correcting.start_correction": "complaint correction, to do",
    "complaints.actions.correcting.verify_correction": "complaint correction, reported",
    "complaints.actions.contacting.answer_opinion": "inquiry, registered",
    "complaints.actions.converting.convert_problem": "problem, routed",
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
    "complaints.actions.rejudging._again": "complaint, approved",
    "complaints.actions.rejudging.decide_higher": "complaint, approving",
    "complaints.actions.replying.reply_ticket": "complaint, approved",
    "complaints.actions.routing._ask_again": "problem, routed",
    "complaints.actions.routing.ask_department": "problem, routed",
    "complaints.actions.routing.end_task": "task, assisting",
    "complaints.actions.routing.route_ticket": "problem, routed",
    "complaints.actions.words.back_to_work": "complaint, content",
    "complaints.actions.words.keep_word": "complaint, replied",
    "crm.customers.actions.ownership.rule_conflict": "conflict, open",
    "crm.customers.actions.edits.change_level": "card, edited",
    "crm.customers.actions.stages._move": "card, signed",
    "crm.exchange.actions.working.take": "import, queued",
    "crm.exchange.actions.working.finish": "import, reading",
    "crm.exchange.actions.working.laid_down": "import, saving",
    "crm.exchange.actions.working.take_up": "import, saving",
    "crm.exchange.actions.sweeping.drop_import": "import, checked",
    "crm.exchange.actions.undoing.undo_job": "import, undoing",
    "crm.exchange.actions.lists.expire_export": "export, ready",
    "crm.exchange.actions.lists.write_export": "export, ordered",
    "crm.exchange.actions.lists.offer_file": "export, writing",
    "crm.exchange.actions.lists.take_up": "export, writing",
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
    "crm.notices.actions.sends._release": "delivery, held",
    "crm.notices.actions.sends.cancel_delivery": "delivery, dead",
    "crm.notices.actions.sends.cancel_reminder": "reminder, dead",
    "crm.notices.actions.sends.confirm_arrival": "delivery, unknown",
    "crm.notices.actions.sends.resend_delivery": "delivery, unknown",
    "crm.notices.actions.sends.retry_reminder": "reminder, dead",
    "crm.orders.actions.cancel_order": "order, signed",
    "crm.orders.actions.deliver_order": "order, signed",
    "crm.promises.actions._answer": "promise, open",
    "crm.promises.actions._hand_over": "promise, open",
    "crm.promises.actions._give_place": "promise, open",
    "crm.promises.actions.ring_anew": "complaint, in work",
    "crm.reports.actions.measures._move": "measure, proposed",
    "crm.reports.actions.reports.send_report": "visit report, draft",
    "crm.reports.actions.correcting.correct_report": "weekly report, taken",
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
    "visits.actions.checks.check_contact": "contact check, given out",
    "visits.actions.checks.miss_contact": "contact check, given out",
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
    "visits.actions.reopening.reopen_visit": "visit, completed",
    "visits.actions.opportunities._close": "opportunity, open",
    "visits.actions.writing._write": "questionnaire, draft",
}
# How the worker ends an export it could not write.
BY_THE_WORKER = ("crm.exchange.actions.lists.finish",)
# What a customer sends by a link; it has races of its own: tests/visits/test_links_race.py.
BY_THE_CUSTOMER = "visits.actions.surveys."
UNDER_ITS_LOCK = "moves nothing: written beside the complaint while its row is held"
# The same conditional update as where it goes well; nobody else presses it.
BY_AN_ERROR = "laid down by the one worker that has it: tests/exchange"
AFTER_A_RESTORE = "crm.home.actions.erasures.repeat_erasure"  # before anybody signs in
BESIDE = "visits.actions.mails."  # of a mail one visitor has in hand
OF_AN_ANSWER = "complaints.actions.mailing."  # of an answer one person answers for
# A verb starts from certain states of its table; the race in which it does.
VERBS = {
    "followups.PLAN_MOVES": {
        "submit": "plan, draft",
        "take_back": "plan, submitted",
        "approve": "plan, submitted",
        "return": "plan, submitted",
        "undo_approval": "plan, approved",
        "adjust": "planned contact",
        "complete": "card, signed",
        "cancel": "plan, submitted",
    },
    "visits.MOVES": {
        "assign": "visit, assigned",
        "appoint": "visit, assigned",
        "try": "visit, assigned",
        "complete": "visit, assigned",
        "give_up": "visit, tried in vain",
        "decline": "visit, assigned",
        "enter_later": "visit, assigned",
        "cancel": "visit, assigned",
        "reopen": "visit, completed",
        "answer": BY_THE_CUSTOMER,
        "unsubscribe": BY_THE_CUSTOMER,
    },
    "visits.AUDIT_MOVES": {
        "assign": "audit, given out",
        "try": "audit, given out",
        "hear": "audit, given out",
        "give_up": "audit, given out",
        "judge": "audit, heard",
        "appeal": "audit, published",
        "settle": "audit, appealed",
        "pass_on": "audit, given out",
    },
    "visits.CHECK_MOVES": {
        "give": "contact check, given out",
        "check": "contact check, given out",
        "miss": "contact check, given out",
    },
    "visits.CORRECTION_MOVES": {
        "hand_over": "correction, open",
        "finish": "correction, open",
        "verify": "correction, done",
        "call_off": "correction, done",
    },
    "visits.VERSION_MOVES": {
        "write": "questionnaire, draft",
        "submit": "questionnaire, draft",
        "take_back": "questionnaire, submitted",
        "approve": "questionnaire, submitted",
        "return": "questionnaire, submitted",
    },
    "complaints.MOVES": {
        "route": "problem, routed",
        "accept": "task, asked",
        "refuse": "task, asked",
        "progress": "task, accepted",
        "solve": "task, accepted",
        "tell": "problem, solved",
        "confirm": "problem, told",
        "reopen": "problem, told",
    },
    "complaints.COMPLAINT_MOVES": {
        "propose": "complaint, in work",
        "submit": "complaint, in work",
        "take_back": "complaint, approving",
        "decide": "complaint, approving",
        "reply": "complaint, approved",
        "content": "complaint, replied",
        "reopen": "complaint, content",
        "close": "complaint, content",
        "withdraw": "complaint, approving",
        "reject": "complaint, in work",
        "verify": UNDER_ITS_LOCK,
        "opine": UNDER_ITS_LOCK,
        "ask_colleague": UNDER_ITS_LOCK,
    },
    "complaints.PROPOSAL_MOVES": {
        "edit": "complaint, in work",
        "submit": "complaint, in work",
        "take_back": "complaint, approving",
        "decide": "complaint, approving",
        "void": "complaint, approving",
    },
    "complaints.CORRECTION_MOVES": {
        "start": "complaint correction, to do",
        "report": "complaint correction, started",
        "verify": "complaint correction, reported",
    },
    "complaints.TASK_MOVES": {
        "accept": "task, asked",
        "refuse": "task, asked",
        "progress": "task, accepted",
        "complete": "task, accepted",
        "resume": "problem, told",
        "call_off": "task, assisting",
    },
    "complaints.CASE_MOVES": {
        "edit": "case, draft",
        "submit": "case, draft",
        "decide": "case, waiting",
        "retire": "case, published",
    },
    "crm.reports.MOVES": {
        "decide": "measure, proposed",
        "decline": "measure, proposed",
        "begin": "measure, decided",
        "check": "measure, in progress",
        "close": "measure, checked",
    },
    "crm.home.MOVES": {
        "approve": "erasure, asked",
        "refuse": "erasure, asked",
        "erase": "erasure, approved",
    },
}
# These name each state and where it may go: so each step has its race.
STEPS = {
    "crm.exchange.IMPORT_MOVES": {
        ("uploaded", "reading"): "import, uploaded",
        ("uploaded", "cancelled"): "import, uploaded",
        ("uploaded", "failed"): BY_AN_ERROR,
        ("reading", "checked"): "import, reading",
        ("reading", "uploaded"): "import, reading",
        ("reading", "unreadable"): "import, reading",  # as read to its end, by `finish`
        ("reading", "failed"): "import, reading",
        ("checked", "uploaded"): "import, checked",
        ("checked", "waiting"): "import, checked",
        ("checked", "queued"): "import, checked",
        ("checked", "cancelled"): "import, checked",
        ("waiting", "queued"): "import, waiting",
        ("waiting", "checked"): "import, waiting",
        ("waiting", "cancelled"): "import, waiting",
        ("queued", "saving"): "import, queued",
        ("queued", "cancelled"): "import, queued",
        ("queued", "failed"): BY_AN_ERROR,
        ("saving", "saved"): "import, saving",
        ("saving", "queued"): "import, saving",
        ("saving", "checked"): BY_AN_ERROR,
        ("saving", "failed"): BY_AN_ERROR,
        ("saved", "undo_asked"): "import, saved",
        ("undo_asked", "undoing"): "import, undo asked",
        ("undo_asked", "saved"): BY_AN_ERROR,
        ("undoing", "undone"): "import, undoing",
        ("undoing", "undo_asked"): "import, undoing",
        ("undoing", "saved"): BY_AN_ERROR,
    },
    "crm.exchange.EXPORT_MOVES": {
        ("asked", "ordered"): "export, asked",
        ("asked", "refused"): "export, asked",
        ("asked", "expired"): "export, asked",
        ("ordered", "writing"): "export, ordered",
        ("ordered", "failed"): BY_AN_ERROR,
        ("writing", "ready"): "export, writing",
        ("writing", "ordered"): "export, writing",
        ("writing", "failed"): BY_AN_ERROR,
        ("ready", "downloaded"): "export, ready",
        ("ready", "expired"): "export, ready",
    },
}
# Moved by the dispatcher row by row under fire: tests/fault/test_f01 to f17.
UNDER_FIRE = {
    "crm.notices.REMINDER_MOVES",
    "crm.notices.DELIVERY_MOVES",
    "crm.notices.NOTICE_MOVES",
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
    apart = (*BY_THE_WORKER, BY_THE_CUSTOMER, BESIDE, OF_AN_ANSWER, AFTER_A_RESTORE)
    people = {name for name in movers() if not name.startswith(apart)}
    assert people == set(IN_A_RACE)
    assert set(IN_A_RACE.values()) <= RACES.keys()


def tables() -> dict[str, dict[str, Iterable[str]]]:
    """Every table of a room's `states.py` that says what may follow what, by room and name."""
    found = {}
    for room in ("crm", "followups", "visits", "complaints"):
        for path in (ROOT / room).rglob("states.py"):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            names = vars(import_module(module)).items()
            home = module.removesuffix(".states")
            found |= {f"{home}.{name}": moves for name, moves in names if name.endswith("MOVES")}
    return found


def test_every_verb_and_every_step_of_a_table_has_its_race() -> None:
    known = tables()
    assert known.keys() == VERBS.keys() | STEPS.keys() | UNDER_FIRE
    for name, verbs in VERBS.items():
        assert verbs.keys() == known[name].keys(), name
    for name, steps in STEPS.items():
        assert steps.keys() == {(frm, to) for frm, tos in known[name].items() for to in tos}, name
    raced = {race for table in (*VERBS.values(), *STEPS.values()) for race in table.values()}
    assert raced - {UNDER_ITS_LOCK, BY_AN_ERROR, BY_THE_CUSTOMER} <= RACES.keys()


# Every verb somebody has on a plan, a planned contact, a card, an order, a file, and its race.
# What runs inside another verb's transaction has the race of that verb.
VERBS_OF_PEOPLE = {
    "followups.actions.add_step": "plan, being written",
    "followups.actions.approve_plan": "plan, submitted",
    "followups.actions.approve_plans": "plan, ticked",
    "followups.actions.begin_plan": "plan, to begin",
    "followups.actions.cancel_plan": "plan, being written",
    "followups.actions.cancel_plan_of": "card, contacted and erased",
    "followups.actions.cancel_planned": "planned contact",
    "followups.actions.change_step": "step, being written",
    "followups.actions.close_erased": "card, contacted and erased",
    "followups.actions.complete_plan": "card, contacted and signed",
    "followups.actions.follow_owner": "card, edited",
    "followups.actions.log_care": "care, open",
    "followups.actions.log_contact": "card, contacted and signed",
    "followups.actions.remove_step": "step, being written",
    "followups.actions.reschedule_planned": "planned contact",
    "followups.actions.resume_plan": "order, signed",
    "followups.actions.return_plan": "plan, submitted",
    "followups.actions.submit_plan": "plan, being written",
    "followups.actions.take_back": "plan, submitted",
    "followups.actions.undo_approval": "plan, approved",
    "crm.customers.actions.assess_willingness": "card, edited",
    "crm.customers.actions.change_level": "card, edited",
    "crm.customers.actions.close_erased": "card, contacted and erased",
    "crm.customers.actions.correct_channel": "card, edited",
    "crm.customers.actions.hand_over": "card, edited",
    "crm.customers.actions.judge_level": "card, edited",
    "crm.customers.actions.mark_delivered": "card, two cars",
    "crm.customers.actions.mark_ordered": "card, signed",
    "crm.customers.actions.mark_prospect_again": "order, signed",
    "crm.customers.actions.name_referrer": "card, edited",
    "crm.customers.actions.rule_conflict": "conflict, open",
    "crm.customers.actions.update_needs": "card, edited",
    "crm.customers.actions.update_profile": "card, profile",
    "crm.orders.actions.cancel_order": "order, signed",
    "crm.orders.actions.deliver_order": "card, two cars",
    "crm.orders.actions.sign_order": "card, contacted and signed",
    "crm.exchange.actions.jobs.approve_import": "import, waiting",
    "crm.exchange.actions.jobs.ask_second": "import, checked",
    "crm.exchange.actions.jobs.ask_undo": "import, saved",
    "crm.exchange.actions.jobs.cancel_import": "import, checked",
    "crm.exchange.actions.jobs.confirm_import": "import, checked",
    "crm.exchange.actions.jobs.name_headers": "import, checked",
    "crm.exchange.actions.jobs.return_import": "import, waiting",
    "crm.exchange.actions.orders.decide_export": "export, asked",
    "crm.exchange.actions.orders.download_export": "export, ready",
}
# These write down what was said or seen beside the row: nobody's comes second.
SIDE_BY_SIDE = {
    "crm.customers.actions.note",
    "crm.customers.actions.note_consent",
    "crm.customers.actions.note_news",
    "crm.customers.actions.report_duplicate",
    "crm.customers.actions.reveal_phone",
}
ROWS = ("Card", "Customer", "Plan", "PlannedContact", "Order", "ImportJob", "ExportJob")
ROWS += ("OwnershipConflict", "Iterable[tuple[Plan, int]]")
SHELVES = ("followups.actions", "crm.customers.actions", "crm.orders.actions")
SHELVES += ("crm.exchange.actions.jobs", "crm.exchange.actions.orders")
# What only runs inside another verb is not pressed by itself.
INSIDE = {
    *("approve_plan", "cancel_plan_of", "change_level", "close_erased", "complete_plan"),
    *("ask_second", "follow_owner", "log_care", "resume_plan"),
    *("mark_delivered", "mark_ordered", "mark_prospect_again"),
}


def verbs_of_people() -> set[str]:
    """Every public verb that takes one of these rows and who does it."""
    found = set()
    for shelf in SHELVES:
        module = import_module(shelf)
        names = getattr(module, "__all__", [one for one in vars(module) if one[0] != "_"])
        for verb in (vars(module)[name] for name in names):
            # What a module only borrows is a verb of its own shelf.
            if not isfunction(verb) or not verb.__module__.startswith(shelf):
                continue
            parameters = list(signature(verb).parameters.values())
            takes = bool(parameters) and parameters[0].annotation in ROWS
            if takes and "by" in {one.name for one in parameters}:
                found.add(f"{shelf}.{verb.__name__}")
    return found


def test_every_verb_of_the_main_job_has_its_race() -> None:
    assert verbs_of_people() == VERBS_OF_PEOPLE.keys() | SIDE_BY_SIDE
    assert set(VERBS_OF_PEOPLE.values()) <= RACES.keys()


def test_a_race_presses_the_verbs_it_stands_for() -> None:
    """By name, in the file that says who presses what."""
    unpressed = []
    for name, race in VERBS_OF_PEOPLE.items():
        verb = name.rpartition(".")[2]
        text = getsource(getmodule(RACES[race].verbs) or ast)
        if verb not in INSIDE and not re.search(rf"\b{verb}\b", text):
            unpressed.append(f"{race}: {verb}")
    assert not unpressed, unpressed
