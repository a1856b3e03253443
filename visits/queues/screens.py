"""What the call screen shows: the visit, its questions, the car, the day's other visits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from complaints.access import reads_words
from complaints.models import Ticket
from crm.customers.models import Card
from crm.customers.queues import is_vip
from crm.orders.models import Order
from crm.people.models import Department, User
from crm.records.kpis import By, Scope, counts_of
from crm.records.kpis import Question as KpiQuestion
from crm.records.periods import week_so_far
from crm.records.states import Saved
from crm.rulebook.queues import numbers_for, rules_for, working_calendar
from followups.models import Contact, Method
from visits import states
from visits.due import may_call
from visits.kpis import visit_completion_rate, visit_satisfaction_rate
from visits.models import (
    OnSiteVisit,
    QuestionnaireVersion,
    VersionState,
    Visit,
    VisitAttempt,
    VisitGift,
    VisitQuerySet,
)
from visits.questions import (
    GRADE,
    GRADES,
    MULTIPLE,
    SCALE,
    SCALE_POINTS,
    YES_NO,
    Given,
    Question,
    form_of,
    is_bad,
    words,
)
from visits.queues.lists import visit_queue

EARLIER = 3
GRADE_WORDS = {
    5: gettext_lazy("Very satisfied"),
    4: gettext_lazy("Satisfied"),
    3: gettext_lazy("Neutral"),
    2: gettext_lazy("Dissatisfied"),
    1: gettext_lazy("Very dissatisfied"),
}


def visit_for_page(user: User) -> VisitQuerySet:
    """Visits with everything their page shows."""
    return visit_queue(user).select_related("questions__questionnaire", "ticket__responsible")


def questions_for(visit: Visit) -> QuestionnaireVersion | None:
    """The version this visit asks: what it was planned with, else the one in use for its kind.

    One of the visit's store comes before one of all stores.
    """
    if visit.questions is not None:
        return visit.questions
    in_use = QuestionnaireVersion.objects.filter(
        state=VersionState.APPROVED,
        questionnaire__kind=visit.kind,
        questionnaire__retired=False,
    ).filter(Q(store=visit.store_id) | Q(store=None))
    nearest = F("store").asc(nulls_last=True), "questionnaire_id"
    return in_use.select_related("questionnaire").order_by(*nearest).first()


def asked_version(visit: Visit, public_id: str) -> QuestionnaireVersion | None:
    """The version a form asked, if it is one of the visit's kind; else what it asks now."""
    rows = QuestionnaireVersion.objects.filter(
        state__in=(VersionState.APPROVED, VersionState.RETIRED), questionnaire__kind=visit.kind
    )
    found = rows.filter(public_id=public_id).select_related("questionnaire").first()
    return found or questions_for(visit)


def facts_of(user: User, visit: Visit) -> dict[str, Any]:
    """The car, what is still open, the last contacts: what a caller knows beforehand (RV-26)."""
    card = visit.card
    return {
        "order": last_order(card),
        "complaint": complaint_of(user, visit),
        "is_vip": is_vip(card.customer_id, numbers_for(None), now=timezone.now()),
        "open_tickets": Ticket.objects.visible_to(user).unsettled().filter(card=card).count(),
        "earlier": list(
            Contact.objects.visible_to(user)
            .filter(card=card)
            .order_by("-occurred_at", "-pk")[:EARLIER]
        ),
        "attempts": attempts_of(visit),
    }


def calling_hours(visit: Visit, now: dt.datetime) -> tuple[str, ...] | None:
    """From when until when one calls, before and after midday, where now is not the time for it
    (N-27); else None.

    A time agreed for today is the customer's own wish.
    """
    numbers, calendar = rules_for(visit.store_id)
    agreed = visit.appointed_at is not None and calendar.local_day(
        visit.appointed_at
    ) == calendar.local_day(now)
    if agreed or may_call(now, numbers=numbers, calendar=calendar):
        return None
    rest = (numbers.calling_rest_from, numbers.calling_rest_until)
    return (numbers.calling_from, *rest, numbers.calling_to)


def complaint_of(user: User, visit: Visit) -> Ticket | None:
    """The complaint a visit asks about, where this person may read what was said (RV-13)."""
    if visit.kind != Visit.Kind.COMPLAINT or visit.ticket is None:
        return None
    found = Ticket.objects.visible_to(user).filter(pk=visit.ticket.pk).first()
    return found if found is not None and reads_words(user, found) else None


@dataclass(frozen=True)
class Outing:
    """What belongs to a visit at the customer's: ticks in words, gifts, thanks."""

    onsite: OnSiteVisit
    checks: list[tuple[str, bool]]
    gifts: list[VisitGift]


