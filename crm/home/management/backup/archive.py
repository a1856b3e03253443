"""The one file of a backup: database, attachments, and last a manifest with their hashes.

`tar` in `gzip`, encrypted as a whole on demand. The manifest comes last, so a file that was cut
short has none.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import stat
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from crm.exchange.actions import orders
from crm.exchange.sheets import kept
from crm.home.management.backup.database import FILE, BackupFailed, Facts

MANIFEST = "manifest.json"
MEDIA = "media/"
# Full numbers kept for hours or days, which a backup would keep for as long as itself (P6).
LEFT_OUT = frozenset({orders.FOLDER, kept.FOLDER})
FORMAT = 1
IN_MEMORY = 8_000_000
PIECE = 1 << 20
CUT_SHORT = "The backup is cut short or damaged."


@dataclass
class Manifest:
    """What a backup says about itself; `files` are size and hash by name, database included."""

    made_at: str
    engine: str
    rows: dict[str, int]
    migrations: list[str]
    head: str
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    format: int = FORMAT

    @classmethod
    def of(cls, made_at: str, engine: str, facts: Facts) -> Manifest:
        """The manifest of a database's copy, before any file is added."""
        return cls(made_at, engine, facts.rows, facts.migrations, facts.head)

    @property
    def attachments(self) -> int:
        return sum(name.startswith(MEDIA) for name in self.files)


class Hashing:
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.hash, self.size = file, hashlib.sha256(), 0

    def read(self, amount: int = -1) -> bytes:
        """The next bytes."""
        piece = self.file.read(amount)
        self.hash.update(piece)
        self.size += len(piece)
        return piece


def write(stream: IO[bytes], manifest: Manifest, database: Path, media: Path) -> None:
    """Write the archive; the files' sizes and hashes are added to `manifest` on the way."""
    with (
        gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=1, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        with database.open("rb") as file:
            add(tar, manifest, database.name, file)
        for path in attachments(media):
            add_attachment(tar, manifest, MEDIA + path.relative_to(media).as_posix(), path)
        text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
        with tempfile.TemporaryFile() as file:
            file.write(text)
            file.seek(0)
            add(tar, Manifest.of("", "", Facts({}, [], "")), MANIFEST, file)


def add(tar: tarfile.TarFile, manifest: Manifest, name: str, file: IO[bytes]) -> None:
    """Add one file from where it stands."""
    info = tarfile.TarInfo(name)
    begins = file.tell()
    info.size = file.seek(0, os.SEEK_END) - begins
    info.mode = 0o600
    file.seek(begins)
    hashing = Hashing(file)
    tar.addfile(info, hashing)
    manifest.files[name] = (info.size, hashing.hash.hexdigest())


def attachments(media: Path) -> Iterator[Path]:
    """Every file below `media` that is to be kept, by name; links are not followed."""
    for folder, folders, names in os.walk(media):
        here = LEFT_OUT if Path(folder) == media else frozenset()
        folders[:] = sorted(set(folders) - here)
        yield from (Path(folder) / name for name in sorted(names))


def add_attachment(tar: tarfile.TarFile, manifest: Manifest, name: str, path: Path) -> None:
    """Add a file as it is now; one that goes away or grows meanwhile does no harm."""
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        if path.is_symlink() or not path.exists():
            return
        raise
    with (
        os.fdopen(number, "rb") as file,
        tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as kept,
    ):
        if not stat.S_ISREG(os.fstat(number).st_mode):
            return
        while piece := file.read(PIECE):
            kept.write(piece)
        kept.seek(0)
        add(tar, manifest, name, kept)


@contextmanager
def _sound() -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, EOFError, gzip.BadGzipFile, zlib.error, ValueError) as error:
        raise BackupFailed(CUT_SHORT) from error


def read(stream: IO[bytes], folder: Path) -> Manifest:
    """Put the database into `folder`, hash everything, and compare it with the manifest.

    Raises `BackupFailed` when a file is missing, changed or not named. No attachment is written
    and no name of the archive is trusted as a path.
    """
    found: dict[str, tuple[int, str]] = {}
    told: Manifest | None = None
    with _sound(), gzip.GzipFile(fileobj=stream, mode="rb") as packed:
        with tarfile.open(fileobj=packed, mode="r|") as tar:
            for info in tar:
                file = tar.extractfile(info) if info.isreg() else None
                if file is None or info.name in found:
                    raise BackupFailed(CUT_SHORT)
                if info.name == MANIFEST:
                    told = understood(json.loads(file.read()))
                else:
                    found[info.name] = taken(file, info.name, folder)
        while packed.read(PIECE):
            pass
    if told is None:
        raise BackupFailed(CUT_SHORT)
    compare(told, found)
    return told


def understood(facts: Any) -> Manifest:
    """The manifest as it was written; raises `BackupFailed` for another format."""
    if not isinstance(facts, dict) or facts.get("format") != FORMAT:
        raise BackupFailed("The backup was made by another release: its format is unknown.")
    try:
        manifest = Manifest(**facts)
        manifest.files = {name: (size, text) for name, (size, text) in manifest.files.items()}
    except TypeError as error:
        raise BackupFailed(CUT_SHORT) from error
    return manifest


def taken(file: IO[bytes], name: str, folder: Path) -> tuple[int, str]:
    """Size and hash of a member; the database is written down as well."""
    hashing = Hashing(file)
    if name in FILE.values():
        with (folder / name).open("xb") as kept:
            while piece := hashing.read(PIECE):
                kept.write(piece)
    else:
        while hashing.read(PIECE):
            pass
    return hashing.size, hashing.hash.hexdigest()


def compare(told: Manifest, found: dict[str, tuple[int, str]]) -> None:
    """Every file is the one the manifest names, and no other is there."""
    for name in sorted(told.files.keys() | found.keys()):
        if told.files.get(name) != found.get(name):
            raise BackupFailed(f"{name} is not the file the manifest names.")
    if FILE.get(told.engine) not in found:
        raise BackupFailed("The backup holds no database.")
