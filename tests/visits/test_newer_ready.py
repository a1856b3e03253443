"""A house with older ready-made questions is offered the newer ones (RV-31)."""

from __future__ import annotations

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.people import NOW, Cast, make_cast, make_questionnaire, make_version
from tests.visits.test_questionnaires import approve, page_of
from visits import actions
from visits.default_questions import SHEETS
from visits.default_questions.editions import edition_of, is_newer
from visits.models import Questionnaire, QuestionnaireVersion

OFFER = "Newer ready questions"
LIST = "/visits/questionnaires/"


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def shows(user, path: str = LIST) -> bool:
    return OFFER in page_of(user).get(path).content.decode()


def page_path(sheet: Questionnaire) -> str:
    return f"{LIST}{sheet.public_id}/"


def begin(cast: Cast, sheet: Questionnaire, **more: str):
    sent = {"version": str(sheet.version), "source": sheet.kind, **more}
    return page_of(cast.xu).post(f"{page_path(sheet)}draft/", sent)


def test_an_edition_is_newer_unless_one_began_with_it():
    one, other = {"sections": [1], "a": 2}, {"sections": [2]}
    assert edition_of(one) == edition_of({"a": 2, "sections": [1]}) != edition_of(other)
    assert is_newer(one, {edition_of(other), ""})
    assert not is_newer(one, {edition_of(one)})
    assert not is_newer(None, set())


def test_a_new_house_has_the_newest(cast):
    actions.seed_visits(NOW.date())
    assert QuestionnaireVersion.objects.filter(edition="").count() == 0
    assert not shows(cast.bai)


def test_a_house_from_before_editions_were_kept_is_known_by_its_questions(cast):
    actions.seed_visits(NOW.date())
    QuestionnaireVersion.objects.update(edition="")
    assert not shows(cast.bai)


def test_one_button_begins_a_draft_that_is_approved_before_it_is_asked(cast):
    sheet = make_questionnaire(cast.pudong)
    old = sheet.in_use
    assert shows(cast.xu)
    assert shows(cast.xu, page_path(sheet))
    assert begin(cast, sheet).status_code == 302
    draft = sheet.versions.get(state="draft")
    assert draft.body == SHEETS[0].body
    assert (draft.author, sheet.in_use) == (cast.xu, old)
    assert not shows(cast.xu)

    actions.submit_version(draft, by=cast.xu, version=draft.version, now=NOW)
    draft.refresh_from_db()
    approve(draft, cast.shen)
    assert sheet.in_use == draft
    assert not shows(cast.xu)


def test_questions_changed_before_approval_are_not_offered_again(cast):
    sheet = make_questionnaire(cast.pudong)
    begin(cast, sheet)
    draft = sheet.versions.get(state="draft")
    QuestionnaireVersion.objects.filter(pk=draft.pk).update(body=make_body(), state="retired")
    assert not shows(cast.xu)


def make_body() -> dict:
    return {"sections": SHEETS[0].body["sections"][:1]}


def test_a_draft_thrown_away_is_offered_again(cast):
    sheet = make_questionnaire(cast.pudong)
    begin(cast, sheet)
    draft = sheet.versions.get(state="draft")
    actions.discard_version(draft, by=cast.xu, version=draft.version, now=NOW)
    assert shows(cast.xu)


def test_the_manager_reads_it_and_has_no_button(cast):
    sheet = make_questionnaire(cast.pudong)
    page = page_of(cast.shen).get(page_path(sheet)).content.decode()
    assert OFFER in page
    assert "Begin a draft with them" not in page


def test_own_and_retired_questionnaires_are_left_alone(cast):
    own = Questionnaire.objects.create(name="自己的", kind="regular", store=cast.pudong)
    make_version(own, cast.xu, state="approved")
    make_questionnaire(cast.pudong, retired=True)
    assert not shows(cast.xu)


def test_the_list_asks_as_often_for_many(cast):
    make_questionnaire(cast.pudong)
    few = statements(cast)
    for number in range(9):
        make_questionnaire(cast.pudong, name=f"问卷 {number}")
    assert statements(cast) == few


def statements(cast: Cast) -> int:
    client = page_of(cast.xu)
    client.get(LIST)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(LIST)
    return len(asked)
