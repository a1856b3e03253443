"""What a seal's hash covers, byte for byte, and how a head of the chain is written down. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any, NamedTuple

FORMAT = "showfloor-audit-1"
GENESIS = "0" * 64


class Facts(NamedTuple):
    """Everything an event says, in the order in which it is hashed."""

    id: int
    at: dt.datetime
    actor: int | None
    on_behalf_of: int | None
    address: str
    request: str
    action: str
    subject: str
    subject_id: str
    store: int | None
    before: Any
    after: Any


def canonical(previous: str, number: int, facts: Facts) -> bytes:
    """The bytes a seal's hash is made of: one JSON array, ASCII, no spaces, keys sorted."""
    values = facts._replace(
        at=facts.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),  # type: ignore[arg-type]
        before=plain(facts.before),
        after=plain(facts.after),
    )
    return json.dumps(
        [FORMAT, previous, number, *values], sort_keys=True, separators=(",", ":")
    ).encode("ascii")


def plain(value: Any) -> Any:
    """A whole number is written as one, whichever way a database gives it back (1e3, 1000.0)."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def hash_of(previous: str, number: int, facts: Facts) -> str:
    """The hash of seal `number`, 64 hexadecimal digits."""
    return hashlib.sha256(canonical(previous, number, facts)).hexdigest()


def written(number: int, digest: str) -> str:
    """A head as people and logs keep it: ``1,234:0f3a.…`` in groups that no scrubber mistakes."""
    groups = ".".join(digest[start : start + 4] for start in range(0, len(digest), 4))
    return f"{number:,}:{groups}"


def read(text: str) -> tuple[int, str]:
    """The number and hash of a head written down; raises ValueError for anything else."""
    number, _colon, digest = text.strip().partition(":")
    number, digest = number.replace(",", ""), digest.replace(".", "").lower()
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise ValueError(text)
    if len(digest) != len(GENESIS) or set(digest) - set("0123456789abcdef"):
        raise ValueError(text)
    return int(number), digest
