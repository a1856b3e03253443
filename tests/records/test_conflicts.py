"""A lost race says who was first and when; a database busy with an import says so."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.utils import timezone

from crm.people.models import User
from crm.records.actions import change
from crm.records.audit import record
from crm.records.middleware import Conflicts
from crm.records.states import Stale
from tests.people import Cast, make_card, make_cast


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


def answer_to(error: Exception, rf, user: User, **headers: str):
    request = rf.post("/anything/", headers=headers)
    request.user = user
    return Conflicts(lambda _request: None).process_exception(request, error)


def test_the_page_names_who_changed_the_row_and_when(cast: Cast, rf) -> None:
    card = make_card(cast.lin)
    early = timezone.now() - dt.timedelta(hours=3)
    record("customers.update_needs", by=cast.zhou, obj=card, at=early)
    change(card, version=1, notes="先")
    record("customers.update_needs", by=cast.chen, obj=card)
    with pytest.raises(Stale) as caught:
        change(card, version=1, notes="后")
    answer = answer_to(caught.value, rf, cast.lin)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "陈立新" in page
    assert "周启航" not in page


def test_without_a_trail_it_still_says_that_somebody_was_first(cast: Cast, rf) -> None:
    card = make_card(cast.lin)
    answer = answer_to(Stale("customers.Card", card.pk), rf, cast.lin)
    assert answer.status_code == 409
    assert answer_to(Stale("customers.Card", 10**9), rf, cast.lin).status_code == 409


def test_the_way_back_is_the_page_the_form_stood_on(cast: Cast, rf) -> None:
    stale = Stale("customers.Card", make_card(cast.lin).pk)
    ours = answer_to(stale, rf, cast.lin, referer="http://testserver/customers/x/")
    assert 'href="http://testserver/customers/x/"' in ours.content.decode()
    theirs = answer_to(stale, rf, cast.lin, referer="https://evil.example/")
    assert "evil.example" not in theirs.content.decode()


@pytest.mark.parametrize("words", ["database is locked", "database table is locked: x"])
def test_a_database_busy_with_an_import_asks_for_a_moment(cast: Cast, rf, words: str) -> None:
    answer = answer_to(OperationalError(words), rf, cast.lin)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"


@pytest.mark.parametrize("error", [OperationalError("disk full"), PermissionDenied(), ValueError()])
def test_other_errors_are_left_alone(cast: Cast, rf, error: Exception) -> None:
    assert answer_to(error, rf, cast.lin) is None
