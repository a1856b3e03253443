"""Whoever guesses at an account holds its owner out of nothing (D23)."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt
from django.conf import settings as django_settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm.home.actions import second_steps
from crm.people import codes
from crm.people.actions import end_sessions, make_link
from crm.people.models import SecondStep, User
from crm.people.queues import keys_of
from crm.records.models import AuditEvent
from tests.people import PASSWORD, Cast

START = dt.datetime(2026, 3, 12, 8, 0, tzinfo=dt.UTC)
DOOR, WRONG = "/accounts/login/", "wrong password 1"
EVIL, HOME = "10.9.9.9", "10.1.1.1"


@pytest.fixture(autouse=True)
def clock(settings) -> Any:
    settings.AXES_ENABLED = True
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def hashed(monkeypatch) -> list[int]:
    """One entry per password that was hashed."""
    cost: list[int] = []
    encode = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        cost.append(1)
        return str(encode(self, password, salt))

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    return cost


def with_step(user: User) -> None:
    at = START - dt.timedelta(days=1)
    code = codes.code_at(keys_of("salt")[0], at)
    second_steps.begin_second_step(user, "salt", code, now=at)
    user.refresh_from_db()


def code_of(user: User, at: dt.datetime = START) -> str:
    return codes.code_at(keys_of(SecondStep.objects.get(user=user).salt)[0], at)


def send(client: Client, name: str, word: str, code: str = "", at: str = HOME) -> Any:
    words = {"username": name, "password": word} | ({"code": code} if code else {})
    return client.post(DOOR, words, REMOTE_ADDR=at)


def hold_back(name: str) -> None:
    for _try in range(6):
        answer = send(Client(), name, WRONG, at=EVIL)
    assert answer.status_code == 429


def without_token(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def is_in(client: Client) -> bool:
    return client.get("/accounts/settings/").status_code == 200


def test_who_is_attacked_gets_in_at_once_with_password_and_code(cast: Cast) -> None:
    with_step(cast.lin)
    hold_back("lin")
    owner = Client()
    held = send(owner, "lin", PASSWORD)
    assert held.status_code == 429
    assert b'name="code"' in held.content
    answer = owner.post(
        f"{DOOR}?next=/customers/",
        {"username": "lin", "password": PASSWORD, "code": code_of(cast.lin)},
        REMOTE_ADDR=HOME,
    )
    assert (answer.status_code, answer.url) == (302, "/customers/")
    assert is_in(owner)
    event = AuditEvent.objects.filter(action="people.sign_in").latest("id")
    assert event.after["second_step"] == "authenticator"
    assert send(Client(), "lin", PASSWORD, at=EVIL).status_code == 429, "nobody else gets in by it"


def test_a_script_is_led_on_as_well(cast: Cast) -> None:
    with_step(cast.lin)
    hold_back("lin")
    answer = Client().post(
        DOOR,
        {"username": "lin", "password": PASSWORD, "code": code_of(cast.lin)},
        headers={"HX-Request": "true"},
        REMOTE_ADDR=HOME,
    )
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/")


def test_password_without_code_and_code_without_password_stay_out(
    cast: Cast, hashed: list[int], clock: Any
) -> None:
    with_step(cast.lin)
    hold_back("lin")
    hashed.clear()
    for code in ("000000", "recovery", "１２３４５６", "\0", "x" * 10_000):
        client = Client()
        assert send(client, "lin", PASSWORD, code).status_code == 429
        assert not is_in(client)
    assert hashed == [], "no password is looked at without a right code"
    clock.move_to(START + dt.timedelta(minutes=16))
    hold_back("lin")
    client, right = Client(), code_of(cast.lin, START + dt.timedelta(minutes=16))
    assert send(client, "lin", WRONG, right).status_code == 429
    assert send(client, "lin", PASSWORD, right).status_code == 429, "a code is spent by a try"
    assert not is_in(client)


def test_the_answer_and_its_cost_tell_nothing(cast: Cast, hashed: list[int]) -> None:
    """With a second step, without one, deactivated or no account at all."""
    with_step(cast.lin)
    with_step(cast.chen)
    User.objects.filter(pk=cast.chen.pk).update(is_active=False)
    names = ("lin", "zhou", "chen", "nobody")
    for name in names:
        hold_back(name)
    hashed.clear()
    pages, statements = set(), set()
    for name in names:
        client = Client()
        client.get(DOOR)
        with CaptureQueriesContext(connection) as seen:
            answer = send(client, name, PASSWORD, "000000", at=f"10.2.0.{names.index(name)}")
        pages.add((answer.status_code, without_token(answer.content.decode())))
        statements.add(len(seen))
    assert len(pages) == 1
    assert len(statements) <= 2, statements
    assert hashed == []


def test_codes_have_a_measure_of_their_own(cast: Cast, settings) -> None:
    settings.AXES_IP_FAILURE_LIMIT = 1000
    with_step(cast.lin)
    hold_back("lin")
    for _try in range(5):
        send(Client(), "lin", PASSWORD, "000000", at=EVIL)
    assert send(Client(), "lin", PASSWORD, code_of(cast.lin), at=EVIL).status_code == 429
    assert send(Client(), "lin", PASSWORD, code_of(cast.lin)).status_code == 302
    for number in range(django_settings.CODE_TRIES_AT_MOST):
        send(Client(), "lin", PASSWORD, "000000", at=f"10.3.0.{number}")
    later = code_of(cast.lin, START + dt.timedelta(seconds=30))
    assert send(Client(), "lin", PASSWORD, later).status_code == 429
    assert send(Client(), "zhou", PASSWORD).status_code == 302


def test_a_browser_the_owner_signed_in_with_is_counted_apart(cast: Cast) -> None:
    known = Client()
    assert send(known, "lin", PASSWORD).status_code == 302
    assert known.cookies["known"]["httponly"]
    known.post("/accounts/logout/")
    hold_back("lin")
    assert send(known, "lin", PASSWORD).status_code == 302
    assert send(Client(), "lin", PASSWORD).status_code == 429
    known.post("/accounts/logout/")
    assert [send(known, "lin", WRONG).status_code for _try in range(6)][-1] == 429
    assert send(known, "lin", PASSWORD).status_code == 429, "it is held back by its own tries"


def test_tries_at_a_known_browser_hold_nobody_back_elsewhere(cast: Cast) -> None:
    known = Client()
    send(known, "lin", PASSWORD)
    known.post("/accounts/logout/")
    for _try in range(6):
        send(known, "lin", WRONG)
    assert send(Client(), "lin", PASSWORD).status_code == 302


def test_a_browser_is_known_for_its_own_people_alone(cast: Cast) -> None:
    shared = Client()
    for name in ("lin", "zhou"):
        send(shared, name, PASSWORD)
        shared.post("/accounts/logout/")
    for name in ("lin", "zhou", "chen"):
        hold_back(name)
    assert send(shared, "chen", PASSWORD).status_code == 429
    for name in ("zhou", "lin"):
        assert send(shared, name, PASSWORD).status_code == 302
        shared.post("/accounts/logout/")


@pytest.mark.parametrize("change", ["ended", "forged", "old"])
def test_what_makes_a_browser_unknown_again(cast: Cast, change: str, clock: Any) -> None:
    known = Client()
    send(known, "lin", PASSWORD)
    if change == "ended":
        end_sessions([cast.lin])
    elif change == "forged":
        known.cookies["known"] = known.cookies["known"].value.replace(cast.lin.public_id, "x" * 14)
    else:
        clock.move_to(START + dt.timedelta(days=91))
    known.cookies.pop("sessionid", None)
    hold_back("lin")
    assert send(known, "lin", PASSWORD).status_code == 429


def test_the_code_page_of_a_known_browser_is_counted_apart_too(cast: Cast, clock: Any) -> None:
    with_step(cast.lin)
    known = Client()
    for _turn in range(2):
        assert send(known, "lin", PASSWORD).url == "/accounts/login/code/"
        at = dt.datetime.now(dt.UTC)
        sent = {"code": code_of(cast.lin, at)}
        assert known.post("/accounts/login/code/", sent, REMOTE_ADDR=HOME).status_code == 302
        known.post("/accounts/logout/")
        clock.shift(60)
        hold_back("lin")


def test_who_uses_a_link_starts_anew_with_codes_as_well(cast: Cast) -> None:
    with_step(cast.lin)
    for _try in range(5):
        send(Client(), "lin", PASSWORD, "000000")
    assert AccessAttempt.objects.filter(username__startswith="code:").exists()
    token = make_link(cast.lin, "reset", by=None, now=START)
    Client().post(f"/accounts/links/{token}/", {"password": "purple bicycle under rain"})
    assert not AccessAttempt.objects.exists()


def test_the_trail_names_the_account_and_no_name_that_is_counted_under(cast: Cast) -> None:
    with_step(cast.lin)
    for _try in range(5):
        send(Client(), "lin", PASSWORD, "000000")
    events = AuditEvent.objects.filter(action__in=["people.refuse_sign_in", "people.lock_out"])
    assert {event.subject_id for event in events} == {cast.lin.public_id}
    assert AuditEvent.objects.filter(action="people.lock_out").exists()
    kept = "".join(AccessAttempt.objects.values_list("username", flat=True))
    assert "lin" not in kept
