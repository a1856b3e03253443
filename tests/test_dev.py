"""The developer's commands: what they refuse, in one sentence that says what to do."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import dev

ROOT = Path(__file__).resolve().parent.parent
READERS = (
    "text|switch|number|one_of|words|addresses|private_folder|mail|bots|gateway|syslog|database"
)
OPTION = re.compile(rf'\b(?:{READERS})\(\s*"([A-Z][A-Z0-9_]+)"')


def test_a_taken_port_is_named_with_the_way_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(SystemExit, match=rf"port {port} is taken; choose another: PORT="):
            dev.free_port()
    assert dev.free_port() == port


def test_no_option_of_ones_own_installation_reaches_a_check_or_a_test() -> None:
    """Whatever the product reads from the environment; the documentation names them all."""
    read = set(OPTION.findall((ROOT / "crm/settings.py").read_text()))
    read |= set(OPTION.findall((ROOT / "crm/environment.py").read_text()))
    assert len(read) > 25
    assert read <= dev.OPTIONS


@pytest.mark.parametrize("value", ["abc", "0", "65536", "-1"])
def test_a_port_that_is_no_port_is_named(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("PORT", value)
    with pytest.raises(SystemExit, match=f"PORT='{value}' cannot be understood"):
        dev.free_port()


def test_a_missing_venv_module_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(dev, "STAMP", tmp_path / "none")
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(SystemExit, match="apt-get install python3-venv"):
        dev.ensure_venv(dev.RUN_LOCK)


def test_an_environment_is_made_anew_only_when_its_lock_changes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lock, stamp = tmp_path / "requirements.lock", tmp_path / "locks.txt"
    made: list[list[str]] = []
    lock.write_text("django==5.2.19\n")
    monkeypatch.setattr(dev, "VENV", tmp_path / "venv")
    monkeypatch.setattr(dev, "STAMP", stamp)
    monkeypatch.setattr(dev, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(dev, "must", lambda command, _sentence: made.append(command))
    dev.ensure_venv(lock)
    assert "--require-hashes" in made[-1]
    dev.ensure_venv(lock)
    assert len(made) == 2  # the environment and its packages, once
    lock.write_text("django==5.2.20\n")
    dev.ensure_venv(lock)
    assert len(made) == 4


def test_the_locks_name_hashes_and_no_address() -> None:
    for lock in (dev.RUN_LOCK, dev.DEV_LOCK):
        text = lock.read_text()
        assert text.count("==") <= text.count("--hash=sha256:")
        assert "://" not in text


def test_a_part_left_out_is_said_and_with_require_all_a_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("REQUIRE_ALL", raising=False)
    assert dev.finish(True, ["PostgreSQL"]) == 0
    assert "Left out, not found here: PostgreSQL." in capsys.readouterr().out
    monkeypatch.setenv("REQUIRE_ALL", "1")
    assert dev.finish(True, ["PostgreSQL"]) == 1
    assert dev.finish(True, []) == 0
    assert dev.finish(False, []) == 1


@pytest.mark.parametrize("words", [[], ["walk"], ["run", "--full"], ["test", "--fast"]])
def test_an_unknown_word_explains_the_commands(words: list[str]) -> None:
    ended = subprocess.run(
        [sys.executable, "dev.py", *words],
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert ended.returncode == 2
    assert "python3 dev.py run" in ended.stdout
