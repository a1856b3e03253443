#!/usr/bin/env python3
"""Everything a developer or a first visitor needs, with nothing but Python's standard library.

python3 dev.py run              the product with a demo sales floor (PORT=, DEMO=0)
python3 dev.py test [--full]    the whole suite on every database found, the browser included
python3 dev.py fault [--long]   the fault tests on both databases
python3 dev.py check            lint, types, contracts, migrations, translations, deploy check
python3 dev.py bench            the benchmarks, printed as a table
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "locks.txt"
RUN_LOCK = ROOT / "requirements.lock"
DEV_LOCK = ROOT / "requirements-dev.lock"
OURS = ["crm", "followups", "visits", "complaints"]
# What a developer's own installation is set up with: none of it may reach a check or a test.
OPTIONS = {
    *re.findall(r"^\| `([A-Z0-9_]+)`", (ROOT / "docs/settings.md").read_text("utf-8"), re.M)
} - {"REQUIRE_ALL"}


def stop(sentence: str) -> None:
    """End with one sentence that says what to do."""
    sys.exit(f"dev.py: {sentence}")


# --- the virtual environment -------------------------------------------------------------


def fingerprint(lock: Path) -> str:
    """What must be installed, in one line: a changed lock or Python makes a new environment."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    return f"{lock.name} {digest} {sys.version_info[0]}.{sys.version_info[1]}"


def ensure_venv(lock: Path) -> None:
    """Make ``.venv`` from the lock, or leave it as it is when it holds just that already."""
    wanted = fingerprint(lock)
    have = STAMP.read_text().splitlines() if STAMP.exists() and PYTHON.exists() else []
    if wanted in have:
        return
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        stop("Python's venv module is missing; install it: sudo apt-get install python3-venv")
    other = RUN_LOCK if lock == DEV_LOCK else DEV_LOCK
    if fingerprint(other) not in have:
        say(f"making .venv from {lock.name} (once)")
        have = []
        shutil.rmtree(VENV, ignore_errors=True)
        must([sys.executable, "-m", "venv", str(VENV)], "the virtual environment was not made")
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    must(
        [*pip, "--quiet", "--require-hashes", "--no-deps", "-r", str(lock)],
        "the packages could not be installed; is a package index reachable?",
    )
    STAMP.write_text("\n".join([*have, wanted]) + "\n")


def say(line: str) -> None:
    """One line for the person who waits."""
    print(line, flush=True)


def must(command: list[str], sentence: str) -> None:
    """Run a command that has to succeed."""
    if subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL).returncode:
        stop(sentence)


def manage(*words: str, **env: str) -> int:
    """Run one management command of the product; its exit status."""
    command = [str(PYTHON), "manage.py", *words]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **env}, stdin=subprocess.DEVNULL
    ).returncode


# --- run ---------------------------------------------------------------------------------


def free_port() -> int:
    """The port to serve on; one that is taken is named, because a server would share it."""
    value = os.environ.get("PORT") or "8000"
    if not value.isdecimal() or not 0 < int(value) < 65536:
        stop(f"PORT={value!r} cannot be understood: it is a number from 1 to 65535")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(value)))
            probe.listen()
        except OSError:
            stop(f"port {value} is taken; choose another: PORT={int(value) % 65535 + 1} "
                 "python3 dev.py run")  # fmt: skip
    return int(value)


def run() -> int:
    """Start the product: environment, database, demo floor, web server and worker."""
    port = free_port()
    ensure_venv(RUN_LOCK)
    empty = os.environ.get("DEMO", "1") == "0"
    prepare = ["migrate", "--noinput", "-v0"] if empty else ["demo", "--migrate", "--if-empty"]
    if manage(*prepare):  # one process for both, so that a second start takes seconds
        stop("the database could not be made ready; the lines above say why")
    say(f"Showfloor: http://127.0.0.1:{port}/   (Ctrl-C stops it)")
    server = subprocess.Popen(
        [str(PYTHON), "manage.py", "serve"],
        cwd=ROOT,
        env={**os.environ, "PORT": str(port)},
        start_new_session=True,
    )
    return wait_for(server)


def wait_for(server: subprocess.Popen[bytes]) -> int:
    """Wait until the server ends by itself, or stop it on Ctrl-C or SIGTERM within 10 s."""
    asked: list[int] = []

    def ask(number: int, _frame: object) -> None:
        asked.append(number)
        server.terminate()

    signal.signal(signal.SIGINT, ask)
    signal.signal(signal.SIGTERM, ask)
    while server.poll() is None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(timeout=12 if asked else None)
            break
        os.killpg(server.pid, signal.SIGKILL)
    if asked:
        say("Stopped.")
        return 0
    return server.returncode


# --- databases and browser for the tests -------------------------------------------------


