"""What every test gets: a database of its own run and worker, so that runs never collide."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections
from django.db.backends.base.operations import BaseDatabaseOperations

from tests.records.triggers import disarming, rearming

_flush = BaseDatabaseOperations.execute_sql_flush


def _flush_past_the_triggers(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
    """Between two tests even the append-only tables are emptied; the product never does."""
    connection = self.connection  # type: ignore[attr-defined]
    _flush(self, [*disarming(connection), *sql_list, *rearming(connection)])


BaseDatabaseOperations.execute_sql_flush = _flush_past_the_triggers  # type: ignore[method-assign]


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


@pytest.fixture(autouse=True)
def _media_of_its_own(settings, tmp_path: Path) -> None:
    """Keep uploads and exports of a test in the test's folder."""
    settings.MEDIA_ROOT = tmp_path / "media"
