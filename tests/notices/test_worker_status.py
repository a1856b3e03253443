"""What the banner, the badge and /healthz say of the worker."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client

from crm.notices import dispatch, queues
from crm.notices.models import Heartbeat
from crm.notices.queues import worker_status
from tests.notices.rows import make_notice, make_reminder
from tests.people import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def beat(at: dt.datetime, host: str = "one", name: str = "ticker") -> None:
    Heartbeat.objects.update_or_create(name=name, host=host, defaults={"beat_at": at})


@pytest.mark.parametrize(("age", "level"), [(4, "ok"), (61, "amber"), (121, "red")])
def test_the_level_follows_the_last_beat(age: int, level: str) -> None:
    beat(NOW - age * SECOND)
    status = worker_status(NOW)
    assert (status.level, status.seen_s, status.late) == (level, age, 0)


def test_without_any_beat_the_worker_is_not_running(cast: Cast) -> None:
    make_reminder(cast.lin, "waiting", at=NOW - 90 * SECOND)
    status = worker_status(NOW)
    assert (status.level, status.seen_s, status.late) == ("red", None, 1)


def test_one_live_host_is_enough(cast: Cast) -> None:
    beat(NOW - 900 * SECOND, host="gone")
    beat(NOW - 2 * SECOND, host="alive")
    assert worker_status(NOW).level == "ok"


def test_a_canary_is_no_ticker() -> None:
    beat(NOW, name="canary:showfloor")
    assert worker_status(NOW).level == "red"


def test_the_backlog_counts_what_waits_longer_than_a_minute(cast: Cast) -> None:
    beat(NOW)
    make_reminder(cast.lin, "oldest", at=NOW - 300 * SECOND)
    make_reminder(cast.lin, "late", at=NOW - 61 * SECOND)
    make_reminder(cast.lin, "just due", at=NOW - 30 * SECOND)
    make_reminder(cast.lin, "fired", at=NOW - 300 * SECOND, state="fired", fired_at=NOW)
    status = worker_status(NOW)
    assert (status.late, status.oldest_s) == (2, 300)


def test_banner_and_badge_cost_one_statement_each(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    beat(NOW)
    make_notice(cast.lin, "new")
    make_notice(cast.lin, "read", state="seen", seen_at=NOW)
    with django_assert_num_queries(1):
        worker_status()
    with django_assert_num_queries(1):
        assert queues.unread_count(cast.lin, now=NOW) == 1


def test_the_page_decides_by_the_databases_clock() -> None:
    dispatch.take_over("ticker", token="t")
    assert worker_status().level == "ok"
    assert dispatch.beat("ticker", "t")


def test_healthz_says_all_is_well_to_anybody(cast: Cast) -> None:
    dispatch.take_over("ticker", token="t")
    response = Client().get("/healthz")
    assert response.status_code == 200
    body = response.json()
    assert body.pop("worker_seen_s") in range(5)
    assert body == {"database": "ok", "worker": "ok", "reminders_late": 0}


def test_healthz_fails_once_every_host_is_silent_for_two_minutes(cast: Cast) -> None:
    dispatch.take_over("ticker", token="t")
    Heartbeat.objects.update(beat_at=dispatch.moment_of(None) - 121 * SECOND)
    response = Client().get("/healthz")
    assert response.status_code == 503
    assert response.json()["worker"] == "failed"


def test_healthz_names_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(queues, "worker_status", away)
    response = Client().get("/healthz")
    assert response.status_code == 503
    assert response.json() == {
        "database": "failed",
        "worker": "unknown",
        "worker_seen_s": None,
        "reminders_late": None,
    }


def test_healthz_takes_no_post() -> None:
    assert Client().post("/healthz").status_code == 405
