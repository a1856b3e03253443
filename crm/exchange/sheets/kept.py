"""The files of one import job, in a folder of a random name below `MEDIA_ROOT`; never served."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

WRITE_EVERY_S = 0.5
BEAT_EVERY_S = 10
FOLDER = "imports"


def imports_root() -> Path:
    """Where all jobs have their folders."""
    return Path(settings.MEDIA_ROOT) / FOLDER


@dataclass(frozen=True)
class Kept:
    """The folder of one job."""

    folder: str

    @property
    def path(self) -> Path:
        """The folder itself."""
        return imports_root() / self.folder

    @property
    def upload(self) -> Path:
        """The file as it came."""
        return self.path / "upload"

    @property
    def read(self) -> Path:
        """What the reader found in it."""
        return self.path / "read.jsonl"

    @property
    def rows(self) -> Path:
        """The preview's rows."""
        return self.path / "rows.jsonl"

    @property
    def errors(self) -> Path:
        """The preview's errors as a workbook, for whoever uploaded the file."""
        return self.path / "errors.xlsx"

    @property
    def progress(self) -> Path:
        """How far the worker is; its age is the worker's last sign of life."""
        return self.path / "progress"

    def make(self) -> None:
        """Make the folder, for our own eyes only."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def remove(self) -> None:
        """Drop the folder with everything in it."""
        shutil.rmtree(self.path, ignore_errors=True)

    def silent_for(self) -> float:
        """Seconds since the worker last moved here; endless where it never did."""
        try:
            return max(time.time() - self.progress.stat().st_mtime, 0.0)
        except OSError:
            return float("inf")

    def percent(self) -> int:
        """How far the worker is, 0 to 100."""
        try:
            done, total = json.loads(self.progress.read_text())
            return min(int(100 * done / max(total, 1)), 100)
        except (OSError, ValueError, TypeError):
            return 0


@contextlib.contextmanager
def alive(kept: Kept) -> Iterator[None]:
    """Show a sign of life every ten seconds, however long one step takes.

    It ends with this process, so that a dead worker is silent.
    """
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT_EVERY_S):
            with contextlib.suppress(OSError):
                kept.progress.touch(mode=0o600)

    thread = threading.Thread(target=beat, name="import-alive", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


class Progress:
    """Writes how far the worker is into a file: the database is closed to others meanwhile."""

    def __init__(self, kept: Kept, total: int) -> None:
        self.kept = kept
        self.total = total
        self.done = 0
        self._written_at = float("-inf")

    def step(self, rows: int = 0) -> None:
        """So many rows more; written at most twice a second."""
        self.done = min(self.done + rows, self.total)
        if time.monotonic() - self._written_at >= WRITE_EVERY_S:
            self._write()

    def reach(self, done: int) -> None:
        """So far by now: one of a few long steps is over, which is written at once."""
        self.done = min(done, self.total)
        self._write()

    def _write(self) -> None:
        self._written_at = time.monotonic()
        fresh = self.kept.progress.with_suffix(".new")
        with contextlib.suppress(OSError):
            fresh.write_text(json.dumps([self.done, self.total]))
            os.replace(fresh, self.kept.progress)  # noqa: PTH105 (one step, whoever reads)
