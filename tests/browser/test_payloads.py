"""Hostile text typed into every field stays text: no script runs and the policy has nothing to
report, on any page, whole or as a fragment (D14 to D16)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.db.models import Value
from django.db.models.functions import Cast, Concat
from django.test import Client
from django.urls import resolve
from playwright.sync_api import Browser, Page

from complaints.models import Entry
from crm.customers.models import TimelineEntry
from crm.exchange.models import ImportJob
from crm.notices.models import Notice
from crm.people.models import User
from crm.records.models import Draft
from crm.reports.models import PeriodReport, VisitReport
from followups.models import PlanDecision, PlanRevision
from tests.browser.test_every_page import (
    FIRST_PAGES,
    READERS,
    is_page,
    signed_in,
    window_of,
)
from tests.fault.forms import BODIES
from tests.harness.drawn import Drawn, forms_of
from tests.harness.test_hostile_input import path_of
from tests.permissions.floor import Floor, make_floor
from tests.permissions.rules import addresses, expected
from visits.models import QuestionnaireVersion, SurveyLink, VisitAudit

pytestmark = [pytest.mark.browser, pytest.mark.fault, pytest.mark.django_db(transaction=True)]

# Break out of text, attributes, links, scripts and styles, escaped once or in another width. All
# of one column are of one kind; each names itself, and is short enough for a name where it can be.
KINDS = (
    '"><img src=x onerror=hit(1)>',
    "'><svg/onload=hit(2)>",
    "</script><script>hit(3)</script>",
    "javascript:hit(4)",
    "</textarea><iframe srcdoc=hit(5)>",
    "{{7*7}}{% csrf_token %}${hit(6)}",
    "<script>hit(7)</script>",
    '" onmouseover=hit(8) x="',
    "' onfocus=hit(9) autofocus x='",
    '" autofocus onfocus="hit(10)',
    "<details open ontoggle=hit(11)>",
    "<video><source onerror=hit(12)>",
    "<body onload=hit(13)>",
    "<input autofocus onfocus=hit(14)>",
    "</title><script>hit(15)</script>",
    "</style><script>hit(16)</script>",
    "<!--><script>hit(17)</script>",
    "--><img src=x onerror=hit(18)>",
    "<math href=javascript:hit(19)>",
    "<a href=javascript:hit(20)>x</a>",
    "<base href=//x.test/?hit(21)>",
    '<meta http-equiv=refresh content="9;/?hit(22)">',
    "<form action=javascript:hit(23)>",
    "<b formaction=javascript:hit(24)>",
    "<object data=javascript:hit(25)>",
    "<embed src=javascript:hit(26)>",
    "<style>@import'//x.test/?hit(27)'</style>",
    '";hit(28);//',
    "';hit(29);//",
    "`;${hit(30)};`",
    r"\u003cscript\u003ehit(31)",
    "&lt;script&gt;hit(32)",
    "&#60;img src=x onerror=hit(33)&#62;",
    "%3Cscript%3Ehit(34)%3C/script%3E",
    "data:text/html,<script>hit(35)",
    "<svg><script>hit(36)</script></svg>",
    "<p hx-get=/ hx-trigger=load>hit(37)",
    "<b hx-on::load=hit(38)>",
    "<noscript><img src=x onerror=hit(39)>",
    "＜script＞hit(40)＜/script＞",
    "]]><script>hit(41)</script>",
    "<template><script>hit(42)</script>",
)
# Whatever the kind, a text or attribute that is not escaped lets this element through.
PAYLOADS = tuple(f"{kind}\"'><hit>" for kind in KINDS)
MARK = "hit("
# Columns that hold a tree in which some texts are a person's words.
JSON_WORDS: tuple[tuple[Any, str], ...] = (
    *((TimelineEntry, "data"), (Entry, "data"), (Draft, "body"), (SurveyLink, "draft")),
    *((PlanDecision, "criteria"), (PlanDecision, "checks"), (PlanRevision, "steps")),
    *((QuestionnaireVersion, "body"), (VisitAudit, "heard")),
    *((PeriodReport, "figures"), (VisitReport, "figures")),
)
# Words and no code: what a person wrote into a column that holds more than one value.
WORDS = re.compile(r"[^\x00-\x7f]|[A-Za-z].* | .*[A-Za-z]")
# What holds a person's words: everything else is a key, a code or a number of ours.
NOT_TYPED = frozenset(
    {
        *("password", "public_id", "phone", "phone2", "search", "username", "session_key"),
        *("language", "key", "code", "occasion", "folder", "stored_as", "list_key", "kind"),
        *("about_room", "about_path", "about_id", "query", "token_hash", "form", "request_id"),
        *("state", "seed", "parent_kind", "sha256"),
    }
)
# Of these a payload makes nothing but a refusal.
NOT_WORDS = frozenset({"username", "code", "request_id", "version", "next"})
WATCH = """() => {
  window.hits = [];
  window.hit = number => window.hits.push(`script ${number}`);
  document.addEventListener("securitypolicyviolation", event =>
    window.hits.push(`policy: ${event.effectiveDirective} ${event.blockedURI}`));
}"""
# What no template of ours makes: an element out of a payload.
SMUGGLED = (
    "hit, img[src=x], [onerror], [onload], [onfocus], [onmouseover], [ontoggle], iframe, object,"
    "embed, a[href^='javascript:'], [action^='javascript:'], [formaction^='javascript:'],"
    "math, base[href*='x.test'], meta[content*='hit('], [hx-get='/'][hx-trigger='load'],"
    "template, script:not([src]):not([type])"
)
# The page of a customer has no htmx: nothing can be put into it.
SWAP = """async path => {
  if (!window.htmx) return;
  const answer = await fetch(path, {headers: {"HX-Request": "true"}});
  const place = document.createElement("div");
  document.body.append(place);
  await htmx.swap(
    {sourceElement: place, target: place, text: await answer.text(), swap: "innerHTML"});
}"""


@pytest.fixture
def floor(transactional_db: None) -> Floor:
    return make_floor()


def type_in(floor: Floor) -> None:
    """Type payloads into every form people write in, as its page draws it, and save."""
    met: set[tuple[str, str]] = set()
    for turn, (reader, path) in enumerate(paths_of(floor)):
        client = signed_in(reader)
        if not is_page(client, path):
            continue
        for form in drawn(client, path):
            name = resolve(form.action.partition("?")[0]).view_name
            body = BODIES.get(name, {})
            if body is None or callable(body) or (name, form.action) in met:
                continue
            met.add((name, form.action))
            # One at a time, since forms refuse some; drawn anew, since each save has a version.
            for n, word in enumerate(sorted(form.words - NOT_WORDS)):
                payload = PAYLOADS[(turn + n) % len(PAYLOADS)]
                for anew in drawn(client, path):
                    if anew.action == form.action:
                        sent = {**anew.fields, **body, word: payload, "request_id": ""}
                        client.post(form.action, sent)
                        break


def drawn(client: Client, path: str) -> list[Drawn]:
    """The forms of a page as it stands now."""
    return forms_of(path, client.get(path).content.decode())


def typed_so_far() -> set[str]:
    """The columns in which a payload stands."""
    return {
        f"{model._meta.label}.{field.name}"
        for model in typed_models()
        for field in typed_fields(model)
        if model._default_manager.filter(bears(field.name)).exists()
    }


def bears(name: str) -> models.Q:
    """Rows in which this column holds a payload."""
    return models.Q(**{f"{name}__contains": MARK})


def poison() -> None:
    """Write a payload where no form wrote one: what forms refuse, and what the product writes."""
    kinds = cycle(PAYLOADS)
    for model in typed_models():
        for field in typed_fields(model):
            room = (field.max_length or 99) - 6
            kind = next(one for one in kinds if len(one) <= room)
            word = Concat(Value(kind), Cast("pk", models.CharField()))
            model._default_manager.exclude(bears(field.name)).update(**{field.name: word})
    told = ("customer", "name", "by", "reason")
    Notice.objects.update(data=dict(zip(told, kinds, strict=False)))
    for model, name in JSON_WORDS:
        for row in model._default_manager.all():
            poisoned = in_place_of_words(getattr(row, name), kinds)
            model._default_manager.filter(pk=row.pk).update(**{name: poisoned})
    for job in ImportJob.objects.all():
        found = {name: [next(kinds), next(kinds)] for name in ("whole", "loose", "unknown")}
        counts = {"Customers": {"created": 1, "updated": 0, "unchanged": 0, "refused": 0}}
        job.summary = {"counts": counts, **job.summary, **found}
        job.save(update_fields=["summary"])


def in_place_of_words(value: Any, kinds: Iterator[str]) -> Any:
    """The same tree with a payload for each text that a person wrote; codes stay."""
    if isinstance(value, dict):
        return {key: in_place_of_words(one, kinds) for key, one in value.items()}
    if isinstance(value, list):
        return [in_place_of_words(one, kinds) for one in value]
    is_word = isinstance(value, str) and WORDS.search(value) and MARK not in value
    return next(kinds) if is_word else value


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


@pytest.mark.parametrize(
    ("guarded", "caught"),
    [(False, "script 1"), (True, "policy: script-src")],
    ids=["without the policy", "with the policy"],
)
def test_a_page_that_runs_a_payload_would_be_caught(
    chromium: Browser, guarded: bool, caught: str
) -> None:
    page = chromium.new_page(base_url="http://showfloor.test")
    page.context.add_init_script(f"({WATCH})()")
    policy = "default-src 'self'" if guarded else "default-src * 'unsafe-inline'"
    careless = f"<!doctype html><title>x</title><p>{PAYLOADS[0]}"
    page.route(
        "**/customers/",
        lambda route: route.fulfill(
            body=careless, content_type="text/html", headers={"Content-Security-Policy": policy}
        ),
    )
    page.goto("/customers/", wait_until="load")
    found = wrong_on(page)
    page.close()
    assert any(one.startswith(caught) for one in found), found
    assert any("<img" in one for one in found), found


def test_what_people_write_is_kept_as_text_and_never_run(
    window: Callable[..., Page], floor: Floor
) -> None:
    type_in(floor)
    assert len(typed_so_far()) >= 28, sorted(typed_so_far())
    poison()
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
