"""What became of a message in trouble is decided by its reader or by who answers for them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.notices import actions, dispatch
from crm.notices.models import Channel, Delivery, Reminder
from crm.people.models import Membership, User
from crm.records.models import AuditEvent
from crm.records.states import Stale
from tests.notices.outside import Receiver, make_delivery
from tests.notices.rows import make_reminder
from tests.people import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
PAGE = "/deliveries/"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, BACKEND)
    return client


def in_trouble(to: User, name: str, state: str, **fields: Any) -> Delivery:
    return make_delivery(to, name, state=state, attempts=2, last_error="answered: 410", **fields)


def test_resent_it_goes_out_once_more_with_all_its_tries(cast: Cast) -> None:
    row = in_trouble(cast.lin, "one", "unknown")
    actions.resend_delivery(row, by=cast.lin, version=row.version, now=NOW)
    receiver = Receiver()
    assert dispatch.send_outside(receiver.channels, now=NOW) == 1
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("fired", 1)
    assert AuditEvent.objects.filter(action="notices.resend_delivery", actor=cast.lin).exists()


def test_it_arrived_and_is_not_sent_again(cast: Cast) -> None:
    row = in_trouble(cast.lin, "one", "unknown")
    actions.confirm_arrival(row, by=cast.lin, version=row.version, now=NOW)
    assert row.state == "fired"
    assert dispatch.send_outside(Receiver().channels, now=NOW) == 0


def test_what_failed_cannot_be_said_to_have_arrived(cast: Cast) -> None:
    row = in_trouble(cast.lin, "one", "dead")
    with pytest.raises(Stale):
        actions.confirm_arrival(row, by=cast.lin, version=row.version, now=NOW)


def test_of_two_who_decide_the_second_is_told(cast: Cast) -> None:
    row = in_trouble(cast.lin, "one", "dead")
    seen = row.version
    actions.cancel_delivery(row, by=cast.chen, version=seen, now=NOW)
    again = signed_in(cast.lin).post(f"{PAGE}{row.public_id}/resend/", {"version": seen})
    assert again.status_code == 409
    assert "陈立新" in again.content.decode()


def test_only_supervisors_let_go_what_is_older_than_a_day(cast: Cast) -> None:
    day_ago = NOW - dt.timedelta(hours=30)
    mine = in_trouble(cast.lin, "one", "held", at=day_ago)
    other = in_trouble(cast.ma, "two", "held", at=day_ago)
    seen = {row.public_id: row.version for row in (mine, other)}
    with pytest.raises(PermissionDenied):
        actions.release_deliveries(seen, by=cast.lin, now=NOW)
    released = actions.release_deliveries(seen, by=cast.chen, now=NOW)
    assert released == (1, []), "her own team's alone"
    assert dispatch.send_outside(Receiver().channels, now=NOW) == 1


RELEASE = f"{PAGE}release/"


def tick(*rows: Delivery) -> list[str]:
    return [f"{row.public_id}:{row.version}" for row in rows]


def test_who_lets_go_what_another_let_go_before_is_told_who_and_when(cast: Cast) -> None:
    """Chen and a colleague who leads her team as well have the same page open."""
    one, two = (in_trouble(cast.lin, name, "held") for name in ("one", "two"))
    post = cast.chen.memberships.get()
    Membership.objects.create(
        user=cast.he, role=post.role, store=post.store, team=post.team, valid_from=post.valid_from
    )
    seen = tick(one), tick(one, two)
    signed_in(cast.he).post(RELEASE, {"delivery": seen[0]})
    half = signed_in(cast.chen).post(RELEASE, {"delivery": seen[1]}, follow=True).content.decode()
    assert "1 message goes out now." in half
    assert f"1 message is not sent by you: {cast.he.name} decided it" in half
    none = signed_in(cast.chen).post(RELEASE, {"delivery": seen[1]})
    assert none.status_code == 409
    assert cast.he.name in none.content.decode()
    assert AuditEvent.objects.filter(action="notices.release_deliveries").count() == 2


def test_a_release_sent_twice_says_the_same_twice(cast: Cast) -> None:
    rows = [in_trouble(cast.lin, name, "held") for name in ("one", "two")]
    form = {"delivery": tick(*rows), "request_id": "a-form-drawn-once"}
    for _time in range(2):
        answer = signed_in(cast.chen).post(RELEASE, form, follow=True)
        assert "2 messages go out now." in answer.content.decode()
    assert "Tick at least one" in signed_in(cast.chen).post(RELEASE, follow=True).content.decode()


def test_every_reminder_that_never_rang_is_reached_by_its_chip_page_by_page(cast: Cast) -> None:
    in_trouble(cast.lin, "letter", "dead")
    for number in range(53):
        make_reminder(cast.lin, f"bell{number}", state="dead", team=cast.team_one)
    client = signed_in(cast.chen)

    def rows(**query: Any) -> int:
        return client.get(PAGE, query).content.decode().count("data-row>")

    assert rows() == 11, "the message, and the first ten"
    assert rows(show="failed") == 1
    assert (rows(show="bells"), rows(show="bells", page=2)) == (50, 3)
    text = client.get(PAGE).content.decode()
    assert 'href="?show=bells"' in text
    assert "All 53" in text


def test_a_dead_reminder_rings_once_more(cast: Cast) -> None:
    row = make_reminder(
        cast.lin, "one", state="dead", crashes=3, last_error="died thrice", team=cast.team_one
    )
    actions.retry_reminder(row, by=cast.chen, version=row.version, now=NOW)
    assert dispatch.drain(now=NOW).fired == 1
    row.refresh_from_db()
    assert (row.state, row.crashes) == ("fired", 0)


def test_the_page_says_who_what_why_and_how_often(cast: Cast) -> None:
    in_trouble(cast.lin, "one", "dead")
    in_trouble(cast.ma, "two", "unknown")
    make_reminder(cast.lin, "three", state="dead", last_error="died thrice", team=cast.team_one)
    text = signed_in(cast.chen).get(PAGE).content.decode()
    for words in ("林晓彤", "张伟", "The receiver refused it (410).", "2 tries", "three times"):
        assert words in text
    assert "马骁" not in text, "another team's"
    assert "Failed messages" in text, "in the menu as well"
    assert ">2<" in text, "with its badge"


def test_the_page_costs_the_same_for_one_and_for_thirty(cast: Cast) -> None:
    client = signed_in(cast.chen)

    def cost() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(PAGE).status_code == 200
        return len(found)

    in_trouble(cast.lin, "first", "dead")
    make_reminder(cast.lin, "bell", state="dead", team=cast.team_one)
    client.get(PAGE)
    few = cost()
    for number in range(30):
        in_trouble(cast.lin, f"{number}", ("dead", "unknown", "held")[number % 3])
        make_reminder(cast.zhou, f"bell{number}", state="dead", team=cast.team_one)
    assert cost() == few


@pytest.mark.parametrize("sent", ["a\0", "客户", "x" * 200, "a' OR 1=1"])
def test_what_is_no_id_releases_nothing(cast: Cast, sent: str) -> None:
    row = in_trouble(cast.lin, "one", "held")
    answer = signed_in(cast.chen).post(reverse("notices:release_deliveries"), {"delivery": sent})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.state == "held"


def test_an_administrator_sets_limits_and_wakes_a_channel(cast: Cast) -> None:
    Channel.objects.create(
        name="email", per_minute=10, per_day=100, failures=12,
        paused_until=NOW + dt.timedelta(days=3650), last_error="no answer: timeout",
    )  # fmt: skip
    client = signed_in(cast.adele)
    assert "timeout" in client.get(reverse("notices:channels")).content.decode()
    client.post("/channels/email/resume/")
    half = {"per_minute": 20, "per_day": 200, "quiet_from": "22:00", "version": 1}
    assert client.post("/channels/email/", half).status_code == 422
    client.post("/channels/email/", half | {"quiet_until": "08:00"})
    row = Channel.objects.get()
    assert (row.failures, row.paused_until, row.per_minute) == (0, None, 20)
    assert row.quiet_until == dt.time(8)
    assert set(AuditEvent.objects.filter(actor=cast.adele).values_list("action", flat=True)) >= {
        "notices.change_channel",
        "notices.resume_channel",
    }
    assert Reminder.objects.count() == 0
