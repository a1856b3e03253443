"""Which edition of the ready-made questions a questionnaire has had (RV-31). Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any


def edition_of(body: Mapping[str, Any]) -> str:
    """The fingerprint of a set of questions: the same on every machine and database."""
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def is_newer(body: Mapping[str, Any] | None, had: Collection[str]) -> bool:
    """Whether the ready-made `body` is an edition that none of those `had` began with."""
    return body is not None and edition_of(body) not in had
