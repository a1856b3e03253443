"""Planned contacts, and the log of contacts made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.customers.models import SALES_READERS, Level, row_scope
from crm.people import roles
from crm.people.models import User
from crm.people.roles import Reach
from crm.records.models import Entered
from followups import states
from followups.models.choices import (
    Direction,
    Method,
    Outcome,
    PlannedState,
    Purpose,
    Result,
)
from followups.models.plans import AGENTS, PLAN_READERS, Plan

# Who reads contacts (security.md 1.2, row 6).
CONTACT_READERS = SALES_READERS | {
    *(roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR, roles.HANDLER, roles.AUDITOR),
}


def planned_scope(reach: Reach) -> Q:
    """Steps of the plans this reach covers, and those assigned to the person."""
    return row_scope(reach, "card__", PLAN_READERS, AGENTS) | Q(assignee__in=reach.own_ids)


def contact_scope(reach: Reach) -> Q:
    """Contacts of sales, service and case workers, and one's own (matrix row 6)."""
    return row_scope(reach, "card__", CONTACT_READERS) | Q(staff=reach.user_id)


class PlannedContactQuerySet(models.QuerySet["PlannedContact"]):
    def visible_to(self, user: User) -> PlannedContactQuerySet:
        """Steps of the plans this person may see, and those assigned to them."""
        return self.filter(planned_scope(user.reach))

    def open(self) -> PlannedContactQuerySet:
        """Still to be carried out, in a plan that lives."""
        return self.filter(state=states.PLANNED, plan__state__in=states.LIVE)

    def overdue(self, now: dt.datetime) -> PlannedContactQuerySet:
        """Open and past their moment (an untimed one at the end of its day)."""
        return self.open().filter(due_at__lt=now)

    def overdue_then(self, moment: dt.datetime) -> PlannedContactQuerySet:
        """Overdue at a moment gone by: also what was carried out, cancelled or moved since."""
        made = Contact.objects.filter(planned__isnull=False)
        known = Q(entered_at__isnull=True) | Q(entered_at__lte=moment)
        earlier = made.filter(known, planned=models.OuterRef("pk"), occurred_at__lt=moment)
        later = made.filter(Q(occurred_at__gte=moment) | Q(entered_at__gt=moment)).values("planned")
        open_then = Q(state=states.PLANNED, plan__state__in=states.LIVE)
        open_then |= Q(state=states.DONE, pk__in=later) & ~Q(models.Exists(earlier))
        open_then |= Q(state__in=(states.CANCELLED, states.RESCHEDULED), closed_at__gte=moment)
        return self.filter(open_then, due_at__lt=moment)

    def late_at(self, moments: Sequence[dt.datetime]) -> models.QuerySet[Any, Any]:
        """What was overdue at any of these moments, the earliest first: `due` before the moment
        of that place, and `until` when; `n` of them. What is overdue still has no `until`, and
        says whose it is and whether it is about a customer at the highest level.

        The same rows as `overdue_then`: a carried out one was overdue until its first contact
        was made and written down, a dropped one until it was dropped.
        """
        first, last = moments[0], moments[-1]
        whens = [models.When(due_at__lt=at, then=n) for n, at in enumerate(moments)]
        due = models.Case(*whens, output_field=models.IntegerField())
        every = self.filter(due_at__lt=last).order_by().annotate(due=due)
        never = models.Value(None, models.DateTimeField())
        still = every.filter(state=states.PLANNED, plan__state__in=states.LIVE)
        was_known = Greatest("occurred_at", Coalesce("entered_at", "occurred_at"))
        made = Contact.objects.filter(planned=models.OuterRef("pk")).order_by()
        carried = made.values("planned").annotate(at=models.Min(was_known)).values("at")
        lately = Q(occurred_at__gte=first) | Q(entered_at__gt=first)
        due_at = models.F("planned__due_at")
        lately &= Q(occurred_at__gt=due_at) | Q(entered_at__gt=due_at)
        late = Contact.objects.filter(lately, planned__isnull=False).values("planned")
        dropped = Q(state__in=(states.CANCELLED, states.RESCHEDULED))
        ended = every.filter(Q(state=states.DONE, pk__in=late) | dropped & Q(closed_at__gte=first))
        until = models.Case(
            models.When(state=states.DONE, then=models.Subquery(carried)),
            models.When(dropped, then=models.F("closed_at")),
            output_field=models.DateTimeField(),
        )
        hot = models.Case(models.When(card__level=Level.H, then=1), default=0)
        counted = still.values("due", "assignee", hot=hot, until=never)
        one = ended.values("due", "assignee", hot=models.Value(0), until=until, n=models.Value(1))
        return counted.annotate(n=models.Count("pk")).union(one, all=True)


