"""When a person may be reached outside: their own quiet hours, else those of the house (N-27)."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.utils import timezone

from crm.notices import due
from crm.notices.models import Delivery, Preference
from crm.rulebook.models import Number
from crm.rulebook.numbers import Numbers, numbers_from

Quiet = tuple[dt.time, dt.time]


def house_quiet(stores: set[int | None]) -> dict[int | None, Quiet]:
    """The quiet hours of each of these stores; one statement."""
    rows = Number.objects.in_force().filter(
        Q(store__isnull=True) | Q(store__in=[pk for pk in stores if pk is not None]),
        key__in=("quiet_from", "quiet_until"),
    )
    found = list(rows.values_list("store_id", "key", "value"))
    usual = {key: value for store, key, value in found if store is None}
    return {
        store: numbers_from(
            usual | {key: value for other, key, value in found if other == store}
        ).quiet_time()
        for store in stores
    }


def quiet_of(preference: Preference | None, house: Quiet | None) -> Quiet:
    """Somebody's own quiet hours, else their store's, else the defaults."""
    if preference and preference.quiet_from and preference.quiet_until:
        return preference.quiet_from, preference.quiet_until
    return house or Numbers().quiet_time()


def quiet_end(row: Delivery, now: dt.datetime) -> dt.datetime | None:
    """When the quiet hours end that `now` falls into for this recipient; None outside them."""
    preference = Preference.objects.filter(user=row.recipient_id).first()
    house = house_quiet({row.store_id})[row.store_id]
    end = due.after_quiet(now, quiet_of(preference, house), timezone.get_default_timezone())
    return end if end > now else None
