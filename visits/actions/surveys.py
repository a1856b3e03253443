"""The customer answers by a link: saved as it goes, submitted once, or wished no more (RV-21)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils import translation
from django.utils.translation import gettext as _

from complaints.models import Ticket
from crm.customers.actions import note, note_consent
from crm.customers.models import Consent
from crm.notices import actions as notices
from crm.notices.models import About
from crm.people import roles
from crm.people.models import User
from crm.records import audit
from crm.records.actions import change, transition
from crm.records.states import Stale
from crm.rulebook.queues import rules_for
from followups.models import Method
from visits import states
from visits.actions.calling_off import call_off_unwished
from visits.actions.complaints import hear_of_complaint, told_in
from visits.actions.hearing import findings_said, keep_findings
from visits.actions.making import (
    Made,
    check_answers,
    columns_of,
    end_work,
    keep_answers,
    measured_by,
)
from visits.actions.opinions import tell_of_opinion
from visits.actions.opportunities import propose_opportunity
from visits.actions.problems import Problem, pass_on
from visits.models import SurveyLink, Visit, VisitMail
from visits.questions import TEXT, Answers, Form, form_of
from visits.queues.surveys import who_calls_back
from visits.survey import call_back_by, category_of, need_said, unhappy


class LinkClosed(Exception):
    """The link is no longer good: answered, expired, revoked, or its visit is over."""


@dataclass(frozen=True)
class Submitted:
    """What became of a customer's answers; `call_by` is when they are called at the latest."""

    call_by: dt.datetime | None = None


def save_survey(link: SurveyLink, draft: Mapping[str, Any], *, now: dt.datetime) -> None:
    """Keep what a customer has answered so far; raises `LinkClosed`."""
    begun = Coalesce("opened_at", Value(now))
    if not _unended(link, now).update(draft=dict(draft), opened_at=begun):
        raise LinkClosed


def answer_survey(
    link: SurveyLink, answers: Answers, *, wants_call: bool, now: dt.datetime
) -> Submitted:
    """Submit a customer's answers: the visit is made, the visitor told, the link used up.

    They are labelled as the customer's own (SoD 9). A need they tell of is proposed to the owner
    (RV-05), what they say of other brands is kept as findings (RV-09). After a bad grade a wished
    call becomes promise and ticket in the same save (RV-39); after a complaint they are the
    customer's word on its answer. Of two that submit at once one wins. Raises `ValidationError`
    by question, `LinkClosed`.
    """
    visit, form = link.visit, form_of(link.questions.body if link.questions else {})
    made = Made(answers=answers, method=Method.SURVEY)
    check_answers(form, made)
    with transaction.atomic():
        # The visit before its links, as a call does: two that meet wait for each other in turn.
        _complete(visit, link, form, made, now=now)
        _use_up(link, now)
        is_bad = bool(unhappy(form, answers))
        person = who_calls_back(visit, now) if is_bad and wants_call else None
        back = hear_of_complaint(visit, form, answers, (), by=None, now=now)
        call_by = None
        if person is not None:
            call_by = _promise_call(visit, form, answers, by=person, now=now, back=back)
        _propose_need(visit, form, answers, now=now)
        keep_findings(visit, findings_said(form, answers), by=None, now=now)
        tell_of_opinion(visit, form, answers, now=now)
        replied_by_link(link, now=now)
        end_work(visit, reason="completed", now=now)
        said = {"satisfaction": visit.satisfaction, "call": call_by is not None}
        note(visit.card, "visit_answered", by=None, now=now, kind=visit.kind, **said)
        audit.record("visits.answer_survey", by=None, obj=visit, after=said, at=now)
        tell_visitor(visit, "survey_answered", {**said, "unhappy": is_bad}, now=now)
    return Submitted(call_by)


def replied_by_link(link: SurveyLink, *, now: dt.datetime) -> None:
    """The mail that carried the link, and the one it reminded of, are replied to."""
    waiting = Q(link=link) | Q(reminder__link=link)
    for mail in VisitMail.objects.filter(waiting, replied_at__isnull=True):
        change(mail, replied_at=now)


def _unended(link: SurveyLink, now: dt.datetime) -> Any:
    """The link's own row while nothing ended it: two who save at once meet on it."""
    return SurveyLink.objects.unended(now).filter(pk=link.pk)


