"""The leaver's desk: work that is nobody's once an account closes goes to colleagues (PR-22)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from complaints.actions import hand_over_corrections, hand_over_stages, hand_over_tasks
from crm.home.actions.guards import claim, must_edit
from crm.people.models import User
from visits.actions import hand_over_care

# What is handed over here, by the names of the open work; cards, visits and tickets have pages.
VERBS: Mapping[str, Callable[..., int]] = {
    "tasks": hand_over_tasks,
    "stages": hand_over_stages,
    "corrections": hand_over_corrections,
    "care": hand_over_care,
}


def hand_over_work(
    leaver: User,
    *,
    to: Mapping[str, User | None],
    by: User,
    now: dt.datetime,
    request_id: str = "",
) -> dict[str, int]:
    """Give each kind of work to the colleague chosen for it; how many of each went.

    What a colleague may not have stays where it is. One transaction. Raises `PermissionDenied`,
    `Replayed`, `ValidationError` where nobody was chosen or nothing could go.
    """
    must_edit(by, leaver)
    chosen = {name: person for name, person in to.items() if person is not None and name in VERBS}
    with transaction.atomic():
        claim(by, "hand_over_work", request_id)
        if not chosen:
            raise ValidationError(_("Choose who takes over."))
        said: dict[str, Any] = {"by": by, "now": now}
        given = {name: VERBS[name](leaver, to=person, **said) for name, person in chosen.items()}
        if not any(given.values()):
            raise ValidationError(_("None of it can go to this person."))
    return given
