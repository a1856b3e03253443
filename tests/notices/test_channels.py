"""Each channel sends to its own address, tells for good from for now, and keeps its secret."""

from __future__ import annotations

import io
import json
import logging
from typing import Any

import pytest
import requests
from django.core import mail
from django.core.exceptions import ImproperlyConfigured

from crm.environment import bots, gateway
from crm.notices import states
from crm.notices.channels import Failed, Message, Refused, mask_name, set_up
from crm.notices.channels import bots as chat
from crm.notices.channels.loading import all_channels
from crm.notices.channels.mail import Mail, trouble
from crm.notices.channels.names import push_server
from crm.notices.channels.sms import Console, Sms

SECRET = "a1b2c3d4e5f6a7b8c9d0a1b2c3d4e5f6"
URLS = {
    states.WECOM: f"wecombot://{SECRET}",
    states.DINGTALK: f"dingtalk://{SECRET}",
    states.FEISHU: f"feishu://{SECRET}",
}
HOSTS = {
    states.WECOM: "https://qyapi.weixin.qq.com/",
    states.DINGTALK: "https://oapi.dingtalk.com/",
    states.FEISHU: "https://open.feishu.cn/",
}


def message(**fields: Any) -> Message:
    return Message(
        **{
            "key": "contact:one/before/email/lin",
            "name": "林晓彤",
            "subject": "该联系张伟了。",
            "body": "该联系张伟了。 https://crm.example.com/inbox/",
            "email": "lin@example.com",
            "phone": "+8613812345678",
            "topic": "topic-of-lin",
            **fields,
        }
    )


class Web:
    """What the receivers answer; every request is kept."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.status, self.body = 200, b"{}"

    def post(self, url: str, **options: Any) -> requests.Response:
        self.asked.append((url, options))
        answer = requests.Response()
        answer.status_code = self.status
        answer._content = self.body
        return answer


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Web:
    found = Web()
    monkeypatch.setattr(requests, "post", found.post)
    return found


def bot(name: str) -> chat.Bot:
    return chat.Bot(name, {"": URLS[name]}, chat.PLUGINS[name])


@pytest.mark.parametrize("name", URLS)
def test_a_bot_posts_to_its_makers_host_and_follows_no_redirect(web: Web, name: str) -> None:
    bot(name).send(message())
    ((url, options),) = web.asked
    assert url.startswith(HOSTS[name])
    assert options["allow_redirects"] is False
    assert options["timeout"]
    sent = json.dumps(json.loads(options["data"]), ensure_ascii=False)
    assert "该联系张伟了" in sent


@pytest.mark.parametrize("name", URLS)
@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, b'{"errcode": 93000, "errmsg": "invalid webhook"}', Refused),
        (200, b'{"errcode": 45009}', Failed),
        (200, b'{"code": 19001}', Refused),
        (403, b"", Refused),
        (302, b"", Refused),
        (429, b"", Failed),
        (502, b"<html>", Failed),
    ],
)
def test_a_refusal_for_good_is_told_from_one_for_now(
    web: Web, name: str, status: int, body: bytes, error: type[Exception]
) -> None:
    web.status, web.body = status, body
    with pytest.raises(error) as found:
        bot(name).send(message())
    assert SECRET not in str(found.value)


def test_no_answer_is_tried_again_and_its_words_hold_no_secret(
    web: Web, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def unreachable(url: str, **_options: Any) -> requests.Response:
        raise requests.ConnectionError(f"cannot reach {url}")

    monkeypatch.setattr(requests, "post", unreachable)
    # As it is once somebody has configured logging anew.
    monkeypatch.setattr(logging.getLogger("apprise"), "disabled", False)
    with caplog.at_level(logging.DEBUG), pytest.raises(Failed) as found:
        bot(states.WECOM).send(message())
    assert SECRET not in str(found.value) + caplog.text


def test_a_store_has_a_group_of_its_own_or_that_of_the_house(web: Web) -> None:
    two = chat.Bot(
        states.WECOM,
        {"PD01": f"wecombot://{'b' * 32}", "": URLS[states.WECOM]},
        chat.PLUGINS[states.WECOM],
    )
    two.send(message(store_code="PD01"))
    two.send(message(store_code="PX02"))
    assert ["b" * 32 in url for url, _options in web.asked] == [True, False]
    alone = chat.Bot(states.WECOM, {"PD01": "wecombot://x"}, chat.PLUGINS[states.WECOM])
    with pytest.raises(Refused):
        alone.send(message(store_code="PX02"))


def test_push_goes_to_the_persons_own_topic(web: Web) -> None:
    chat.Push("ntfys://push.example.com").send(message())
    ((url, options),) = web.asked
    assert url.startswith("https://push.example.com")
    assert "topic-of-lin" in json.dumps(options.get("data") or "") + url


def test_mail_carries_the_key_and_goes_to_the_person_alone() -> None:
    Mail().send(message())
    Mail().send(message())
    first, again = mail.outbox
    assert first.to == ["lin@example.com"]
    assert first.extra_headers["Message-ID"] == again.extra_headers["Message-ID"]
    with pytest.raises(Refused):
        Mail().send(message(email=""))
    assert isinstance(trouble(550), Refused)
    assert isinstance(trouble(451), Failed)


def test_the_console_shows_a_text_without_the_number() -> None:
    out = io.StringIO()
    Sms(Console(out)).send(message())
    assert "13812345678" not in out.getvalue()
    assert "5678" in out.getvalue()
    with pytest.raises(Refused):
        Sms(Console(out)).send(message(phone=""))


def test_only_what_the_settings_name_is_set_up(settings) -> None:
    settings.BOTS = {"wecom": {"": URLS[states.WECOM]}, "dingtalk": {}, "feishu": {}}
    settings.NTFY_URL = "ntfys://user:word@push.example.com"
    settings.SMS_URL = "console://"
    assert set_up() == ("email", "wecom", "ntfy", "sms")
    assert set(all_channels()) == set(set_up())
    assert push_server() == "https://push.example.com"


def test_an_address_nobody_understands_stops_the_start_without_being_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for value in (f"https://example.com/{SECRET}", f"=wecombot://{SECRET}", "wecombot://"):
        monkeypatch.setenv("WECOM_BOT", value)
        with pytest.raises(ImproperlyConfigured, match="WECOM_BOT") as found:
            bots("WECOM_BOT", "wecombot")
        assert SECRET not in str(found.value)
    monkeypatch.setenv("WECOM_BOT", f"PD01=wecombot://{SECRET} wecombot://x")
    assert bots("WECOM_BOT", "wecombot") == {"PD01": f"wecombot://{SECRET}", "": "wecombot://x"}
    monkeypatch.setenv("NTFY_URL", f"file:///etc/{SECRET}")
    with pytest.raises(ImproperlyConfigured) as found:
        gateway("NTFY_URL", ("ntfys", "ntfy"))
    assert SECRET not in str(found.value)


def test_a_name_for_other_eyes() -> None:
    assert mask_name("张伟") == "张**"
    assert mask_name(" ") == ""
