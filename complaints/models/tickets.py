"""Tickets of three kinds: complaint, problem found on a return visit, help request."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints import clocks, states
from complaints.models.subjects import is_about
from complaints.models.tasks import DepartmentTask
from complaints.signals import kept_from
from crm.customers.models import CaseAccess, row_scope
from crm.people import roles
from crm.people.models import User
from crm.records.models import ORIGINAL, REMOVE, SEE, Record
from crm.rulebook.models import TicketClass


class TicketState(models.TextChoices):
    REGISTERED = "registered", _("Registered")
    CLASSIFIED = "classified", _("Classified")
    REOPENED = "reopened", _("Reopened")
    SENT = "sent", pgettext_lazy("ticket", "Sent")
    ROUTED = "routed", _("Routed")
    INVESTIGATING = "investigating", _("Investigating")
    ACCEPTED = "accepted", _("Accepted")
    IN_PROGRESS = "in_progress", _("In progress")
    PROPOSED = "proposed", _("Proposed")
    APPROVING = "approving", pgettext_lazy("ticket", "Awaiting approval")
    APPROVED = "approved", pgettext_lazy("ticket", "Approved")
    CORRECTING = "correcting", _("Correcting")
    REPLIED = "replied", pgettext_lazy("ticket", "Replied")
    VISITED = "visited", _("Visited")
    SOLVED = "solved", _("Solved")
    ANSWERED = "answered", _("Answered")
    TOLD = "told", _("Customer told")
    CLOSED = "closed", _("Closed")
    CONFIRMED = "confirmed", pgettext_lazy("ticket", "Confirmed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REJECTED = "rejected", _("Not a complaint")
    REFUSED = "refused", _("Refused")
    MERGED = "merged", pgettext_lazy("ticket", "Merged")


# Who may work in a department or head one; others are spared the question.
HEADS = (
    *(roles.HANDLER, roles.MANAGER, roles.SALES_SUPERVISOR, roles.SERVICE_SUPERVISOR),
    roles.MARKETING_SUPERVISOR,
)


# Who reads what was said on every ticket they see.
WORDS_READERS = (
    *(roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR, roles.HANDLER, roles.AUDITOR),
    *(roles.MANAGER, roles.GENERAL_MANAGER),
)


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, user: User) -> TicketQuerySet:
        """Tickets within scope; nobody sees a complaint about themselves (CP-15).

        Nor in the place of whom it is about. Service sees the store's, a department what it was
        asked and did not refuse, an auditor their cases, sales those of their customers. What rooms
        above keep from somebody for now is out of sight as well.
        """
        reach = user.reach
        rows = self.exclude(is_about(reach.user_id))
        for _receiver, theirs in kept_from.send(Ticket, user=user):
            rows = rows.exclude(theirs)
        if reach.has(roles.GENERAL_MANAGER):
            return rows
        found = _within(replace(reach, stands_in_for=frozenset()))
        for absent in reach.stands_in_for:
            in_place = _within(replace(reach, stands_in_for=frozenset({absent})))
            found |= in_place & ~is_about(absent)
        return rows.filter(found)

    def files_for(self, user: User, right: str = SEE) -> TicketQuerySet:
        """Whose files this person may see, take as they came, or remove as a mistake (D36).

        Files say what words say: who reads no words sees none. As it came it is for whoever answers
        for the ticket.
        """
        reach, rows = user.reach, self.visible_to(user)
        if right == REMOVE:
            return rows.filter(store__in=reach.stores_as(roles.SERVICE_SUPERVISOR, roles.MANAGER))
        if right == ORIGINAL:
            led = Q(store__in=reach.stores_as(roles.SERVICE_SUPERVISOR))
            return rows.filter(led | Q(responsible__in=reach.own_ids))
        if reach.has(*WORDS_READERS):
            return rows
        return rows.filter(Q(responsible__in=reach.own_ids) | Q(reporter=reach.user_id))

    def with_expiry(self) -> TicketQuerySet:
        """Each with `expires_at`: its first running clock, else what the customer was promised."""
        first = Coalesce("next_due_at", "deadline", output_field=models.DateTimeField())
        return self.annotate(expires_at=first)

    def late(self, now: dt.datetime) -> TicketQuerySet:
        """A clock has run out, or what the customer was promised has passed."""
        return self.filter(Q(next_due_at__lt=now) | Q(next_due_at__isnull=True, deadline__lt=now))

    def unsettled(self) -> TicketQuerySet:
        """Neither resolved nor closed nor cancelled."""
        return self.exclude(state__in=states.SETTLED)


def _within(reach: roles.Reach) -> Q:
    """What a reach sees: the store's, one's own, its departments', its cases', its customers'."""
    store = reach.stores_as(roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR, roles.MANAGER)
    own = Q(responsible__in=reach.own_ids) | Q(reporter=reach.user_id)
    departments = Q(lead_department__in=reach.departments_as(roles.HANDLER))
    if reach.has(*HEADS) or reach.stands_in_for:
        tasks = DepartmentTask.objects.of_reach(reach).filter(state__in=states.TASK_COUNTS)
        departments |= Q(pk__in=tasks.values("ticket"))
    cases = Q(pk__in=[])
    if reach.has(roles.AUDITOR):
        cases = Q(card__in=CaseAccess.objects.open_for(reach).values("card"))
    sales = Q(card__isnull=False) & row_scope(_sales_only(reach), "card__")
    return Q(store__in=store) | own | departments | cases | sales


