"""Two who answer by one link at once, and a customer who answers while the visitor calls."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connection

from crm.records.states import Stale
from tests.people import NOW, make_card, make_cast, make_survey_link, make_visit
from visits.actions import LinkClosed, Made, answer_survey, complete_visit, unsubscribe
from visits.models import Response, SurveyLink, Visit
from visits.questions import Given

pytestmark = pytest.mark.django_db(transaction=True)
TRIALS = 5


def at_once(
    *verbs: Callable[[], object], refused: tuple[type[Exception], ...] = (LinkClosed, Stale)
) -> list[str]:
    """Run the verbs in threads that start together; the names of what each ended with."""
    start = Barrier(len(verbs))

    def run(verb: Callable[[], object]) -> str:
        try:
            start.wait()
            verb()
        except refused as error:
            return type(error).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(verbs)) as pool:
        return sorted(pool.map(run, verbs))


def answer(pk: int, grade: int) -> Callable[[], object]:
    link = SurveyLink.objects.select_related("visit__card", "questions").get(pk=pk)
    answers = {"overall": Given(number=grade), "visitor": Given(number=5)}
    return lambda: answer_survey(link, answers, wants_call=False, now=NOW)


def test_two_answers_by_one_link_make_one_response() -> None:
    cast = make_cast()
    for trial in range(TRIALS):
        visit = make_visit(make_card(cast.lin), NOW.date(), assignee=cast.wu, state="assigned")
        link, _token = make_survey_link(visit)
        assert at_once(answer(link.pk, 5), answer(link.pk, 1)) == ["LinkClosed", "done"]
        visit.refresh_from_db()
        assert visit.state == "completed"
        assert Response.objects.count() == trial + 1


def test_a_link_and_a_call_at_once_make_one_visit() -> None:
    cast = make_cast()
    for trial in range(TRIALS):
        visit = make_visit(make_card(cast.lin), NOW.date(), assignee=cast.wu, state="assigned")
        link, _token = make_survey_link(visit)
        mine = Visit.objects.select_related("card").get(pk=visit.pk)
        asked = link.questions
        call = Made(answers={"overall": Given(number=3)}, notes="电话")

        phone = partial(
            complete_visit, mine, call, by=cast.wu, version=mine.version, questions=asked, now=NOW
        )
        ended = at_once(answer(link.pk, 5), phone)
        assert ended in (["LinkClosed", "done"], ["Stale", "done"])
        assert Response.objects.count() == trial + 1


def test_answering_and_unsubscribing_at_once_does_one_of_them() -> None:
    cast = make_cast()
    visit = make_visit(make_card(cast.lin), NOW.date(), assignee=cast.wu, state="assigned")
    link, _token = make_survey_link(visit)
    gone = SurveyLink.objects.select_related("visit__card").get(pk=link.pk)
    ended = at_once(answer(link.pk, 5), lambda: unsubscribe(gone, now=NOW))
    assert ended == ["LinkClosed", "done"]
    visit.refresh_from_db()
    assert visit.state in ("completed", "declined")
