"""Messages leave the house at least once, in doubt said so, and never after the contact."""

from __future__ import annotations

import datetime as dt

import pytest

from crm.notices import dispatch, due
from crm.notices.actions import cancel
from crm.notices.channels import Failed, Message, Refused
from crm.notices.channels.reasons import NO_ADDRESS
from crm.notices.dispatch import sending
from crm.notices.dispatch.claims import claim_send
from crm.notices.models import About, Channel, Delivery, Notice
from tests.notices.outside import Receiver, make_delivery, prefers
from tests.notices.rows import inbox_of, make_reminder
from tests.people import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
SOON = NOW + 2 * MINUTE


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def no_address(_message: Message) -> None:
    raise Refused(NO_ADDRESS)


def states() -> list[str]:
    return list(Delivery.objects.exclude(channel="app").order_by("pk").values_list("state", flat=1))


def refuse(_message: Message) -> None:
    raise Refused("The receiver answered 403.")


def fail(_message: Message) -> None:
    raise Failed("The receiver answered 502.")


def drain_and_send(receiver: Receiver, now: dt.datetime) -> int:
    dispatch.drain(now=now)
    return dispatch.send_outside(receiver.channels, now=now)


# --- who is written to -------------------------------------------------------------------


def test_whoever_chose_a_channel_is_told_there_as_well(cast: Cast) -> None:
    prefers(cast.lin, "email")
    make_reminder(cast.lin, "one", store=cast.pudong)
    make_reminder(cast.zhou, "two")
    receiver = Receiver()
    assert drain_and_send(receiver, NOW) == 1
    (message,) = receiver.taken
    assert message.name == "林晓彤"
    assert "张伟" in message.subject
    assert message.key == f"one/before/email/{cast.lin.public_id}"
    assert drain_and_send(receiver, SOON) == 0, "never twice"