def _sales_only(reach: roles.Reach) -> roles.Reach:
    """The part of a reach that comes from selling."""
    posts = tuple(
        post for post in reach.posts if post.role in (roles.SALESPERSON, roles.SALES_SUPERVISOR)
    )
    return roles.Reach(reach.user_id, posts, reach.stands_in_for)


class Ticket(Record):
    """One problem of a customer, answered for by one person until another accepts it (PR-21).

    `team` and `store` are the responsible's when written, else the card's. Moments are UTC.
    `subcategory` is the code of a sub-class on the store's own list. `offered_to` has been asked
    to answer for it and has not said yes. `source_room`, `source_model` and `source_id` name the
    row in a higher room it came from, as text. `resolved_at` and `reopened_at` are the last ones
    (kpi.md), `reopenings` counts them all. `misses` counts tries in vain since the customer
    was last spoken to. `next_due_at` is the first of the running clocks.
    `ledger_no` is its number in the store's ledger of the year.
    """

    class Kind(models.TextChoices):
        COMPLAINT = "complaint", _("Complaint")
        PROBLEM = "problem", _("Visit problem")
        HELP = "help", _("Help request")
        PRAISE = "praise", _("Praise")
        SUGGESTION = "suggestion", _("Suggestion")
        INQUIRY = "inquiry", _("Inquiry")

    class Severity(models.TextChoices):
        NORMAL = clocks.NORMAL, pgettext_lazy("severity", "Normal")
        HIGH = clocks.HIGH, pgettext_lazy("severity", "High")
        CRITICAL = clocks.CRITICAL, pgettext_lazy("severity", "Critical")

    Category = TicketClass

    ticket_no = models.CharField(_("ticket number"), max_length=40, unique=True)
    card = models.ForeignKey(
        "customers.Card",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    severity = models.CharField(
        _("severity"),
        max_length=8,
        choices=Severity.choices,
        default=clocks.NORMAL,
        db_default=clocks.NORMAL,
    )
    ledger_no = models.CharField(_("ledger number"), max_length=40, null=True, unique=True)  # noqa: DJ001
    category = models.CharField(_("category"), max_length=16, choices=Category.choices)
    subcategory = models.CharField(_("sub-class"), max_length=60, blank=True, db_default="")
    state = models.CharField(max_length=13, choices=TicketState.choices, default=states.REGISTERED)
    reported_at = models.DateTimeField(_("reported at"), db_index=True)
    reporter = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    responsible = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    team = models.ForeignKey(
        "people.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    about = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Whoever else it is about, as ",12,15,": read by whole numbers between commas.
    also_about = models.CharField(max_length=200, blank=True, db_default="", editable=False)
    lead_department = models.ForeignKey(
        "people.Department", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    description = models.TextField(_("description"), max_length=4000, blank=True)
    deadline = models.DateTimeField(_("first promised time"), null=True, blank=True)
    next_due_at = models.DateTimeField(null=True, blank=True, editable=False)
    needs_onsite = models.BooleanField(_("needs an on-site visit"), default=False)
    onsite_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopenings = models.PositiveSmallIntegerField(_("times reopened"), default=0, db_default=0)
    misses = models.PositiveSmallIntegerField(_("tries in vain"), default=0, db_default=0)
    solution = models.TextField(_("solution"), max_length=4000, blank=True, db_default="")
    solved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    told_at = models.DateTimeField(null=True, blank=True)
    offered_to = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged"
    )
    source_room = models.CharField(max_length=20, blank=True, db_default="")
    source_model = models.CharField(max_length=40, blank=True, db_default="")
    source_id = models.CharField(max_length=22, blank=True, db_default="")

    objects = TicketQuerySet.as_manager()

    class Meta:
        ordering = ["deadline", "reported_at"]
        indexes = [
            models.Index(fields=["store", "state", "deadline"], name="ticket_queue"),
            # All the queue's chips look at, in one place: they are counted without any ticket.
            models.Index(
                fields=[
                    *("state", "store", "next_due_at", "deadline", "kind", "responsible"),
                    *("offered_to", "about", "also_about", "reporter", "misses"),
                ],
                name="ticket_chips",
            ),
            models.Index(fields=["source_id"], condition=~Q(source_id=""), name="ticket_of_source"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=states.ALL), name="ticket_state_known"),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__isnull": True})
                    | Q(**{f"{name}__gte": F("reported_at")}),
                    name=f"ticket_{name}_after_report",
                )
                for name in (
                    "deadline",
                    "onsite_at",
                    "resolved_at",
                    "closed_at",
                    "reopened_at",
                )
            ),
        ]

    def __str__(self) -> str:
        return self.ticket_no

    @property
    def is_resolved(self) -> bool:
        """Whether it was solved and nobody has said since that it was not."""
        return states.is_resolved(self.state)

    @property
    def subjects(self) -> frozenset[int]:
        """Everybody it is about: none of them has any part in it (CP-15)."""
        also = [int(one) for one in self.also_about.split(",") if one]
        return frozenset(also if self.about_id is None else (*also, self.about_id))

    @property
    def by_departments(self) -> bool:
        """Whether departments work it off and the customer confirms: problems, help requests."""
        return self.kind in states.BY_DEPARTMENTS