def postgres_bin() -> Path | None:
    """The folder of PostgreSQL's server programs, the newest first; None where there are none."""
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    places += sorted(versions, key=lambda path: float(path.parent.name), reverse=True)
    return next((place for place in places if (place / "initdb").exists()), None)


def chromium() -> str | None:
    """The browser the tests drive; None where there is none."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    mac = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
    found = next(filter(None, map(shutil.which, names)), None)
    return found or (mac if Path(mac).exists() else None)


@contextlib.contextmanager
def sqlite() -> Iterator[dict[str, str]]:
    """The environment for tests on SQLite; each run names a file of its own."""
    with tempfile.TemporaryDirectory(prefix="showfloor-") as folder:
        yield {"DATABASE_URL": f"sqlite:///{folder}/unused.sqlite3"}


@contextlib.contextmanager
def postgres(programs: Path) -> Iterator[dict[str, str]]:
    """The environment for tests on a PostgreSQL cluster made for them and thrown away."""
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="showfloor-pg-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    if user:
        shutil.chown(folder, user)
    data, log = folder / "data", folder / "log"
    settings = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} "
        "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=100"
    )

    def call(*words: str) -> None:
        subprocess.run(
            words, cwd=folder, user=user, stdin=subprocess.DEVNULL, check=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip

    try:
        call(
            str(programs / "initdb"), "-D", str(data), "-U", "showfloor", "-A", "trust",
            "-E", "UTF8", "--locale=C.UTF-8",
        )  # fmt: skip
        control = str(programs / "pg_ctl")
        call(control, "-D", str(data), "-l", str(log), "-w", "-o", settings, "start")
        try:
            yield {"DATABASE_URL": f"postgres://showfloor@127.0.0.1:{port}/postgres"}
        finally:
            call(control, "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def postgres_user_missing() -> bool:
    """Whether root lacks the user PostgreSQL must run as."""
    if os.geteuid() != 0:
        return False
    return not any(entry.pw_name == "postgres" for entry in pwd.getpwall())


# --- test and fault ----------------------------------------------------------------------


def pytest(env: dict[str, str], *words: str) -> int:
    """Run pytest with the options of the developer's own installation taken away.

    A run starts dozens of Pythons, so what one compiles is kept for the others.
    """
    unwanted = {*OPTIONS, "PYTHONDONTWRITEBYTECODE"}
    clean = {name: value for name, value in os.environ.items() if name not in unwanted}
    command = [str(PYTHON), "-m", "pytest", *words]
    began = time.monotonic()
    ran = subprocess.run(command, cwd=ROOT, env={**clean, **env}, stdin=subprocess.DEVNULL)
    say(f"  {time.monotonic() - began:.0f} s")
    return ran.returncode


def on_each_database(env: dict[str, str], words: list[list[str]]) -> tuple[bool, list[str]]:
    """Run pytest on SQLite with ``words[0]`` and on PostgreSQL with ``words[1]``.

    Returns whether everything passed and what had to be left out.
    """
    say("== SQLite")
    with sqlite() as database:
        good = pytest({**env, **database}, *words[0]) == 0
    programs = postgres_bin()
    if programs is None or postgres_user_missing():
        return good, ["PostgreSQL: its server programs (apt-get install postgresql)"]
    say("== PostgreSQL")
    with postgres(programs) as database:
        good = pytest({**env, **database, "PG_BIN": str(programs)}, *words[1]) == 0 and good
    return good, []


def finish(good: bool, left_out: list[str]) -> int:
    """Say plainly what was left out; with REQUIRE_ALL=1 that is a failure."""
    for part in left_out:
        say(f"Left out, not found here: {part}.")
    if left_out and os.environ.get("REQUIRE_ALL") == "1":
        say("REQUIRE_ALL=1: a part that is left out is a failure.")
        good = False
    say("All passed." if good else "FAILED.")
    return 0 if good else 1


def test(words: list[str]) -> int:
    """The whole suite but the fault tests and benchmarks."""
    ensure_venv(DEV_LOCK)
    full = "--full" in words
    browser = chromium()
    marks = "not fault and not bench" + ("" if full else " and not full")
    cores = max(2, min(os.cpu_count() or 2, 8))
    spread = ["--dist", "worksteal", "-n"]
    # One more where a browser runs: its tests mostly wait for it, and the cores would lie idle.
    with_one_more = [*spread, str(cores + bool(browser))]
    env = {"TEST_FULL": "1" if full else "", "CHROMIUM": browser or ""}
    with_browser = marks if browser else f"{marks} and not browser"
    good, left_out = on_each_database(
        env,
        [
            [*with_one_more, "-m", with_browser],
            [*spread, str(cores), "-m", f"{marks} and not browser"],
        ],
    )
    left_out += [] if browser else ["Chromium, and with it its tests (apt-get install chromium)"]
    if not shutil.which("gpg"):
        left_out.append("gpg, and with it the encrypted backup (apt-get install gnupg)")
    say("The fault tests are a step of their own: python3 dev.py fault.")
    return finish(good, left_out)


def fault(given: list[str]) -> int:
    """The fault tests, one after the other, on both databases."""
    ensure_venv(DEV_LOCK)
    browser, began = chromium(), time.monotonic()
    env = {"FAULT_LONG": "1" if "--long" in given else "", "CHROMIUM": browser or ""}
    words = ["-n", "0", "--durations", "12", "-m", "fault" if browser else "fault and not browser"]
    good, left_out = on_each_database(env, [words, words])
    say(f"The fault tests took {time.monotonic() - began:.0f} s on both databases together.")
    left_out += [] if browser else ["Chromium, and with it hostile text (apt-get install chromium)"]
    if not any(Path("/usr/lib").glob("*/faketime/libfaketime.so.1")):
        left_out.append("libfaketime, and with it the wrong clocks (apt-get install libfaketime)")
    return finish(good, left_out)


# --- check and bench ---------------------------------------------------------------------


def checks() -> list[tuple[str, list[str], dict[str, str]]]:
    """What ``check`` runs: name, command, environment."""
    tool, python = VENV / "bin", str(PYTHON)
    templates = [str(path) for path in sorted((ROOT / "templates").rglob("*.html"))]
    production = {
        "PRODUCTION": "1", "SECRET_KEY": hashlib.sha512(os.urandom(64)).hexdigest(),
        "ALLOWED_HOSTS": "crm.example.com", "SITE_URL": "https://crm.example.com",
        "LOG_SYSLOG": "udp://127.0.0.1:514",
    }  # fmt: skip
    deploy = [python, "-W", "ignore", "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return [
        ("lint", [str(tool / "ruff"), "check", "--quiet", "."], {}),
        ("format", [str(tool / "ruff"), "format", "--check", "."], {}),
        ("types", [str(tool / "mypy")], {}),
        ("import contracts", [str(tool / "lint-imports"), "--no-cache"], {}),
        ("architecture", [python, "-m", "pytest", "-n", "0", "tests/test_architecture.py"], {}),
        ("templates", [str(tool / "djade"), "--check", "--target-version", "5.2", *templates], {}),
        (
            "security lint",
            [str(tool / "bandit"), "-q", "-ll", "-c", "pyproject.toml", "-r", *OURS],
            {},
        ),
        ("migrations", [python, "manage.py", "makemigrations", "--check", "--dry-run"], {}),
        ("translations", [python, "-m", "tests.harness.translations"], {}),
        ("deploy check", deploy, production),
    ]


def check() -> int:
    """Every check that needs no test database; each is named with its time."""
    ensure_venv(DEV_LOCK)
    clean = {name: value for name, value in os.environ.items() if name not in OPTIONS}
    failed = []
    with sqlite() as database:
        for name, command, env in checks():
            began = time.monotonic()
            done = subprocess.run(
                command, cwd=ROOT, env={**clean, **database, **env}, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            )  # fmt: skip
            say(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {name}"
                f" ({time.monotonic() - began:.1f} s)")  # fmt: skip
            if done.returncode:
                failed.append(name)
                say(done.stdout.rstrip())
    say(f"Failed: {', '.join(failed)}." if failed else "All checks passed.")
    return 1 if failed else 0


def bench() -> int:
    """The benchmarks, each on a database of its own: pages, worker, memory, slow phone, import."""
    ensure_venv(DEV_LOCK)
    clean = {name: value for name, value in os.environ.items() if name not in OPTIONS}
    programs = None if postgres_user_missing() else postgres_bin()
    status = 0
    for place in (sqlite, lambda: postgres(programs)) if programs else (sqlite,):
        for module in ("", ".worker", ".footprint", ".slow_phone", ".big_import"):
            with place() as database:
                command = [str(PYTHON), "-m", f"tests.bench{module}"]
                env = {**clean, **database}
                status = subprocess.run(command, cwd=ROOT, env=env).returncode or status
    if programs is None:
        say("Left out, not found here: PostgreSQL (apt-get install postgresql).")
    return status


def main(words: list[str]) -> int:
    """Understand the command line and do it."""
    if sys.version_info < (3, 11):
        stop("Python 3.11 or newer is needed")
    # Asked to end, end as on Ctrl-C: what was started for the tests is taken down.
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(143))
    command, rest = (words[0], words[1:]) if words else ("", [])
    allowed = {"run": [], "test": ["--full"], "fault": ["--long"], "check": [], "bench": []}
    if command not in allowed or any(word not in allowed[command] for word in rest):
        say((__doc__ or "").strip())
        return 2
    if command in {"test", "fault"}:
        return {"test": test, "fault": fault}[command](rest)
    return {"run": run, "check": check, "bench": bench}[command]()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main(sys.argv[1:]))
    sys.exit(130)
