"""Do, then undo: a message that offers the way back for ten seconds."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.http import HttpRequest

PREFIX = "undo:"


@dataclass(frozen=True)
class Offer:
    """Where the undo is posted, and with which hidden fields."""

    url: str
    fields: tuple[tuple[str, str], ...]


def offer(request: HttpRequest, text: str, url: str, **fields: object) -> None:
    """Say what was done and offer to undo it by a POST to ``url`` with ``fields``."""
    query = urlencode({name: str(value) for name, value in fields.items()})
    messages.success(request, text, extra_tags=f"{PREFIX}{url}?{query}")


def read(extra_tags: str) -> Offer | None:
    """The offer a message carries, if any."""
    if not extra_tags.startswith(PREFIX):
        return None
    url, _mark, query = extra_tags.removeprefix(PREFIX).partition("?")
    return Offer(url, tuple(parse_qsl(query, keep_blank_values=True)))
