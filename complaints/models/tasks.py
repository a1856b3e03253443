"""What a ticket asks of departments, its timetable and the thread of what was done and said."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints import states
from complaints.models.subjects import is_about
from crm.people import roles
from crm.people.models import User
from crm.records.models import ORIGINAL, REMOVE, SEE, Record


class TaskState(models.TextChoices):
    ASKED = states.ASKED, pgettext_lazy("task", "Not accepted yet")
    ACCEPTED = states.ACCEPTED, pgettext_lazy("task", "In progress")
    DONE = states.DONE, pgettext_lazy("task", "Done")
    REFUSED = states.REFUSED, pgettext_lazy("task", "Refused")
    CALLED_OFF = states.CALLED_OFF, pgettext_lazy("task", "Called off")


class TaskQuerySet(models.QuerySet["DepartmentTask"]):
    def of_reach(self, reach: roles.Reach) -> TaskQuerySet:
        """Tasks of the departments in which this person works or which they head.

        In whose place somebody stands they see none that is about that person (CP-15).
        """
        own = Q(department__head=reach.user_id) | Q(handler=reach.user_id)
        for absent in reach.stands_in_for:
            in_place = Q(department__head=absent) | Q(handler=absent)
            own |= in_place & ~is_about(absent, "ticket__")
        return self.filter(Q(department__in=reach.departments_as(roles.HANDLER)) | own)

    def visible_to(self, user: User) -> TaskQuerySet:
        """A department's own tasks, service's of the store; none of a ticket about oneself."""
        reach = user.reach
        rows = self.exclude(is_about(reach.user_id, "ticket__"))
        if reach.has(roles.GENERAL_MANAGER):
            return rows
        stores = reach.stores_as(roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR, roles.MANAGER)
        own = rows.of_reach(reach).values("pk")
        return rows.filter(Q(ticket__store__in=stores) | Q(pk__in=own))

    def files_for(self, user: User, right: str = SEE) -> TaskQuerySet:
        """Whose files this person may see, take as they came, or remove as a mistake (D36).

        A department's own, and service's; as it came for whoever answers for it or works on it.
        """
        reach, rows = user.reach, self.visible_to(user)
        if right == REMOVE:
            leads = (roles.SERVICE_SUPERVISOR, roles.MANAGER)
            return rows.filter(ticket__store__in=reach.stores_as(*leads))
        if right == ORIGINAL:
            led = Q(ticket__store__in=reach.stores_as(roles.SERVICE_SUPERVISOR))
            led |= Q(ticket__responsible__in=reach.own_ids)
            return rows.filter(led | Q(pk__in=rows.of_reach(reach).values("pk")))
        return rows

    def waiting(self) -> TaskQuerySet:
        """Asked or accepted, not ended."""
        return self.filter(state__in=states.TASK_OPEN)


class DepartmentTask(Record):
    """What one department does for a ticket: the lead answers for the whole (HP-05, RV-35).

    `handler` is who accepted it. `heard_at` is when the department was last heard of: asked,
    accepted or reported. `outcome` is what was done, `reason` why it was refused. Moments are UTC.
    """

    ticket = models.ForeignKey("complaints.Ticket", on_delete=models.PROTECT, related_name="tasks")
    department = models.ForeignKey("people.Department", on_delete=models.PROTECT, related_name="+")
    is_lead = models.BooleanField(_("leads"), default=False)
    task = models.CharField(_("task"), max_length=500)
    due_at = models.DateTimeField(_("due"))
    state = models.CharField(max_length=10, choices=TaskState.choices, default=states.ASKED)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    handler = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    heard_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    outcome = models.TextField(_("outcome"), max_length=4000, blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["-is_lead", "asked_at", "id"]
        indexes = [
            models.Index(fields=["department", "state", "due_at"], name="task_of_department")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=states.TASK_STATES), name="task_state_known"
            ),
            models.UniqueConstraint(
                fields=["ticket"],
                condition=Q(is_lead=True, state__in=states.TASK_COUNTS),
                name="task_one_lead",
            ),
            models.UniqueConstraint(
                fields=["ticket", "department"],
                condition=Q(state__in=states.TASK_COUNTS),
                name="task_department_once",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(states.ACCEPTED, states.DONE)) | Q(handler__isnull=False),
                name="task_accepted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.task


class StageQuerySet(models.QuerySet["Stage"]):
    def visible_to(self, user: User) -> StageQuerySet:
        """Stages one answers for, and service's of the store; none of a ticket about oneself."""
        reach = user.reach
        rows = self.exclude(is_about(reach.user_id, "ticket__"))
        if reach.has(roles.GENERAL_MANAGER):
            return rows
        stores = reach.stores_as(roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR, roles.MANAGER)
        tasks = DepartmentTask.objects.of_reach(reach).filter(state__in=states.TASK_COUNTS)
        return rows.filter(
            Q(owner__in=reach.own_ids)
            | Q(ticket__store__in=stores)
            | Q(ticket__in=tasks.values("ticket"))
        )


