"""Firing: once, to the right person, and never lost when somebody dies on the way."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import OperationalError, connection

from crm.notices import dispatch
from crm.notices.actions import remind
from crm.notices.dispatch import firing, sweep
from crm.notices.models import Delivery, Notice, Reminder
from crm.people.models import Delegation, Membership
from tests.notices.rows import inbox_of, make_reminder, occasion
from tests.people import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
SOON = NOW + dt.timedelta(seconds=70)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_what_is_due_is_fired_once(cast: Cast) -> None:
    make_reminder(cast.lin, "due")
    make_reminder(cast.lin, "later", at=NOW + HOUR)
    assert str(dispatch.drain(now=NOW)) == "fired 1, delivered 1, failed 0"
    assert str(dispatch.drain(now=NOW)) == "fired 0, delivered 0, failed 0"
    assert Delivery.objects.get().key == f"due/before/app/{cast.lin.public_id}"
    assert inbox_of(cast.lin) == ["contact_due before"]


def test_the_ladder_climbs_to_the_supervisor_and_the_manager(cast: Cast) -> None:
    remind(occasion(cast), now=NOW)
    due_at = occasion(cast).due_at
    for hours in (0, 4, 24, 72):
        dispatch.drain(now=due_at + hours * HOUR)
    assert inbox_of(cast.chen) == ["contact_due supervisor"]
    assert inbox_of(cast.shen) == ["contact_due manager"]
    assert [line.split()[1] for line in inbox_of(cast.lin)] == [
        "before",
        "owner",
        "supervisor",
        "manager",
    ]
    line = Notice.objects.get(recipient=cast.chen)
    assert line.data["owner"] == "林晓彤"
    assert not line.is_copy
    assert Notice.objects.get(recipient=cast.lin, step="supervisor").is_copy


def test_a_later_bell_takes_the_place_of_the_lines_before_it(cast: Cast) -> None:
    remind(occasion(cast), now=NOW)
    other = make_reminder(cast.lin, "contact:other")
    dispatch.drain(now=NOW)
    due_at = occasion(cast).due_at
    for hours in (0, 4, 24):
        dispatch.drain(now=due_at + hours * HOUR)
    still_open = Notice.objects.still_open()
    mine = still_open.filter(recipient=cast.lin).order_by("id")
    assert [(line.occasion, line.step) for line in mine] == [
        (other.occasion, "before"),
        (occasion(cast).occasion, "supervisor"),
    ]
    dispatch.drain(now=due_at + 72 * HOUR)
    assert still_open.filter(recipient=cast.chen).exists(), "her own line is not the manager's"


def test_caught_up_at_once_the_last_bell_alone_stays_open(cast: Cast) -> None:
    remind(occasion(cast), now=NOW)
    dispatch.drain(now=NOW + 9 * DAY)
    lines = Notice.objects.still_open().filter(recipient=cast.lin).exclude(kind="digest")
    assert [line.step for line in lines] == ["manager"]
    assert Delivery.objects.filter(recipient=cast.lin).count() == 4


def test_the_deputy_of_the_day_it_rings_is_told(cast: Cast) -> None:
    today = NOW.date()
    Delegation.objects.create(user=cast.lin, deputy=cast.zhou, starts_on=today, ends_on=today)
    make_reminder(cast.lin, "today")
    make_reminder(cast.lin, "tomorrow", at=NOW + DAY)
    dispatch.drain(now=NOW)
    dispatch.drain(now=NOW + DAY)
    assert inbox_of(cast.zhou) == ["contact_due before"]
    assert inbox_of(cast.lin) == ["contact_due before"]


def test_a_role_nobody_holds_any_more_is_a_dead_letter_with_a_reason(cast: Cast) -> None:
    Membership.objects.all().delete()
    make_reminder(cast.lin, "desk", recipient=None, role="manager", store=cast.pudong)
    assert str(dispatch.drain(now=NOW)) == "fired 0, delivered 0, failed 1"
    assert Reminder.objects.get().last_error == "nobody"


# --- claim, fence, rescue ----------------------------------------------------------------


def test_two_dispatchers_never_hold_the_same_row(cast: Cast) -> None:
    for number in range(6):
        make_reminder(cast.lin, f"{number}")
    first = dispatch.claim(4, lease_s=60, now=NOW)
    second = dispatch.claim(4, lease_s=60, now=NOW)
    assert len(first) == 4
    assert {claim.id for claim in first}.isdisjoint(claim.id for claim in second)


def test_a_dispatcher_that_wakes_up_late_changes_nothing(cast: Cast) -> None:
    make_reminder(cast.lin, "one")
    stale = dispatch.claim(1, lease_s=60, now=NOW)
    assert dispatch.rescue(now=SOON) == 1
    assert dispatch.fire(stale, dispatch.Sweep(), now=SOON) == []
    fresh = dispatch.claim(1, lease_s=60, now=SOON, crashed=True)
    assert fresh[0].fence == stale[0].fence + 1
    assert dispatch.fire(stale, dispatch.Sweep(), now=SOON) == []
    assert len(dispatch.fire(fresh, dispatch.Sweep(), now=SOON)) == 1
    assert inbox_of(cast.lin) == ["contact_due before"]


def test_a_lease_that_still_runs_is_left_alone(cast: Cast) -> None:
    make_reminder(cast.lin, "one")
    dispatch.claim(1, lease_s=60, now=NOW)
    assert dispatch.rescue(now=NOW + dt.timedelta(seconds=59)) == 0
    assert dispatch.drain(now=NOW).fired == 0


def test_a_row_whose_worker_died_is_claimed_alone(cast: Cast) -> None:
    make_reminder(cast.lin, "poison", crashes=1)
    make_reminder(cast.lin, "healthy")
    assert len(dispatch.claim(10, lease_s=60, now=NOW)) == 1
    assert len(dispatch.claim(10, lease_s=60, now=NOW, crashed=True)) == 1


def test_a_rescued_row_does_not_wait_for_the_end_of_a_flood(cast: Cast) -> None:
    make_reminder(cast.lin, "rescued", crashes=1)
    for number in range(3):
        make_reminder(cast.lin, f"flood{number}")
    dispatch.drain(now=NOW, pace=dispatch.Pace(batch=1))
    order = Notice.objects.order_by("pk").values_list("occasion", flat=True)
    assert list(order) == ["flood0", "rescued", "flood1", "flood2"]


def test_the_rescue_comes_round_in_a_sweep_that_does_not_end(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds: list[int] = []

    def somebody_else_dies_in_the_second_round() -> bool:
        rounds.append(len(rounds))
        if rounds == [0, 1]:
            make_reminder(cast.lin, "stranded")
            dispatch.claim(1, lease_s=-1, now=NOW)
        return True

    monkeypatch.setattr(sweep, "RESCUE_EVERY_S", 0)
    make_reminder(cast.lin, "first")
    dispatch.drain(now=NOW, alive=somebody_else_dies_in_the_second_round)
    assert Notice.objects.filter(occasion="stranded").exists()


def test_what_was_held_when_the_database_went_away_does_not_wait_for_its_lease(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_reminder(cast.lin, "one")
    stranded: list[dispatch.Claim] = []

    def gone(*_args: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as away:
        away.setattr(sweep, "fire_or_settle", gone)
        with pytest.raises(OperationalError):
            dispatch.drain(now=NOW, stranded=stranded)
    assert len(stranded) == 1
    assert dispatch.drain(now=NOW, stranded=stranded).fired == 1
    assert stranded == []
    assert Reminder.objects.get().crashes == 0


def test_the_third_crash_is_the_last_and_its_owner_hears_of_it(cast: Cast) -> None:
    make_reminder(cast.lin, "poison")
    moment = NOW
    for crash in range(3):
        assert dispatch.claim(1, lease_s=60, now=moment, crashed=crash > 0)
        moment += dt.timedelta(seconds=61)
        dispatch.rescue(now=moment)
    row = Reminder.objects.get()
    assert (row.state, row.crashes) == ("dead", 3)
    assert row.last_error == "died thrice"
    assert inbox_of(cast.lin) == ["reminder_dead before"]


def test_one_bad_row_holds_up_no_other_and_is_given_up_after_five_tries(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_reminder(cast.lin, "good")
    make_reminder(cast.lin, "bad")
    original = firing._owner

    def owner(row, people):
        if row.occasion == "bad":
            raise TypeError("cannot be told")
        return original(row, people)

    monkeypatch.setattr(firing, "_owner", owner)
    assert str(dispatch.drain(now=NOW)) == "fired 1, delivered 1, failed 1"
    bad = Reminder.objects.get(occasion="bad")
    assert (bad.state, bad.attempts) == ("pending", 1)
    assert bad.not_before > NOW + dt.timedelta(seconds=20)
    for _try in range(4):
        dispatch.drain(now=NOW + DAY)
        Reminder.objects.filter(occasion="bad", state="pending").update(not_before=NOW)
    bad.refresh_from_db()
    assert (bad.state, bad.attempts) == ("dead", 5)
    assert bad.last_error == "TypeError: cannot be told"
    assert inbox_of(cast.lin) == ["contact_due before", "reminder_dead before"]


# --- digests -----------------------------------------------------------------------------


def shown_to(cast: Cast) -> list[str]:
    lines = Notice.objects.visible_to(cast.lin).shown(NOW + 2 * DAY)
    return sorted(lines.values_list("kind", flat=True))


def test_five_at_once_stand_alone(cast: Cast) -> None:
    for number in range(5):
        make_reminder(cast.lin, f"{number}")
    dispatch.drain(now=NOW)
    assert shown_to(cast) == ["contact_due"] * 5


def test_six_at_once_are_one_digest(cast: Cast) -> None:
    for number in range(6):
        make_reminder(cast.lin, f"{number}")
    make_reminder(cast.zhou, "zhou")
    dispatch.drain(now=NOW)
    assert shown_to(cast) == ["digest"]
    assert Notice.objects.get(kind="digest").folded.count() == 6
    assert inbox_of(cast.zhou) == ["contact_due before"]


def test_a_flood_over_many_batches_is_still_one_digest_a_person(cast: Cast) -> None:
    for number in range(20):
        make_reminder(cast.lin, f"{number}")
    dispatch.drain(now=NOW, pace=dispatch.Pace(batch=3, nap_s=0))
    assert shown_to(cast) == ["digest"]
    assert Notice.objects.get(kind="digest").folded.count() == 20


def test_what_comes_more_than_four_hours_late_goes_into_the_digest(cast: Cast) -> None:
    make_reminder(cast.lin, "late", at=NOW - 5 * HOUR)
    make_reminder(cast.lin, "on time")
    dispatch.drain(now=NOW)
    assert shown_to(cast) == ["contact_due", "digest"]


def test_a_digest_that_was_read_comes_back_when_more_falls_into_it(cast: Cast) -> None:
    make_reminder(cast.lin, "late", at=NOW - 5 * HOUR)
    dispatch.drain(now=NOW)
    Notice.objects.filter(kind="digest").update(state="seen", seen_at=NOW)
    make_reminder(cast.lin, "late too", at=NOW - 5 * HOUR)
    dispatch.drain(now=NOW)
    assert Notice.objects.get(kind="digest").state == "new"


# --- speed -------------------------------------------------------------------------------


def test_a_batch_holds_sqlites_one_lock_for_so_long_at_most() -> None:
    pace = dispatch.Pace(batch=400, lock_s=0.02)
    assert pace.next_batch(200, 0.04) == 100, "a slow disk"
    assert pace.next_batch(100, 1.0) == 100, "smaller ones would cost as much"
    assert pace.next_batch(100, 0.001) == 200, "twice as many at most"
    assert pace.next_batch(300, 0.001) == 400
    assert dispatch.Pace(batch=400).next_batch(400, 1.0) == 400, "where rows are locked one by one"


def test_claim_and_rescue_use_the_partial_indexes(cast: Cast) -> None:
    """Beside millions of old rows a full scan would be felt on every page."""
    for number in range(2000):
        done = number > 20
        make_reminder(
            cast.lin,
            f"{number}",
            state="fired" if done else "pending",
            fired_at=NOW if done else None,
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    waiting = Reminder.objects.waiting().filter(not_before__lt=NOW).order_by("not_before", "id")
    assert "reminder_waiting" in waiting[:200].explain()
    held = Reminder.objects.held().filter(lease_until__lt=NOW)
    assert "reminder_held" in held.explain()


def test_a_batch_costs_the_same_statements_for_one_row_as_for_thirty(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    def statements(count: int, name: str) -> int:
        for number in range(count):
            make_reminder([cast.lin, cast.zhou, cast.ma][number % 3], f"{name}{number}")
        claims = dispatch.claim(count, lease_s=60, now=NOW)
        before = len(connection.queries_log)
        dispatch.fire(claims, dispatch.Sweep(), now=NOW)
        return len(connection.queries_log) - before

    connection.force_debug_cursor = True
    try:
        assert statements(1, "a") == statements(9, "b")
    finally:
        connection.force_debug_cursor = False


def test_reminders_and_deliveries_are_seen_by_their_recipient_and_the_teams_supervisor(
    cast: Cast,
) -> None:
    make_reminder(cast.lin, "one", team=cast.team_one)
    dispatch.drain(now=NOW)
    for who, sees in ((cast.lin, 1), (cast.chen, 1), (cast.zhou, 0), (cast.he, 0), (cast.otto, 0)):
        assert Reminder.objects.visible_to(who).count() == sees, who
        assert Delivery.objects.visible_to(who).count() == sees, who
