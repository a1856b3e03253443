"""What every test gets: a database of its own run and worker, so that runs never collide."""

import gc
import os
import pickle
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import time_machine
from django.db import connections, transaction
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import override_settings
from django.utils import translation

from tests.people import NOW
from tests.permissions.floor import Floor, make_floor
from tests.records.triggers import disarming, rearming

# A slow machine is no wrong answer.
hypothesis.settings.register_profile(
    "patient",
    deadline=None,
    suppress_health_check=[
        hypothesis.HealthCheck.too_slow,
        hypothesis.HealthCheck.data_too_large,
    ],
)
hypothesis.settings.load_profile("patient")

_flush = BaseDatabaseOperations.execute_sql_flush


def _flush_past_the_triggers(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
    """Between two tests even the append-only tables are emptied; the product never does."""
    connection = self.connection  # type: ignore[attr-defined]
    _flush(self, [*disarming(connection), *sql_list, *rearming(connection)])


BaseDatabaseOperations.execute_sql_flush = _flush_past_the_triggers  # type: ignore[method-assign]


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector need not walk over it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(500_000, 20, 100)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Name the test database: a file in a fresh folder on SQLite, by process on PostgreSQL.

    Races, worker and browser need several connections, which a database in memory has not.
    """
    folder = Path(tempfile.mkdtemp(prefix="showfloor-test-"))
    for alias in connections:
        connection = connections[alias]
        test = connection.settings_dict["TEST"]
        if connection.vendor == "sqlite":
            test["NAME"] = str(folder / f"{alias}.sqlite3")
        else:
            test["NAME"] = f"test_showfloor_{os.getpid()}"
    yield
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def _media_of_the_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for the files of all tests; pytest clears it away."""
    return tmp_path_factory.mktemp("media")


@pytest.fixture(autouse=True)
def _language_of_nobody() -> None:
    """No test is told anything in the language of the last request before it."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def _media_of_its_own(settings, _media_of_the_run: Path) -> None:
    """Keep what a test uploads, exports and writes down in folders of its own, made when needed."""
    settings.MEDIA_ROOT = _media_of_the_run / uuid.uuid4().hex
    settings.VAR_DIR = _media_of_the_run / f"{uuid.uuid4().hex}-var"


@pytest.fixture(scope="module")
def _floor_once(
    django_db_setup: None, django_db_blocker, _media_of_the_run: Path
) -> Iterator[Floor]:
    """The rows of the floor, made once for a module; each of its tests undoes its own writes."""
    rows = transaction.atomic()
    with django_db_blocker.unblock():
        rows.__enter__()
        with (
            time_machine.travel(NOW, tick=False),
            override_settings(MEDIA_ROOT=_media_of_the_run / "floor"),
        ):
            made = make_floor()
    yield made
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        rows.__exit__(None, None, None)


@pytest.fixture(scope="module")
def _floor_packed(_floor_once: Floor) -> bytes:
    """The same rows as bytes: to unpack them takes a fifth of copying them."""
    return pickle.dumps(_floor_once)


@pytest.fixture
def permission_floor(
    _floor_packed: bytes, db: None, settings, _media_of_the_run: Path
) -> Iterator[Floor]:
    """The floor the permission tests walk over, as new for each test, on the morning of NOW."""
    shutil.copytree(_media_of_the_run / "floor", settings.MEDIA_ROOT)
    with time_machine.travel(NOW, tick=False):
        yield pickle.loads(_floor_packed)
