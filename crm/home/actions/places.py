"""Verbs of the administrator on stores, teams and departments."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from crm.home.actions.guards import claim, must_manage
from crm.people.models import Department, Store, Team, User
from crm.records.actions import change
from crm.records.audit import record


@transaction.atomic
def create_place(
    model: type[Store | Team | Department],
    facts: dict[str, Any],
    *,
    by: User,
    now: dt.datetime,
    request_id: str = "",
) -> Store | Team | Department:
    """A new store, team or department; raises `Replayed`, or `ValidationError` when taken."""
    must_manage(by)
    name = model._meta.model_name or ""
    claim(by, f"create_{name}", request_id)
    try:
        with transaction.atomic():
            place = model.objects.create(**facts)
    except IntegrityError as error:
        raise taken(model) from error
    record(f"people.create_{name}", by=by, obj=place, after=words(facts), at=now)
    return place


@transaction.atomic
def change_place(
    place: Store | Team | Department,
    facts: dict[str, Any],
    *,
    by: User,
    version: int,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Correct a store, team or department.

    Raises `Replayed` on a repeat, `Stale`, or `ValidationError` when taken.
    """
    must_manage(by)
    claim(by, f"change_{place._meta.model_name}", request_id)
    before = words({name: getattr(place, name) for name in facts})
    try:
        with transaction.atomic():
            change(place, version=version, **facts)
    except IntegrityError as error:
        raise taken(type(place)) from error
    name = place._meta.model_name
    record(f"people.change_{name}", by=by, obj=place, before=before, after=words(facts), at=now)


def taken(model: type[models.Model]) -> ValidationError:
    """Which field of a place must be its own."""
    if model is Store:
        return ValidationError({"code": _("Another store has this code.")})
    return ValidationError({"name": _("This name is taken.")})


def words(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts as JSON keeps them: a row by its public id."""
    return {
        name: getattr(value, "public_id", value) if isinstance(value, models.Model) else value
        for name, value in facts.items()
    }
