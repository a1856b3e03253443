"""An upgrade begins with a backup, and a migration that fails leaves the database as it was."""

from __future__ import annotations

import io
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from crm.home.management.backup import making
from crm.home.management.commands.upgrade import pending
from crm.vehicles.models import Product
from tests import people

OURS = ("crm.", "followups.", "visits.", "complaints.")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


@pytest.fixture
def broken(transactional_db: None, settings: Any) -> None:
    """The next release: one migration more, which fails half way."""
    people.make_product("青岚 S7")
    settings.MIGRATION_MODULES = {"vehicles": "tests.home.next_release.migrations"}


def upgrade(folder: Path) -> str:
    said = io.StringIO()
    call_command("upgrade", str(folder), stdout=said)
    return said.getvalue()


def columns() -> set[str]:
    with connection.cursor() as cursor:
        found = connection.introspection.get_table_description(cursor, "vehicles_product")
    return {column.name for column in found}


def test_nothing_is_backed_up_where_there_is_nothing_to_do(
    transactional_db: None, folder: Path
) -> None:
    assert "nothing to do" in upgrade(folder)
    assert not folder.exists()


def test_a_migration_that_fails_leaves_the_former_release_startable(
    broken: None, folder: Path
) -> None:
    before = columns()
    with pytest.raises(CommandError, match=r"0002_breaks_half_way.*no doors") as raised:
        upgrade(folder)
    assert "0 of 1 migrations" in str(raised.value)
    assert "the former release starts again as it is" in str(raised.value)
    assert len(making.backups_in(folder)) == 1
    assert columns() == before
    assert ("vehicles", "0002_breaks_half_way") not in MigrationRecorder(
        connection
    ).applied_migrations()
    assert Product.objects.get().name == "青岚 S7"
    people.make_product("云雀 M5")
    assert Product.objects.count() == 2


def test_without_a_backup_nothing_is_migrated(broken: None, folder: Path, settings: Any) -> None:
    settings.BACKUP_DIR = ""
    with pytest.raises(CommandError, match="Name a folder"):
        call_command("upgrade", folder="", stdout=io.StringIO())
    folder.write_text("a file stands in the way")
    with pytest.raises(CommandError, match="cannot be written to"):
        upgrade(folder)
    assert [migration.name for migration in pending()[0]] == ["0002_breaks_half_way"]


def test_a_migration_is_whole_or_not_at_all_and_says_where_there_is_no_way_back() -> None:
    """Only indexes are made outside a transaction: rows and columns stay as they were."""
    loose, unmarked = [], []
    for (room, name), migration in MigrationLoader(None).disk_migrations.items():
        module = type(migration).__module__
        if not module.startswith(OURS):
            continue
        kinds = {type(one).__name__ for one in migration.operations}
        of_rows = {kind for kind in kinds if "Field" in kind or "Model" in kind or "Constr" in kind}
        if not migration.atomic and of_rows:
            loose.append(f"{room}.{name}")
        words = import_module(module).__doc__ or ""
        if any(not one.reversible for one in migration.operations) and "orward only" not in words:
            unmarked.append(f"{room}.{name}")
    assert (loose, unmarked) == ([], [])
