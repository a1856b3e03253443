"""Who presses what on an audit, and on what an audit found wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

from crm.people.models import User
from tests import people
from tests.fault.verbs import Verb, seen_by
from tests.people import NOW, Cast
from tests.visits.audits import make_audit, make_check, make_correction
from visits import actions as visits
from visits.models import ASKED, AuditTry, ContactCheck, Correction, Criterion, Visit, VisitAudit

LATER = NOW + dt.timedelta(days=2)
SEEN = {name: visits.Found(verdict="yes") for name in Criterion.values}


def audit_in(state: str) -> Callable[[Cast], VisitAudit]:
    """A visit of Wu's that was drawn for Vera, tried in vain often enough to be given up."""

    def make(cast: Cast) -> VisitAudit:
        made = people.make_visit(people.make_card(cast.lin), NOW.date(), assignee=cast.wu)
        Visit.objects.filter(pk=made.pk).update(state="completed", completed_at=NOW)
        row = make_audit(made, cast.vera, state=state)
        for days in range(3):
            at = NOW - dt.timedelta(days=days)
            AuditTry.objects.create(audit=row, at=at, by=cast.vera, outcome="no_answer")
        return row

    return make


def on_given_out(cast: Cast) -> list[tuple[User, Verb]]:
    asked = {name: SEEN[name] for name in ASKED}
    hear = partial(visits.hear_audit, answers={}, findings=asked)
    missed = partial(visits.try_audit, outcome="absent")
    other = User.objects.filter(username="viola").first() or people.make_user(
        "viola", "另一位审核员", "auditor", cast.pudong
    )
    away = partial(visits.pass_on_audit, to=other, reason="我认识这位客户")
    return seen_by(cast.vera, hear, missed, visits.give_up_audit, away)


def check_given(cast: Cast) -> ContactCheck:
    """A contact of Lin's that was drawn for Vera."""
    contact = people.make_contact(people.make_card(cast.lin), NOW - dt.timedelta(days=20))
    return make_check(contact, cast.vera)


def on_check(cast: Cast) -> list[tuple[User, Verb]]:
    said = {"happened": "yes", "agrees": "yes", "useful": "yes", "words": ""}
    missed = partial(visits.miss_contact, outcome="refused")
    return seen_by(cast.vera, partial(visits.check_contact, **said), missed)


def on_heard(cast: Cast) -> list[tuple[User, Verb]]:
    def judge(*, publish: bool) -> Callable[..., object]:
        judged = visits.Judged(findings=SEEN, result="accurate")
        return partial(visits.judge_audit, judged=judged, publish=publish)

    return seen_by(cast.vera, judge(publish=True), judge(publish=False))


def on_published(cast: Cast) -> list[tuple[User, Verb]]:
    return seen_by(cast.wu, partial(visits.appeal_audit, words="客户打了 5 分"))


def on_appealed(cast: Cast) -> list[tuple[User, Verb]]:
    settle = partial(visits.settle_audit, result="accurate", words="听了录音")
    return [*seen_by(cast.shen, settle), *on_published(cast)]


def correction_in(state: str) -> Callable[[Cast], Correction]:
    """What was found wrong with a visit of Wu's, come as far as this."""

    def make(cast: Cast) -> Correction:
        done = {"done_by": cast.wu} if state == "done" else {}
        return make_correction(people.make_card(cast.lin), cast.wu, cast.vera, state=state, **done)

    return make


def on_correction(cast: Cast) -> list[tuple[User, Verb]]:
    task = {"owner": cast.xu, "due_on": LATER.date(), "what": "回电"}
    hand_over = partial(visits.hand_over_correction, **task)
    call_off = partial(visits.call_off_correction, words="不必")
    finish = partial(visits.finish_correction, words="已回电")
    return [*seen_by(cast.wu, finish), *seen_by(cast.shen, hand_over, call_off)]


def on_done_correction(cast: Cast) -> list[tuple[User, Verb]]:
    right = partial(visits.verify_correction, right=True, words="听了录音")
    again = partial(visits.verify_correction, right=False, words="没有回电", again_on=LATER.date())
    return [*seen_by(cast.vera, right, again), *seen_by(cast.xu, right)]
