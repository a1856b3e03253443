"""The version in a form is its reader's and its row's; any other stands for none (D32)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from crm.customers.models import Card
from crm.people.models import User
from crm.records.middleware.seen import NEVER, mark, object_of, plain, plain_tick
from tests.harness.drawn import Drawn, forms_of
from tests.people import Cast, make_card, make_cast

TYPED = {"As-Typed": "yes", "accept-language": "en"}


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def profile(card: Card) -> str:
    return f"/customers/{card.public_id}/profile/"


def form_in(page: str, path: str) -> Drawn:
    return next(one for one in forms_of(path, page) if "version" in one.fields)


def shown_to(user: User, card: Card) -> tuple[Client, Drawn]:
    client = signed_in(user)
    form = form_in(client.get(profile(card)).content.decode(), profile(card))
    form.fields["name"] = ["Zhang the Second"]
    return client, form


def save(client: Client, form: Drawn, version: str = "") -> Any:
    sent = form.fields | ({"version": [version]} if version else {})
    return client.post(form.action, sent, headers=TYPED)


def name_of(card: Card) -> str:
    return Card.objects.get(pk=card.pk).customer.name


def test_what_a_page_showed_its_reader_is_saved(cast: Cast) -> None:
    card = make_card(cast.lin)
    client, form = shown_to(cast.lin, card)
    assert form.fields["version"][0].startswith("1:")
    assert save(client, form).status_code == 302
    assert name_of(card) == "Zhang the Second"


@pytest.mark.parametrize("whose", ["nobody", "another", "other row", "bent", "longer", "words"])
def test_any_other_version_is_told_as_stale_and_what_was_typed_is_kept(
    cast: Cast, whose: str
) -> None:
    card, other = make_card(cast.lin), make_card(cast.lin, phone="13900001234")
    before = name_of(card)
    client, form = shown_to(cast.lin, card)
    version = form.fields["version"][0]
    sent = {
        "nobody": version.partition(":")[0],
        "another": shown_to(cast.chen, card)[1].fields["version"][0],
        "other row": shown_to(cast.lin, other)[1].fields["version"][0],
        "bent": version[:-1] + ("a" if version[-1] != "a" else "b"),
        "longer": f"1{version}",
        "words": "\0 '; DROP TABLE",
    }[whose]
    answer = save(client, form, sent)
    assert answer.status_code == 409
    assert "Zhang the Second" in answer.content.decode()
    assert name_of(card) == before


def test_the_page_that_tells_it_leads_on_with_a_version_that_holds(cast: Cast) -> None:
    card = make_card(cast.lin)
    client, form = shown_to(cast.lin, card)
    page = save(client, form, "1").content.decode()
    assert save(client, form_in(page, form.action)).status_code == 302
    assert name_of(card) == "Zhang the Second"


def test_a_retired_key_still_opens_and_a_lost_one_does_not(cast: Cast, settings) -> None:
    card = make_card(cast.lin)
    version = shown_to(cast.lin, card)[1].fields["version"][0]
    old, person, key = settings.SECRET_KEY, str(cast.lin.pk), object_of(profile(card))
    settings.SECRET_KEY = "another key of this installation " * 3
    assert plain(version, person, key) == NEVER
    settings.SECRET_KEY_FALLBACKS = [old]
    assert plain(version, person, key) == "1"


@pytest.mark.parametrize("sent", ["", "abc:5", "abc:5:", "abc:5:wrong", "abc:x", "a b:5", "\0:5"])
def test_a_tick_without_its_seal_is_of_no_version(sent: str) -> None:
    opened = plain_tick(sent, "7")
    assert opened == (f"abc:{NEVER}" if sent.startswith("abc:5") else sent)
    assert plain_tick(f"abc:5:{mark('7', 'abc', '5')}", "7") == "abc:5"
    assert plain_tick(f"abc:5:{mark('7', 'abc', '5')}", "8") == f"abc:{NEVER}"


def test_verbs_of_one_row_share_its_key_and_addresses_without_one_are_their_own() -> None:
    assert object_of("/customers/abc/level/") == object_of("/customers/abc/profile/")
    assert object_of("/customers/abc/level/") != object_of("/customers/abd/level/")
    assert object_of("/accounts/preferences/") == "/accounts/preferences/"
    assert object_of("/nowhere at all/") == "/nowhere at all/"
