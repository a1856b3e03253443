"""Opening hours of a store, holidays, make-up workdays, days on which a store is shut (OT-04)."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm import workdays
from crm.people.models import Store, User
from crm.records import audit
from crm.records.actions import change, claim_request
from crm.rulebook import access
from crm.rulebook.models import CalendarDay, OpeningHours
from crm.rulebook.sources import BUNDLED, BY_HAND

Week = tuple[tuple[workdays.Slot, ...], ...]


def set_opening_hours(
    store: Store,
    week: Week | None,
    *,
    by: User,
    version: int,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Set a store's slots from Monday to Sunday, local time; without a week the usual ones count.

    The clocks of open complaints follow within a minute. `version` is the store's. Raises
    `PermissionDenied`, `ValidationError`, `Stale`.
    """
    if not access.can_set_calendar(by, store):
        raise PermissionDenied
    if week is not None:
        _check_week(week)
    with transaction.atomic():
        if not claim_request(by, "set_opening_hours", request_id):
            return
        change(store, version=version)
        rows = OpeningHours.objects.filter(store=store)
        before = [f"{row.weekday} {row.opens:%H:%M}-{row.closes:%H:%M}" for row in rows]
        rows.delete()
        made = OpeningHours.objects.bulk_create(
            OpeningHours(store=store, weekday=weekday, opens=slot.opens, closes=slot.closes)
            for weekday, slots in enumerate(week or ())
            for slot in slots
        )
        after = [f"{row.weekday} {row.opens:%H:%M}-{row.closes:%H:%M}" for row in made]
        audit.record(
            "rulebook.set_opening_hours",
            by=by,
            obj=store,
            before={"opening_hours": before},
            after={"opening_hours": after},
            at=now,
        )


def _check_week(week: Week) -> None:
    if not any(week):
        raise ValidationError(_("A store is open on some day of the week."))
    try:
        workdays.OpeningHours(week=week)
    except ValueError:
        raise ValidationError(_("The times of a day must not overlap.")) from None


def set_calendar_day(
    day: dt.date,
    kind: str,
    *,
    store: Store | None,
    name: str,
    by: User,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Enter a local date as holiday or make-up workday of the region, or as a store's day off.

    What a release brought along for that day is replaced. Raises `PermissionDenied`,
    `ValidationError` by field.
    """
    if not access.can_set_calendar(by, store):
        raise PermissionDenied
    if (kind == CalendarDay.Kind.CLOSED) != (store is not None):
        raise ValidationError({"kind": _("Choose from the list.")})
    region = settings.CALENDAR_REGION
    row = CalendarDay(
        region=region, store=store, day=day, kind=kind, name=name.strip()[:60], source=BY_HAND
    )
    row.clean_fields()
    with transaction.atomic():
        if not claim_request(by, "set_calendar_day", request_id):
            return
        rows = CalendarDay.objects.filter(region=region, store=store, day=day)
        rows.filter(source=BUNDLED).delete()
        if rows.exists():
            raise ValidationError({"day": _("This day is entered already.")})
        row.save()
        after = {"day": day.isoformat(), "kind": kind, "name": row.name}
        audit.record("rulebook.set_calendar_day", by=by, obj=row, after=after, at=now)


def remove_calendar_day(
    row: CalendarDay, *, by: User, now: dt.datetime, request_id: str = ""
) -> None:
    """Take a day back that a person entered. Raises `PermissionDenied`."""
    if not access.can_set_calendar(by, row.store) or row.source == BUNDLED:
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "remove_calendar_day", request_id):
            return
        before = {"day": row.day.isoformat(), "kind": row.kind, "name": row.name}
        audit.record("rulebook.remove_calendar_day", by=by, obj=row, before=before, at=now)
        row.delete()
