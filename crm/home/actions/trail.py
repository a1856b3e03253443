"""What the door writes into the audit trail. What was typed as a username is never kept."""

from __future__ import annotations

from crm.people.models import User
from crm.records.audit import record


def note_sign_in(user: User, *, address: str) -> None:
    """A session began."""
    record("people.sign_in", by=user, obj=user, after={"address": address})


def note_sign_out(user: User, *, address: str) -> None:
    """A session ended."""
    record("people.sign_out", by=user, obj=user, after={"address": address})


def note_refusal(username: str, *, address: str) -> None:
    """A sign-in failed: whose account, if it exists; people type passwords into this field."""
    record("people.refuse_sign_in", by=None, obj=account(username), after={"address": address})


def note_lock_out(username: str, *, address: str) -> None:
    """An account is held back after too many failures."""
    record("people.lock_out", by=None, obj=account(username), after={"address": address})


def account(username: str) -> User | None:
    """The account of that name, if there is one."""
    name = User.normalize_username(username).replace("\0", "")
    return User.objects.filter(username=name).first()