def test_without_a_channel_set_up_nothing_is_written_down_to_be_sent(cast: Cast, settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    prefers(cast.lin, "email")
    make_reminder(cast.lin, "one")
    dispatch.drain(now=NOW)
    assert states() == []


def test_nothing_leaves_after_the_contact(cast: Cast) -> None:
    prefers(cast.lin, "email")
    make_reminder(cast.lin, "one")
    dispatch.drain(now=NOW)
    cancel(about=About("followups", "plannedcontact", "one"), reason="contacted", now=NOW)
    receiver = Receiver()
    assert dispatch.send_outside(receiver.channels, now=SOON) == 0
    assert states() == ["cancelled"]


def test_what_is_on_its_way_when_the_contact_is_logged_is_recorded_as_sent(cast: Cast) -> None:
    prefers(cast.lin, "email")
    make_reminder(cast.lin, "one")
    dispatch.drain(now=NOW)

    def contact_meanwhile(_message: Message) -> None:
        cancel(about=About("followups", "plannedcontact", "one"), reason="contacted", now=NOW)

    assert dispatch.send_outside(Receiver(answer=contact_meanwhile).channels, now=SOON) == 1
    assert states() == ["fired"]


def test_a_contact_between_claim_and_send_stops_the_message(cast: Cast) -> None:
    row = make_delivery(cast.lin, "one")
    claim = claim_send("email", lease_s=60, now=NOW)
    assert claim
    cancel(about=row.reminder.about, reason="contacted", now=NOW)
    Notice.objects.update(state="new", closed_at=None)  # as read before the contact's commit
    receiver = Receiver()
    assert not sending.send_one(claim, receiver, NOW)
    assert not receiver.taken
    assert states() == ["cancelled"]


# --- failures ----------------------------------------------------------------------------


def test_a_refusal_for_good_is_a_dead_letter_at_once_and_is_told_once_a_day(cast: Cast) -> None:
    make_delivery(cast.lin, "one")
    make_delivery(cast.lin, "two")
    dispatch.send_outside(Receiver(answer=refuse).channels, now=NOW)
    assert states() == ["dead", "dead"]
    row = Delivery.objects.first()
    assert row
    assert (row.attempts, row.last_error) == (1, "The receiver answered 403.")
    assert inbox_of(cast.lin).count("send_failed") == 1


def test_a_failure_is_tried_again_later_and_later_five_times_in_all(cast: Cast) -> None:
    row = make_delivery(cast.lin, "one")
    moment, waits = NOW, []
    for _try in range(5):
        dispatch.send_outside(Receiver(answer=fail).channels, now=moment)
        row.refresh_from_db()
        waits.append((row.not_before or moment) - moment)
        moment = row.not_before or moment
    assert (row.state, row.attempts) == ("dead", 5)
    for wait, seconds in zip(waits[:4], (30, 60, 120, 240), strict=True):
        assert 0.8 * seconds <= wait.total_seconds() <= 1.2 * seconds + 1


def test_ten_failures_in_a_row_pause_the_channel_and_not_the_dispatcher(cast: Cast) -> None:
    for number in range(12):
        make_delivery(cast.lin if number % 2 else cast.zhou, f"{number}", channel="ntfy")
    make_delivery(cast.ma, "mail")
    push, mail = Receiver(name="ntfy", answer=refuse), Receiver()
    # The same person's messages would be one digest; here each stands for itself.
    for number, row in enumerate(Delivery.objects.filter(channel="ntfy")):
        row.not_before = NOW + number * dt.timedelta(seconds=2)
        row.save(update_fields=["not_before"])
    for second in range(0, 26, 2):
        moment = NOW + dt.timedelta(seconds=second)
        dispatch.send_outside({**push.channels, **mail.channels}, now=moment)
    channel = Channel.objects.get(name="ntfy")
    assert channel.is_paused(NOW + MINUTE)
    assert states().count("dead") == 10
    assert len(mail.taken) == 1
    dispatch.send_outside(Receiver(name="ntfy").channels, now=NOW + 2 * due.PAUSE)
    assert Channel.objects.get(name="ntfy").failures == 0


def test_what_no_channel_caused_rests_no_channel(cast: Cast) -> None:
    """People without a number, and one who left, do not silence text messages for the house."""
    receiver = Receiver(name="sms", answer=no_address)
    for number in range(12):
        make_delivery(cast.lin, f"{number}", channel="sms", not_before=NOW + number * MINUTE)
        dispatch.send_outside(receiver.channels, now=NOW + number * MINUTE)
    assert states().count("dead") == 12
    channel = Channel.objects.get(name="sms")
    assert (channel.failures, channel.paused_until) == (0, None)


# --- crashes -----------------------------------------------------------------------------


def crash_after_begin(receiver: Receiver, now: dt.datetime) -> None:
    claim = claim_send(receiver.name, lease_s=60, now=now)
    assert claim
    assert sending.begin(claim, now)


def test_who_died_on_the_way_leaves_a_doubt_and_no_second_message(cast: Cast) -> None:
    make_delivery(cast.lin, "one")
    receiver = Receiver()
    crash_after_begin(receiver, NOW)
    dispatch.send_outside(receiver.channels, now=SOON)
    assert states() == ["unknown"]
    assert not receiver.taken
    assert inbox_of(cast.lin).count("send_failed") == 1


def test_a_receiver_that_drops_repeats_is_simply_asked_again(cast: Cast) -> None:
    make_delivery(cast.lin, "one")
    receiver = Receiver(honours_key=True)
    crash_after_begin(receiver, NOW)
    dispatch.send_outside(receiver.channels, now=SOON)
    dispatch.send_outside(receiver.channels, now=SOON + MINUTE)
    assert states() == ["fired"]
    assert Delivery.objects.get().crashes == 1


def test_a_claim_that_was_never_begun_burns_no_try(cast: Cast) -> None:
    make_delivery(cast.lin, "one")
    assert claim_send("email", lease_s=60, now=NOW)
    dispatch.send_outside(Receiver().channels, now=SOON)
    dispatch.send_outside(Receiver().channels, now=SOON + MINUTE)
    row = Delivery.objects.get()
    assert (row.state, row.attempts, row.crashes) == ("fired", 1, 1)


def test_the_third_crash_is_the_last(cast: Cast) -> None:
    make_delivery(cast.lin, "one")
    receiver = Receiver(honours_key=True)
    for crash in range(3):
        moment = NOW + 2 * crash * MINUTE
        crash_after_begin(receiver, moment)
        sending.rescue_sends(receiver.channels, moment + 1.2 * MINUTE)
    assert states() == ["dead"]


def test_a_sender_that_wakes_up_late_changes_nothing(cast: Cast) -> None:
    make_delivery(cast.lin, "one")
    stale = claim_send("email", lease_s=60, now=NOW)
    assert stale
    sending.rescue_sends({}, SOON)
    fresh = claim_send("email", lease_s=60, now=SOON + MINUTE)
    assert fresh
    assert fresh.fence == stale.fence + 1
    assert not sending.begin(stale, SOON)
    assert not sending.settle(stale, "fired", delivered_at=SOON)
    assert sending.begin(fresh, SOON)


# --- limits, quiet hours, backlog --------------------------------------------------------


def test_a_channels_day_has_an_end(cast: Cast) -> None:
    Channel.objects.create(name="email", per_minute=60, per_day=2)
    for person, name in ((cast.lin, "a"), (cast.zhou, "b"), (cast.ma, "c")):
        make_delivery(person, name)
    receiver = Receiver()
    assert dispatch.send_outside(receiver.channels, now=NOW) == 2
    assert dispatch.send_outside(receiver.channels, now=NOW + HOUR) == 0
    assert dispatch.send_outside(receiver.channels, now=NOW + 22 * HOUR) == 1


def test_a_channels_day_counts_what_left_and_nothing_else(cast: Cast) -> None:
    """What waits for somebody's morning, has no address or is done meanwhile takes no place."""
    email = Channel.objects.create(name="email", per_minute=60, per_day=2)
    prefers(cast.lin, "email", quiet_from=dt.time(0), quiet_until=dt.time(23, 59))
    make_delivery(cast.lin, "a")
    make_delivery(cast.zhou, "b")
    nowhere = Receiver(answer=no_address)
    assert dispatch.send_outside(nowhere.channels, now=NOW) == 0
    email.refresh_from_db()
    assert (email.sent_today, email.standing(NOW)) == (0, "sending")
    for person, name in ((cast.ma, "c"), (cast.zhou, "d")):
        make_delivery(person, name)
    assert dispatch.send_outside(Receiver().channels, now=SOON) == 2
    email.refresh_from_db()
    assert (email.sent_today, email.standing(SOON)) == (2, "limit")
    assert email.standing(NOW + 24 * HOUR) == "sending"


def test_two_hosts_share_the_pace_of_a_channel(cast: Cast) -> None:
    Channel.objects.create(name="email", per_minute=30, per_day=100)
    limits = dispatch.sending.limits
    assert limits.take_slot("email", NOW) == dt.timedelta(0)
    assert limits.take_slot("email", NOW) == dt.timedelta(seconds=2)
    assert limits.take_slot("email", NOW + dt.timedelta(seconds=2)) == dt.timedelta(0)


def test_nobody_is_written_to_at_night(cast: Cast) -> None:
    prefers(cast.lin, "email")
    night = NOW.replace(hour=23)
    make_reminder(cast.lin, "one", at=night)
    receiver = Receiver()
    assert drain_and_send(receiver, night) == 0
    morning = (night + dt.timedelta(days=1)).replace(hour=8, minute=0)
    assert dispatch.send_outside(receiver.channels, now=morning - MINUTE) == 0
    assert dispatch.send_outside(receiver.channels, now=morning) == 1, "and no digest, not late"


def test_a_person_has_quiet_hours_of_their_own(cast: Cast) -> None:
    prefers(cast.lin, "email", quiet_from=dt.time(10), quiet_until=dt.time(11))
    make_reminder(cast.lin, "one")
    receiver = Receiver()
    assert drain_and_send(receiver, NOW) == 0
    assert dispatch.send_outside(receiver.channels, now=NOW.replace(hour=11, minute=0)) == 1


def test_six_at_once_leave_as_one_digest(cast: Cast) -> None:
    for number in range(6):
        make_delivery(cast.lin, f"{number}")
    make_delivery(cast.zhou, "zhou")
    receiver = Receiver()
    assert dispatch.send_outside(receiver.channels, now=NOW) == 2
    digest = next(message for message in receiver.taken if message.name == "林晓彤")
    assert "6" in digest.subject
    assert "张伟" not in digest.body


def test_a_flood_in_the_app_leaves_as_one_digest_a_person(cast: Cast) -> None:
    prefers(cast.lin, "email")
    for number in range(30):
        make_reminder(cast.lin, f"{number}", at=NOW - HOUR)
    receiver = Receiver()
    dispatch.drain(now=NOW, pace=dispatch.Pace(batch=4, nap_s=0))
    assert dispatch.send_outside(receiver.channels, now=NOW) == 1
    assert "30" in receiver.taken[0].subject


def test_a_group_gets_digests_and_shortened_names(cast: Cast) -> None:
    bot = Receiver(name="wecom", is_group=True)
    make_delivery(cast.lin, "one", channel="wecom")
    assert dispatch.send_outside(bot.channels, now=NOW) == 1
    (message,) = bot.taken
    assert "张**" in message.body
    assert "张伟" not in message.body + message.subject
    assert "林晓彤" in message.body
    for name in ("two", "three"):
        make_delivery(cast.lin, name, channel="wecom", at=NOW + MINUTE)
    assert dispatch.send_outside(bot.channels, now=SOON) == 1


def test_a_digest_in_which_nothing_is_open_any_more_is_not_sent(cast: Cast) -> None:
    for number in range(6):
        make_delivery(cast.lin, f"{number}")
    dispatch.sending.backlog.fold_waiting("email", NOW)
    Notice.objects.update(state="closed", closed_at=NOW)
    receiver = Receiver()
    assert dispatch.send_outside(receiver.channels, now=NOW) == 0
    assert Delivery.objects.filter(state__in=("pending", "claimed")).count() == 0


def test_what_is_older_than_a_day_waits_for_a_click(cast: Cast) -> None:
    make_delivery(cast.lin, "one", at=NOW - 25 * HOUR)
    make_delivery(cast.zhou, "two", at=NOW - 23 * HOUR)
    receiver = Receiver()
    assert dispatch.send_outside(receiver.channels, now=NOW) == 1
    assert states() == ["held", "fired"]


def test_who_has_left_is_not_written_to(cast: Cast) -> None:
    make_delivery(cast.lin, "one")
    cast.lin.is_active = False
    cast.lin.save(update_fields=["is_active"])
    receiver = Receiver()
    dispatch.send_outside(receiver.channels, now=NOW)
    assert not receiver.taken
    assert states() == ["dead"]
