"""Making a visit: tries, appointments, the answers, and the ends it can take (4.6, RV-26..39)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from complaints.models import Ticket
from crm.customers.actions import note
from crm.notices import actions as notices
from crm.notices.models import About
from crm.people.models import User
from crm.records import audit
from crm.records.actions import claim_request, drop_draft, transition
from followups.models import Method
from visits import access, states
from visits.actions.assigning import close_case
from visits.actions.complaints import hear_of_complaint
from visits.actions.hearing import Heard, findings_said, keep_heard
from visits.actions.measuring import keep_measurements
from visits.actions.opinions import tell_of_opinion
from visits.actions.problems import Problem, check_passed_on, pass_on
from visits.models import Answer, QuestionnaireVersion, Response, Visit
from visits.questions import Answers, Form, Given, form_of, says_yes

FORM = "make_visit"


@dataclass(frozen=True, kw_only=True)
class Made:
    """A visit as it went: what was answered and what came up. `seconds` is the call's length.

    `nothing_because` says why no problem is passed on although a grade is bad.
    """

    answers: Answers = field(default_factory=dict)
    method: str = Method.PHONE
    notes: str = ""
    seconds: int | None = None
    declined: bool = False
    problems: Sequence[Problem] = ()
    nothing_because: str = ""
    heard: Heard = field(default_factory=Heard)

    @property
    def said(self) -> list[str]:
        """The customer's own words of each problem."""
        return [one.description for one in self.problems]


def complete_visit(
    visit: Visit,
    made: Made,
    *,
    by: User,
    version: int,
    now: dt.datetime,
    questions: QuestionnaireVersion | None = None,
    request_id: str = "",
) -> list[Ticket]:
    """Save a visit with its answers; what stayed open becomes tickets and promises at once.

    The rating counts for the card's owner of this moment; answers are pinned to the version
    asked and labelled as a colleague's entry (SoD 9). After a complaint they are the customer's
    word on its answer. A bad grade is passed on, or it is said why not. Returns the tickets made;
    raises `PermissionDenied`, `ValidationError` by question, `PhoneTaken`, `Stale`.
    """
    allow_visitor(visit, by)
    form = form_of(questions.body if questions else {})
    check_answers(form, made)
    check_passed_on(visit, form, made.answers, made.problems, made.nothing_because)
    with transaction.atomic():
        if not claim_request(by, FORM, request_id):
            return []
        transition(
            visit,
            frm=states.MOVES["complete"],
            to=states.COMPLETED,
            version=version,
            questions=questions,
            **columns_of(visit, made, now),
            **measured_by(form, made.answers),
        )
        if questions is not None:
            keep_answers(visit, questions, form, made.answers, entered_by=by, now=now)
        back = hear_of_complaint(visit, form, made.answers, made.said, by=by, now=now)
        tickets = pass_on(visit, made.problems, by=by, now=now, back=back)
        answered = findings_said(form, made.answers)
        keep_heard(visit, made.heard, answered=answered, by=by, now=now)
        tell_of_opinion(visit, form, made.answers, now=now)
        end_work(visit, reason="completed", now=now)
        said: dict[str, Any] = {"satisfaction": visit.satisfaction, "declined": made.declined}
        note(visit.card, "visit_completed", by=by, now=now, kind=visit.kind, **said)
        said |= why_not(visit)
        audit.record("visits.complete_visit", by=by, obj=visit, after=said, at=now)
        drop_draft(by, FORM, visit.public_id)
    return tickets


def why_not(visit: Visit) -> dict[str, str]:
    """Why nothing is passed on, as the trail keeps it; mostly nothing."""
    return {"nothing_because": visit.nothing_because} if visit.nothing_because else {}


def columns_of(visit: Visit, made: Made, now: dt.datetime) -> dict[str, Any]:
    """What the visit's row says once it was made; the owner is that of this moment."""
    card = visit.card
    return {
        "completed_at": now,
        "made_at": visit.made_at or now,
        "method": made.method,
        "seconds": made.seconds,
        "notes": made.notes.strip(),
        "declined": made.declined,
        "nothing_because": "" if made.problems else made.nothing_because,
        "owner": card.owner,
        "owner_team_id": card.team_id,
        "owner_store_id": card.store_id,
        "next_try_at": None,
    }


def check_answers(form: Form, made: Made) -> None:
    """Raises `ValidationError` by question where a required one has no answer."""
    rated = {question.key for question in form.questions if question.measures == "satisfaction"}
    wrong = {
        question.key: _("Choose an answer.")
        for question in form.missing(made.answers)
        if not (made.declined and question.key in rated)
    }
    if made.method not in Method.values:
        wrong["method"] = _("Choose how the customer was contacted.")
    if wrong:
        raise ValidationError(wrong)


def measured_by(form: Form, answers: Answers) -> dict[str, int | bool | None]:
    """The columns every figure is counted from."""

    def number(measure: str) -> int | None:
        given = form.measured(measure, answers)
        return given.number if given else None

    again = form.measured("repurchase", answers)
    return {
        "satisfaction": number("satisfaction"),
        "recommend": number("recommend"),
        "repurchase": None if again is None else says_yes(again),
    }


def keep_answers(
    visit: Visit,
    questions: QuestionnaireVersion,
    form: Form,
    answers: Answers,
    *,
    entered_by: User | None,
    now: dt.datetime,
) -> Response:
    """Write the answers of the questions that were asked, as the visit's next edition."""
    last = visit.responses.aggregate(last=models.Max("edition"))["last"] or 0
    response = Response.objects.create(
        visit=visit,
        questions=questions,
        edition=last + 1,
        entered_by=entered_by,
        store_id=visit.store_id,
        begun_at=now,
        submitted_at=now,
        created_at=now,
    )
    Answer.objects.bulk_create(
        Answer(
            response=response,
            question=question.key,
            number=given.number,
            choices=list(given.choices),
            text=given.text,
        )
        for question in form.asked(answers)
        if not (given := answers.get(question.key, Given())).is_empty
    )
    keep_measurements(visit, form, answers)
    return response


def allow_visitor(visit: Visit, by: User) -> None:
    """Only the visitor, else `PermissionDenied`; that the visit is open is for its transition."""
    if not access.makes(by, visit):
        raise PermissionDenied


def end_work(visit: Visit, *, reason: str, now: dt.datetime) -> None:
    """No bell rings and no link is good any more; the visitor's right to see the card ends."""
    notices.cancel(about=About.of(visit), reason=reason, now=now)
    for mail in visit.mails.filter(reply_by__isnull=False):
        notices.cancel(about=About.of(mail), reason=reason, now=now)
    visit.links.unended(now).update(revoked_at=now, version=F("version") + 1)
    if visit.assignee is not None:
        close_case(visit, visit.assignee, now=now)
