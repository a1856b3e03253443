"""A backup from before an erasure brings the customer back; the register erases them again."""

from __future__ import annotations

import io
import json
import stat
import tarfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from crm.customers.models import Card, Customer
from crm.home.actions import erasures as actions
from crm.home.management.backup import making
from crm.home.management.backup.register import bring_up_to_date, note_erasure, register_path
from crm.home.models import Erasure
from crm.home.queues.erasures import TABLES
from crm.records.models import AuditEvent
from tests import people
from tests.home.erasing import CANARY, everywhere, plant
from tests.people import NOW, Cast

OF_A_CUSTOMER = [table.model for table in TABLES if table.card and table.model != "home.Erasure"]


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.BACKUP_DIR = str(tmp_path / "backups")
    return tmp_path / "backups"


@pytest.fixture
def floor(transactional_db: None) -> Cast:
    return people.make_cast()


def erase(cast: Cast, card: Card) -> Erasure:
    wish = people.make_erasure(card, cast.wu, state="approved", decided_by=cast.pan, decided_at=NOW)
    actions.erase_customer(wish, by=cast.xu, version=1, now=NOW)
    return wish


def replay(*arguments: str) -> str:
    said = io.StringIO()
    call_command("replay_erasures", *arguments, stdout=said)
    return said.getvalue()


def test_an_erasure_stands_in_the_register_by_a_random_id_alone(floor: Cast, folder: Path) -> None:
    card = people.make_card(floor.lin, "张伟")
    erase(floor, card)
    path = register_path()
    assert path.parent == folder
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (line,) = path.read_text().splitlines()
    assert json.loads(line) == {"customer": card.customer.public_id, "at": NOW.isoformat()}


def test_what_could_not_be_written_is_written_by_the_next_backup(
    floor: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_words: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("crm.home.management.backup.register.os.open", full)
        erase(floor, people.make_card(floor.lin))
    assert not register_path().exists()
    other = folder.parent / "elsewhere"
    call_command("backup", str(other), stdout=io.StringIO())
    assert len((other / "erasures.jsonl").read_text().splitlines()) == 1
    assert bring_up_to_date(other) == 0


def test_a_line_cut_off_by_a_crash_hinders_nothing(floor: Cast, folder: Path) -> None:
    card = people.make_card(floor.lin)
    note_erasure("gone", NOW)
    with register_path().open("a") as file:
        file.write(json.dumps({"customer": card.customer.public_id, "at": NOW.isoformat()}) + "\n")
        file.write('{"customer": "ab')
    assert "2 in the register, 1 erased again" in replay()
    assert Customer.objects.get(pk=card.customer_id).name == ""


def test_without_a_register_nobody_is_erased(floor: Cast, folder: Path) -> None:
    people.make_card(floor.lin, "张伟")
    assert "no register" in replay()
    with pytest.raises(CommandError, match="cannot be read"):
        replay(str(folder / "other.jsonl"))
    assert Customer.objects.get().name == "张伟"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the trial restore stands for it there")
def test_backed_up_erased_restored_and_erased_again(floor: Cast, folder: Path) -> None:
    card = plant(floor, OF_A_CUSTOMER)
    call_command("backup", str(folder), stdout=io.StringIO())
    erase(floor, card)
    assert list(everywhere(CANARY)) == []
    restore(making.backups_in(folder)[-1])
    assert list(everywhere(CANARY)) != []
    assert "1 in the register, 1 erased again" in replay()
    assert list(everywhere(CANARY)) == []
    assert list(everywhere("13877665544")) == []
    event = AuditEvent.objects.get(action="home.repeat_erasure")
    assert (event.actor, event.subject_id) == (None, card.customer.public_id)
    assert "0 erased again" in replay()


def restore(path: Path) -> None:
    """Put the backup's database in the place of the live one, as docs/backup.md says."""
    name = Path(connection.settings_dict["NAME"])
    connection.close()
    with tarfile.open(path) as archive:
        file = archive.extractfile("database.sqlite3")
        assert file
        content = file.read()
    for end in ("-wal", "-shm"):
        name.with_name(name.name + end).unlink(missing_ok=True)
    name.write_bytes(content)
