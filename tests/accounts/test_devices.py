"""My devices: which they are, one signed out, all signed out, all but this after a new password."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from crm.people.browsers import browser_name, rough_address
from crm.people.models import Device
from tests.people import PASSWORD, Cast

CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36"
WECHAT = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) AppleWebKit/605 MicroMessenger/8.0 Safari/604"
PAGE = "/accounts/devices/"


def sign_in(username: str, agent: str = CHROME, address: str = "203.0.113.77") -> Client:
    client = Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    client.post("/accounts/login/", {"username": username, "password": PASSWORD})
    return client


def is_in(client: Client) -> bool:
    return client.get("/accounts/settings/").status_code == 200


def test_lin_sees_this_device_and_the_other_and_nobody_elses(cast: Cast) -> None:
    desk = sign_in("lin")
    sign_in("lin", WECHAT, "198.51.100.4")
    sign_in("zhou", WECHAT)
    page = desk.get(PAGE)
    assert [one.browser for one in page.context["here"]] == ["Chrome · Windows"]
    assert [one.browser for one in page.context["others"]] == ["WeChat · iPhone"]
    text = page.content.decode()
    assert "198.51.100.…" in text
    assert "198.51.100.4" not in text


def test_one_device_is_signed_out_and_the_others_stay(cast: Cast) -> None:
    desk, phone, tablet = sign_in("lin"), sign_in("lin", WECHAT), sign_in("lin")
    other = Device.objects.get(browser="WeChat · iPhone")
    assert desk.post(f"{PAGE}{other.public_id}/end/").url == PAGE
    assert not is_in(phone)
    assert is_in(desk)
    assert is_in(tablet)


def test_nobody_ends_a_colleagues_session(cast: Cast) -> None:
    lin, zhou = sign_in("lin"), sign_in("zhou")
    hers = Device.objects.get(user=cast.lin)
    assert zhou.post(f"{PAGE}{hers.public_id}/end/").status_code == 404
    assert is_in(lin)


def test_ending_this_one_is_signing_out(cast: Cast) -> None:
    desk = sign_in("lin")
    own = Device.objects.get()
    assert desk.post(f"{PAGE}{own.public_id}/end/").url == "/accounts/login/"
    assert not Device.objects.exists()
    assert not Session.objects.exists()


@pytest.mark.parametrize(("where", "stays"), [("", True), ("everywhere", False)])
def test_signing_out_elsewhere_or_everywhere(cast: Cast, where: str, stays: bool) -> None:
    desk, phone = sign_in("lin"), sign_in("lin", WECHAT)
    desk.post("/accounts/sessions/end/", {"where": where})
    assert is_in(desk) is stays
    assert not is_in(phone)
    assert Device.objects.count() == stays


def test_a_new_password_leaves_this_device_alone_on_the_list(cast: Cast) -> None:
    desk, phone = sign_in("lin"), sign_in("lin", WECHAT)
    begun = Device.objects.get(browser="Chrome · Windows").begun_at
    new = {"present": PASSWORD, "password": "purple bicycle under rain"}
    assert desk.post("/accounts/password/", new).status_code == 302
    assert not is_in(phone)
    page = desk.get(PAGE)
    assert [one.begun_at for one in page.context["here"]] == [begun.replace(microsecond=0)]
    assert page.context["others"] == []


def test_signing_out_forgets_the_device(cast: Cast) -> None:
    sign_in("lin").post("/accounts/logout/")
    assert not Device.objects.exists()


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (CHROME, "Chrome · Windows"),
        (WECHAT, "WeChat · iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X) Version/17 Safari/605", "Safari · macOS"),
        ("<script>alert(1)</script>", ""),
    ],
)
def test_a_browser_is_named_by_words_of_ours_alone(agent: str, name: str) -> None:
    assert browser_name(agent) == name


def test_an_address_is_rough() -> None:
    assert rough_address("203.0.113.77") == "203.0.113.…"
    assert rough_address("2001:db8:1:2::5") == "2001:db8:1:…"
    assert rough_address("") == ""