def outing_of(visit: Visit) -> Outing | None:
    """Preparation, gifts and thanks of a visit on site, or of one that had any (RV-20)."""
    onsite = OnSiteVisit.objects.filter(visit=visit).first()
    gifts = list(visit.gifts.all())
    if visit.method != Method.ONSITE and onsite is None and not gifts:
        return None
    names = ("situation", "documents", "sheet", "gift")
    shown = onsite or OnSiteVisit(visit=visit)
    labels = [str(OnSiteVisit._meta.get_field(name).verbose_name) for name in names]  # type: ignore[union-attr]
    return Outing(shown, list(zip(labels, (getattr(shown, n) for n in names), strict=True)), gifts)


def week_of_visitor(user: User, today: dt.date) -> dict[str, tuple[int, int]]:
    """One's own running week: visits made among those due, content among those asked (kpi.md)."""
    calendar = working_calendar()
    ask = KpiQuestion((week_so_far(today, calendar.zone),), calendar, Scope(By.PERSON, user.pk))
    rates = {
        "completion": visit_completion_rate(ask).parts,
        "satisfaction": visit_satisfaction_rate(ask).parts,
    }
    return counts_of(rates)


def last_order(card: Card) -> Order | None:
    """The order delivered last, else signed last."""
    return (
        Order.objects.filter(card=card)
        .signed()
        .select_related("product")
        .order_by("-delivered_at", "-signed_at")
        .first()
    )


def attempts_of(visit: Visit) -> QuerySet[VisitAttempt]:
    """The tries of a visit, the latest first."""
    return visit.attempts.select_related("by")


def tickets_of(user: User, visit: Visit) -> QuerySet[Ticket]:
    """The tickets this visit opened, and the one it is about, as far as one may see them."""
    opened = Q(source_room="visits", source_model="visit", source_id=visit.public_id)
    rows = Ticket.objects.visible_to(user).filter(opened | Q(pk=visit.ticket_id))
    return rows.select_related("lead_department").order_by("pk")


@dataclass(frozen=True)
class Said:
    """One answer in words: the question, what was answered, and whether it is a bad grade."""

    question: str
    answer: str
    is_bad: bool


def answers_of(visit: Visit) -> list[Said]:
    """What the customer answered last, in the reader's language."""
    response = visit.responses.select_related("questions").prefetch_related("answers").first()
    if response is None:
        return []
    form, language = form_of(response.questions.body), get_language() or ""
    given = {
        answer.question: Given(answer.number, tuple(answer.choices), answer.text)
        for answer in response.answers.all()
    }
    return [
        Said(
            words(question.text, language),
            in_words(question, given[question.key], language),
            is_bad(question, given[question.key]),
        )
        for question in form.questions
        if question.key in given
    ]


def in_words(question: Question, given: Given, language: str) -> str:
    """One answer as a reader reads it."""
    if given.choices:
        options = {option.key: words(option.text, language) for option in question.options}
        return _("; ").join(options.get(key, key) for key in given.choices)
    if given.number is None:
        return given.text
    if question.type == GRADE:
        return str(GRADE_WORDS.get(given.number, given.number))
    if question.type == YES_NO:
        return str(_("Yes") if given.number else _("No"))
    return str(given.number)


@dataclass(frozen=True)
class OnPaper:
    """One question as it is printed: its words, boxes to tick, else lines to write on."""

    number: int
    words: str
    boxes: list[str]
    several: bool
    condition: bool


def sheet_of(visit: Visit) -> list[tuple[str, list[OnPaper]]]:
    """The questions a visit asks, section by section, in the reader's language (RV-26)."""
    asked, language = questions_for(visit), get_language() or ""
    number, found = 0, []
    for section in form_of(asked.body if asked else {}).sections:
        rows = []
        for question in section.questions:
            number += 1
            rows.append(
                OnPaper(
                    number,
                    words(question.text, language),
                    boxes_of(question, language),
                    question.type == MULTIPLE,
                    question.condition is not None,
                )
            )
        found.append((words(section.title, language), rows))
    return found


def boxes_of(question: Question, language: str) -> list[str]:
    """The answers of a question to tick on paper; none for numbers and words."""
    if question.type == GRADE:
        return [str(GRADE_WORDS[grade]) for grade in reversed(GRADES)]
    if question.type == SCALE:
        return [str(point) for point in SCALE_POINTS]
    if question.type == YES_NO:
        return [str(_("Yes")), str(_("No"))]
    return [words(option.text, language) for option in question.options]


def departments() -> QuerySet[Department]:
    """Departments a problem can be passed to."""
    return Department.objects.order_by("name")


def saved_visit(visit: Visit) -> Saved:
    """What stands now where a visit was to be saved."""
    facts = [(_("State"), str(visit.get_state_display()))]
    if visit.assignee is not None:
        facts.append((_("Visitor"), visit.assignee.name))
    resend = {"version": visit.version} if visit.state in states.IN_HAND else None
    return Saved({"notes": visit.notes}, facts=tuple(facts), resend=resend)
