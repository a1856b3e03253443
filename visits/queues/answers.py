"""Answer sheets as they are taken out: a row a customer, a column a question (RV-21)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints.anonymity import betrays, names_of
from crm.customers.models import Card
from crm.people import roles
from crm.people.models import User
from crm.ui.lists import Chip, Filter, ListSpec, Sort
from visits import states
from visits.models import Questionnaire, QuestionnaireVersion, Response, Visit
from visits.questions import Given, Question, form_of, words
from visits.queues.screens import in_words

NAMED = (roles.SERVICE_SUPERVISOR, roles.MANAGER)
LEFT_OUT = _("(left out: it says who the customer is)")


def sheets_to_take(user: User, query: Mapping[str, str]) -> QuerySet[Response]:
    """The sheets that count, of a person's stores, without those on which they are judged.

    Marketing's supervisor takes them out without names (matrix row 13). `query` may hold `first`
    and `last`, the local days between which they were submitted.
    """
    reach = user.reach
    cards = Card.objects.with_case(reach).select_related("customer")
    mine = Q(store__in=reach.stores_as(*NAMED, roles.MARKETING_SUPERVISOR))
    visits = Visit.objects.filter(mine, state=states.COMPLETED).not_rating(user)
    later = Response.objects.filter(
        visit=OuterRef("visit"), edition__gt=OuterRef("edition"), submitted_at__isnull=False
    )
    rows = Response.objects.filter(~Exists(later), submitted_at__isnull=False, visit__in=visits)
    return (
        rows.filter(_between(query))
        .select_related("visit__assignee", "questions__questionnaire", "entered_by")
        .prefetch_related("answers", Prefetch("visit__card", queryset=cards))
    )


def _between(query: Mapping[str, str]) -> Q:
    found = Q()
    for name, lookup in (("first", "gte"), ("last", "lte")):
        try:
            day = dt.date.fromisoformat(query.get(name, ""))
        except ValueError:
            continue
        found &= Q(**{f"submitted_at__date__{lookup}": day})
    return found


def sheet_list(user: User) -> ListSpec:
    """What may be asked for: a questionnaire, one of its versions, a kind of visit, days."""
    seen = Questionnaire.objects.visible_to(user)
    versions = QuestionnaireVersion.objects.filter(questionnaire__in=seen)
    return ListSpec(
        sorts=(Sort("submitted", pgettext_lazy("sheet", "Answered"), ("submitted_at", "id")),),
        chips=(Chip("all", _("All")),),
        filters=(
            Filter("questionnaire", "questions__questionnaire__public_id", _ids(seen)),
            Filter("version", "questions__public_id", _ids(versions)),
            Filter("kind", "visit__kind", frozenset(Visit.Kind.values)),
        ),
        carried=("first", "last"),
    )


def _ids(rows: QuerySet[Any]) -> frozenset[str]:
    return frozenset(rows.order_by().values_list("public_id", flat=True))


def is_named(user: User, response: Response) -> bool:
    """Whether the sheet goes out with the customer, the visit and its visitor."""
    return response.visit.store_id in user.reach.stores_as(*NAMED)


@dataclass(frozen=True)
class Asked:
    """A question that some of the sheets answer, in the reader's language."""

    key: str
    words: str
    questionnaires: frozenset[int]


def asked_in(rows: QuerySet[Response]) -> list[Asked]:
    """Every question of the versions these sheets answer, as the latest of them words it.

    A key means one question in all versions of a questionnaire; two questionnaires share a
    column where they ask the same in the same words. One statement.
    """
    occurs = rows.order_by().values("questions")
    versions = QuestionnaireVersion.objects.filter(pk__in=occurs).order_by(
        "questionnaire", "-number"
    )
    language, found = get_language() or "", dict[tuple[str, str], set[int]]()
    known: set[tuple[int, str]] = set()
    for version in versions:
        for question in form_of(version.body).questions:
            if (version.questionnaire_id, question.key) in known:
                continue
            known.add((version.questionnaire_id, question.key))
            named = (question.key, words(question.text, language))
            found.setdefault(named, set()).add(version.questionnaire_id)
    return [Asked(key, said, frozenset(pks)) for (key, said), pks in found.items()]


def said_to(response: Response, asked: Asked, *, named: bool) -> str | None:
    """What a sheet answers to a question, in words; nothing where it was not asked.

    A sheet that goes out without names leaves out words that say whose they are.
    """
    if response.questions.questionnaire_id not in asked.questionnaires:
        return None
    answer = next((one for one in response.answers.all() if one.question == asked.key), None)
    question = _questions_of(response).get(asked.key)
    if answer is None or question is None:
        return None
    given = Given(answer.number, tuple(answer.choices), answer.text)
    said = in_words(question, given, get_language() or "")
    if named or not answer.text:
        return said
    customer = response.visit.card.customer
    known = [*names_of(customer.name), str(customer.phone or "")]
    return str(LEFT_OUT) if betrays(said, known=known) else said


def _questions_of(response: Response) -> dict[str, Question]:
    version = response.questions
    kept: dict[str, Question] | None = getattr(version, "by_key", None)
    if kept is None:
        kept = {one.key: one for one in form_of(version.body).questions}
        version.by_key = kept  # type: ignore[attr-defined]
    return kept
