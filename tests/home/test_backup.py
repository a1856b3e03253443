"""A backup is whole or is none; a trial restore finds what is missing; the pages say how old."""

import datetime as dt
import gzip
import io
import json
import shutil
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.exchange.actions.orders import exports_root
from crm.exchange.models import ExportJob
from crm.exchange.sheets.kept import Kept
from crm.home import due, tasks
from crm.home.actions.backups import Outcome, note_backup, note_check
from crm.home.management.backup import database, making
from crm.home.models import Backup
from crm.people.models import DemoFloor, User
from crm.records.audit import record, seal_trail
from tests import people
from tests.people import NOW, Cast, local
from tests.permissions.floor import make_export, make_import
from tests.records.samples import make_file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


@pytest.fixture
def floor(transactional_db: None, settings: Any) -> Cast:
    """A card, a sealed trail and an attachment, committed: a backup reads past our connection."""
    cast = people.make_cast()
    people.make_card(cast.lin, "张伟")
    record("people.sign_in", by=cast.lin, obj=cast.lin, at=NOW)
    seal_trail()
    letter = Path(settings.MEDIA_ROOT) / "letters" / "a.txt"
    letter.parent.mkdir(parents=True)
    letter.write_text("附件")
    return cast


def back_up(folder: Path, **options: Any) -> Path:
    """Make one and say where it is."""
    call_command("backup", str(folder), stdout=io.StringIO(), **options)
    return making.backups_in(folder)[-1]


def check(path: Path, **options: Any) -> str:
    said = io.StringIO()
    call_command("restore_check", str(path), stdout=said, **options)
    return said.getvalue()


def rewritten(path: Path, change: Any) -> Path:
    """The same backup with a member changed by `change(name, bytes)`."""
    other = path.with_name("showfloor-20200101T000000Z.tar.gz")
    with tarfile.open(path) as old, tarfile.open(other, "w:gz") as new:
        for info in old:
            file = old.extractfile(info)
            assert file
            content = change(info.name, file.read())
            info.size = len(content)
            new.addfile(info, io.BytesIO(content))
    return other


# --- whole or none -----------------------------------------------------------------------


def test_a_backup_is_one_private_file_that_restores_completely(floor: Cast, folder: Path) -> None:
    path = back_up(folder)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    with tarfile.open(path) as archive:
        names = archive.getnames()
        manifest = json.load(archive.extractfile("manifest.json"))  # type: ignore[arg-type]
    assert names[1:] == ["media/letters/a.txt", "manifest.json"]
    assert manifest["rows"]["customers_card"] == 1
    assert f"{sum(manifest['rows'].values())} rows and 1 files restored" in check(path)
    row = Backup.objects.get()
    assert (row.name, row.problem, row.check_problem, row.files) == (path.name, "", "", 1)
    assert row.checked_at
    assert row.rows == sum(manifest["rows"].values())


def test_uploads_and_exports_are_in_no_backup_and_their_rows_restore(
    floor: Cast, folder: Path
) -> None:
    upload, export = make_import(floor.chen), make_export(floor.chen)
    Kept(upload.folder).upload.write_text("13900001111")
    ExportJob.objects.filter(pk=export.pk).update(state="ready", stored_as="list.xlsx")
    exports_root().mkdir(parents=True, exist_ok=True)
    (exports_root() / "list.xlsx").write_text("13900001111")
    deeper = Path(settings.MEDIA_ROOT) / "letters" / "exports" / "b.txt"
    deeper.parent.mkdir()
    deeper.write_text("附件")
    path = back_up(folder)
    with tarfile.open(path) as archive:
        names = [name for name in archive.getnames() if name.startswith("media/")]
    assert names == ["media/letters/a.txt", "media/letters/exports/b.txt"]
    assert "2 files restored" in check(path)


def test_nothing_is_overwritten(floor: Cast, folder: Path) -> None:
    with time_machine.travel(NOW, tick=False):
        first = back_up(folder)
        before = first.read_bytes()
        with pytest.raises(CommandError, match="exists already"):
            back_up(folder)
    assert first.read_bytes() == before
    assert Backup.objects.good().count() == 1


def test_what_a_killed_backup_left_is_never_one_and_goes_away(floor: Cast, folder: Path) -> None:
    folder.mkdir()
    left = folder / ".showfloor-20260312T022000Z.tar.gz.partial"
    left.write_bytes(b"half")
    assert making.backups_in(folder) == []
    with pytest.raises(CommandError, match="holds no backup"):
        check(folder)
    path = back_up(folder)
    assert sorted(p.name for p in folder.iterdir()) == [".showfloor.lock", path.name]


