"""Audits as screens need them: the list, one audit, what was written beside what was heard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db.models import Prefetch, Q
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from crm.customers.models import Card
from crm.people import roles
from crm.people.models import User
from crm.records.states import Saved
from crm.rulebook.queues import rules_for
from crm.ui.lists import Chip, Filter, ListSpec, Sort
from visits import due, states
from visits.default_questions.parts import LOYALTY, OVERALL, THIS_VISIT, WHOLE, section
from visits.models import (
    SAMPLE_READERS,
    AuditFinding,
    Criterion,
    Response,
    Visit,
    VisitAudit,
    VisitAuditQuerySet,
)
from visits.questions import NO, SAID_YES, SINGLE, Given, Question, form_of, says_yes, words
from visits.queues.screens import in_words

# What is asked again: the answers every figure is counted from.
KEY_MEASURES = ("satisfaction", "recommend", "repurchase", "visitor")
USUAL = {"sections": [section("overall", WHOLE, OVERALL), LOYALTY, THIS_VISIT]}
UNFINISHED = Q(state__in=(states.WAITING, *states.AUDITS_OPEN))


def audit_queue(user: User) -> VisitAuditQuerySet:
    """The audits this person may see, with everything a row of the list shows."""
    cards = Card.objects.with_case(user.reach).select_related("customer", "product", "owner")
    return (
        VisitAudit.objects.visible_to(user)
        .select_related("visitor", "auditor", "sample", "visit__ticket", "settled_by")
        .prefetch_related(Prefetch("visit__card", queryset=cards))
    )


def waiting_for(user: User) -> Q:
    """What waits for this very person: to call or to judge, an appeal to settle, and what
    is theirs to put right (SA-04)."""
    reach = user.reach
    work = Q(state__in=states.AUDITS_OPEN, auditor=reach.user_id)
    managed = reach.stores_as(roles.MANAGER)
    apart = Q(auditor=reach.user_id) | Q(visitor=reach.user_id)
    work |= Q(state=states.APPEALED, store__in=managed) & ~apart
    return work | Q(correction__state=states.OPEN, correction__owner__in=reach.own_ids)


def audit_list(user: User, today: dt.date) -> ListSpec:
    """What the list allows; whoever only reads of themselves begins with everything."""
    chips = [
        Chip("open", pgettext_lazy("audit", "To do"), UNFINISHED),
        Chip("late", gettext_lazy("Overdue"), UNFINISHED & Q(due_on__lt=today), "alert-triangle",
             "late"),
        Chip("mine", pgettext_lazy("audits", "Waiting for me"), waiting_for(user)),
        Chip("appealed", pgettext_lazy("audit", "Appealed"), Q(state=states.APPEALED)),
        Chip("published", pgettext_lazy("audit", "Published"), Q(state__in=states.AUDITS_TOLD)),
        Chip("all", gettext_lazy("All")),
    ]  # fmt: skip
    works = user.reach.has(*SAMPLE_READERS, roles.GENERAL_MANAGER)
    return ListSpec(
        sorts=(
            Sort("due", gettext_lazy("Due"), ("due_on", "id")),
            Sort("completed", gettext_lazy("Visit made"), ("-visit__completed_at", "-id")),
        ),
        chips=chips if works else chips[::-1],
        filters=(Filter("result", "result", frozenset(Visit.Audit.values)),),
    )


def key_questions(visit: Visit) -> list[Question]:
    """What the auditor asks anew: of the questions the visit asked, those that are counted.

    Reads which questions were asked, never what was answered.
    """
    asked = _latest(visit)
    version = asked.questions if asked else visit.questions
    form = form_of(version.body if version else USUAL)
    return [
        replace(question, condition=None, required=False)
        for question in form.questions
        if question.measures in KEY_MEASURES
    ]


def _latest(visit: Visit) -> Response | None:
    return visit.responses.select_related("questions").order_by("-edition").first()


def recorded(visit: Visit, questions: list[Question]) -> dict[str, Given]:
    """What the visitor wrote down, by question; from the visit's own row where it came without
    a questionnaire."""
    response = _latest(visit)
    if response is not None:
        return {
            answer.question: Given(answer.number, tuple(answer.choices), answer.text)
            for answer in response.answers.all()
        }
    again = visit.repurchase
    row = {
        "satisfaction": visit.satisfaction,
        "recommend": visit.recommend,
        "repurchase": None if again is None else int(again),
    }
    return {question.key: _as_asked(question, row.get(question.measures)) for question in questions}


def _as_asked(question: Question, number: int | None) -> Given:
    """What a row says as an answer to the question: of a choice it knows yes and not yes."""
    if question.type != SINGLE or number is None:
        return Given(number)
    return Given(choices=(SAID_YES if number else NO,))


def _agree(question: Question, then: Given, now: Given, *, from_row: bool) -> bool:
    if from_row and question.measures == "repurchase":
        return says_yes(then) == says_yes(now)
    return then == now


@dataclass(frozen=True)
class Compared:
    """One question: what was written down, what the customer says now, and whether it agrees.

    None where one of the two is missing.
    """

    question: str
    written: str
    heard: str
    agrees: bool | None


def compared(row: VisitAudit) -> list[Compared]:
    """The recorded answers beside those heard, in the reader's language."""
    questions, language = key_questions(row.visit), get_language() or ""
    from_row = _latest(row.visit) is None
    written, heard = recorded(row.visit, questions), heard_of(row.heard)
    lines = []
    for question in questions:
        then, now = written.get(question.key, Given()), heard.get(question.key, Given())
        both = not (then.is_empty or now.is_empty)
        lines.append(
            Compared(
                words(question.text, language),
                "" if then.is_empty else in_words(question, then, language),
                "" if now.is_empty else in_words(question, now, language),
                _agree(question, then, now, from_row=from_row) if both else None,
            )
        )
    return lines


def heard_of(kept: Mapping[str, Mapping[str, object]]) -> dict[str, Given]:
    """The answers an audit kept."""
    found = {}
    for key, one in kept.items():
        number, choices = one.get("number"), one.get("choices")
        found[key] = Given(
            number if isinstance(number, int) else None,
            tuple(map(str, choices)) if isinstance(choices, list) else (),
            str(one.get("text") or ""),
        )
    return found


def findings_of(row: VisitAudit) -> dict[str, AuditFinding]:
    """What was found so far, by criterion."""
    return {one.criterion: one for one in row.findings.all()}


def found_lines(row: VisitAudit) -> list[tuple[str, AuditFinding | None]]:
    """Every criterion with what was found on it."""
    found = findings_of(row)
    return [(str(one.label), found.get(one.value)) for one in Criterion]


def may_still_appeal(row: VisitAudit, now: dt.datetime) -> dt.datetime | None:
    """Until when the visitor may appeal; None where that is over or was never."""
    if row.state not in states.AUDIT_MOVES["appeal"] or row.published_at is None:
        return None
    numbers, calendar = rules_for(row.store_id)
    until = due.appeal_ends(row.published_at, numbers=numbers, calendar=calendar)
    return until if now <= until else None


def saved_audit(row: VisitAudit, verb: str) -> Saved:
    """How an audit stands now, for whoever came second with a verb."""
    facts = [(_("State"), str(row.get_state_display()))]
    if row.auditor is not None:
        facts.append((_("Auditor"), row.auditor.name))
    allowed = row.state in states.AUDIT_MOVES[verb]
    values = {"result": row.result, "words": row.words}
    return Saved(values, facts=tuple(facts), resend={"version": row.version} if allowed else None)
