"""Who presses what on a problem, on what a department was asked, on a case."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from complaints import actions as complaints
from complaints.models import Case, DepartmentTask, Ticket
from crm.people.models import User
from tests.complaints import problems
from tests.complaints.complaints import make_complaint
from tests.fault.verbs import Verb, seen_by
from tests.people import NOW, Cast
from tests.permissions.problems import author_of, logistics, make_case, make_task


def asked(cast: Cast) -> DepartmentTask:
    author_of(cast)
    return problems.lead_of(problems.make_problem(cast))


def on_asked(cast: Cast) -> list[tuple[User, Verb]]:
    no = partial(complaints.refuse_task, reason="不归我们")
    return [
        *seen_by(cast.tang, complaints.accept_task, no),
        *seen_by(author_of(cast), complaints.accept_task, no),
    ]


def at_work(cast: Cast) -> DepartmentTask:
    author_of(cast)
    return problems.lead_of(problems.accepted(cast))


def on_at_work(cast: Cast) -> list[tuple[User, Verb]]:
    report = partial(complaints.report_progress, words="等零件")
    done = partial(complaints.complete_task, outcome="已换件")
    no = partial(complaints.refuse_task, reason="不归我们")
    return [*seen_by(cast.tang, done, report), *seen_by(author_of(cast), done, no)]


def assisting(cast: Cast) -> DepartmentTask:
    author_of(cast)
    ticket = problems.make_problem(cast, lead_department=logistics())
    return make_task(ticket, cast.technical, is_lead=False, asked_by=cast.wu)


def on_assisting(cast: Cast) -> list[tuple[User, Verb]]:
    off = partial(complaints.call_off_task, reason="不需要了")
    return [*seen_by(cast.xu, off), *on_asked(cast), *seen_by(cast.wu, off)]


def on_routed(cast: Cast) -> list[tuple[User, Verb]]:
    to = partial(complaints.route_ticket, category="delivery", department=logistics())
    ask = partial(complaints.ask_department, department=logistics(), task="查运输")
    told = complaints.Told(channel="phone")
    turn = partial(complaints.convert_problem, told=told, severity="normal")
    return [*seen_by(cast.wu, to, ask), *seen_by(cast.xu, to, turn)]


def on_solved(cast: Cast) -> list[tuple[User, Verb]]:
    tell = partial(complaints.tell_customer, words="已解决", granted=True)
    return [*seen_by(cast.wu, tell), *seen_by(cast.xu, tell)]


def on_told(cast: Cast) -> list[tuple[User, Verb]]:
    no = partial(complaints.reopen_ticket, words="没好")
    return [*seen_by(cast.xu, complaints.confirm_ticket, no), *seen_by(cast.wu, no)]


def case_in(state: str) -> Callable[[Cast], Case]:
    """What a problem taught, as far as this."""

    def make(cast: Cast) -> Case:
        ticket = Ticket.objects.filter(state="confirmed").first() or problems.confirmed(cast)
        told = {"decided_by": cast.shen, "decided_at": NOW} if state == "published" else {}
        return make_case(ticket, author_of(cast), state, **told)

    return make


def on_draft_case(cast: Cast) -> list[tuple[User, Verb]]:
    parts = dict.fromkeys(("title", "symptoms", "cause", "handling"), "先看固件版本")
    write = partial(complaints.edit_case, **parts)
    return [
        *seen_by(author_of(cast), complaints.submit_case, write),
        *seen_by(cast.xu, complaints.submit_case),
    ]


def on_published_case(cast: Cast) -> list[tuple[User, Verb]]:
    retire = complaints.retire_case
    return [*seen_by(cast.xu, retire), *seen_by(cast.shen, retire)]


def on_learnt(cast: Cast) -> list[tuple[User, Verb]]:
    publish = partial(complaints.decide_case, publish=True)
    back = partial(complaints.decide_case, publish=False, comment="再写")
    return [*seen_by(cast.xu, publish), *seen_by(cast.shen, back)]


def inquiry(cast: Cast) -> Ticket:
    """A question of a customer who has asked before."""
    earlier = make_complaint(cast, kind="inquiry")
    return make_complaint(cast, kind="inquiry", card=earlier.card)


def on_inquiry(cast: Cast) -> list[tuple[User, Verb]]:
    answer = partial(complaints.answer_opinion, words="可以试驾")
    return [*seen_by(cast.wu, answer, merge), *seen_by(cast.xu, answer, merge)]


def merge(ticket: Ticket, **common: Any) -> None:
    others = Ticket.objects.filter(card=ticket.card).exclude(pk=ticket.pk)
    complaints.merge_ticket(ticket, into=others.get(), **common)
