"""The version of a row that a form carries is sealed for its reader and its object (D32).

Pages write a plain number, forms and actions read one. On the way out each gets a seal over person,
object and number, on the way in it is taken off: a number that was typed, or shown to somebody else
or for another row, stands for a version no row has, and the save ends on the page that tells what
is saved meanwhile and keeps what was typed. No form can be without it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import unescape
from typing import Any

from django.conf import settings
from django.core.signing import Signer
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.urls import Resolver404, resolve
from django.utils.crypto import constant_time_compare

SIGNER = Signer(salt="crm.records.seen")
# No row is saved so often.
NEVER = "999999999"
FIELDS = ("version", "planned_version")
# Rows ticked on a page of several: `id:version`.
TICKS = ("delivery", "one", "plan", "ticket", "visit")
TICK = re.compile(r"(?P<row>[\w-]{1,22}):(?P<number>[0-9]{1,9})(?::(?P<mark>[\w-]*))?", re.ASCII)
NUMBER, ROW, SEEN = r"(?P<number>[0-9]{1,9})", r"(?P<row>[\w-]{1,22})", r"(?P<seen>[0-9]{1,9})"
# Two patterns that each begin with a text: one for both would be tried at every letter of a page.
FORM = re.compile(r"<form\b(?P<form>[^>]*)>", re.ASCII)
SHOWN = re.compile(
    rf'name="(?:(?:{"|".join(FIELDS)})" value="{NUMBER}'
    rf'|(?:{"|".join(TICKS)})" value="{ROW}:{SEEN})(?=")',
    re.ASCII,
)
ACTION = re.compile(r'\baction="([^"?#]*)')
NAMES = tuple(f'name="{name}" value="'.encode() for name in (*FIELDS, *TICKS))


class Seen:
    """Seals the versions a page shows, and opens those a form sends."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponse) and is_page(response):
            seal_page(request, response)
        return response

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, kwargs: Mapping[str, Any]
    ) -> None:
        """Past the protection against forged forms: what is posted is read with plain numbers."""
        if request.method == "POST" and any(name in request.POST for name in (*FIELDS, *TICKS)):
            key = object_of(request.path, kwargs)
            request.POST = opened(request.POST, person_of(request), key)  # type: ignore[assignment]


def is_page(response: HttpResponse) -> bool:
    """Whether an answer can hold a form."""
    return response.get("Content-Type", "").startswith("text/html")


def person_of(request: HttpRequest) -> str:
    """Who reads: a number shown to somebody else is none."""
    return str(request.user.pk or "")


def object_of(path: str, kwargs: Mapping[str, Any] | None = None) -> str:
    """The object a form's address is about, whichever verb; an address without one is its own."""
    if kwargs is None:
        try:
            kwargs = resolve(path).kwargs
        except Resolver404:
            kwargs = {}
    return "/".join(f"{name}={kwargs[name]}" for name in sorted(kwargs)) or path


def mark(person: str, key: str, number: str, secret: str | None = None) -> str:
    """The seal of a version."""
    return SIGNER.signature(f"{person}|{key}|{number}", secret)[:22]


def is_marked(sent: str, person: str, key: str, number: str) -> bool:
    """Whether it is this person's seal of this object's version, by the key or a retired one."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(constant_time_compare(sent, mark(person, key, number, one)) for one in secrets)


def seal_page(request: HttpRequest, response: HttpResponse) -> None:
    """Write a seal behind each version the page shows."""
    if not any(name in response.content for name in NAMES):
        return
    person, key = person_of(request), object_of(request.path)
    text, keys = response.content.decode(response.charset), dict[str, str]()
    parts, written = list[str](), 0
    for found in sorted([*FORM.finditer(text), *SHOWN.finditer(text)], key=re.Match.start):
        if found.re is FORM:
            action = ACTION.search(found["form"])
            path = unescape(action[1]) if action and action[1] else request.path
            key = keys[path] = keys.get(path) or object_of(path)
            continue
        of, number = (key, found["number"]) if found["number"] else (found["row"], found["seen"])
        parts += [text[written : found.end()], ":", mark(person, of, number)]
        written = found.end()
    response.content = "".join([*parts, text[written:]]).encode(response.charset)


def opened(posted: QueryDict, person: str, key: str) -> QueryDict:
    """The same words with plain versions."""
    made = posted.copy()
    for name in FIELDS:
        if name in posted:
            made.setlist(name, [plain(one, person, key) for one in posted.getlist(name)])
    for name in TICKS:
        if name in posted:
            made.setlist(name, [plain_tick(one, person) for one in posted.getlist(name)])
    made._mutable = False
    return made


def plain(sent: str, person: str, key: str) -> str:
    """The number in a seal; an empty one stays empty."""
    number, _colon, sent_mark = sent.partition(":")
    good = number.isascii() and number.isdigit() and is_marked(sent_mark, person, key, number)
    return number if good or not sent else NEVER


def plain_tick(sent: str, person: str) -> str:
    """A ticked row with its version; what is no tick stays as it is."""
    found = TICK.fullmatch(sent)
    if found is None:
        return sent
    good = is_marked(found["mark"] or "", person, found["row"], found["number"])
    return f"{found['row']}:{found['number'] if good else NEVER}"
