"""The door: one answer to every wrong try, a pause after five, the page that was asked for."""

import pytest
import time_machine
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.utils import timezone

from crm.people.actions import make_link
from crm.people.models import DemoFloor, User
from crm.people.queues import demo_sign_ins
from crm.records.models import AuditEvent
from tests.people import PASSWORD, Cast

DOOR = "/accounts/login/"


def sign_in(client, username: str, password: str = PASSWORD, **more):
    return client.post(DOOR, {"username": username, "password": password, **more})


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("action", flat=True))


def test_lin_signs_in_and_the_trail_knows_it(client, cast: Cast) -> None:
    answer = sign_in(client, "lin")
    assert answer.status_code == 302
    assert answer.url == "/"
    event = AuditEvent.objects.get(action="people.sign_in")
    assert event.actor == cast.lin
    assert event.subject_id == cast.lin.public_id
    assert event.after == {"address": "127.0.0.1"}


def test_a_script_that_signs_in_is_told_where_to_go_on(client, cast: Cast) -> None:
    answer = client.post(
        DOOR,
        {"username": "lin", "password": PASSWORD, "next": "/customers/"},
        headers={"HX-Request": "true"},
    )
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/customers/")
    assert client.get("/customers/").status_code == 200


def test_the_session_gets_a_new_key_on_sign_in(client, cast: Cast) -> None:
    session = client.session
    session["kept"] = 1
    session.save()
    before = session.session_key
    sign_in(client, "lin")
    assert client.session.session_key != before


def test_unknown_wrong_and_inactive_get_the_same_answer(client, cast: Cast) -> None:
    User.objects.filter(pk=cast.zhou.pk).update(is_active=False)
    tries = [("nobody", PASSWORD), ("lin", "wrong password 1"), ("zhou", PASSWORD)]
    answers = [sign_in(client, name, word) for name, word in tries]
    assert {answer.status_code for answer in answers} == {422}
    texts = {answer.context["form"].non_field_errors()[0] for answer in answers}
    assert len(texts) == 1
    assert "_auth_user_id" not in client.session


def test_what_was_typed_as_username_never_reaches_the_trail(client, cast: Cast) -> None:
    sign_in(client, "my secret password", "lin")
    sign_in(client, "lin", "wrong password 1")
    first, second = AuditEvent.objects.filter(action="people.refuse_sign_in").order_by("id")
    assert "secret" not in f"{first.subject_id}{first.before}{first.after}"
    assert first.subject == ""
    assert second.subject_id == cast.lin.public_id


def test_after_five_failures_the_account_waits_even_with_the_right_password(
    client, cast: Cast, settings
) -> None:
    settings.AXES_ENABLED = True
    for _try in range(4):
        assert sign_in(client, "lin", "wrong password 1").status_code == 422
    assert sign_in(client, "lin", "wrong password 1").status_code == 429
    held = sign_in(client, "lin")
    assert held.status_code == 429
    assert held.context["held_back"]
    assert "15" in held.content.decode()
    assert sign_in(client, "zhou").status_code == 302
    assert actions().count("people.lock_out") == 1
    assert actions().count("people.refuse_sign_in") == 4


@pytest.fixture
def hashed(monkeypatch) -> list[int]:
    """One entry per password that was hashed: what a try costs, and how long its answer takes."""
    cost: list[int] = []
    encode = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        cost.append(1)
        return str(encode(self, password, salt))

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    return cost


def test_every_wrong_try_costs_one_hash_so_that_its_time_tells_nothing(
    client, cast: Cast, hashed: list[int]
) -> None:
    User.objects.filter(pk=cast.zhou.pk).update(is_active=False)
    for name in ("nobody", "lin", "zhou"):
        hashed.clear()
        sign_in(client, name, "wrong password 1")
        assert len(hashed) == 1, name


def test_a_try_that_is_held_back_costs_no_hash(
    client, cast: Cast, settings, hashed: list[int]
) -> None:
    settings.AXES_ENABLED = True
    for _try in range(5):
        sign_in(client, "lin", "wrong password 1")
    hashed.clear()
    for _try in range(50):
        assert sign_in(client, "lin").status_code == 429
    assert hashed == []


