"""The queue's first line: only tasks named in `crm.worker` leave it, before anything is imported.

The queue would run any dotted path a row names and unpickle whatever is signed. Here a row is
read as plain values, and one that names something else is taken out and written down (D11).
"""

from __future__ import annotations

import logging
import pickle  # nosec B403: with a reader that makes nothing but plain values
from io import BytesIO
from typing import Any

from django.conf import settings
from django.dispatch import receiver
from django_q.brokers.orm import ORM
from django_q.conf import Conf
from django_q.core_signing import loads
from django_q.signals import pre_enqueue

log = logging.getLogger("showfloor.worker")

# All that a task of ours says; no hook and no chain, which name further paths to call.
SAYS = frozenset(
    {"id", "name", "func", "args", "kwargs", "started", "save", "cached", "ack_failure"}
    | {"group", "cluster"}
)
PLAIN = frozenset({("datetime", "datetime"), ("datetime", "timedelta"), ("datetime", "timezone")})


class PlainReader(pickle.Unpickler):
    """Reads texts, numbers, lists and moments, and imports nothing."""

    def find_class(self, module: str, name: str) -> Any:
        """A moment's classes; raises UnpicklingError for any other."""
        if (module, name) in PLAIN:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"it holds a {module}.{name}")


class PlainPickle:
    """As the queue's own serializer, for reading plain values only."""

    def loads(self, data: bytes) -> Any:
        return PlainReader(BytesIO(data)).load()


class NamedTasks(ORM):  # type: ignore[misc]
    """The queue in the database, of which only named tasks come out."""

    def dequeue(self) -> list[tuple[int, str]] | None:
        """What may run; the rest is deleted and logged."""
        found: list[tuple[int, str]] | None = super().dequeue()
        if not found:
            return found
        refused = {pk: why for pk, payload in found if (why := fault_of(payload))}
        for pk, why in refused.items():
            log.error("a task was refused and taken out of the queue: %s", why)
            self.delete(pk)
        return [row for row in found if row[0] not in refused]


def fault_of(payload: str) -> str:
    """Why this row of the queue does not run; empty where it is a task named in the code."""
    try:
        task = loads(payload, key=Conf.SECRET_KEY, salt=Conf.PREFIX, serializer=PlainPickle)
        path, more, cached = task["func"], task.keys() - SAYS, task.get("cached")
    except Exception as error:  # whatever is wrong with it: it is no task of ours
        return f"it cannot be read ({type(error).__name__}: {str(error)[:100]!r})"
    if not isinstance(path, str) or path not in settings.WORKER_TASKS:
        return f"{str(path)[:100]!r} is not named in crm.worker"
    if not cached:  # a row of results would be unpickled before it is written over
        return f"{path} would be kept among the results"
    return f"{path} asks for {sorted(map(str, more))}"[:200] if more else ""


@receiver(pre_enqueue, dispatch_uid="home.never_on_the_spot")
def never_on_the_spot(task: dict[str, Any], **_news: Any) -> None:
    """A row of the schedule may ask to be run where it is read; it takes its way through here."""
    task.pop("sync", None)
