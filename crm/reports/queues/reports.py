"""Visit reports and measures as their pages need them."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.people import roles
from crm.people.models import Membership, Store, User
from crm.records.states import Saved
from crm.reports import states
from crm.reports.models import (
    Measure,
    MeasureQuerySet,
    MeasureStep,
    VisitReport,
    VisitReportQuerySet,
)
from crm.ui.lists import Chip, ListSpec, Sort

WITHOUT_DATA = (roles.ADMIN, roles.PRIVACY_OFFICER)


def report_queue(user: User) -> VisitReportQuerySet:
    """The reports this person may see, with how many of their measures are open."""
    open_ones = Count("measures", filter=Q(measures__state__in=states.OPEN))
    rows = VisitReport.objects.visible_to(user).select_related("store", "author", "sent_by")
    return rows.annotate(open_measures=open_ones)


def report_list() -> ListSpec:
    """What the list of reports allows: the latest first."""
    return ListSpec(
        sorts=(Sort("period", _("Period"), ("-last", "-id")),),
        chips=(
            Chip("all", _("All")),
            Chip("draft", pgettext_lazy("report", "Draft"), Q(state=states.DRAFT)),
            Chip("sent", pgettext_lazy("report", "Sent"), Q(state=states.SENT)),
        ),
    )


def measure_queue(user: User) -> MeasureQuerySet:
    """The measures this person may see, with everything their page shows."""
    steps = Prefetch("steps", queryset=MeasureStep.objects.select_related("by"))
    rows = Measure.objects.visible_to(user).select_related("owner", "report__store", "store")
    return rows.prefetch_related(steps)


def measures_of(user: User, report: VisitReport) -> MeasureQuerySet:
    """The measures under a report, in the order they were put down."""
    rows = Measure.objects.visible_to(user).filter(report=report)
    return rows.select_related("owner").order_by("id")


def measure_list(user: User, today: dt.date) -> ListSpec:
    """What the list of measures allows; `today` is the store's local date."""
    still_open = Q(state__in=states.OPEN)
    late = Q(state__in=states.IN_HAND, due_on__lt=today)
    return ListSpec(
        sorts=(Sort("due", _("Due"), (F("due_on").asc(nulls_first=True), "id")),),
        chips=(
            Chip("open", pgettext_lazy("measures", "Open"), still_open),
            Chip("mine", _("Mine"), still_open & Q(owner__in=user.reach.own_ids)),
            Chip("late", _("Overdue"), late, "alert-triangle", "late"),
            Chip("to_decide", _("To decide"), Q(state=states.PROPOSED)),
            Chip("all", _("All")),
        ),
    )


def possible_owners(store_id: int | None, now: dt.datetime) -> QuerySet[User]:
    """Everybody who works in the store today, and general managers."""
    posts = Membership.objects.valid_on(timezone.localdate(now)).filter(user=OuterRef("pk"))
    here = Q(store=store_id) | Q(role=roles.GENERAL_MANAGER)
    held = posts.filter(here).exclude(role__in=WITHOUT_DATA)
    return User.objects.filter(Exists(held), is_active=True).order_by("name", "pk")


def stores_to_report(user: User) -> list[Store]:
    """The stores whose service this person leads."""
    ids = user.reach.stores_as(roles.SERVICE_SUPERVISOR)
    return list(Store.objects.visible_to(user).filter(pk__in=ids).order_by("code"))


def saved_report(report: VisitReport) -> Saved:
    """How the report's texts stand now, for whoever came second."""
    values = {"problems": report.problems, "suggestions": report.suggestions}
    facts = ((str(_("State")), str(report.get_state_display())),)
    resend = {"version": report.version} if report.state == states.DRAFT else None
    return Saved(values, facts=facts, resend=resend)


def saved_measure(measure: Measure) -> Saved:
    """How the measure stands now, for whoever came second."""
    owner = measure.owner.name if measure.owner else "—"
    facts = (
        (str(_("State")), str(measure.get_state_display())),
        (str(pgettext_lazy("measure", "Owner")), owner),
    )
    values = {"what": measure.what, "owner": measure.owner_id, "due_on": measure.due_on}
    return Saved(values, facts=facts)
