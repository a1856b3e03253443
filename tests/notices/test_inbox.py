"""The inbox: one's own lines, read, put off, and where they lead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.notices.models import Notice
from crm.people.models import User
from crm.workdays import Calendar
from tests.notices.rows import make_notice
from tests.people import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db
INBOX = "/inbox/"


@pytest.fixture
def cast() -> Iterator[Cast]:
    with time_machine.travel(NOW, tick=False):
        yield make_cast()


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def verb(notice: Notice, name: str) -> str:
    return reverse(f"notices:{name}", args=[notice.public_id])


def state(notice: Notice) -> str:
    notice.refresh_from_db()
    return notice.state


def test_unread_lines_come_first_then_the_newest(cast: Cast) -> None:
    hour = dt.timedelta(hours=1)
    make_notice(cast.lin, "old unread", data={"customer": "甲"}, at=NOW - 9 * hour)
    make_notice(cast.lin, "read", data={"customer": "乙"}, state="seen", seen_at=NOW)
    make_notice(cast.lin, "new unread", data={"customer": "丙"}, at=NOW - hour)
    page = signed_in(cast.lin).get(INBOX).content.decode()
    assert page.index("丙") < page.index("甲") < page.index("乙")


def test_nobody_sees_or_touches_anothers_lines(cast: Cast) -> None:
    line = make_notice(cast.lin, "one", data={"customer": "张伟"})
    other = signed_in(cast.chen)
    assert "张伟" not in other.get(INBOX).content.decode()
    for name in ("open_notice", "mark_seen", "snooze_notice"):
        assert other.post(verb(line, name)).status_code == 404
    assert other.get(verb(line, "digest")).status_code == 404
    assert state(line) == "new"


def test_a_hostile_name_is_text(cast: Cast) -> None:
    make_notice(cast.lin, "one", data={"customer": "<script>alert(1)</script>"})
    page = signed_in(cast.lin).get(INBOX).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_every_kind_of_notice_can_be_shown_also_one_this_release_does_not_know(
    cast: Cast,
) -> None:
    kinds = ["contact_due", "plan_waiting", "plan_escalated", "plan_approved", "plan_returned"]
    kinds += ["card_received", "reception_logged", "conflict_reported", "conflict_ruled"]
    kinds += ["role_to_approve", "reset_link_made", "reminder_dead", "digest", "of_tomorrow"]
    for kind in kinds:
        make_notice(cast.lin, kind, kind=kind, data={})
    response = signed_in(cast.lin).get(INBOX)
    assert response.status_code == 200
    assert "open it to see" in response.content.decode()


@pytest.mark.parametrize(
    ("step", "copy", "words"),
    [
        ("day", False, "A contact with 张伟 is coming up."),
        ("before", False, "It is time to contact 张伟."),
        ("owner", False, "The contact with 张伟 is overdue."),
        ("supervisor", False, "林晓彤 has not contacted 张伟 yet."),
        ("supervisor", True, "still open: your supervisor has been told"),
        ("manager", True, "still open: the manager has been told"),
    ],
)
def test_each_step_says_what_is_to_be_done(cast: Cast, step: str, copy: bool, words: str) -> None:
    data = {"customer": "张伟", "owner": "林晓彤", "reason": "夫人未看车"}
    make_notice(cast.lin, "one", step=step, is_copy=copy, data=data)
    page = signed_in(cast.lin).get(INBOX).content.decode()
    assert words in page
    assert "夫人未看车" in page


def test_opening_a_line_marks_it_read_and_leads_to_what_it_is_about(cast: Cast) -> None:
    line = make_notice(cast.lin, "one", link_name="notices:inbox")
    response = signed_in(cast.lin).post(verb(line, "open_notice"))
    assert response["Location"] == INBOX
    assert state(line) == "seen"


def test_a_page_this_release_does_not_have_leads_back_to_the_inbox(cast: Cast) -> None:
    line = make_notice(cast.lin, "one", link_name="campaigns:campaign", link_id="x")
    assert signed_in(cast.lin).post(verb(line, "open_notice"))["Location"] == INBOX


def test_a_supervisor_is_led_to_the_card(cast: Cast) -> None:
    line = make_notice(
        cast.chen,
        "one",
        step="supervisor",
        subject="card:abc",
        link_name="followups:log_contact",
        link_id="x",
    )
    assert signed_in(cast.chen).post(verb(line, "open_notice"))["Location"] == "/customers/abc/"


def test_a_line_is_marked_read_and_all_of_them(cast: Cast) -> None:
    lines = [make_notice(cast.lin, name) for name in "abc"]
    others = make_notice(cast.zhou, "zhou")
    client = signed_in(cast.lin)
    client.post(verb(lines[0], "mark_seen"))
    assert [state(line) for line in lines] == ["seen", "new", "new"]
    client.post(reverse("notices:mark_all_seen"))
    assert {state(line) for line in lines} == {"seen"}
    assert state(others) == "new"


def test_reading_never_changes_on_a_get(cast: Cast) -> None:
    line = make_notice(cast.lin, "one")
    client = signed_in(cast.lin)
    for name in ("open_notice", "mark_seen", "snooze_notice"):
        assert client.get(verb(line, name)).status_code == 405
    assert state(line) == "new"


def snooze(client: Client, line: Notice, minutes: int = 30, **more: object) -> int:
    data = {"minutes": minutes, "version": line.version, **more}
    return client.post(verb(line, "snooze_notice"), data).status_code


def test_a_line_put_off_is_gone_and_comes_back_unread(cast: Cast) -> None:
    line = make_notice(cast.lin, "one", state="seen", seen_at=NOW)
    client = signed_in(cast.lin)
    snooze(client, line)
    assert state(line) == "snoozed"
    mine = Notice.objects.visible_to(cast.lin)
    assert not mine.shown(NOW).exists()
    assert not mine.unread(NOW).exists()
    later = NOW + dt.timedelta(minutes=30)
    assert mine.shown(later).exists()
    assert mine.unread(later).exists()


def test_three_times_is_enough(cast: Cast) -> None:
    line = make_notice(cast.lin, "one")
    client = signed_in(cast.lin)
    for _time in range(4):
        snooze(client, line)
        line.refresh_from_db()
    assert line.snoozes == 3


def test_putting_off_ends_with_the_due_day(cast: Cast) -> None:
    line = make_notice(cast.lin, "one")
    snooze(signed_in(cast.lin), line, minutes=1440)
    line.refresh_from_db()
    midnight = Calendar(zone=NOW.tzinfo).nth_working_day_end(NOW, 0)  # type: ignore[arg-type]
    assert line.snoozed_until == midnight


def test_a_doubled_post_puts_off_once_and_a_stale_one_is_refused(cast: Cast) -> None:
    line = make_notice(cast.lin, "one")
    client = signed_in(cast.lin)
    assert snooze(client, line, request_id="r1") == 302
    assert snooze(client, line, request_id="r1") == 302
    assert Notice.objects.get().snoozes == 1
    assert snooze(client, line, request_id="r2") == 409


@pytest.mark.parametrize(
    "data",
    [{}, {"minutes": "31", "version": "1"}, {"minutes": "30", "version": "9" * 30}],
)
def test_what_cannot_be_understood_changes_nothing(cast: Cast, data: dict[str, str]) -> None:
    line = make_notice(cast.lin, "one")
    assert signed_in(cast.lin).post(verb(line, "snooze_notice"), data).status_code == 302
    assert state(line) == "new"


def test_a_digest_shows_its_lines_on_a_page_of_its_own(cast: Cast) -> None:
    digest = make_notice(cast.lin, "digest", kind="digest", data={})
    for number in range(7):
        make_notice(cast.lin, f"{number}", folded_into=digest, data={"customer": f"客{number}"})
    client = signed_in(cast.lin)
    page = client.get(INBOX).content.decode()
    assert "7 reminders came at once." in page
    assert "客3" not in page
    assert "客3" in client.get(verb(digest, "digest")).content.decode()
    assert client.post(verb(digest, "open_notice"))["Location"] == verb(digest, "digest")


def test_fifty_lines_a_page_and_nonsense_is_the_first(cast: Cast) -> None:
    for number in range(51):
        make_notice(cast.lin, f"{number}")
    client = signed_in(cast.lin)
    assert client.get(INBOX).content.decode().count("notice-") >= 50
    for page in ("2", "999", "x", "-1", "９"):
        assert client.get(INBOX, {"page": page}).status_code == 200


def test_thirty_lines_cost_the_same_statements_as_one(cast: Cast) -> None:
    client = signed_in(cast.lin)

    def statements() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(INBOX)
        return len(found)

    make_notice(cast.lin, "one")
    statements()
    one = statements()
    for number in range(29):
        make_notice(cast.lin, f"{number}")
    assert statements() == one


def test_the_signed_out_are_asked_to_sign_in(cast: Cast) -> None:
    line = make_notice(cast.lin, "one")
    assert Client().get(INBOX)["Location"].startswith("/accounts/")
    assert Client().post(verb(line, "mark_seen"))["Location"].startswith("/accounts/")
    assert state(line) == "new"
