"""The worker runs what the code names, and nothing a row of the database names (D11)."""

from __future__ import annotations

import logging
import pickle
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django_q import core_signing
from django_q.brokers import get_broker
from django_q.conf import Conf
from django_q.models import OrmQ, Schedule
from django_q.scheduler import scheduler
from django_q.signing import PickleSerializer, SignedPackage
from django_q.tasks import async_task

from crm.home.management.cluster import Cluster
from crm.worker import MAIN, RECURRING

pytestmark = pytest.mark.django_db(transaction=True)

SEAL = "crm.records.tasks.seal_trail"


def coming_out() -> list[dict[str, Any]]:
    """What the cluster would take next, row by row until the queue is empty."""
    broker, found = get_broker(MAIN), []
    while OrmQ.objects.filter(key=MAIN, lock__lt=timezone.now()).exists():
        found += [SignedPackage.loads(payload) for _pk, payload in broker.dequeue() or []]
    return found


def put(task: Any) -> None:
    """A row whose signature is right."""
    get_broker(MAIN).enqueue(SignedPackage.dumps(task))


def named(func: Any, **more: Any) -> dict[str, Any]:
    return {
        "id": "a" * 32,
        "name": "four words of it",
        "func": func,
        "args": (),
        "kwargs": {},
        "started": timezone.now(),
        "cached": 1,
        **more,
    }


@pytest.mark.parametrize("path", ["os.system", "subprocess.run", "crm.home.tasks.manage", ""])
def test_a_task_the_code_does_not_name_is_taken_out_and_written_down(
    path: str, caplog: Any
) -> None:
    with caplog.at_level(logging.ERROR, logger="showfloor.worker"):
        put(named(path, args=("true",)))
        put(named(SEAL))
        assert [task["func"] for task in coming_out()] == [SEAL]
    assert f"{path!r} is not named in crm.worker" in caplog.text
    assert OrmQ.objects.count() == 1, "the refused one is gone, the other one is under way"


def test_a_row_of_the_schedule_that_names_a_program_runs_nothing(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    Schedule.objects.create(
        name="wicked",
        func="os.mkdir",
        args=f"({str(trace)!r},)",
        kwargs="{'q_options': {'sync': True}}",
        schedule_type=Schedule.ONCE,
        next_run=timezone.now(),
        cluster=MAIN,
    )
    scheduler(get_broker(MAIN))
    assert OrmQ.objects.count() == 1, "not run where the schedule is read, but queued"
    assert coming_out() == []
    assert not trace.exists()


@pytest.mark.parametrize(
    "more",
    [
        {"hook": "os.system"},
        {"chain": [("os.system", ("true",))]},
        {"iter_count": 1},
        {"sync": True},
        {"cached": False},
    ],
)
def test_a_named_task_that_would_call_or_read_something_else_is_refused(more: Any) -> None:
    put(named(SEAL, **more))
    assert coming_out() == []


class Wicked:
    """Unpickling it makes a folder."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> Any:
        return Path.mkdir, (self.trace,)


def test_a_row_is_read_as_plain_values_even_where_its_signature_is_right(tmp_path: Path) -> None:
    """Whoever has the key and may write to the database still runs nothing."""
    trace = tmp_path / "trace"
    put(named(SEAL, args=(Wicked(trace),)))
    assert coming_out() == []
    assert not trace.exists()
    pickle.loads(pickle.dumps(Wicked(trace)))
    assert trace.exists(), "the trap itself does not snap"


@pytest.mark.parametrize("task", [None, [], "text", {"func": []}, {"func": SEAL.encode()}])
def test_what_is_no_task_at_all_is_taken_out(task: Any) -> None:
    put(task)
    assert coming_out() == []
    assert not OrmQ.objects.exists()


def test_a_row_with_another_key_is_taken_out() -> None:
    wrong = core_signing.dumps(
        named(SEAL), key="of last year", salt=Conf.PREFIX, serializer=PickleSerializer
    )
    get_broker(MAIN).enqueue(wrong)
    get_broker(MAIN).enqueue("gone:1vabc:signature")
    assert coming_out() == []
    assert not OrmQ.objects.exists()


def test_all_the_product_asks_for_comes_out() -> None:
    for work in RECURRING:
        async_task(work.path, cluster=MAIN)
    async_task("crm.home.tasks.mail_reset_links", [1, 2], cluster=MAIN)
    async_task("crm.exchange.tasks.read_import", 7, cluster=MAIN, save=False)
    Cluster(MAIN, silence_s=12, every_s=2).ask()
    assert len(coming_out()) == len(RECURRING) + 3


def test_results_are_not_kept_as_rows() -> None:
    """A row of results is a pickle without a signature that the monitor would read (D11, D48)."""
    async_task(SEAL, cluster=MAIN)
    Cluster(MAIN, silence_s=12, every_s=2).ask()
    assert all(task["cached"] for task in coming_out())
