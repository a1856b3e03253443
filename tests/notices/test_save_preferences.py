"""A person chooses how and when to be told; the inbox gets everything all the same."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from crm.notices.actions import remind, save_preferences
from crm.notices.models import Delivery, Preference, Reminder
from crm.people.models import User
from tests.notices.outside import make_delivery, prefers
from tests.notices.rows import occasion
from tests.people import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db
NOTHING = {
    "channels": [],
    "day_before_at": None,
    "minutes_before": None,
    "quiet_from": None,
    "quiet_until": None,
}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def rings() -> dict[str, dt.datetime]:
    return dict(Reminder.objects.values_list("step", "not_before"))


def save(user: User, **changes: object) -> Preference:
    kept = Preference.objects.filter(user=user).first()
    version = kept.version if kept else 0
    return save_preferences(user, **{**NOTHING, **changes}, version=version, now=NOW)


def test_lead_times_of_ones_own_count_for_what_is_armed_from_now_on(cast: Cast) -> None:
    save(cast.lin, minutes_before=120, day_before_at=dt.time(18, 0))
    remind(occasion(cast), now=NOW)
    due_at = occasion(cast).due_at
    assert rings()["before"] == due_at - dt.timedelta(hours=2)
    assert rings()["day"] == NOW.replace(hour=18, minute=0)


def test_what_is_armed_already_follows(cast: Cast) -> None:
    remind(occasion(cast), now=NOW)
    due_at = occasion(cast).due_at
    assert rings()["before"] == due_at - dt.timedelta(hours=1)
    save(cast.lin, minutes_before=30)
    assert rings()["before"] == due_at - dt.timedelta(minutes=30)
    assert rings()["owner"] == due_at + dt.timedelta(hours=4), "the ladder is the house's"
    save(cast.lin)
    assert rings()["before"] == due_at - dt.timedelta(hours=1)


def test_a_colleagues_bells_stay_as_they_are(cast: Cast) -> None:
    remind(occasion(cast), now=NOW)
    before = rings()
    save(cast.zhou, minutes_before=240)
    assert rings() == before


def test_a_channel_switched_off_sends_nothing_more(cast: Cast) -> None:
    prefers(cast.lin, "email")
    make_delivery(cast.lin, "one")
    save(cast.lin)
    assert Delivery.objects.get().state == "cancelled"


def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(cast: Cast) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.lin, "django.contrib.auth.backends.ModelBackend")
    sent = {"version": "0", "channels": "email", "minutes_before": "30", "quiet_from": "21:00"}
    answer = client.post("/accounts/preferences/", sent)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Fill in both times, or neither." in text
    assert 'value="21:00"' in text
    assert client.post("/accounts/preferences/", sent | {"quiet_until": "07:30"}).status_code == 302
    row = Preference.objects.get(user=cast.lin)
    assert (row.channels, row.minutes_before) == (["email"], 30)
    assert row.quiet_until == dt.time(7, 30)
    assert len(row.topic) == 24
    stale = client.post("/accounts/preferences/", {"version": "0"})
    assert stale.status_code == 409


@pytest.mark.parametrize(
    "sent",
    [
        {"channels": "carrier pigeon"},
        {"minutes_before": "99999999999999999999"},
        {"day_before_at": "\x00"},
        {"quiet_from": "25:99", "quiet_until": "1"},
        {"version": "1" * 400},
    ],
)
def test_nonsense_is_refused_in_words(cast: Cast, sent: dict[str, str]) -> None:
    client = Client()
    client.force_login(cast.lin, "django.contrib.auth.backends.ModelBackend")
    answer = client.post("/accounts/preferences/", {"version": "0", **sent})
    assert answer.status_code in (302, 422)


def test_offered_is_what_reaches_somebody(cast: Cast, settings) -> None:
    settings.SMS_URL, settings.NTFY_URL = "console://", ""
    here, elsewhere = "wecombot://here", "dingtalk://elsewhere"
    settings.BOTS = {"wecom": {cast.pudong.code: here}, "dingtalk": {"BJ99": elsewhere}}
    User.objects.filter(pk=cast.lin.pk).update(email="lin@example.com", phone="")
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.lin, "django.contrib.auth.backends.ModelBackend")
    page = client.get("/accounts/settings/")
    offered = [name for name, _label in page.context["telling"].fields["channels"].choices]
    assert offered == ["email", "wecom"]
    assert "no address of yours is known: DingTalk group, Text message" in page.content.decode()
    answer = client.post("/accounts/preferences/", {"version": "0", "channels": "sms"})
    assert answer.status_code == 422
    User.objects.filter(pk=cast.lin.pk).update(phone="+8613900001234")
    answer = client.post("/accounts/preferences/", {"version": "0", "channels": "sms"})
    assert answer.status_code == 302
