"""The ticker hands over without gap or overlap, and one sweep can be run by hand."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django_q.models import Schedule

from crm.home.management import watchdog
from crm.notices import dispatch, tasks
from crm.notices.dispatch import pulse
from crm.notices.models import Heartbeat
from crm.worker import RECURRING
from tests.notices.rows import inbox_of, make_reminder
from tests.people import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_a_newer_ticker_makes_the_older_leave() -> None:
    dispatch.take_over("ticker", token="old")
    dispatch.take_over("ticker", token="new")
    assert not dispatch.beat("ticker", "old")
    assert dispatch.beat("ticker", "new")


def test_a_stop_makes_the_ticker_leave() -> None:
    dispatch.take_over("ticker", token="t")
    dispatch.stop_ticker()
    assert not dispatch.beat("ticker", "t")


def test_the_ticker_of_another_host_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    dispatch.take_over("ticker", token="one")
    monkeypatch.setattr(pulse, "this_host", lambda: "another")
    dispatch.take_over("ticker", token="two")
    dispatch.stop_ticker()
    monkeypatch.undo()
    assert dispatch.beat("ticker", "one")


def test_the_ticker_fires_and_leaves_when_its_life_is_over(cast: Cast) -> None:
    make_reminder(cast.lin, "due", at=dispatch.moment_of(None))
    dispatch.tick(pid=7, life_s=0.05, pause_s=0.02)
    assert inbox_of(cast.lin) == ["contact_due before"]
    assert Heartbeat.objects.get().pid == 7


def test_a_locked_database_does_not_end_the_ticker(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []

    def drain(**_options: Any) -> None:
        tries.append(1)
        raise OperationalError("database is locked")

    monkeypatch.setattr(pulse, "drain", drain)
    monkeypatch.setattr(pulse.connection, "close", lambda: None)
    dispatch.tick(pid=1, life_s=0.1, pause_s=0.01)
    assert len(tries) > 1


def test_the_canary_sings_for_its_cluster() -> None:
    tasks.sing("slow")
    assert Heartbeat.objects.get().name == "canary:slow"


def test_the_schedule_says_what_the_table_says_and_nothing_else() -> None:
    Schedule.objects.create(name="of an older release", func="os.abort")
    Schedule.objects.create(name=RECURRING[0].name, func="broken", args="(((")
    watchdog.write_schedule()
    rows = {row.name: row for row in Schedule.objects.all()}
    assert set(rows) == {work.name for work in RECURRING}
    for work in RECURRING:
        row = rows[work.name]
        assert (row.func, row.minutes, row.args) == (work.path, work.minutes, None)


def test_fire_reminders_prints_what_it_did(cast: Cast) -> None:
    make_reminder(cast.lin, "due")
    out = StringIO()
    call_command("fire_reminders", now=NOW.isoformat(), stdout=out)
    assert out.getvalue().strip() == "fired 1, delivered 1, failed 0"


def test_a_moment_without_zone_is_the_stores_time(cast: Cast) -> None:
    make_reminder(cast.lin, "due")
    out = StringIO()
    call_command("fire_reminders", now="2026-03-12T10:19", stdout=out)
    assert "fired 0" in out.getvalue()
    call_command("fire_reminders", now="2026-03-12T10:20", stdout=out)
    assert "fired 1" in out.getvalue()


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "0001-01-01T00:00", ""])
def test_a_moment_that_cannot_be_understood_is_named(text: str) -> None:
    with pytest.raises(CommandError, match="cannot be understood"):
        call_command("fire_reminders", now=text)


def test_production_knows_one_now_only(settings: Any) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="not allowed"):
        call_command("fire_reminders", now="2026-03-12T10:19")