def _use_up(link: SurveyLink, now: dt.datetime) -> None:
    begun = Coalesce("opened_at", Value(now))
    used = {"used_at": now, "draft": {}, "opened_at": begun, "version": F("version") + 1}
    if not _unended(link, now).update(**used):
        raise LinkClosed


def _complete(visit: Visit, link: SurveyLink, form: Form, made: Made, *, now: dt.datetime) -> None:
    """Visit and answers, as a call writes them; a visit that was over first closes the link."""
    try:
        transition(
            visit,
            frm=states.MOVES["answer"],
            to=states.COMPLETED,
            questions=link.questions,
            **columns_of(visit, made, now),
            **measured_by(form, made.answers),
        )
    except Stale as error:
        raise LinkClosed from error
    if link.questions is not None:
        keep_answers(visit, link.questions, form, made.answers, entered_by=None, now=now)


def _promise_call(
    visit: Visit,
    form: Form,
    answers: Answers,
    *,
    by: User,
    now: dt.datetime,
    back: Ticket | None,
) -> dt.datetime:
    """The unhappy customer is called within the hours promised: a ticket and its promise."""
    numbers, calendar = rules_for(visit.store_id)
    due_at = call_back_by(now, numbers=numbers, calendar=calendar)
    reasons = form.measured("reason", answers)
    problem = Problem(
        category=category_of(reasons.choices if reasons else ()),
        description=told_by(form, answers),
        said=own_words(form, answers),
        answer_by=due_at,
    )
    pass_on(visit, [problem], by=by, now=now, back=back)
    return due_at


def _propose_need(visit: Visit, form: Form, answers: Answers, *, now: dt.datetime) -> None:
    """A need for another car goes to the customer's owner in the customer's own words (RV-05)."""
    need = need_said(form, answers)
    if need is None:
        return
    with translation.override(settings.LANGUAGE_CODE):
        words = need or _("Says in a questionnaire that there is one, not which.")
    propose_opportunity(visit, words, by=None, now=now)


def own_words(form: Form, answers: Answers) -> str:
    """What the customer wrote themselves, without our questions."""
    texts = (question.key for question in form.asked(answers) if question.type == TEXT)
    return "\n".join(answers[key].text for key in texts if key in answers)


def told_by(form: Form, answers: Answers) -> str:
    """What an unhappy customer answered, in the house's language: the grades, reasons and words."""
    with translation.override(settings.LANGUAGE_CODE):
        lines = [_("Asks for a call after a questionnaire."), *told_in(form, answers)]
    return "\n".join(lines)[:4000]


def unsubscribe(link: SurveyLink, *, now: dt.datetime) -> None:
    """The customer wishes no more questionnaires: no return visit is planned any more (PS-01).

    This visit ends as declined, with every link of it. Raises `LinkClosed`.
    """
    visit = link.visit
    with translation.override(settings.LANGUAGE_CODE):
        reason = _("Unsubscribed by the link of a questionnaire.")
    with transaction.atomic():
        try:
            frm = states.MOVES["unsubscribe"]
            transition(visit, frm=frm, to=states.DECLINED, end_reason=reason)
        except Stale as error:
            raise LinkClosed from error
        ended = {"revoked_at": now, "draft": {}, "version": F("version") + 1}
        if not _unended(link, now).update(**ended):
            raise LinkClosed
        end_work(visit, reason=states.DECLINED, now=now)
        purpose = Consent.Purpose.VISIT
        note_consent(visit.card, by=None, purpose=purpose, allowed=False, words=reason, now=now)
        call_off_unwished(visit.card, by=None, now=now, but=visit)
        note(visit.card, "visit_declined", by=None, now=now, reason=reason)
        after = {"state": states.DECLINED, "reason": reason}
        audit.record("visits.unsubscribe", by=None, obj=visit, after=after, at=now)
        tell_visitor(visit, "survey_unsubscribed", {}, now=now)


def tell_visitor(visit: Visit, kind: str, data: Mapping[str, Any], *, now: dt.datetime) -> None:
    """Put a line into the visitor's inbox, or the service supervisor's where there is none."""
    notices.tell(
        to=visit.assignee or notices.Desk(roles.SERVICE_SUPERVISOR, visit.store_id),
        kind=kind,
        occasion=f"visit:{visit.public_id}/{kind}",
        about=About.of(visit),
        subject=f"visit:{visit.public_id}",
        link=("visits:visit", visit.public_id),
        data={"customer": visit.card.customer.name, **data},
        now=now,
    )
