"""`python -m tests.bench.footprint`: how soon one web worker answers, and the memory of all.

On a demo floor: granian with one worker from nothing to its first answer, CPU beside the wall
clock; memory of that worker after two dozen pages; then the worker and its task clusters.
Linux alone tells these figures.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
django.setup()

from crm.home.management.commands.serve import WEB_HEAPS  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent.parent
WEB_MB_AT_MOST, START_S_AT_MOST = 110, 2.0
TICK_S = 1 / os.sysconf("SC_CLK_TCK")
PATHS = ("/", "/customers/", "/customers/?q=zw", "/inbox/", "/search/?q=wang", "/followups/day/")
SETTLED_S = 20


def say(line: str) -> None:
    """One line of the table."""
    sys.stdout.write(f"{line}\n")


def start(*words: str, env: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    """A process group of our own, ended as a whole."""
    command = [sys.executable, *words]
    return subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True)


def family(pid: int) -> list[int]:
    """A process and all below it."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int(stat_of(int(folder.name))[1])
        except OSError:
            continue
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def stat_of(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat from the state on."""
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()


def cpu_s(pids: list[int]) -> float:
    """CPU these processes have used, in seconds."""
    return sum((int(stat_of(pid)[11]) + int(stat_of(pid)[12])) * TICK_S for pid in pids)


def memory(pid: int) -> tuple[float, float, float]:
    """Resident, its share of what is shared, and its own alone, in MB."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    kb = {name: int(value) for name, value in re.findall(r"^(\w+):\s+(\d+) kB", text, re.MULTILINE)}
    return kb["Rss"] / 1024, kb["Pss"] / 1024, (kb["Private_Clean"] + kb["Private_Dirty"]) / 1024


def first_answer(url: str, *, within_s: float = 60) -> float:
    """Seconds until the sign-in page is there."""
    began = time.monotonic()
    while time.monotonic() - began < within_s:
        try:
            with urllib.request.urlopen(f"{url}/accounts/login/", timeout=5) as answer:
                answer.read()
                return time.monotonic() - began
        except (urllib.error.URLError, OSError):
            time.sleep(0.01)
    raise SystemExit("the web server does not answer")


def look_around(url: str) -> int:
    """Sign in and read the main pages four times; how many were read."""
    jar = CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    form = browser.open(f"{url}/accounts/login/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    assert token
    sent = {"username": "lin.xiaotong", "password": "showfloor-demo"}
    body = urlencode({**sent, "csrfmiddlewaretoken": token.group(1)}).encode()
    request = urllib.request.Request(f"{url}/accounts/login/", body, {"Referer": url})
    browser.open(request).read()
    read = 0
    cards = re.findall(r'href="(/cards/\w+/|/customers/\w+/)"', page(browser, f"{url}/customers/"))
    for path in [*PATHS, *cards[:4]] * 4:
        read += bool(page(browser, url + path))
    return read


def page(browser: urllib.request.OpenerDirector, url: str) -> str:
    """A page, empty where there is none."""
    try:
        text: str = browser.open(url).read().decode()
    except urllib.error.HTTPError:
        return ""
    return text


def end(process: subprocess.Popen[bytes]) -> None:
    """Stop the whole group."""
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def free_port() -> int:
    """A port nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def start_web(port: int) -> subprocess.Popen[bytes]:
    """One web worker at a port, as it is served."""
    words = ["-m", "granian", "--interface", "wsgi", "--no-ws", "--workers", "1"]
    words += ["--blocking-threads", "4", "--host", "127.0.0.1", "--port", str(port)]
    words += ["--log-level", "warning", "crm.wsgi:application"]
    return start(*words, env={**WEB_HEAPS, **os.environ})


def web() -> None:
    """Start and memory of one web worker."""
    port = free_port()
    server = start_web(port)
    try:
        url = f"http://127.0.0.1:{port}"
        took = first_answer(url)
        cpu = cpu_s(family(server.pid))
        read = look_around(url)
        resident, _share, own = max(memory(pid) for pid in family(server.pid)[1:])
    finally:
        end(server)
    stars = ("*" if took > START_S_AT_MOST else "", "*" if resident > WEB_MB_AT_MOST else "")
    say(f"web worker: first answer after {took:.1f}{stars[0]} s ({cpu:.1f} s CPU)")
    say(f"after {read} pages {resident:.0f}{stars[1]} MB resident, {own:.0f} MB its own")


def tasks() -> None:
    """Memory of the worker with its two task clusters, once they have settled."""
    worker = start("manage.py", "runworker")
    try:
        time.sleep(SETTLED_S)
        found = [memory(pid) for pid in family(worker.pid)]
    finally:
        end(worker)
    share = sum(one[1] for one in found)
    largest = max(one[0] for one in found)
    say(f"worker: {len(found)} processes, {share:.0f} MB together, the largest {largest:.0f} MB")


def main() -> None:
    """Make a demo floor in the empty database and measure on it."""
    words = [sys.executable, "manage.py", "demo", "--migrate", "--if-empty"]
    subprocess.run(words, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    web()
    tasks()


if __name__ == "__main__":
    main()
