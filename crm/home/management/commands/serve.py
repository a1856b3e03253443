"""`manage.py serve`: web server and worker together, as `python3 dev.py run` starts them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess  # nosec B404: starts our own commands only
import sys
import threading
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from crm.home.management.backup.register import register_path

WEB_WORKERS = 2
WEB_THREADS = 4
STOP_WITHIN_S = 9.5
LOOP_S = 0.3
# The threads of a web process share two heaps: one of their own each would only be kept half empty.
WEB_HEAPS = {"MALLOC_ARENA_MAX": "2"}


class Command(BaseCommand):
    help = (
        "Web server and worker together; SIGTERM stops both within 10 seconds. In production it"
        " ends with a sentence for each fault `check --deploy` finds."
    )
    requires_system_checks: tuple[str, ...] = ()  # `handle` asks them all, once

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.SERVE_HOST)
        parser.add_argument("--port", type=int, default=settings.SERVE_PORT)

    def handle(self, *args: Any, **options: Any) -> None:
        # Here and not by each web process: all of them have these settings and this database.
        self.check(include_deployment_checks=settings.PRODUCTION)
        must_be_free(options["host"], options["port"])
        # Whom a restored backup brought back is erased again before anybody can sign in.
        if register_path().exists():
            call_command("replay_erasures", stdout=self.stdout)
        stopping = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(name, lambda *_signal: stopping.set())
        web = start_web(options["host"], options["port"])
        worker = start_worker()
        while not stopping.wait(LOOP_S) and web.poll() is None:
            if worker.poll() is not None:
                self.stderr.write("The worker ended by itself: starting it anew.")
                worker = start_worker()
        fell = not stopping.is_set()
        stop([web, worker])
        if fell:
            raise CommandError("The web server ended by itself; the lines above say why.")


def must_be_free(host: str, port: int) -> None:
    """Raise a sentence that names a taken port."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} of {host} cannot be used ({error.strerror}); choose another: PORT="
            ) from error


def start_web(host: str, port: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"]
    command += ["--workers", str(WEB_WORKERS), "--respawn-failed-workers"]
    command += ["--blocking-threads", str(WEB_THREADS), "--backpressure", str(2 * WEB_THREADS)]
    command += ["--host", host, "--port", str(port), "--log-level", "warning"]
    return subprocess.Popen(  # noqa: S603  # nosec B603: our own command
        [*command, "crm.wsgi:application"],
        cwd=settings.BASE_DIR,
        env={**WEB_HEAPS, **os.environ},
        start_new_session=True,
    )


def start_worker() -> subprocess.Popen[bytes]:
    """The worker's input is its lifeline: it stops when we are gone, however we went."""
    return subprocess.Popen(  # noqa: S603  # nosec B603: our own command
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "runworker", "--lifeline"],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )


def stop(processes: list[subprocess.Popen[bytes]]) -> None:
    """SIGTERM to each, and SIGKILL to what is left when time is up."""
    ends = time.monotonic() + STOP_WITHIN_S
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(timeout=max(ends - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
