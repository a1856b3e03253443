"""When the watchdog takes a cluster for frozen; the clock is moved, nothing waits."""

from __future__ import annotations

import pytest
from django_q.models import OrmQ

from crm.home.management import cluster as module
from crm.home.management.cluster import Cluster

pytestmark = pytest.mark.django_db


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(module, "time", made)
    return made


def make_cluster(*, has_sung: bool = True) -> Cluster:
    return Cluster("showfloor", silence_s=12, every_s=2, has_sung=has_sung)


def test_a_canary_that_sings_and_whose_task_is_done_is_alive(clock: Clock) -> None:
    cluster = make_cluster()
    for beat in range(20):
        cluster.ask()
        OrmQ.objects.all().delete()
        cluster.listen(beat)
        clock.now += 2
        assert not cluster.is_frozen(hosts=1)


def test_a_silent_canary_is_a_frozen_cluster(clock: Clock) -> None:
    cluster = make_cluster()
    cluster.listen("last")
    cluster.ask()
    clock.now += 11
    assert not cluster.is_frozen(hosts=1)
    clock.now += 2
    assert cluster.is_frozen(hosts=1)


def test_a_canary_that_sings_while_its_tasks_are_never_done_is_frozen_too(clock: Clock) -> None:
    """The process that takes results in may hang while workers go on."""
    cluster = make_cluster()
    for beat in range(7):
        cluster.ask()
        cluster.listen(beat)
        clock.now += 2
    assert cluster.is_frozen(hosts=1)


def test_a_fresh_cluster_has_a_minute_to_sing_for_the_first_time(clock: Clock) -> None:
    cluster = make_cluster(has_sung=False)
    cluster.ask()
    clock.now += 59
    assert not cluster.is_frozen(hosts=1)
    clock.now += 2
    assert cluster.is_frozen(hosts=1)


def test_hosts_that_share_the_queue_share_the_canaries(clock: Clock) -> None:
    cluster = make_cluster()
    cluster.ask()
    clock.now += 13
    assert cluster.is_frozen(hosts=1)
    assert not cluster.is_frozen(hosts=2)


def test_a_database_that_is_busy_is_no_sign_of_death(clock: Clock) -> None:
    cluster = make_cluster()
    cluster.ask()
    clock.now += 13
    cluster.forgive()
    assert not cluster.is_frozen(hosts=1)


def test_canaries_do_not_pile_up_behind_a_long_task(clock: Clock) -> None:
    cluster = make_cluster()
    for _time in range(50):
        cluster.ask()
        clock.now += 2
    assert OrmQ.objects.count() == 8
    cluster.forget()
    assert not OrmQ.objects.exists()


def test_a_cluster_that_dies_at_once_is_given_time_between_starts(clock: Clock) -> None:
    cluster = make_cluster()
    cluster.starts = [clock.now] * 5
    assert not cluster.may_start()
    clock.now += 11
    assert cluster.may_start()
