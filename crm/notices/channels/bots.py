"""Chat bots and push through apprise, which only the worker imports.

The addresses of WeCom, DingTalk and Feishu are fixed by apprise and that of ntfy by the
installation; a redirect is never followed. Nothing of an address reaches a log or an error.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import requests
from apprise import Apprise, AppriseAsset
from apprise.plugins import dingtalk, feishu, ntfy, wecombot

from crm.notices import states
from crm.notices.channels.interface import Failed, Message, Refused
from crm.notices.channels.reasons import (
    ANSWERED,
    BAD_SETTING,
    BUSY,
    NO_ADDRESS,
    NO_ANSWER,
    NO_GROUP,
    reason,
)

CONNECT_S, READ_S = 5, 15
# "Too many messages" of WeCom, DingTalk and Feishu: later it will be taken.
LATER = frozenset({45009, 130101, 410100, 9499, 11232})
# apprise logs the address, which is the secret, and the words. Not by `disabled`: whoever
# configures logging anew takes that back.
logging.getLogger("apprise").addFilter(lambda _record: False)


class Post:
    """Stands where a plugin of apprise expects `requests`, and keeps the answers it got.

    apprise itself says only yes or no, and takes a bot's refusal inside a 200 for a success.
    """

    codes = requests.codes
    RequestException = requests.RequestException

    def __init__(self) -> None:
        self.answers: list[requests.Response] = []

    def post(self, url: str, **options: Any) -> requests.Response:
        """As `requests.post`, without redirects and never without a time limit."""
        options |= {"allow_redirects": False}
        options["timeout"] = options.get("timeout") or (CONNECT_S, READ_S)
        answer = requests.post(url, **options)  # noqa: S113  # nosec B113: set just above
        self.answers.append(answer)
        return answer


def deliver(url: str, module: Any, *, title: str, body: str) -> None:
    """Send through the plugin of `module`; raises `Refused` or `Failed` with what was answered."""
    joint = "&" if "?" in url else "?"
    asset = AppriseAsset(app_id="Showfloor", app_desc="", app_url="", http_redirects=False)
    plugin = Apprise.instantiate(f"{url}{joint}cto={CONNECT_S}&rto={READ_S}", asset=asset)
    if plugin is None:
        raise Refused(reason(BAD_SETTING))
    post, original = Post(), module.requests
    module.requests = post
    try:
        sent = plugin.send(body=body, title=title)
    except (OSError, ValueError, TypeError) as error:
        raise Failed(reason(NO_ANSWER, type(error).__name__)) from error
    finally:
        module.requests = original
    judge(bool(sent), post.answers)


def judge(sent: bool, answers: list[requests.Response]) -> None:  # noqa: FBT001
    """Tell a message that was taken from one refused for good and one to try again."""
    if not answers:
        raise Failed(reason(NO_ANSWER, "timeout"))
    status, code = answers[-1].status_code, code_of(answers[-1])
    if status in (408, 425, 429) or code in LATER:
        raise Failed(reason(BUSY, code or status))
    if 300 <= status < 500 or (status == 200 and code):
        raise Refused(reason(ANSWERED, code or status))
    if status >= 500 or not sent:
        raise Failed(reason(ANSWERED, status))


def code_of(answer: requests.Response) -> int:
    """The error a bot wraps into a 200; 0 for none."""
    try:
        body = json.loads(answer.content[:10_000])
    except ValueError:
        return 0
    if not isinstance(body, dict):
        return 0
    found = body.get("errcode", body.get("code", body.get("StatusCode", 0)))
    return found if isinstance(found, int) else 0


class Bot:
    """A group's bot, one for the house or one a store."""

    timeout_s = float(CONNECT_S + READ_S)
    honours_key = False
    is_group = True

    def __init__(self, name: str, urls: Mapping[str, str], module: Any) -> None:
        self.name, self.urls, self.module = name, urls, module

    def send(self, message: Message) -> None:
        """Post into the group of the message's store, else into that of the house."""
        url = self.urls.get(message.store_code) or self.urls.get("")
        if not url:
            raise Refused(reason(NO_GROUP))
        deliver(url, self.module, title="", body=message.body)


class Push:
    """ntfy: each person has a topic of their own that nobody guesses."""

    name = states.NTFY
    timeout_s = float(CONNECT_S + READ_S)
    honours_key = False
    is_group = False

    def __init__(self, server: str) -> None:
        self.server = server.rstrip("/")

    def send(self, message: Message) -> None:
        """Publish under the person's topic."""
        if not message.topic:
            raise Refused(reason(NO_ADDRESS))
        deliver(
            f"{self.server}/{quote(message.topic)}", ntfy, title=message.subject, body=message.body
        )


PLUGINS: dict[str, Any] = {
    states.WECOM: wecombot,
    states.DINGTALK: dingtalk,
    states.FEISHU: feishu,
}