def test_guesses_are_counted_in_the_database_and_few_an_hour_are_looked_at(
    client, cast: Cast, settings, hashed: list[int]
) -> None:
    settings.AXES_ENABLED = True
    assert getattr(settings, "AXES_HANDLER", "axes.handlers.database.AxesDatabaseHandler") == (
        "axes.handlers.database.AxesDatabaseHandler"
    )
    with time_machine.travel("2026-03-12T00:00:00Z", tick=False) as clock:
        hashed.clear()
        for number in range(360):  # one each ten seconds, each from an address of its own
            client.post(
                DOOR,
                {"username": "lin", "password": f"wrong password {number}"},
                REMOTE_ADDR=f"10.1.{number // 250}.{number % 250}",
            )
            clock.shift(10)
    assert len(hashed) <= 40
    assert AccessAttempt.objects.filter(username="lin").exists()


def test_who_is_attacked_gets_in_by_a_link(client, cast: Cast, settings) -> None:
    settings.AXES_ENABLED = True
    for _try in range(6):
        sign_in(client, "lin", "wrong password 1")
    assert sign_in(Client(REMOTE_ADDR="10.0.0.9"), "lin").status_code == 429
    token = make_link(cast.lin, "reset", by=None, now=timezone.now())
    owner, word = Client(REMOTE_ADDR="10.0.0.9"), "purple bicycle under rain"
    assert owner.post(f"/accounts/links/{token}/", {"password": word}).url == "/"
    owner.post("/accounts/logout/")
    assert sign_in(owner, "lin", word).status_code == 302


def test_an_unknown_name_is_held_back_just_the_same(client, cast: Cast, settings) -> None:
    settings.AXES_ENABLED = True
    codes = [sign_in(client, "nobody", "wrong password 1").status_code for _try in range(6)]
    assert codes == [422, 422, 422, 422, 429, 429]


def test_one_address_may_fail_thirty_times_over_all_accounts(client, cast: Cast, settings) -> None:
    settings.AXES_ENABLED = True
    settings.AXES_IP_FAILURE_LIMIT = 6
    for number in range(6):
        assert sign_in(client, f"guess{number}", "wrong password 1").status_code == 422
    assert sign_in(client, "lin").status_code == 429
    assert sign_in(client, "lin", REMOTE_ADDR="9.9.9.9").status_code == 429


def test_a_guest_with_many_addresses_of_one_network_is_one(client, cast: Cast, settings) -> None:
    """An IPv6 line has 2^64 addresses: a fresh one for each guess helps nobody."""
    settings.AXES_ENABLED = True
    settings.AXES_IP_FAILURE_LIMIT = 6
    words = {"password": "wrong password 1"}
    for number in range(6):
        home = f"2001:db8:1:2::{number + 1}"
        client.post(DOOR, {**words, "username": f"guess{number}"}, REMOTE_ADDR=home)
    words = {"username": "lin", "password": PASSWORD}
    assert client.post(DOOR, words, REMOTE_ADDR="2001:db8:1:2::99").status_code == 429
    assert client.post(DOOR, words, REMOTE_ADDR="2001:db8:1:3::1").status_code == 302
    assert AuditEvent.objects.latest("id").address == "2001:db8:1:3::1", "the trail tells all of it"


def test_another_address_is_not_held_back(client, cast: Cast, settings) -> None:
    settings.AXES_ENABLED = True
    settings.AXES_IP_FAILURE_LIMIT = 2
    for number in range(2):
        sign_in(client, f"guess{number}", "wrong password 1")
    words = {"username": "lin", "password": PASSWORD}
    assert client.post(DOOR, words, REMOTE_ADDR="9.9.9.9").status_code == 302


def test_a_forwarded_address_counts_only_from_a_trusted_proxy(client, cast: Cast, settings) -> None:
    words = {"username": "lin", "password": PASSWORD}
    client.post(DOOR, words, headers={"x-forwarded-for": "8.8.8.8"})
    assert AuditEvent.objects.latest("id").after == {"address": "127.0.0.1"}
    settings.TRUSTED_PROXIES = ["127.0.0.1", "10.0.0.1"]
    client.post("/accounts/logout/")
    client.post(DOOR, words, headers={"x-forwarded-for": "6.6.6.6, 8.8.8.8, 10.0.0.1"})
    assert AuditEvent.objects.latest("id").after == {"address": "8.8.8.8"}


