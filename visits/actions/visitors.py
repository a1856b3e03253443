"""What is known of one who visits (RV-23, RV-25)."""

from __future__ import annotations

import datetime as dt
import re

from django.core.exceptions import PermissionDenied
from django.db import transaction

from crm.people.models import User
from crm.records import audit
from crm.records.actions import change, claim_request
from visits import access
from visits.models import VisitorProfile

APART = re.compile(r"[\s,，、;；]+")
FACTS = ("qualified", "regions", "languages", "capacity")


def change_visitor(
    visitor: User,
    *,
    by: User,
    version: int,
    now: dt.datetime,
    qualified: bool,
    regions: str = "",
    languages: str = "",
    capacity: int | None = None,
    request_id: str = "",
) -> None:
    """Say whether somebody visits, where, in which languages and how much a day.

    Names are kept with one space between them; without a `capacity` the usual number holds.
    Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if not access.can_edit_visitor(by, visitor, now.date()):
        raise PermissionDenied
    wanted = {
        "qualified": qualified,
        "regions": APART.sub(" ", regions).strip(),
        "languages": APART.sub(" ", languages).strip(),
        "capacity": capacity,
    }
    VisitorProfile(user=visitor, **wanted).clean_fields(exclude=["user"])
    with transaction.atomic():
        if not claim_request(by, "change_visitor", request_id):
            return
        profile, _made = VisitorProfile.objects.get_or_create(user=visitor)
        before = {name: getattr(profile, name) for name in FACTS}
        change(profile, version=version, **wanted)
        audit.record(
            "visits.change_visitor",
            by=by,
            obj=profile,
            before={name: value for name, value in before.items() if value != wanted[name]},
            after={name: value for name, value in wanted.items() if value != before[name]},
            at=now,
        )
