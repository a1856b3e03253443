"""What every change can run into, without Django. A room's own states are on its own shelf."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class Stale(Exception):
    """Somebody else was first: the row is no longer in the state or version expected.

    `model_label` is "app.Model" and `pk` its primary key, so that the 409 page can say who
    changed the row and when (habit 4).
    """

    def __init__(self, model_label: str, pk: int) -> None:
        super().__init__(f"{model_label} {pk} changed meanwhile")
        self.model_label = model_label
        self.pk = pk


@dataclass(frozen=True)
class Saved:
    """How a row stands now, shown beside what was typed by whoever came second (D32).

    `values` are what the other saved, by the field of the form that came second; `facts` are
    what else is now so, as label and words.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    facts: tuple[tuple[str, str], ...] = ()
    # Hidden fields, such as the version now, with which what was typed may be sent again; None
    # where the state of the row no longer allows it.
    resend: Mapping[str, Any] | None = None
    # Where it is sent again and what that does, if not the same form over the same row.
    url: str = ""
    verb: str = ""
    hint: str = ""
    # The page that shows the row as it is now.
    link: str = ""
    # Who was first and when (UTC), where the row's own trail does not say.
    by: str = ""
    at: dt.datetime | None = None
