"""What customers of the demo floor answered on return visits, and said of other brands."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping

from crm.home.demo import words
from crm.home.demo.cards import Floor
from visits.actions.measuring import measurements_of
from visits.models import (
    Answer,
    CompetitorFinding,
    Opportunity,
    Questionnaire,
    QuestionnaireVersion,
    Response,
    Visit,
)
from visits.questions import (
    CHOSEN,
    GRADE,
    SAID_YES,
    SCALE,
    SINGLE,
    YES_NO,
    Form,
    Given,
    Question,
    form_of,
)

# What stands on the visit's own row already, by what a question measures.
ON_THE_ROW = {"satisfaction": "satisfaction", "recommend": "recommend", "repurchase": "repurchase"}


def answer_all(floor: Floor) -> None:
    """Each completed visit has its questionnaire's answers, one in five by the customer's link."""
    sheets = _in_use()
    for visit in floor.rows.get(Visit, []):
        questions = sheets.get(visit.kind)
        if visit.state != "completed" or questions is None:
            continue
        _answer(floor, visit, questions)
        if floor.chance(0.25):
            _rival(floor, visit)
        if visit.owner is not None and floor.chance(0.12):
            _need(floor, visit)


def _in_use() -> dict[str, QuestionnaireVersion]:
    sheets = Questionnaire.objects.filter(store=None, retired=False).order_by("pk")
    return {sheet.kind: sheet.in_use for sheet in sheets if sheet.in_use is not None}


def _answer(floor: Floor, visit: Visit, questions: QuestionnaireVersion) -> None:
    form, at = form_of(questions.body), visit.completed_at or floor.now
    answers = _answers(floor, visit, form)
    visit.questions = questions
    by_link = floor.chance(0.2)
    response = floor.add(
        Response(
            visit=visit,
            questions=questions,
            entered_by=None if by_link else visit.assignee,
            store=visit.store,
            begun_at=at,
            submitted_at=at,
            created_at=at,
        )
    )
    for question in form.asked(answers):
        given = answers.get(question.key, Given())
        if not given.is_empty:
            floor.add(
                Answer(
                    response=response,
                    question=question.key,
                    number=given.number,
                    choices=list(given.choices),
                    text=given.text,
                )
            )
    for measurement in measurements_of(visit, form, answers):
        floor.add(measurement)


def _answers(floor: Floor, visit: Visit, form: Form) -> Mapping[str, Given]:
    """Grades near the overall one; what the row says already is the answer."""
    rng, overall = floor.rng, visit.satisfaction or 4
    found = {}
    for question in form.questions:
        if question.measures in ON_THE_ROW:
            value = getattr(visit, ON_THE_ROW[question.measures])
            found[question.key] = _on_the_row(question, value, rng)
        elif question.type == GRADE:
            found[question.key] = Given(min(5, max(1, overall + rng.choice((-1, 0, 0, 0, 1)))))
        elif question.type in CHOSEN:
            keys = [option.key for option in question.options]
            many = 1 if question.type == SINGLE else min(len(keys), rng.choice((1, 1, 2)))
            found[question.key] = Given(choices=tuple(rng.sample(keys, many)))
        elif question.type == YES_NO:
            found[question.key] = Given(rng.choice((0, 0, 1)))
        elif question.type == SCALE:
            found[question.key] = Given(rng.choice((10, 9, 9, 8, 7)))
        elif question.key == "suggestions":
            found[question.key] = Given(text=visit.notes)
    return found


def _on_the_row(question: Question, value: float | None, rng: random.Random) -> Given:
    """What the visit's row says as an answer; whoever did not say yes may have been unsure."""
    if value is None or question.type != SINGLE:
        return Given(None if value is None else int(value))
    return Given(choices=(SAID_YES if value else rng.choice(("likely", "unsure", "no")),))


def _need(floor: Floor, visit: Visit) -> None:
    """Another car is needed: most are taken up by the customer's salesperson, on the same card."""
    heard: dt.datetime = visit.completed_at or floor.now
    state = floor.rng.choice(("taken", "taken", "open", "dismissed"))
    answered = {} if state == "open" else {"answered_at": heard, "answered_by": visit.owner}
    floor.add(
        Opportunity(
            visit=visit,
            card=visit.card,
            words=floor.rng.choice(words.NEEDED),
            state=state,
            responsible=visit.owner,
            answer_by=max(heard, floor.now) + dt.timedelta(days=1),
            taken_as=visit.card if state == "taken" else None,
            reason=words.NOT_NOW if state == "dismissed" else "",
            store=visit.store,
            created_at=heard,
            **answered,
        )
    )


def _rival(floor: Floor, visit: Visit) -> None:
    brand, model, kind, said, influence = floor.rng.choice(words.HEARD)
    heard: dt.datetime = visit.completed_at or floor.now
    floor.add(
        CompetitorFinding(
            visit=visit,
            brand=brand,
            model=model,
            kind=kind,
            words=said,
            influence=influence,
            heard_on=heard.astimezone(floor.zone).date(),
            noted_by=visit.assignee,
            store=visit.store,
            created_at=heard,
        )
    )
