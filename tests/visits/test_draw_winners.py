"""Prizes for answering: announced first, drawn once, repeatable, blind to the grade (D25)."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from crm.records.models import AuditEvent
from crm.records.states import Stale
from tests.people import (
    NOW,
    Cast,
    make_card,
    make_cast,
    make_draw,
    make_response,
    make_survey_link,
    make_visit,
)
from visits.actions import announce_draw, draw_winners
from visits.draws import drawn
from visits.models import Answer, Draw, Questionnaire, Response
from visits.queues.draws import entries_of

TODAY = NOW.date()
DAY = dt.timedelta(days=1)
SEED = "5eed" * 16


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def answered(cast: Cast, name: str, *, grade: int = 5, days: int = 2, **fields) -> Response:
    card = make_card(fields.pop("owner", cast.lin), name)
    response = make_response(make_visit(card, TODAY), NOW - days * DAY, **fields)
    Answer.objects.create(response=response, question="overall", number=grade)
    return response


def test_the_same_seed_and_entries_give_the_same_winners_in_any_order() -> None:
    entries = [f"answer-{number}" for number in range(100)]
    won = drawn(SEED, entries, 5)
    assert len(set(won)) == 5
    assert drawn(SEED, reversed(entries), 5) == won
    assert drawn(SEED, [*entries, *entries], 5) == won
    assert drawn("another", entries, 5) != won
    assert drawn(SEED, entries[:3], 5) == sorted(entries[:3], key=drawn(SEED, entries, 100).index)


def test_each_entry_wins_about_as_often_as_any_other() -> None:
    entries = [f"answer-{number}" for number in range(10)]
    wins = [drawn(str(seed), entries, 1)[0] for seed in range(2000)]
    assert all(140 <= wins.count(entry) <= 260 for entry in entries)


def test_xu_draws_once_and_the_seed_says_the_same_again(cast):
    responses = [answered(cast, f"客户{n}", grade=1 + n % 5) for n in range(6)]
    draw = make_draw(cast.pudong, cast.xu)
    winners = draw_winners(draw, by=cast.xu, version=1, now=NOW)
    draw.refresh_from_db()
    assert (draw.entries, draw.drawn_by, len(draw.seed)) == (6, cast.xu, 64)
    names = [winner.response.public_id for winner in winners]
    assert names == drawn(draw.seed, [one.public_id for one in responses], 2)
    (event,) = AuditEvent.objects.filter(action="visits.draw_winners")
    assert event.after == {"seed": draw.seed, "entries": 6, "winners": names}
    with pytest.raises((ValidationError, Stale)):
        draw_winners(Draw.objects.get(), by=cast.xu, version=draw.version, now=NOW)


def test_the_grade_has_no_part_in_it(cast):
    responses = [answered(cast, f"客户{n}", grade=5) for n in range(6)]
    draw = make_draw(cast.pudong, cast.xu)
    happy = drawn(SEED, entries_of(draw), 3)
    Answer.objects.update(number=1)
    assert drawn(SEED, entries_of(draw), 3) == happy
    assert set(entries_of(draw)) == {one.public_id for one in responses}


def test_who_takes_part_answered_alone_in_the_period_in_this_store_and_once(cast):
    mine = answered(cast, "高峰")
    again = make_visit(mine.visit.card, TODAY)
    make_response(again, NOW - DAY)
    answered(cast, "太早", days=9)
    answered(cast, "今天", days=0)
    answered(cast, "同事代录", entered_by=cast.wu)
    answered(cast, "京客", owner=cast.otto)
    assert set(entries_of(make_draw(cast.pudong, cast.xu))) == {mine.public_id}


def test_a_draw_is_announced_ahead_and_by_the_service_supervisor_alone(cast):
    sheet = Questionnaire.objects.get(kind="regular")
    told = {"prize": "充电券", "prizes": 2, "since": TODAY, "until": TODAY + 9 * DAY}
    for user in (cast.wu, cast.shen, cast.lin):
        with pytest.raises(PermissionDenied):
            announce_draw(sheet, by=user, now=NOW, **told)
    for field, value in (("since", TODAY - DAY), ("until", TODAY - DAY), ("prize", " ")):
        with pytest.raises(ValidationError):
            announce_draw(sheet, by=cast.xu, now=NOW, **{**told, field: value})
    draw = announce_draw(sheet, by=cast.xu, now=NOW, **told)
    assert draw
    assert draw.store == cast.pudong
    with pytest.raises(ValidationError):
        announce_draw(sheet, by=cast.xu, now=NOW, **told)
    with pytest.raises(ValidationError):
        draw_winners(draw, by=cast.xu, version=1, now=NOW + 9 * DAY)


def test_while_it_runs_the_questionnaire_says_that_the_grade_does_not_matter(cast):
    visit = make_visit(make_card(cast.lin, "高峰"), TODAY)
    _link, token = make_survey_link(visit)
    phone = Client(headers={"accept-language": "zh-hans"})
    assert "中奖与您的评分无关" not in phone.get(f"/s/{token}/").content.decode()
    make_draw(cast.pudong, cast.xu, since=TODAY, until=TODAY)
    text = phone.get(f"/s/{token}/").content.decode()
    assert "抽出 2 份奖品：充电券。中奖与您的评分无关" in text


def test_the_page_shows_seed_winners_and_that_they_repeat(cast):
    answered(cast, "高峰")
    draw = make_draw(cast.pudong, cast.xu)
    xu = Client(headers={"accept-language": "zh-hans"})
    xu.force_login(cast.xu, backend="django.contrib.auth.backends.ModelBackend")
    path = f"/visits/draws/{draw.public_id}/"
    assert "抽取中奖者" in xu.get(path).content.decode()
    xu.post(f"{path}drawing/", {"version": "1", "request_id": str(uuid.uuid4())})
    text = xu.get(path).content.decode()
    draw.refresh_from_db()
    for words in ("高峰", draw.seed, "中奖者相同", "徐敏"):
        assert words in text
    assert "抽取中奖者" not in text