class Stage(Record):
    """One step of the timetable of a long or complex ticket: who, until which day (RV-37, HP-07).

    `due_on` is a local date of the store.
    """

    ticket = models.ForeignKey("complaints.Ticket", on_delete=models.PROTECT, related_name="stages")
    title = models.CharField(_("stage"), max_length=200)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(_("due on"))
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = StageQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]

    def __str__(self) -> str:
        return self.title


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, user: User) -> EntryQuerySet:
        """Lines of the tickets this person sees; whether they are read the ticket says."""
        tickets: Any = self.model._meta.get_field("ticket").related_model
        return self.filter(ticket__in=tickets.objects.visible_to(user))


class Entry(models.Model):
    """One line of a ticket's thread, never changed: what was done or said, by whom (RV-36, CP-25).

    `kind` is worded by `templates/complaints/_entry.html`; `words` are what a person wrote.
    """

    class Kind(models.TextChoices):
        REGISTERED = "registered", _("Registered")
        CLASSIFIED = "classified", _("Classified")
        ASKED = "asked", _("Department asked")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")
        CALLED_OFF = "called_off", _("Called off")
        PROGRESS = "progress", _("Progress")
        DONE = "done", _("Part done")
        SOLVED = "solved", _("Solved")
        TOLD = "told", _("Customer told")
        CONFIRMED = "confirmed", _("Customer content")
        NOT_SOLVED = "not_solved", _("Customer says not solved")
        OFFERED = "offered", _("Hand-over asked")
        TAKEN = "taken", _("Hand-over accepted")
        DECLINED = "declined", _("Hand-over declined")
        STAGE = "stage", _("Stage planned")
        STAGE_DONE = "stage_done", _("Stage done")
        NOTE = "note", _("Internal note")
        CONTACT = "contact", _("Spoken with the customer")
        SITE_VISIT = "site_visit", _("Visited on site")
        WAIVED = "waived", _("No on-site visit")
        PAUSED = "paused", _("Waiting for the customer")
        RESUMED = "resumed", _("Clocks run again")
        LATE = "late", _("Limit passed")
        ANSWERED = "answered", _("Answered and closed")
        MERGED = "merged", pgettext_lazy("ticket", "Merged")
        PROPOSED = "proposed", _("Solution proposed")
        SUBMITTED = "submitted", _("Solution sent for approval")
        TAKEN_BACK = "taken_back", _("Solution taken back")
        APPROVED = "approved", _("Solution approved")
        RETURNED = "returned", _("Solution returned")
        OFFER_REFUSED = "not_agreed", _("Solution refused")
        REPLIED = "replied", _("Answered to the customer")
        CONTENT = "content", _("Customer content")
        REOPENED = "reopened", _("Reopened")
        CLOSED = "closed", _("Closed and filed")
        ATTACHED = "attached", _("Files added")
        NAMED = "named", _("Whom it is about")
        WITHDRAWN = "withdrawn", _("Withdrawn by the customer")
        REJECTED = "rejected", _("No complaint")
        ALARM = "alarm", _("Made known at once")
        CORRECTION = "correction", _("Corrective task given")
        CORRECTED = "corrected", _("Corrective task verified")
        SPARED = "spared", _("Nothing to be put right")
        LINKED = "linked", _("Linked with another ticket")
        UNLINKED = "unlinked", _("Link with another ticket removed")
        MACRO = "macro", _("Steps carried out together")
        VERIFIED = "verified", _("Verification")
        OPINION = "opinion", _("The head's opinion on the verification")
        SEVERITY = "severity", _("Severity judged")
        UNREACHED = "unreached", _("Customer not reached")
        CONVERTED = "converted", _("Goes on as a complaint")
        COLLEAGUE = "colleague", _("What the colleague says of the outcome")

    ticket = models.ForeignKey(
        "complaints.Ticket", on_delete=models.PROTECT, related_name="entries"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    department = models.ForeignKey(
        "people.Department", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    words = models.TextField(max_length=4000, blank=True)
    data = models.JSONField(default=dict, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind}"
