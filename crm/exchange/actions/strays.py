"""Each night: files of imports and exports that no row offers any more."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from crm.exchange import states
from crm.exchange.actions.orders import exports_root
from crm.exchange.models import ExportJob, ImportJob
from crm.exchange.sheets.kept import imports_root

A_DAY_S = 24 * 60 * 60


def sweep_files(*, older_than_s: float = A_DAY_S) -> int:
    """Remove what a crash left without a row that offers it; returns how much (P6, row 18).

    A file that is being written is younger: its row comes a moment later.
    """
    before = time.time() - older_than_s
    waiting = ExportJob.objects.filter(state=states.READY).values_list("stored_as", flat=True)
    kept = ImportJob.objects.filter(files_gone_at=None).values_list("folder", flat=True)
    stray = without(waiting, old_in(exports_root(), before))
    stray += without(kept, old_in(imports_root(), before))
    for path in stray:
        remove(path)
    return len(stray)


def old_in(root: Path, before: float) -> Iterator[Path]:
    """What lies in this folder and was not written to since, itself nor in it."""
    for path in sorted(root.glob("*")):
        if all(written_at(one) < before for one in (path, *path.glob("*"))):
            yield path


def written_at(path: Path) -> float:
    """When it was last written to; it is just being moved where it is gone."""
    try:
        return path.lstat().st_mtime
    except FileNotFoundError:
        return time.time()


def without(names: Iterable[str], paths: Iterable[Path]) -> list[Path]:
    """Those of the paths that none of these names; the rows are asked after the disk."""
    found = list(paths)
    known = set(names) if found else set()
    return [path for path in found if path.name not in known]


def remove(path: Path) -> None:
    """A file, or a folder with everything in it."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
