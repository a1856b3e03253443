"""Voiding, moving and handing over what is armed."""

from __future__ import annotations

import datetime as dt

import pytest

from crm.notices import dispatch
from crm.notices.actions import cancel, hand_over, mark_approved, move, remind
from crm.notices.models import About, Notice, Reminder
from tests.notices.rows import CARD, CONTACT, inbox_of, make_notice, make_reminder, occasion
from tests.people import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=9)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def states() -> set[str]:
    return set(Reminder.objects.values_list("state", flat=True))


def test_a_logged_contact_voids_every_step(cast: Cast) -> None:
    remind(occasion(cast), now=NOW)
    assert cancel(about=CONTACT, reason="contacted", now=NOW) == 4
    assert states() == {"cancelled"}
    assert dispatch.drain(now=LATER).fired == 0


def test_a_claimed_reminder_is_voided_too_and_the_dispatcher_changes_nothing(cast: Cast) -> None:
    make_reminder(cast.lin, "contact:1")
    claims = dispatch.claim(10, lease_s=60, now=NOW)
    about = About("followups", "plannedcontact", "contact:1")
    assert cancel(about=about, reason="contacted", now=NOW) == 1
    assert dispatch.fire(claims, dispatch.Sweep(), now=NOW) == []
    assert states() == {"cancelled"}
    assert not Notice.objects.exists()


def test_lines_already_in_the_inbox_close_with_the_contact(cast: Cast) -> None:
    remind(occasion(cast), now=NOW)
    dispatch.drain(now=LATER)
    assert Notice.objects.still_open().exists()
    cancel(about=[CONTACT], reason="contacted", now=LATER)
    assert not Notice.objects.still_open().exists()
    last = Notice.objects.get(recipient=cast.shen, kind="contact_due")
    assert (last.step, last.ended_because) == ("manager", "contacted")


def test_a_digest_closes_with_its_last_line(cast: Cast) -> None:
    digest = make_notice(cast.lin, "digest", kind="digest")
    for name in ("a", "b"):
        make_notice(cast.lin, name, subject=f"card:{name}", folded_into=digest)
    cancel(subject="card:a", reason="lost", now=NOW)
    digest.refresh_from_db()
    assert digest.state == "new"
    cancel(subject="card:b", reason="lost", now=NOW)
    digest.refresh_from_db()
    assert digest.state == "closed"


def test_another_contact_of_the_same_customer_keeps_ringing(cast: Cast) -> None:
    other = About("followups", "plannedcontact", "other222222222")
    remind(occasion(cast), now=NOW)
    remind(occasion(cast, occasion="contact:other/v1", about=other), now=NOW)
    cancel(about=CONTACT, reason="contacted", now=NOW)
    assert Reminder.objects.still_to_ring().count() == 4


def test_a_lost_customer_voids_everything_of_the_card(cast: Cast) -> None:
    remind(occasion(cast), now=NOW)
    remind(occasion(cast, occasion="visit:1/v1", about=About("visits", "visit", "v")), now=NOW)
    assert cancel(subject=CARD, reason="lost", now=NOW) == 8


def test_naming_nothing_voids_nothing(cast: Cast) -> None:
    remind(occasion(cast), now=NOW)
    with pytest.raises(ValueError, match="Name what to void"):
        cancel(reason="nothing named", now=NOW)
    assert cancel(about=[], reason="no contacts", now=NOW) == 0
    assert states() == {"pending"}


def test_a_moved_contact_rings_at_its_new_date_only(cast: Cast) -> None:
    remind(occasion(cast), now=NOW)
    moved = occasion(cast, occasion="contact:new/v1", due_at=NOW + dt.timedelta(days=3))
    move(moved, replaces=CONTACT, now=NOW)
    assert {row.occasion for row in Reminder.objects.still_to_ring()} == {"contact:new/v1"}


def test_approving_takes_the_mark_off(cast: Cast) -> None:
    remind(occasion(cast, unapproved=True), now=NOW)
    mark_approved([CONTACT])
    assert not Reminder.objects.filter(unapproved=True).exists()


def test_a_card_handed_over_takes_its_reminders_along(cast: Cast) -> None:
    remind(occasion(cast), now=NOW)
    dispatch.drain(now=NOW + dt.timedelta(days=1, hours=5))
    assert inbox_of(cast.lin) == ["contact_due before"]
    moved = hand_over(
        subject=CARD, to=cast.ma, store_id=cast.pudong.pk, team_id=cast.team_two.pk, now=NOW
    )
    assert moved == 3
    assert not Notice.objects.filter(recipient=cast.lin).still_open().exists()
    dispatch.drain(now=LATER)
    assert "contact_due supervisor" in inbox_of(cast.he)
    assert inbox_of(cast.chen) == []


def test_a_reminder_handed_over_while_it_is_being_sent_reaches_the_new_owner(cast: Cast) -> None:
    make_reminder(cast.lin, "contact:1", subject=CARD)
    claims = dispatch.claim(10, lease_s=60, now=NOW)
    hand_over(subject=CARD, to=cast.ma, store_id=None, team_id=None, now=NOW)
    assert dispatch.fire(claims, dispatch.Sweep(), now=NOW) == []
    assert dispatch.drain(now=NOW).fired == 1
    assert inbox_of(cast.lin) == []
    assert inbox_of(cast.ma) == ["contact_due before"]