def test_two_at_once_into_one_folder_are_refused(floor: Cast, folder: Path) -> None:
    with (
        making.only_one(folder),
        pytest.raises(CommandError, match="Another backup is being written"),
    ):
        back_up(folder)
    assert making.backups_in(folder) == []


def test_the_newest_are_kept_and_other_files_are_left_alone(floor: Cast, folder: Path) -> None:
    folder.mkdir()
    (folder / "notes.txt").write_text("ours")
    made = []
    for day in range(4):
        with time_machine.travel(NOW + dt.timedelta(days=day), tick=False):
            made.append(back_up(folder, keep=2).name)
    assert [path.name for path in making.backups_in(folder)] == made[-2:]
    assert (folder / "notes.txt").exists()


def test_a_backup_that_fails_is_noted_and_leaves_nothing(
    floor: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_words: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(making.archive, "write", full)
    with pytest.raises(CommandError, match="No space left on device"):
        back_up(folder)
    assert making.backups_in(folder) == []
    assert [path.name for path in folder.iterdir()] == [".showfloor.lock"]
    assert "No space left" in Backup.objects.get().problem


# --- a trial restore ---------------------------------------------------------------------


def test_a_file_that_was_cut_short_is_no_backup(floor: Cast, folder: Path) -> None:
    path = back_up(folder)
    whole = path.read_bytes()
    for part in (0, 10, len(whole) // 2, len(whole) - 9):
        path.write_bytes(whole[:part])
        with pytest.raises(CommandError, match="cut short"):
            check(path)
    assert Backup.objects.get().check_problem


def test_a_changed_attachment_is_named(floor: Cast, folder: Path) -> None:
    def change(name: str, content: bytes) -> bytes:
        return b"other!" if name.startswith("media/") else content

    with pytest.raises(CommandError, match=r"media/letters/a\.txt is not the file"):
        check(rewritten(back_up(folder), change))


def test_a_missing_row_is_named(floor: Cast, folder: Path) -> None:
    def change(name: str, content: bytes) -> bytes:
        if name != "manifest.json":
            return content
        manifest = json.loads(content)
        manifest["rows"]["customers_card"] += 1
        return json.dumps(manifest).encode()

    with pytest.raises(CommandError, match="customers_card has 1 rows instead of 2"):
        check(rewritten(back_up(folder), change))


def test_a_restored_database_on_which_nobody_can_sign_in_is_named(
    floor: Cast, folder: Path
) -> None:
    table = DemoFloor._meta.db_table  # the sign-in page reads it
    rename = "ALTER TABLE {} RENAME TO {}"
    with connection.cursor() as cursor:
        cursor.execute(rename.format(table, "elsewhere"))
    try:
        path = back_up(folder)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(rename.format("elsewhere", table))
    with pytest.raises(CommandError, match=f"The sign-in page /accounts/login/ breaks.*{table}"):
        check(path)
    assert "The sign-in page" in Backup.objects.get().check_problem


@pytest.mark.skipif(shutil.which("gpg") is None, reason="needs gpg")
def test_an_encrypted_backup_opens_with_its_key_alone(
    floor: Cast, folder: Path, tmp_path: Path
) -> None:
    key, other = tmp_path / "key", tmp_path / "other"
    for file, phrase in ((key, "correct horse\n"), (other, "battery staple\n")):
        file.write_text(phrase)
        file.chmod(0o600)
    path = back_up(folder, key_file=str(key))
    assert path.suffix == ".gpg"
    with pytest.raises(gzip.BadGzipFile), gzip.open(path) as file:
        file.read(1)
    assert "is whole" in check(path, key_file=str(key))
    with pytest.raises(CommandError, match="gpg failed"):
        check(path, key_file=str(other))
    with pytest.raises(CommandError, match="is encrypted"):
        check(path)
    key.chmod(0o644)
    with pytest.raises(CommandError, match="Others may read the key file"):
        back_up(folder, key_file=str(key))


def test_a_missing_program_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database.shutil, "which", lambda _name: None)
    monkeypatch.setattr(database.Path, "glob", lambda _self, _pattern: iter(()))
    with pytest.raises(database.BackupFailed, match="postgresql-client"):
        database.program_named("pg_dump")


# --- how old -----------------------------------------------------------------------------


def test_a_backup_is_due_once_after_the_hour() -> None:
    at = local("2026-03-12 03:10")
    assert due.backup_is_due(None, at, hour=3)
    assert due.backup_is_due(local("2026-03-12 02:59"), at, hour=3)
    assert not due.backup_is_due(local("2026-03-12 03:00"), at, hour=3)
    assert not due.backup_is_due(local("2026-03-11 03:05"), local("2026-03-12 02:50"), hour=3)


def test_the_level_turns_amber_then_red() -> None:
    ages = ((1, "ok"), (26, "ok"), (27, "amber"), (52, "amber"), (53, "red"))
    for hours, level in ages:
        assert due.backup_level(NOW - dt.timedelta(hours=hours), NOW, late_h=26) == level
    assert due.backup_level(None, NOW, late_h=26) == "red"
    assert due.check_level(None, NOW) == "amber"
    assert due.check_level(NOW - dt.timedelta(days=14), NOW) == "ok"


@pytest.fixture
def adele(db: None) -> Iterator[User]:
    with time_machine.travel(NOW, tick=False):
        yield people.make_cast().adele


def pages_of(user: User) -> tuple[str, str]:
    """Her first page and the page of backups."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    names = ("home:first_page", "home:backups")
    first, page = (client.get(reverse(name)).content.decode() for name in names)
    return first, page


def outcome(hours: int, problem: str = "") -> Outcome:
    began = NOW - dt.timedelta(hours=hours)
    return Outcome(making.name_for(began, encrypted=False), began, 5000, "", 12, 1, problem=problem)


def test_the_administrator_is_told_that_there_is_none(adele: User) -> None:
    for page in pages_of(adele):
        assert "There is no backup yet" in page


def test_the_administrator_sees_how_old_the_last_good_one_is(adele: User) -> None:
    note_backup(outcome(60), now=NOW)
    note_check(outcome(60), now=NOW)
    first, page = pages_of(adele)
    assert "The last good backup is old" in first
    assert "banner late" in first
    assert making.name_for(NOW - dt.timedelta(hours=60), encrypted=False) in page
    note_backup(outcome(30), now=NOW)
    first, _page = pages_of(adele)
    assert "banner soon" in first
    note_backup(outcome(2), now=NOW)
    first, page = pages_of(adele)
    assert "Last good backup:" not in first
    assert "Restored on trial" in page


def test_a_failure_after_the_last_good_one_is_told(adele: User) -> None:
    note_backup(outcome(2), now=NOW)
    note_check(outcome(2), now=NOW)
    note_backup(outcome(1, "No space left on device"), now=NOW)
    first, page = pages_of(adele)
    assert "The last backup failed" in first
    assert "No space left on device" in page
    note_backup(outcome(0), now=NOW)
    assert "The last backup failed" not in pages_of(adele)[0]


def test_the_worker_asks_once_a_day_and_proves_once_a_week(
    db: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[str] = []
    monkeypatch.setattr(tasks, "manage", called.append)
    tasks.back_up()
    assert called == [], "no BACKUP_DIR, no schedule"
    settings.BACKUP_DIR = "somewhere"
    tasks.back_up()
    assert called == ["backup", "restore_check"]
    now = timezone.now()
    done = Outcome("showfloor-1", now)
    note_backup(done, now=now)
    note_check(done, now=now)
    tasks.back_up()
    assert called == ["backup", "restore_check"]


# --- files of rows -----------------------------------------------------------------------


def test_a_trial_restore_finds_every_file_a_row_names(floor: Cast, folder: Path) -> None:
    ticket = people.make_ticket(people.make_card(floor.lin), NOW)
    kept = make_file(ticket, floor.wu)
    with time_machine.travel(NOW, tick=False):
        whole = back_up(folder)
    assert "2 files restored" in check(whole)
    kept.path.write_bytes(b"somebody was at the disk")
    with time_machine.travel(NOW + dt.timedelta(hours=1), tick=False):
        changed = back_up(folder)
    with pytest.raises(CommandError, match=f"the file {kept.stored_as} is missing or not the one"):
        check(changed)
    kept.path.unlink()
    with time_machine.travel(NOW + dt.timedelta(hours=2), tick=False):
        lost = back_up(folder)
    with pytest.raises(CommandError, match=f"the file {kept.stored_as} is missing"):
        check(lost)
