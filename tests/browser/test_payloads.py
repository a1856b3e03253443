"""Hostile text typed into every field stays text: no script runs and the policy has nothing to
report, on any page, whole or as a fragment (D14 to D16)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.db.models import Value
from django.db.models.functions import Cast, Concat
from playwright.sync_api import Page

from crm.notices.models import Notice
from crm.people.models import User
from tests.browser.test_every_page import (
    FIRST_PAGES,
    READERS,
    is_page,
    signed_in,
    window_of,
)
from tests.harness.test_hostile_input import path_of
from tests.permissions.floor import Floor, make_floor
from tests.permissions.rules import addresses, expected

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Breaks out of text, attributes, links, scripts and styles alike; short enough for a name.
PAYLOADS = (
    '"><img src=x onerror=hit(1)>',
    "'><svg/onload=hit(2)>",
    "</script><script>hit(3)</script>",
    "javascript:hit(4)",
    "</textarea><iframe srcdoc=x>",
    "{{7*7}}{% csrf_token %}${hit(5)}",
)
# What holds a person's words: everything else is a key, a code or a number of ours.
NOT_TYPED = frozenset(
    {
        *("password", "public_id", "phone", "phone2", "search", "username", "session_key"),
        *("language", "key", "code", "occasion", "folder", "stored_as", "list_key", "kind"),
        *("about_room", "about_path", "about_id", "query", "token_hash", "form", "request_id"),
        "state",
    }
)
WATCH = """() => {
  window.hits = [];
  window.hit = number => window.hits.push(`script ${number}`);
  document.addEventListener("securitypolicyviolation", event =>
    window.hits.push(`policy: ${event.effectiveDirective} ${event.blockedURI}`));
}"""
# What no template of ours makes: an element out of a payload.
SMUGGLED = (
    "img[src=x], [onerror], [onload], iframe, a[href^='javascript:'], script:not([src]):not([type])"
)
SWAP = """async path => {
  const answer = await fetch(path, {headers: {"HX-Request": "true"}});
  const place = document.createElement("div");
  document.body.append(place);
  await htmx.swap(
    {sourceElement: place, target: place, text: await answer.text(), swap: "innerHTML"});
}"""


@pytest.fixture
def floor(transactional_db: None) -> Floor:
    made = make_floor()
    poison()
    return made


def poison() -> None:
    """Write a payload where people write, past the forms, which refuse some of them."""
    for turn, model in enumerate(typed_models()):
        fields = list(typed_fields(model))
        words = {
            field.name: Concat(
                Value(PAYLOADS[(turn + n) % len(PAYLOADS)][: (field.max_length or 99) - 6]),
                Cast("pk", models.CharField()),
            )
            for n, field in enumerate(fields)
        }
        model._default_manager.update(**words)
    Notice.objects.update(data=dict.fromkeys(("customer", "name", "by", "reason"), PAYLOADS[0]))


def typed_models() -> Iterator[type[models.Model]]:
    """The tables of the product in which a person's words stand; the trail takes no changes."""
    for model in apps.get_models():
        ours = model.__module__.split(".")[0] in {"crm", "followups", "visits", "complaints"}
        if ours and not model._meta.label.startswith("records.Audit") and any(typed_fields(model)):
            yield model


def typed_fields(model: type[models.Model]) -> Iterator[Any]:
    """Free text: no choices, no key, long enough for words."""
    for field in model._meta.concrete_fields:
        is_text = isinstance(field, models.CharField | models.TextField)
        if not is_text or field.choices or field.unique or field.name in NOT_TYPED:
            continue
        if field.max_length is None or field.max_length >= 40:
            yield field


def paths_of(floor: Floor) -> Iterator[tuple[User, str]]:
    """Every page for the first person who may open it, and the first pages of the rest."""
    for address in addresses().values():
        role = next((r for r in READERS if expected(address, r, "inside") == {"allowed"}), "")
        if role:
            yield floor.actor(role), path_of(floor, address, role)
    yield from ((floor.actor(role), "/") for role in FIRST_PAGES)


def test_what_people_write_is_never_run(window: Callable[..., Page], floor: Floor) -> None:
    windows: dict[User, tuple[Any, Page]] = {}
    found: dict[str, list[str]] = {}
    for reader, path in paths_of(floor):
        if reader not in windows:
            client = signed_in(reader)
            page = window_of(window(), client)
            page.context.add_init_script(f"({WATCH})()")
            windows[reader] = client, page
        client, page = windows[reader]
        if is_page(client, path):
            page.goto(path, wait_until="load")
            found[f"{reader.username} {path}"] = wrong_on(page)
            page.evaluate(SWAP, path)
            found[f"{reader.username} {path} as a fragment"] = wrong_on(page)
    assert len(found) > 80
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def wrong_on(page: Page) -> list[str]:
    """Scripts that ran, what the policy stopped, and elements nobody of us made."""
    smuggled = page.eval_on_selector_all(SMUGGLED, "found => found.map(one => one.outerHTML)")
    return [*page.evaluate("window.hits"), *smuggled]
