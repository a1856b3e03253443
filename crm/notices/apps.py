"""The room of reminders; it refuses to start with a worker that could ring twice or never."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from crm.notices.due import shortest_retry

# The hard time limit of django-q2 fires only with these (it waits for a float to reach zero).
GUARD_CYCLES = (0.25, 0.5, 1)


class NoticesConfig(AppConfig):
    name = "crm.notices"
    label = "notices"


@register()
def check_clusters(**_options: Any) -> list[CheckMessage]:
    """Each cluster's settings keep a task from running twice and a slot from being made up."""
    main: dict[str, Any] = dict(settings.Q_CLUSTER)
    others: dict[str, dict[str, Any]] = main.pop("ALT_CLUSTERS", {})
    clusters = {str(main["name"]): main}
    for name, changes in others.items():
        clusters[name] = {**main, **changes}
    return [error for name, cluster in clusters.items() for error in wrong_with(name, cluster)]


def wrong_with(name: str, cluster: Mapping[str, Any]) -> list[CheckMessage]:
    """What is wrong with one cluster, an error each."""
    found: list[CheckMessage] = []
    least = shortest_retry(
        cluster["timeout"], cluster["queue_limit"], cluster["workers"], cluster["bulk"]
    )
    if cluster["retry"] <= least:
        words = f"Cluster {name}: retry must be over {least:.0f} s, or waiting tasks run twice."
        found.append(Error(words, id="showfloor.E001"))
    if cluster["guard_cycle"] not in GUARD_CYCLES:
        words = f"Cluster {name}: guard_cycle must be 0.25, 0.5 or 1, or no time limit holds."
        found.append(Error(words, id="showfloor.E002"))
    if cluster.get("catch_up", True):
        words = f"Cluster {name}: catch_up must be off, or a standstill is made up for days."
        found.append(Error(words, id="showfloor.E003"))
    return found
