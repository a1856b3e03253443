"""The customer's questionnaire: how long it takes, when to call back, what a reason means. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections.abc import Iterable

from crm.rulebook.numbers import Numbers
from crm.workdays import Calendar
from visits.questions import Answers, Form, Question, is_bad

LAST_SECOND = dt.time(23, 59, 59)
SECONDS_A_QUESTION = 15
# The ready questions about a need for another car, by their keys.
NEED, NEED_WORDS = "needs_changed", "needs_words"
# What a customer names as the reason, as the class of ticket it becomes (RV-33).
OTHER = "other"
CATEGORIES = {
    "charging": "technical",
    "infotainment": "technical",
    "range": "product_quality",
    "delivery_wait": "delivery",
    "sales_service": "service_quality",
    "after_sales": "service_quality",
    "price": "price",
}
# The same of the ready questions that are answered by a grade, by their keys.
CATEGORIES_OF_QUESTIONS = {
    **{key: CATEGORIES[key] for key in ("charging", "after_sales")},
    "performance": "product_quality",
    **dict.fromkeys(("sales", "sales_speed", "presales", "sales_course"), "service_quality"),
    **dict.fromkeys(
        ("after_sales_timely", "after_sales_solved", "after_sales_manner"), "service_quality"
    ),
    "follow_up": "service_quality",
    "visitor": "service_quality",
}


def hash_of(token: str) -> str:
    """What is kept of a token (D43)."""
    return hashlib.sha256(token.encode()).hexdigest()


def closes_at(on: dt.date, zone: dt.tzinfo) -> dt.datetime:
    """The moment a link ends that is good until a local date, in UTC."""
    return dt.datetime.combine(on, LAST_SECOND, tzinfo=zone).astimezone(dt.UTC)


def last_day(made: dt.datetime, *, numbers: Numbers, calendar: Calendar) -> dt.date:
    """The local date until which a link made at this moment is good, unless said otherwise."""
    return calendar.local_day(made) + dt.timedelta(days=numbers.survey_link_days)


def call_back_by(now: dt.datetime, *, numbers: Numbers, calendar: Calendar) -> dt.datetime:
    """When an unhappy customer who asks for it is called at the latest.

    Only opening hours count: who asks in the evening is called in the morning.
    """
    return calendar.add_opening_time(now, dt.timedelta(hours=numbers.survey_call_back_hours))


def unhappy(form: Form, answers: Answers) -> list[Question]:
    """The questions that were asked and given a bad grade: after one a call is offered (RV-39)."""
    return [
        question
        for question in form.asked(answers)
        if question.key in answers and is_bad(question, answers[question.key])
    ]


def need_said(form: Form, answers: Answers) -> str | None:
    """What a customer says they need another car for; empty where they say only that they do.

    None where they were not asked or need none.
    """
    asked = {question.key for question in form.asked(answers)} & answers.keys()
    if NEED not in asked or answers[NEED].number != 1:
        return None
    return answers[NEED_WORDS].text.strip() if NEED_WORDS in asked else ""


def category_of(reasons: Iterable[str]) -> str:
    """The class of the ticket: that of the first reason that has one."""
    return next((CATEGORIES[key] for key in reasons if key in CATEGORIES), OTHER)


def newly_asked(form: Form, answers: Answers, seen: Iterable[str]) -> list[Question]:
    """Questions these answers lead to that the customer has not been shown yet.

    A browser without scripts draws them only after the answers they hang on were sent.
    """
    known = set(seen)
    return [question for question in form.asked(answers) if question.key not in known]


def minutes(questions: int) -> int:
    """About how many minutes so many questions take; at least one."""
    return max(1, math.ceil(questions * SECONDS_A_QUESTION / 60))
