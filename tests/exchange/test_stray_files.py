"""What a crash leaves of an upload or an export goes at night, and nothing a row still offers."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from crm.exchange import states, tasks
from crm.exchange.actions.orders import exports_root
from crm.exchange.models import ExportJob, ImportJob
from crm.exchange.sheets.kept import Kept, imports_root
from tests.people import NOW, Cast, make_cast
from tests.permissions.floor import make_export, make_import

pytestmark = pytest.mark.django_db
TWO_DAYS = 2 * 24 * 60 * 60


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def written(path: Path, *, ago: float) -> Path:
    """A file, and its folder, last written to so many seconds ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("13900001111")
    at = time.time() - ago
    for one in (path, path.parent):
        os.utime(one, (at, at))
    return path


def test_an_export_file_no_row_offers_goes_after_a_day_and_no_other(cast: Cast) -> None:
    offered, taken = make_export(cast.chen), make_export(cast.chen)
    for job, state in ((offered, states.READY), (taken, states.DOWNLOADED)):
        ExportJob.objects.filter(pk=job.pk).update(state=state, stored_as=f"{state}.xlsx")
    for name in (f"{states.READY}.xlsx", f"{states.DOWNLOADED}.xlsx", "left.xlsx"):
        written(exports_root() / name, ago=TWO_DAYS)
    written(exports_root() / "being-written.xlsx", ago=1)
    assert tasks.sweep_files() == 2
    left = {path.name for path in exports_root().iterdir()}
    assert left == {f"{states.READY}.xlsx", "being-written.xlsx"}
    assert tasks.sweep_files() == 0


def test_a_folder_of_an_upload_no_row_keeps_goes_after_a_day_and_no_other(cast: Cast) -> None:
    kept, over = make_import(cast.chen), make_import(cast.he)
    ImportJob.objects.filter(pk=over.pk).update(files_gone_at=NOW)
    for folder in (kept.folder, over.folder, "left"):
        written(Kept(folder).upload, ago=TWO_DAYS)
        for path in Kept(folder).path.iterdir():
            os.utime(path, (0, 0))
    written(Kept("being-written").upload, ago=1)
    slow = written(Kept("a-long-upload").upload, ago=TWO_DAYS)
    os.utime(slow)
    assert tasks.sweep_files() == 2
    left = {path.name for path in imports_root().iterdir()}
    assert left == {kept.folder, "being-written", "a-long-upload"}


def test_where_nothing_was_ever_brought_in_there_is_nothing_to_sweep(db: None) -> None:
    assert tasks.sweep_files() == 0
