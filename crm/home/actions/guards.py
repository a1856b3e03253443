"""What every verb on people asks first, and how it says no."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from crm.home.queues import OpenWork
from crm.people.access import can_edit_user, can_manage_users
from crm.people.models import User
from crm.records.actions import claim_request


class StillHasWork(Exception):
    """The person still owns open work, which somebody must take over first."""

    def __init__(self, work: OpenWork) -> None:
        super().__init__("open work left")
        self.work = work


class Replayed(Exception):
    """This form was saved before; nothing was done a second time."""


def must_manage(by: User) -> None:
    """Raises `PermissionDenied` unless `by` administers."""
    if not can_manage_users(by):
        raise PermissionDenied


def must_edit(by: User, user: User) -> None:
    """Raises `PermissionDenied` unless `by` administers and `user` is somebody else."""
    if not can_edit_user(by, user):
        raise PermissionDenied


def claim(by: User, form: str, request_id: str) -> None:
    """Raises `Replayed` when this form was sent before."""
    if not claim_request(by, form, request_id):
        raise Replayed
