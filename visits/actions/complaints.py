"""A visit after a complaint: what the customer says of the answer counts on the ticket (RV-13)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.utils import translation

from complaints.actions import hear_on_visit
from complaints.models import Ticket
from crm.people.models import User
from visits.models import Visit
from visits.questions import TEXT, Answers, Form, content_with, is_bad, words
from visits.queues.screens import in_words


def hear_of_complaint(
    visit: Visit, form: Form, answers: Answers, said: Iterable[str], *, by: User | None,
    now: dt.datetime,
) -> Ticket | None:  # fmt: skip
    """Carry the customer's word to the complaint the visit is about, in the caller's transaction.

    `said` are their words beside the answers. Returns the ticket where it is back at work.
    """
    if visit.kind != Visit.Kind.COMPLAINT or visit.ticket is None:
        return None
    return hear_on_visit(
        visit.ticket,
        by=by,
        content=content_with(visit.satisfaction),
        words="\n".join([*said, *told_in(form, answers)]),
        visit_no=visit.visit_no,
        now=now,
    )


def told_in(form: Form, answers: Answers) -> list[str]:
    """What was not good or was put in words, question by question, in the house's language."""
    lines = []
    with translation.override(settings.LANGUAGE_CODE):
        language = translation.get_language() or ""
        for question in form.asked(answers):
            given = answers.get(question.key)
            if given is None or given.is_empty:
                continue
            if is_bad(question, given) or question.type == TEXT or question.measures == "reason":
                asked = words(question.text, language)
                lines.append(f"{asked} {in_words(question, given, language)}")
    return lines
