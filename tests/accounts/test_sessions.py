"""Sessions end in time, together, and lead back to where the person was."""

import datetime as dt

import pytest
import time_machine
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.test import Client

from crm.home.tasks import forget_expired
from crm.people.actions import end_sessions
from crm.people.models import User
from tests.people import PASSWORD, Cast

START = dt.datetime(2026, 3, 12, 8, 0, tzinfo=dt.UTC)


def later(**span: int) -> dt.datetime:
    return START + dt.timedelta(**span)


def is_signed_in(client: Client) -> bool:
    return client.get("/accounts/settings/").status_code == 200


@pytest.mark.parametrize(
    ("who", "minutes", "stays"),
    [
        ("lin", 29, True),
        ("lin", 31, True),
        ("lin", 481, False),
        ("chen", 29, True),
        ("chen", 31, False),
        ("bai", 31, False),
        ("adele", 31, False),
        ("fang", 479, True),
    ],
)
def test_idle_sessions_end_by_role(client, cast: Cast, who: str, minutes: int, stays: bool) -> None:
    with time_machine.travel(START, tick=False) as clock:
        client.force_login(getattr(cast, who))
        clock.move_to(later(minutes=minutes))
        assert is_signed_in(client) is stays


def test_a_session_ends_after_twelve_hours_however_busy(client, cast: Cast) -> None:
    with time_machine.travel(START, tick=False) as clock:
        client.force_login(cast.lin)
        for hour in (3, 6, 9, 11):
            clock.move_to(later(hours=hour, minutes=55))
            assert is_signed_in(client)
        clock.move_to(later(hours=12, minutes=1))
        assert not is_signed_in(client)


def test_a_live_session_is_touched_every_five_minutes_only(
    client, cast: Cast, django_assert_num_queries
) -> None:
    with time_machine.travel(START, tick=False) as clock:
        client.force_login(cast.lin)
        clock.move_to(later(minutes=4))
        client.get("/accounts/password/")
        assert client.session["seen"] == int(START.timestamp())
        clock.move_to(later(minutes=6))
        client.get("/accounts/password/")
        assert client.session["seen"] == int(later(minutes=6).timestamp())


def test_raising_the_epoch_ends_every_session_of_that_user_alone(cast: Cast) -> None:
    phone, desk, other = Client(), Client(), Client()
    phone.force_login(cast.lin)
    desk.force_login(cast.lin)
    other.force_login(cast.zhou)
    end_sessions([User.objects.get(pk=cast.lin.pk)])
    assert not is_signed_in(phone)
    assert not is_signed_in(desk)
    assert is_signed_in(other)


def test_a_deactivated_user_is_out_at_once(client, cast: Cast) -> None:
    client.force_login(cast.lin)
    User.objects.filter(pk=cast.lin.pk).update(is_active=False)
    assert not is_signed_in(client)


def test_lin_signs_out_everywhere_but_here(cast: Cast) -> None:
    here, phone = Client(), Client()
    here.force_login(cast.lin)
    phone.force_login(cast.lin)
    assert here.post("/accounts/sessions/end/").status_code == 302
    assert is_signed_in(here)
    assert not is_signed_in(phone)


def test_pages_of_a_signed_in_person_are_not_kept_by_the_browser(client, cast: Cast) -> None:
    client.force_login(cast.lin)
    answer = client.get("/accounts/settings/")
    assert answer["Cache-Control"] == "no-store"
    assert "HX-Request" in answer["Vary"]


def test_a_save_on_an_expired_session_leads_back_to_the_form(client, cast: Cast) -> None:
    answer = client.post(
        "/accounts/absences/", headers={"referer": "http://testserver/accounts/settings/?x=1"}
    )
    assert answer.url == "/accounts/login/?next=/accounts/settings/%3Fx%3D1"
    strange = client.post("/accounts/absences/", headers={"referer": "https://evil.example/x"})
    assert strange.url == "/accounts/login/?next=/"


def test_an_htmx_answer_sends_the_whole_browser_to_the_door(client, cast: Cast) -> None:
    headers = {"hx-request": "true", "hx-current-url": "http://testserver/customers/?show=late"}
    answer = client.get("/customers/", headers=headers)
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/accounts/login/?next=%2Fcustomers%2F%3Fshow%3Dlate"
    assert answer.content == b""


def test_a_password_saved_elsewhere_ends_this_session(client, cast: Cast) -> None:
    client.force_login(cast.lin)
    user = User.objects.get(pk=cast.lin.pk)
    user.set_password(PASSWORD + " two")
    user.save()
    assert not is_signed_in(client)


def test_what_expired_is_forgotten_and_what_still_counts_is_kept(
    client, cast: Cast, settings
) -> None:
    settings.AXES_ENABLED = True
    with time_machine.travel(START, tick=False) as clock:
        client.force_login(cast.lin)
        Client().post("/accounts/login/", {"username": "zhou", "password": "wrong"})
        forget_expired()
        assert (Session.objects.count(), AccessAttempt.objects.count()) == (1, 1)
        clock.move_to(later(hours=13))
        forget_expired()
        assert (Session.objects.count(), AccessAttempt.objects.count()) == (0, 0)
