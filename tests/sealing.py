"""What a test types stands for what a page showed the same person of the same row.

A test that sends a plain version has it sealed as its page would; one that says `As-Typed` has not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from crm.records.middleware.seen import FIELDS, TICK, TICKS, Seen, mark, object_of, person_of


class Sealing(Seen):
    """Stands before the product's own and seals what is about to be opened."""

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, kwargs: Mapping[str, Any]
    ) -> None:
        if request.method != "POST" or "As-Typed" in request.headers:
            return
        person, key = person_of(request), object_of(request.path, kwargs)
        posted = request.POST.copy()
        for name in {*FIELDS} & {*posted}:
            values = posted.getlist(name)
            posted.setlist(
                name, [f"{v}:{mark(person, key, v)}" if v.isdigit() else v for v in values]
            )
        for name in {*TICKS} & {*posted}:
            posted.setlist(name, [ticked(value, person) for value in posted.getlist(name)])
        posted._mutable = False
        request.POST = posted  # type: ignore[assignment]


def ticked(value: str, person: str) -> str:
    found = TICK.fullmatch(value)
    if found is None or found["mark"] is not None:
        return value
    return f"{value}:{mark(person, found['row'], found['number'])}"
