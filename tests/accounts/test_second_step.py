"""Two-step sign-in: set up, asked for, spent, lost, needed by a role, reset by a second person."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.test import Client

from crm.home.actions import second_steps
from crm.notices.models import Notice
from crm.people import codes
from crm.people.actions import give_post, take_code
from crm.people.models import SecondStep, SecondStepRule, User
from crm.people.queues import keys_of
from crm.people.roles import Post
from crm.records.models import AuditEvent
from tests.people import PASSWORD, Cast

START = dt.datetime(2026, 3, 12, 8, 0, tzinfo=dt.UTC)
DOOR, CODE, PAGE = "/accounts/login/", "/accounts/login/code/", "/accounts/second-step/"


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def later(**span: int) -> dt.datetime:
    return START + dt.timedelta(**span)


def code_of(user: User, at: dt.datetime) -> str:
    return codes.code_at(keys_of(SecondStep.objects.get(user=user).salt)[0], at)


def with_step(user: User) -> list[str]:
    """Two-step sign-in as set up yesterday; its recovery codes."""
    at = later(days=-1)
    code = codes.code_at(keys_of("salt")[0], at)
    fresh = second_steps.begin_second_step(user, "salt", code, now=at)
    user.refresh_from_db()
    return fresh


def password(client: Client, username: str, **more: str) -> Any:
    return client.post(DOOR, {"username": username, "password": PASSWORD, **more})


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def is_in(client: Client) -> bool:
    return client.get("/accounts/settings/").status_code == 200


def trail(action: str) -> AuditEvent:
    return AuditEvent.objects.filter(action=action).latest("id")


def set_up(client: Client, at: dt.datetime) -> Any:
    """Read the key off the page, as a phone does, and send what it shows."""
    page = client.get(PAGE)
    key = keys_of(page.context["set_up"].split("/")[1].split(":")[0])[0]
    assert codes.as_words(key) in page.content.decode()
    words = {"set_up": page.context["set_up"], "present": PASSWORD, "code": codes.code_at(key, at)}
    return client.post(PAGE, {**words, "request_id": "first"})


def test_lin_sets_it_up_and_sees_her_recovery_codes_once(cast: Cast) -> None:
    here, phone = signed_in(cast.lin), signed_in(cast.lin)
    answer = set_up(here, START)
    shown = re.findall(r"<code>([\w-]{19})</code>", answer.content.decode())
    assert len(set(shown)) == codes.RECOVERY_CODES
    assert not any(code in here.get(PAGE).content.decode() for code in shown)
    assert is_in(here)
    assert not is_in(phone)
    assert trail("people.begin_second_step").actor == cast.lin


def test_a_form_drawn_before_puts_no_other_authenticator_in_its_place(cast: Cast) -> None:
    early = signed_in(cast.lin).get(PAGE).context["set_up"]
    with_step(cast.lin)
    kept = SecondStep.objects.get()
    code = codes.code_at(keys_of(early.split("/")[1].split(":")[0])[0], START)
    sent = {"set_up": early, "present": PASSWORD, "code": code}
    answer = signed_in(cast.lin).post(PAGE, sent)
    assert (answer.status_code, "End it first." in answer.content.decode()) == (422, True)
    assert SecondStep.objects.get().salt == kept.salt


def test_the_picture_is_drawn_here_and_says_the_key(cast: Cast) -> None:
    page = signed_in(cast.lin).get(PAGE)
    assert '<svg class="qr"' in page.content.decode()
    assert "otpauth" not in page.content.decode()
    assert page["Cache-Control"].startswith("max-age=0") or "no-store" in page["Cache-Control"]


@pytest.mark.parametrize("wrong", ["present", "code", "set_up"])
def test_nothing_is_set_up_without_password_code_and_the_forms_own_key(
    cast: Cast, wrong: str
) -> None:
    client, other = signed_in(cast.lin), signed_in(cast.zhou)
    foreign = other.get(PAGE).context["set_up"]
    mine = client.get(PAGE).context["set_up"]
    good = codes.code_at(keys_of(mine.split("/")[1].split(":")[0])[0], START)
    words = {"set_up": mine, "present": PASSWORD, "code": good}
    bad = {"present": "wrong password 1", "code": "000000", "set_up": foreign}
    answer = client.post(PAGE, {**words, wrong: bad[wrong]})
    assert answer.status_code == 422
    assert not SecondStep.objects.exists()


def test_the_password_alone_lets_nobody_in_any_more(client, cast: Cast) -> None:
    with_step(cast.lin)
    assert password(client, "lin", next="/customers/").url == CODE
    assert client.get("/customers/").url.startswith(DOOR)
    assert client.get(CODE).status_code == 200
    answer = client.post(CODE, {"code": code_of(cast.lin, START)})
    assert answer.url == "/customers/"
    assert is_in(client)
    assert trail("people.sign_in").after["second_step"] == "authenticator"


def test_a_script_that_signs_in_is_led_to_the_code(client, cast: Cast) -> None:
    with_step(cast.lin)
    answer = client.post(
        DOOR, {"username": "lin", "password": PASSWORD}, headers={"HX-Request": "true"}
    )
    assert (answer.status_code, answer["HX-Redirect"]) == (204, CODE)


def test_a_code_counts_once_and_an_older_one_no_more(cast: Cast) -> None:
    with_step(cast.lin)
    now, before = code_of(cast.lin, START), code_of(cast.lin, later(seconds=-30))
    assert take_code(cast.lin, now, now=START) == "authenticator"
    assert take_code(cast.lin, now, now=START) == ""
    assert take_code(cast.lin, before, now=START) == ""
    assert take_code(cast.lin, code_of(cast.lin, later(seconds=30)), now=START) == "authenticator"


@pytest.mark.parametrize(("seconds", "good"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_a_clock_may_be_off_by_half_a_minute(cast: Cast, seconds: int, good: bool) -> None:
    with_step(cast.lin)
    code = code_of(cast.lin, later(seconds=seconds))
    assert bool(take_code(cast.lin, code, now=START)) is good


def test_a_recovery_code_counts_once_however_it_is_typed(client, cast: Cast) -> None:
    first, *_rest = with_step(cast.lin)
    password(client, "lin")
    assert client.post(CODE, {"code": f" {first.upper().replace('-', ' ')} "}).url == "/"
    assert trail("people.sign_in").after["second_step"] == "recovery"
    again = Client()
    password(again, "lin")
    assert again.post(CODE, {"code": first}).status_code == 422


def test_wrong_codes_are_held_back_like_wrong_passwords(client, cast: Cast, settings) -> None:
    settings.AXES_ENABLED = True
    with_step(cast.lin)
    password(client, "lin")
    said = [client.post(CODE, {"code": "000000"}).status_code for _try in range(5)]
    assert said == [422, 422, 422, 422, 429]
    assert client.post(CODE, {"code": code_of(cast.lin, START)}).status_code == 429
    assert password(Client(), "lin").status_code == 429
    assert password(Client(), "zhou").status_code == 302


@pytest.mark.parametrize(
    "code", ["\0", "x" * 200_000, "１２３４５６", "", "'; DROP TABLE", "\u202e1"]
)
def test_a_hostile_code_is_just_wrong(client, cast: Cast, code: str) -> None:
    with_step(cast.lin)
    password(client, "lin")
    assert client.post(CODE, {"code": code}).status_code == 422


def test_the_password_is_good_for_five_minutes_and_only_while_it_stays(
    client, cast: Cast, clock
) -> None:
    with_step(cast.lin)
    password(client, "lin")
    clock.move_to(later(minutes=6))
    assert client.get(CODE).url == DOOR
    password(client, "lin")
    User.objects.filter(pk=cast.lin.pk).update(session_epoch=99)
    assert client.post(CODE, {"code": code_of(cast.lin, later(minutes=6))}).url == DOOR


def test_a_reset_link_does_not_go_round_the_second_step(client, cast: Cast) -> None:
    from crm.people.actions import make_link

    with_step(cast.lin)
    token = make_link(cast.lin, "reset", by=cast.adele, now=START)
    answer = client.post(f"/accounts/links/{token}/", {"password": "purple bicycle under rain"})
    assert answer.url == CODE
    assert not is_in(client)


def test_turning_it_off_takes_password_and_code(cast: Cast) -> None:
    with_step(cast.lin)
    client, other = signed_in(cast.lin), signed_in(cast.lin)
    good = {"present": PASSWORD, "code": code_of(cast.lin, START)}
    for wrong in ({"present": "wrong"}, {"code": "000000"}):
        assert client.post(f"{PAGE}end/", {**good, **wrong}).status_code == 422
    assert client.post(f"{PAGE}end/", good).url == PAGE
    assert not SecondStep.objects.exists()
    assert is_in(client)
    assert not is_in(other)
    assert trail("people.end_second_step").actor == cast.lin


def test_recovery_codes_are_renewed_alone_against_password_and_code(cast: Cast) -> None:
    old, *_rest = with_step(cast.lin)
    SecondStepRule.objects.create(role="salesperson")  # what is needed may still be renewed
    client, before = signed_in(cast.lin), SecondStep.objects.get().salt
    good = {"present": PASSWORD, "code": code_of(cast.lin, START)}
    for wrong in ({"present": "wrong"}, {"code": "000000"}):
        assert client.post(f"{PAGE}codes/", {**good, **wrong}).status_code == 422
    answer = client.post(f"{PAGE}codes/", {**good, "request_id": "renew"})
    shown = re.findall(r"<code>([\w-]{19})</code>", answer.content.decode())
    assert len(set(shown)) == codes.RECOVERY_CODES
    assert old not in shown
    assert client.post(f"{PAGE}codes/", {**good, "request_id": "renew"}).url == PAGE
    assert take_code(cast.lin, old, now=START) == ""
    assert take_code(cast.lin, shown[0], now=START) == "recovery"
    assert SecondStep.objects.get().salt == before
    assert is_in(client)
    assert trail("people.renew_recovery_codes").actor == cast.lin


def test_a_role_that_needs_it_leads_there_and_nowhere_else(cast: Cast) -> None:
    chen, admin = signed_in(cast.chen), signed_in(cast.adele)
    answer = admin.post("/accounts/second-steps/roles/", {"roles": ["sales_supervisor"]})
    assert answer.status_code == 302
    assert trail("people.require_second_step").after == {"roles": ["sales_supervisor"]}
    assert not is_in(chen)
    assert password(chen, "chen").url == "/"
    for page in ("/", "/customers/", "/accounts/settings/", "/accounts/devices/", "/search/?q=1"):
        assert chen.get(page).url == PAGE
    fragment = chen.get("/customers/", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment["HX-Redirect"]) == (401, PAGE)
    assert "app-side" not in chen.get(PAGE).content.decode()
    assert set_up(chen, START).status_code == 200
    assert is_in(chen)


def test_what_a_role_needs_is_not_turned_off(cast: Cast) -> None:
    with_step(cast.lin)
    SecondStepRule.objects.create(role="salesperson")
    client = signed_in(cast.lin)
    answer = client.post(f"{PAGE}end/", {"present": PASSWORD, "code": code_of(cast.lin, START)})
    assert answer.status_code == 422
    assert SecondStep.objects.exists()


def test_a_new_role_that_needs_it_asks_at_once(cast: Cast) -> None:
    SecondStepRule.objects.create(role="auditor")
    zhou = signed_in(cast.zhou)
    assert is_in(zhou)
    post = Post("auditor", cast.pudong.pk, None, None)
    give_post(cast.zhou, post, day=dt.date(2026, 3, 12))
    assert password(zhou, "zhou").url == "/"
    assert zhou.get("/customers/").url == PAGE


def test_others_are_not_asked(cast: Cast) -> None:
    SecondStepRule.objects.create(role="manager")
    assert is_in(signed_in(cast.lin))
    assert not is_in(signed_in(cast.shen))


def test_only_a_second_person_resets_it_and_both_are_told(cast: Cast) -> None:
    with_step(cast.shen)
    verb = f"/accounts/users/{cast.shen.public_id}/second-step/end/"
    for refused in (cast.adele, cast.lin):
        assert signed_in(refused).post(verb).status_code == 403
    shen, bai = signed_in(cast.shen), signed_in(cast.bai)
    assert bai.post(verb, {"request_id": "x"}).status_code == 302
    assert bai.post(verb, {"request_id": "x"}).status_code == 302
    assert not SecondStep.objects.exists()
    assert not is_in(shen)
    event = trail("people.reset_second_step")
    assert (event.actor, event.subject_id) == (cast.bai, cast.shen.public_id)
    told = Notice.objects.filter(kind="second_step_reset")
    assert {notice.recipient for notice in told} == {cast.shen, cast.pan}


def test_nobody_resets_their_own(cast: Cast) -> None:
    with_step(cast.pan)
    verb = f"/accounts/users/{cast.pan.public_id}/second-step/end/"
    assert signed_in(cast.pan).post(verb).status_code == 403
    assert SecondStep.objects.exists()


def test_the_page_of_all_says_who_still_lacks_it(cast: Cast) -> None:
    with_step(cast.pan)
    SecondStepRule.objects.create(role="manager")
    page = signed_in(cast.bai).get("/accounts/second-steps/")
    assert [one.name for one in page.context["people"]] == [cast.shen.name, cast.pan.name]
    assert page.context["missing"] == 1


def test_neither_secret_nor_recovery_code_stands_in_the_database(cast: Cast) -> None:
    fresh = with_step(cast.lin)
    step = SecondStep.objects.get()
    kept = f"{vars(step)} {list(step.recovery_codes.values())}"
    assert codes.as_words(keys_of(step.salt)[0]).replace(" ", "") not in kept
    assert not any(code in kept or code.replace("-", "") in kept for code in fresh)


def test_a_retired_signing_key_still_reads_the_authenticator(cast: Cast, settings) -> None:
    with_step(cast.lin)
    code, old = code_of(cast.lin, START), settings.SECRET_KEY
    settings.SECRET_KEY = "another key of this installation " * 3
    assert take_code(cast.lin, code, now=START) == ""
    settings.SECRET_KEY_FALLBACKS = [old]
    assert take_code(cast.lin, code, now=START) == "authenticator"
