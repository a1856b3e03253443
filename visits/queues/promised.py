"""Return visits that may have kept a promise (HP-01)."""

from __future__ import annotations

from django.urls import reverse

from crm.people.models import User
from crm.promises.deeds import Deed
from crm.promises.models import Promise
from crm.ui import moments
from visits.models import Visit

AT_MOST = 20


def visits_since(promise: Promise, user: User) -> list[Deed]:
    """Visits made to the customer since it was promised, as far as this person sees them."""
    rows = Visit.objects.visible_to(user).filter(
        card__customer=promise.card.customer_id, completed_at__gte=promise.made_at
    )
    return [
        _deed(one) for one in rows.select_related("assignee").order_by("-completed_at")[:AT_MOST]
    ]


def _deed(visit: Visit) -> Deed:
    at = visit.completed_at or visit.created_at
    parts = [moments.local(at).strftime("%Y-%m-%d %H:%M"), str(visit.get_kind_display())]
    return Deed(
        room="visits",
        model="visit",
        public_id=visit.public_id,
        at=at,
        words=" · ".join([*parts, *([visit.assignee.name] if visit.assignee else [])]),
        link=reverse("visits:visit", args=[visit.public_id]),
    )
