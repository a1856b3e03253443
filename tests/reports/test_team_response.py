"""A sales team answers the feedback on its follow-up; no customer is quoted to whom they judged."""

from __future__ import annotations

import uuid

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from crm.notices.models import Notice, Reminder
from crm.people.models import User
from crm.records.states import Stale
from crm.reports import actions
from crm.reports.models import TeamResponse
from tests.caring import make_team_response
from tests.people import NOW, Cast, make_card, make_cast, make_visit

FEBRUARY = {"first": "2026-02-01", "last": "2026-03-10"}


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def client_of(user: User) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_service_passes_it_on_the_supervisor_answers_and_the_effect_is_seen(cast):
    xu, chen, url = client_of(cast.xu), client_of(cast.chen), reverse("reports:ask_team")
    sent = {
        **FEBRUARY,
        "team": cast.team_one.public_id,
        "words": "多位客户觉得联系太频繁",
        "answer_by": "2026-03-19",
        "request_id": str(uuid.uuid4()),
    }
    assert xu.post(url, {**sent, "answer_by": "2026-03-11"}).status_code == 422
    assert xu.post(url, sent).status_code == 302
    assert xu.post(url, sent).status_code == 302  # the same form again
    asked = TeamResponse.objects.get()
    assert Notice.objects.filter(recipient=cast.chen, kind="team_asked").exists()
    assert Reminder.objects.filter(about_id=asked.public_id).still_to_ring().exists()
    page = reverse("reports:response", args=[asked.public_id])
    assert page in chen.get(reverse("reports:visit_analysis")).content.decode()
    answer = reverse("reports:answer_team", args=[asked.public_id])
    assert chen.post(answer, {"version": 1, "done": " "}).status_code == 422
    assert chen.post(answer, {"version": 1, "done": "每周最多联系一次"}).status_code == 302
    assert not Reminder.objects.filter(about_id=asked.public_id).still_to_ring().exists()
    assert Notice.objects.filter(recipient=cast.xu, kind="team_answered").exists()
    check = reverse("reports:check_response", args=[asked.public_id])
    assert chen.post(check, {"version": 2, "works": "yes", "effect": "好"}).status_code == 403
    assert xu.post(check, {"version": 2, "works": "yes", "effect": "评分上升"}).status_code == 302
    text = chen.get(page).content.decode()
    assert "每周最多联系一次" in text
    assert "评分上升" in text


def test_not_yet_asks_the_team_again(cast):
    row = make_team_response(cast.team_one, cast.xu, state="answered", done="减少电话")
    not_yet = {"by": cast.shen, "version": 1, "works": False, "effect": "还早", "now": NOW}
    with pytest.raises(ValidationError):
        actions.check_response(row, **not_yet)
    again = NOW.date().replace(day=30)
    actions.check_response(row, **not_yet, again_by=again)
    row.refresh_from_db()
    assert (row.state, row.answer_by) == ("asked", again)
    with pytest.raises(Stale):
        actions.check_response(row, **{**not_yet, "works": True})


@pytest.mark.parametrize("who", ["he", "lin", "shen", "xu", "ola"])
def test_only_the_teams_supervisor_answers(cast, who):
    row = make_team_response(cast.team_one, cast.xu)
    with pytest.raises(PermissionDenied):
        actions.answer_team(row, by=getattr(cast, who), version=1, done="好", now=NOW)


def test_no_customers_words_reach_whom_they_judged(cast):
    make_visit(
        make_card(cast.lin, "高峰"),
        NOW.date(),
        kind="follow_up_feedback",
        state="completed",
        completed_at=NOW,
        satisfaction=1,
        notes="林晓彤每天打三个电话",
    )
    row = make_team_response(cast.team_one, cast.xu)
    for url in (
        reverse("reports:response", args=[row.public_id]),
        reverse("reports:visit_analysis"),
    ):
        assert "每天打三个电话" not in client_of(cast.chen).get(url).content.decode()
    assert (
        client_of(cast.lin).get(reverse("reports:response", args=[row.public_id])).status_code
        == 404
    )
    lin = client_of(cast.lin).get(reverse("reports:visit_analysis")).content.decode()
    assert "联系太频繁" not in lin