class PlannedContact(Entered):
    """One step of a plan: when, how, what for and why (FP-01, FP-05).

    `due_at` is UTC; an untimed one is due at 23:59:59 local time. A moved one is closed as
    rescheduled and names its successor. `team` and `store` are the assignee's when written.
    """

    planned_no = models.CharField(max_length=40, unique=True)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="steps")
    card = models.ForeignKey(
        "customers.Card", on_delete=models.PROTECT, related_name="planned_contacts"
    )
    due_at = models.DateTimeField(_("due at"))
    untimed = models.BooleanField(_("any time that day"), default=False)
    method = models.CharField(_("method"), max_length=9, choices=Method.choices)
    content = models.CharField(_("what for"), max_length=300, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    state = models.CharField(
        max_length=11, choices=PlannedState.choices, default=PlannedState.PLANNED
    )
    # Every index that begins with the person serves the key as well.
    assignee = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    team = models.ForeignKey(
        "people.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    moved_to = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="moved_from"
    )
    moves = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_reason = models.CharField(max_length=200, blank=True)

    objects = PlannedContactQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(
                fields=["assignee", "due_at"],
                include=["id", "plan", "card", "method"],
                condition=Q(state=states.PLANNED),
                name="planned_day_of_person",
            ),
            models.Index(
                fields=["assignee", "due_at"],
                include=["id", "state", "plan", "card"],
                name="planned_of_person",
            ),
            models.Index(fields=["due_at"], name="planned_due"),
            models.Index(fields=["card", "due_at"], name="planned_card_due"),
            models.Index(
                fields=["store", "due_at"],
                include=["id", "state", "plan", "card", "assignee"],
                name="planned_of_store",
            ),
            # SQLite alone: no columns beside an index's own there, no state that is bound.
            models.Index(
                fields=["store", "due_at", "state", "assignee", "plan", "card", "id"],
                name="planned_board_of_store",
            ),
            models.Index(
                fields=["assignee", "state", "due_at", "plan", "card", "method", "id"],
                name="planned_states_of_person",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=PlannedState.values), name="planned_state_known"
            ),
            models.CheckConstraint(
                condition=Q(method__in=Method.values), name="planned_method_known"
            ),
            models.CheckConstraint(
                condition=Q(moved_to__isnull=True) | Q(state=states.RESCHEDULED),
                name="planned_moved_is_rescheduled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.planned_no} {self.due_at:%F %H:%M}"


class ContactQuerySet(models.QuerySet["Contact"]):
    def visible_to(self, user: User) -> ContactQuerySet:
        """Contacts of sales, service and case workers, and one's own (matrix row 6)."""
        return self.filter(contact_scope(user.reach))


class Contact(Entered):
    """One contact or try, as it happened (CL-01, CL-02); never edited, only added to.

    `occurred_at` is when it happened, `entered_at` when it was entered (CL-12), both UTC.
    `team` and `store` are those of `staff` when it was written.
    """

    contact_no = models.CharField(max_length=40, unique=True)
    card = models.ForeignKey(
        "customers.Card", on_delete=models.PROTECT, related_name="contacts", db_index=False
    )
    staff = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    team = models.ForeignKey(
        "people.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    occurred_at = models.DateTimeField(_("time"), default=timezone.now)
    method = models.CharField(_("method"), max_length=9, choices=Method.choices)
    direction = models.CharField(
        _("direction"), max_length=3, choices=Direction.choices, default=Direction.OUT
    )
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices)
    result = models.CharField(_("result"), max_length=12, choices=Result.choices, blank=True)
    purpose = models.CharField(max_length=5, choices=Purpose.choices, default=Purpose.SALES)
    feedback = models.TextField(_("what the customer said"), max_length=2000, blank=True)
    problem = models.TextField(_("problem raised"), max_length=1000, blank=True)
    analysis = models.TextField(_("analysis"), max_length=1000, blank=True)
    next_step = models.CharField(_("next step"), max_length=300, blank=True)
    level_after = models.CharField(max_length=1, blank=True)
    planned = models.ForeignKey(
        PlannedContact,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="contacts",
        db_index=False,
    )
    attempt = models.PositiveIntegerField(default=0)
    entered_late = models.BooleanField(default=False)

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["-occurred_at", "-id"]
        indexes = [
            models.Index(
                fields=["card", "occurred_at"],
                include=["staff", "team", "store", "direction", "outcome", "purpose"],
                name="contact_of_card",
            ),
            models.Index(fields=["occurred_at"], name="contact_occurred"),
            models.Index(fields=["staff", "occurred_at"], name="contact_staff_occurred"),
            models.Index(
                fields=["store", "occurred_at"],
                include=["card", "staff", "direction", "outcome", "purpose"],
                name="contact_of_store",
            ),
            # SQLite alone: no columns beside an index's own there.
            models.Index(
                fields=["store", "occurred_at", "card", "direction", "purpose", "outcome", "staff"],
                name="contact_board_of_store",
            ),
            models.Index(
                fields=["card", "occurred_at"],
                condition=Q(direction=Direction.IN) & ~Q(purpose=Purpose.CARE),
                name="contact_called_back",
            ),
            models.Index(
                fields=["planned", "occurred_at"],
                condition=Q(planned__isnull=False),
                name="contact_of_planned",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(**{f"{column}__in": known.values}), name=f"contact_{column}_known"
            )
            for column, known in (
                *(("outcome", Outcome), ("method", Method)),
                *(("direction", Direction), ("purpose", Purpose)),
            )
        ]

    def __str__(self) -> str:
        return self.contact_no
