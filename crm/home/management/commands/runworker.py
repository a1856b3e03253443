"""`manage.py runworker`: the watchdog over both clusters and the reminder ticker."""

from __future__ import annotations

import signal
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django_q.cluster import Cluster

from crm import worker
from crm.home.management.cluster import end_group, watch_lifeline
from crm.home.management.watchdog import Watchdog


class Command(BaseCommand):
    help = "The worker: keeps both task clusters and the reminder ticker running."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--cluster",
            choices=[worker.MAIN, worker.SLOW],
            help="Run one cluster under a watchdog that holds our input open (used by runworker).",
        )
        parser.add_argument(
            "--lifeline",
            action="store_true",
            help="Stop when our input is closed (used by serve).",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["cluster"]:
            run_cluster()
            return
        watchdog = Watchdog()
        if options["lifeline"]:
            watch_lifeline(watchdog.stop)
        sys.exit(watchdog.run())


def run_cluster() -> None:
    """Run the cluster that Q_CLUSTER_NAME names until it ends or its watchdog is gone.

    The lifeline's thread starts after the cluster has forked: a fork must not copy a thread.
    """
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    cluster = Cluster()
    cluster.start()
    watch_lifeline(end_group)
    cluster.sentinel.join()
