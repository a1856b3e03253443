"""What sales teams do about feedback on their follow-up, as pages need it (RV-42)."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from crm.people import roles
from crm.people.models import Team, User
from crm.records.periods import Period
from crm.records.states import Saved
from crm.reports.models import TeamResponse

MOST = 10


def response_queue(user: User) -> QuerySet[TeamResponse]:
    """Those a person may see, with everything a page shows."""
    return TeamResponse.objects.visible_to(user).select_related(
        "team", "asked_by", "answered_by", "checked_by"
    )


def responses_in(user: User, period: Period) -> QuerySet[TeamResponse]:
    """The latest about days of a period."""
    rows = response_queue(user).filter(first__lte=period.last, last__gte=period.first)
    return rows[:MOST]


def teams_asked_by(user: User) -> QuerySet[Team]:
    """The sales teams a service supervisor passes feedback on to."""
    stores = user.reach.stores_as(roles.SERVICE_SUPERVISOR)
    selling = Team.objects.filter(store__in=stores, memberships__role=roles.SALESPERSON)
    return selling.distinct().order_by("store__name", "name")


def saved_response(response: TeamResponse) -> Saved:
    """How it stands now, for whoever came second."""
    facts = [(str(_("State")), str(response.get_state_display()))]
    return Saved({"done": response.done, "effect": response.effect}, facts=tuple(facts))
