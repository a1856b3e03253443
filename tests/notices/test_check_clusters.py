"""The product refuses to start with a worker whose settings run tasks twice or never end them."""

from typing import Any

import pytest
from django.conf import LazySettings

from crm.notices.apps import check_clusters
from crm.notices.due import shortest_retry


def with_cluster(settings: LazySettings, **changes: Any) -> list[str]:
    settings.Q_CLUSTER = {**settings.Q_CLUSTER, **changes}
    return [error.id or "" for error in check_clusters()]


def test_the_settings_we_ship_are_right(settings: LazySettings) -> None:
    assert check_clusters() == []


def test_a_task_waits_behind_what_the_cluster_holds() -> None:
    assert shortest_retry(120, queue_limit=3, workers=3, bulk=1) == 280
    assert shortest_retry(900, queue_limit=1, workers=1, bulk=1) == 2700


def test_a_retry_before_the_last_waiting_task_can_end_is_refused(settings: LazySettings) -> None:
    assert with_cluster(settings, retry=280) == ["showfloor.E001"]
    assert with_cluster(settings, retry=281) == []
    slow = {"slow": {"workers": 1, "queue_limit": 1, "timeout": 900, "retry": 2700}}
    assert with_cluster(settings, ALT_CLUSTERS=slow) == ["showfloor.E001"]


@pytest.mark.parametrize("cycle", [0.1, 0.3, 2, 5])
def test_a_guard_cycle_that_steps_over_zero_is_refused(
    settings: LazySettings, cycle: float
) -> None:
    assert set(with_cluster(settings, guard_cycle=cycle)) == {"showfloor.E002"}


def test_making_up_missed_slots_is_refused(settings: LazySettings) -> None:
    assert set(with_cluster(settings, catch_up=True)) == {"showfloor.E003"}
