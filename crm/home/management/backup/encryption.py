"""A stream that GnuPG encrypts or decrypts with the phrase of a key file (AES-256, checked)."""

from __future__ import annotations

import contextlib
import shutil
import subprocess  # nosec B404: gpg only
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from crm.home.management.backup.database import BackupFailed

ENCRYPT = ["--symmetric", "--cipher-algo", "AES256", "--s2k-digest-algo", "SHA512"]
ENCRYPT += ["--s2k-count", "65011712", "--compress-algo", "none"]


def key_file_named(path: str) -> Path:
    """The key file, after a look at it; raises `BackupFailed`."""
    file = Path(path)
    if not file.is_file() or not file.read_bytes().split(b"\n")[0].strip():
        raise BackupFailed(f"The key file {path} is missing or empty.")
    if file.stat().st_mode & 0o077:
        raise BackupFailed(f"Others may read the key file {path}: chmod 600 it.")
    if shutil.which("gpg") is None:
        raise BackupFailed("gpg is not found: install GnuPG (apt-get install gpg gpg-agent).")
    return file


@contextmanager
def gpg(words: list[str], key: Path, **pipes: IO[bytes] | int) -> Iterator[subprocess.Popen[bytes]]:
    """gpg at work with a home of its own; raises `BackupFailed` when it ends badly."""
    home = tempfile.mkdtemp(prefix="gpg-")
    command = ["gpg", "--homedir", home, "--batch", "--no-tty", "--quiet", "--no-symkey-cache"]
    command += ["--pinentry-mode", "loopback", "--passphrase-file", str(key), *words]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stderr=said, **pipes)  # type: ignore[call-overload]  # noqa: S603  # nosec B603
        try:
            yield process
            close_pipes(process)
            if process.wait():
                raise BackupFailed(f"gpg failed: {last_words(said)}.")
        except (BrokenPipeError, BackupFailed) as error:
            if ended_badly(process):
                raise BackupFailed(f"gpg failed: {last_words(said)}.") from error
            raise
        finally:
            process.kill()
            with contextlib.suppress(BrokenPipeError):
                close_pipes(process)
            process.wait()
            shutil.rmtree(home, ignore_errors=True)  # its agent ends with it


def close_pipes(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()


def ended_badly(process: subprocess.Popen[bytes]) -> bool:
    """Whether gpg is what went wrong; one that still waits for us is not."""
    try:
        return process.wait(timeout=2) != 0
    except subprocess.TimeoutExpired:
        return False


def last_words(said: IO[bytes]) -> str:
    said.seek(0)
    lines = said.read().decode(errors="replace").strip().splitlines() or ["it did not say why"]
    return lines[-1].removeprefix("gpg: ").rstrip(".")


@contextmanager
def encrypting(target: IO[bytes], key: Path | None) -> Iterator[IO[bytes]]:
    """What is written goes to `target`, encrypted where there is a key."""
    if key is None:
        yield target
        return
    with gpg(ENCRYPT, key, stdin=subprocess.PIPE, stdout=target) as process:
        assert process.stdin
        yield process.stdin


@contextmanager
def decrypting(source: IO[bytes], key: Path | None) -> Iterator[IO[bytes]]:
    """What `source` holds, decrypted where there is a key."""
    if key is None:
        yield source
        return
    with gpg(["--decrypt"], key, stdin=source, stdout=subprocess.PIPE) as process:
        assert process.stdout
        yield process.stdout
