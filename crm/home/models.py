"""What the house remembers about itself: its backups, and whom it was asked to forget."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.home import states
from crm.people import roles
from crm.people.models import User
from crm.records.models import Record


class BackupQuerySet(models.QuerySet["Backup"]):
    def good(self) -> BackupQuerySet:
        """Those that were finished."""
        return self.filter(problem="")

    def proven(self) -> BackupQuerySet:
        """Those that were restored on trial and were whole."""
        return self.good().filter(checked_at__isnull=False, check_problem="")


class Backup(models.Model):
    """One backup that was tried: the file's name, what is in it, and whether it was proven.

    `problem` empty means that it is whole; one that was killed leaves no row. Moments are UTC,
    `began_at` is that of the rows in it; `size` is in bytes. The row outlives its file.
    """

    name = models.CharField(max_length=80, unique=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    rows = models.BigIntegerField(default=0)
    files = models.PositiveIntegerField(default=0)
    is_encrypted = models.BooleanField(default=False)
    problem = models.CharField(max_length=300, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    check_problem = models.CharField(max_length=300, blank=True)

    objects = BackupQuerySet.as_manager()

    class Meta:
        ordering = ["-began_at", "-id"]

    def __str__(self) -> str:
        return self.name


class ErasureQuerySet(models.QuerySet["Erasure"]):
    def visible_to(self, user: User) -> ErasureQuerySet:
        """The store's for service supervisor and manager, all for the privacy officer (row 17)."""
        reach = user.reach
        if reach.has(roles.PRIVACY_OFFICER):
            return self
        return self.filter(store__in=reach.stores_as(roles.SERVICE_SUPERVISOR, roles.MANAGER))

    def open(self) -> ErasureQuerySet:
        """Neither carried out nor refused."""
        return self.filter(state__in=states.OPEN)


class Erasure(Record):
    """A customer's wish to be forgotten, who decided on it and who carried it out (D48, SoD 16).

    It names the customer by a key alone; `counts` says how many rows of each kind were erased.
    `comment` is the privacy officer's and goes with the rest. Days are the store's.
    """

    class State(models.TextChoices):
        ASKED = states.ASKED, pgettext_lazy("erasure", "To be decided")
        APPROVED = states.APPROVED, pgettext_lazy("erasure", "To be carried out")
        REFUSED = states.REFUSED, pgettext_lazy("erasure", "Refused")
        ERASED = states.ERASED, pgettext_lazy("erasure", "Erased")

    class Ground(models.TextChoices):
        WITHDRAWN = "withdrawn", _("The customer takes consent back")
        NEEDLESS = "needless", _("The purpose is reached or given up")
        UNLAWFUL = "unlawful", _("It was collected or used against the rules")
        CLOSING = "closing", _("We give up the service")

    class Heard(models.TextChoices):
        IN_PERSON = "in_person", _("In person, with a document")
        CALLED_BACK = "called_back", _("By phone, called back on the known number")
        IN_WRITING = "in_writing", _("In writing, from the known address")

    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.PROTECT, related_name="erasures"
    )
    card = models.ForeignKey("customers.Card", on_delete=models.PROTECT, related_name="erasures")
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    ground = models.CharField(_("ground"), max_length=9, choices=Ground.choices)
    heard = models.CharField(_("how we know who asks"), max_length=11, choices=Heard.choices)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    comment = models.CharField(_("comment"), max_length=300, blank=True)
    erased_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    erased_at = models.DateTimeField(null=True, blank=True)
    counts = models.JSONField(default=dict, blank=True)

    objects = ErasureQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(state__in=states.OPEN),
                name="one_open_erasure_per_customer",
            ),
            models.CheckConstraint(
                condition=Q(state__in=(*states.OPEN, states.REFUSED, states.ERASED)),
                name="erasure_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state=states.ASKED) | Q(decided_by__isnull=False),
                name="erasure_decided_says_who",
            ),
            models.CheckConstraint(
                condition=Q(erased_by__isnull=True) | ~Q(erased_by=models.F("decided_by")),
                name="erasure_by_another_than_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.card_id} {self.state}"
