"""Who guesses at links is slowed down, and many wrong ones from everywhere ring (D43)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine

from crm.home.tasks import forget_expired
from crm.notices.actions import note_wrong_link
from crm.notices.models import Notice
from crm.people.actions import make_link
from crm.people.browsers import network_of
from crm.records.models import AuditEvent, WrongLink
from crm.records.queues import is_guessing, wrong_links_lately
from tests.people import NOW, Cast

FIRST, SECOND = "198.51.100.7", "203.0.113.9"


@pytest.fixture(autouse=True)
def as_shipped(settings: Any) -> None:
    """The limit of the product; the tests' own settings hold nobody back."""
    settings.WRONG_LINKS_A_MINUTE = 30


def guess(client: Any, times: int, address: str = FIRST) -> list[int]:
    """Open so many links that never were, and say how each was answered."""
    urls = (f"/accounts/links/guess-{number}/" for number in range(times))
    return [client.get(url, REMOTE_ADDR=address).status_code for url in urls]


def test_after_thirty_wrong_links_an_address_waits_even_with_a_right_one(
    client: Any, cast: Cast
) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        right = f"/accounts/links/{make_link(cast.lin, 'reset', by=None, now=NOW)}/"
        assert guess(client, 32) == [404] * 30 + [429] * 2
        refused = client.get(right, REMOTE_ADDR=FIRST)
        wrong = client.get("/accounts/links/one-more/", REMOTE_ADDR=FIRST)
        assert (refused.status_code, refused.content) == (429, wrong.content)
        assert client.get(right, REMOTE_ADDR=SECOND).status_code == 200
        clock.shift(dt.timedelta(minutes=1))
        assert client.get(right, REMOTE_ADDR=FIRST).status_code == 200


def test_a_link_that_is_good_is_not_counted(client: Any, cast: Cast) -> None:
    token = make_link(cast.lin, "reset", by=None, now=dt.datetime.now(dt.UTC))
    client.get(f"/accounts/links/{token}/")
    assert not WrongLink.objects.exists()


def test_a_thousand_wrong_links_within_an_hour_ring_once_at_pan_and_adele(
    cast: Cast, settings: Any
) -> None:
    settings.WRONG_LINKS_AN_HOUR = 100
    for number in range(99):
        note_wrong_link(f"198.51.100.{number}", now=NOW + dt.timedelta(seconds=30 * number))
    assert not Notice.objects.exists()
    late = NOW + dt.timedelta(minutes=59)
    for _more in range(3):
        note_wrong_link(SECOND, now=late)
    told = Notice.objects.filter(kind="links_guessed")
    assert sorted(told.values_list("recipient__username", flat=True)) == ["adele", "pan"]
    (event,) = AuditEvent.objects.filter(action="records.wrong_links")
    assert event.after == {"times": 100}


def test_wrong_links_of_an_hour_ago_no_longer_count(cast: Cast) -> None:
    note_wrong_link(FIRST, now=NOW)
    assert wrong_links_lately(NOW + dt.timedelta(minutes=59)) == 1
    assert wrong_links_lately(NOW + dt.timedelta(minutes=61)) == 0


def test_an_inbox_shows_the_alarm_and_leads_to_the_sign_ins(
    client: Any, cast: Cast, settings: Any
) -> None:
    settings.WRONG_LINKS_AN_HOUR = 0
    note_wrong_link(FIRST, now=NOW)
    client.force_login(cast.adele, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/inbox/", headers={"Accept-Language": "en"}).content.decode()
    assert "Somebody guesses at password links" in page
    line = Notice.objects.get(recipient=cast.adele)
    assert line.link_name == "records:sign_ins"


def test_what_is_kept_names_no_address_and_goes_after_a_day(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        note_wrong_link(FIRST, now=NOW)
        assert FIRST not in WrongLink.objects.get().network
        forget_expired()
        assert WrongLink.objects.exists()
        clock.shift(dt.timedelta(hours=25))
        forget_expired()
        assert not WrongLink.objects.exists()


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:198.51.100.7", "198.51.100.7", True),
        ("198.51.100.7", "198.51.100.8", False),
        ("", "unix:", False),
    ],
)
def test_a_guest_with_many_addresses_of_one_network_is_one(
    one: str, other: str, is_same: bool
) -> None:
    assert (network_of(one) == network_of(other)) is is_same


def test_an_address_of_the_same_network_waits_too(cast: Cast) -> None:
    for _time in range(30):
        note_wrong_link("2001:db8:1:2::1", now=NOW)
    assert is_guessing("2001:db8:1:2::2", NOW)
    assert not is_guessing("2001:db8:1:3::2", NOW)
