"""What a form of the product sends: who may press it, on which row, with what it carries."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.fault.forms import BODIES, ROWS
from tests.fault.ready import READY
from tests.permissions.floor import Floor
from tests.permissions.rules import OUTSIDERS, ROLES, Address, expected, scope


def role_for(address: Address) -> str:
    """The first that may press it, from outside where that is how it is pressed."""
    for role in (*OUTSIDERS, *ROLES):
        if scope(address, role) != "none" and "allowed" in expected(address, role, "inside"):
            return role
    raise LookupError(f"nobody may press {address.name}")


def row_of(floor: Floor, address: Address, role: str) -> Any:
    if address.name in ROWS:
        return ROWS[address.name](floor)
    row = floor.inside(role, address.target, scope(address, role)) if address.target else None
    fresh(row)
    return row


def ready_row(floor: Floor, address: Address, role: str) -> Any:
    """The row, as far as it must have come before the form can be sent."""
    row = row_of(floor, address, role)
    if address.name in READY:
        READY[address.name](floor, row)
        fresh(row)
    return row


def fresh(row: Any) -> None:
    """As the database has it."""
    if hasattr(row, "refresh_from_db"):
        row.refresh_from_db()


def body_of(floor: Floor, address: Address, row: Any) -> dict[str, Any]:
    """What the form carries: the row's version, one request id, and the fields of the table."""
    made = BODIES.get(address.name, {})
    fields = made(floor, row) if callable(made) else dict(made)
    return {
        "request_id": uuid.uuid4().hex,
        "version": str(getattr(row, "version", 1)),
        **address.body,
        **fields,
    }


def as_sent(body: dict[str, Any]) -> dict[str, Any]:
    """The body with its files opened anew, as each sending needs them."""
    return {
        name: SimpleUploadedFile(value.name, value.bytes) if hasattr(value, "bytes") else value
        for name, value in body.items()
    }
