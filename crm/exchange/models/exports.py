"""The ledger of exports: who took what out, why, and with whose approval (D41)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.exchange import states
from crm.exchange.sheets.saying import worded
from crm.people import roles
from crm.people.models import User
from crm.records.models import Record

REQUESTERS = (
    *(roles.SALES_SUPERVISOR, roles.SERVICE_SUPERVISOR, roles.MARKETING_SUPERVISOR),
    *(roles.MANAGER, roles.GENERAL_MANAGER, roles.PRIVACY_OFFICER),
)

SUPERVISED = (roles.SALES_SUPERVISOR, roles.MANAGER)


class ExportJobQuerySet(models.QuerySet["ExportJob"]):
    def visible_to(self, user: User) -> ExportJobQuerySet:
        """One's own, the privacy officer all (security matrix row 16)."""
        if user.reach.has(roles.PRIVACY_OFFICER):
            return self
        if user.reach.has(*REQUESTERS):
            return self.filter(requester=user)
        return self.none()

    def in_scope_of(self, user: User) -> ExportJobQuerySet:
        """What was asked of this person's rank: by somebody below them, never by themselves."""
        reach = user.reach
        scope = Q(team__in=reach.teams_as(roles.SALES_SUPERVISOR), asked_of=roles.SALES_SUPERVISOR)
        scope |= Q(store__in=reach.stores_as(roles.MANAGER), asked_of__in=SUPERVISED)
        if reach.has(roles.GENERAL_MANAGER):
            scope |= Q(asked_of__gt="")
        return self.filter(scope).exclude(requester=user)

    def own_right(self) -> ExportJobQuerySet:
        """Those that needed nobody's approval and were not refused."""
        return self.filter(asked_of="").exclude(state__in=(states.REFUSED, states.FAILED))


class ExportJob(Record):
    """One list or workbook taken out of the house.

    `query` is the address's filter as asked for, emptied once it names an erased customer. `rows`
    were counted when it was asked for, `written` when the file was made. `asked_of` is the
    lowest role that may approve, empty where nobody has to.
    """

    class State(models.TextChoices):
        ASKED = states.ASKED, _("Waits for approval")
        ORDERED = states.ORDERED, _("Waiting to be written")
        WRITING = states.WRITING, _("Being written")
        READY = states.READY, _("Ready to download")
        DOWNLOADED = states.DOWNLOADED, _("Downloaded")
        REFUSED = states.REFUSED, _("Refused")
        EXPIRED = states.EXPIRED, _("Expired")
        FAILED = states.FAILED, _("Failed")

    number = models.CharField(max_length=20, unique=True)
    state = models.CharField(max_length=12, choices=State.choices)
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    team = models.ForeignKey(
        "people.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    list_key = models.CharField(max_length=30)
    query = models.CharField(max_length=500, blank=True)
    columns = models.JSONField(default=list)
    unmasked = models.BooleanField(_("full phone numbers"), default=False)
    purpose = models.CharField(_("purpose"), max_length=200)
    rows = models.PositiveIntegerField(default=0)
    written = models.PositiveIntegerField(null=True, blank=True)
    asked_of = models.CharField(max_length=24, blank=True)
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    comment = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    beat_at = models.DateTimeField(null=True, blank=True)
    file_name = models.CharField(max_length=120, blank=True)
    stored_as = models.CharField(max_length=60, blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    downloaded_at = models.DateTimeField(null=True, blank=True)
    downloaded_from = models.GenericIPAddressField(null=True, blank=True)

    objects = ExportJobQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["requester", "asked_at"], name="export_of_the_day"),
            models.Index(fields=["state", "beat_at"], name="export_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=sorted(states.EXPORT_MOVES)), name="export_state_known"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("requester")),
                name="export_second_person",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_at_work(self) -> bool:
        """Whether the worker has it or will take it."""
        return self.state in states.EXPORT_AT_WORK

    @property
    def why(self) -> str:
        """What was kept as the reason, in the reader's language."""
        return worded(self.reason)