def test_an_expired_sign_in_returns_to_the_page(client, cast: Cast) -> None:
    answer = client.get("/customers/?show=late")
    door = client.get(answer.url)
    assert door.context["next"] == "/customers/?show=late"
    assert sign_in(client, "lin", next=door.context["next"]).url == "/customers/?show=late"


@pytest.mark.parametrize(
    ("target", "led_to"),
    [
        ("/x\r\nSet-Cookie: a=b", "/x%0D%0ASet-Cookie:%20a=b"),
        ("/customers/?q=张", "/customers/?q=%E5%BC%A0"),
    ],
)
def test_a_script_is_led_on_by_a_header_that_holds_one_address(
    client, cast: Cast, target: str, led_to: str
) -> None:
    answer = client.post(
        DOOR,
        {"username": "lin", "password": PASSWORD, "next": target},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == led_to


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "\\\\evil.example",
        "javascript:alert(1)",
        "http:///evil.example",
        "/\t/evil.example",
        " https://evil.example",
        "x" * 600,
    ],
)
def test_a_hostile_next_leads_to_the_first_page(client, cast: Cast, target: str) -> None:
    assert sign_in(client, "lin", next=target).url in {"/", target if target[0] == "x" else "/"}
    if target[0] != "x":
        assert "evil" not in client.get(DOOR).get("Location", "")


def test_who_is_signed_in_goes_on(client, cast: Cast) -> None:
    client.force_login(cast.lin)
    assert client.get(f"{DOOR}?next=/customers/").url == "/customers/"


def test_signing_out_is_a_post_and_reaches_the_trail(client, cast: Cast) -> None:
    client.force_login(cast.lin)
    assert client.get("/accounts/logout/").status_code == 405
    answer = client.post("/accounts/logout/")
    assert answer.url == DOOR
    assert answer["Clear-Site-Data"] == '"storage"'
    assert client.get("/").status_code == 302
    assert actions()[-1] == "people.sign_out"


def test_the_form_lets_password_managers_and_paste_work(client, cast: Cast) -> None:
    page = client.get(DOOR).content.decode()
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    assert "onpaste" not in page


def test_demo_people_are_listed_only_while_the_data_are_made_up(client, cast: Cast) -> None:
    assert demo_sign_ins() == []
    assert PASSWORD not in client.get(DOOR).content.decode()
    DemoFloor.objects.create(password=PASSWORD, made_at=timezone.now())
    page = client.get(DOOR)
    assert [one.username for one in page.context["demo_people"]][:2] == ["lin", "chen"]
    assert len(page.context["demo_people"]) == 13
    assert PASSWORD in page.content.decode()


@pytest.mark.parametrize("code", [code for code, _name in settings.LANGUAGES])
def test_the_door_speaks_each_language_by_cookie(client, cast: Cast, code: str) -> None:
    answer = client.post("/accounts/language/", {"language": code, "next": DOOR})
    assert answer.url == DOOR
    assert answer.cookies[settings.LANGUAGE_COOKIE_NAME].value == code
    assert client.get(DOOR)["Content-Language"] == code


def test_a_signed_in_person_keeps_the_language_chosen(client, cast: Cast) -> None:
    client.force_login(cast.lin)
    client.post("/accounts/language/", {"language": "en", "next": "/accounts/settings/"})
    cast.lin.refresh_from_db()
    assert cast.lin.language == "en"
    page = client.get("/accounts/settings/", headers={"accept-language": "zh-hant"})
    assert page["Content-Language"] == "en"


@pytest.mark.parametrize("word", ["\0", "x" * 200_000, "林" * 5_000, "'; DROP TABLE", "\u202elin"])
def test_hostile_words_are_just_wrong(client, cast: Cast, word: str) -> None:
    assert sign_in(client, word, word).status_code == 422
    assert client.post("/accounts/language/", {"language": word}).status_code == 302


def test_a_form_without_its_token_is_refused_in_our_words(cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(DOOR, {"username": "lin", "password": PASSWORD})
    assert answer.status_code == 403
    assert "empty-a" in answer.content.decode()
    assert "_auth_user_id" not in strict.session
