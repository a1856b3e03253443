"""An import job, what it wrote, and the headers a dealership has taught us."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.exchange import states
from crm.exchange.sheets.saying import worded
from crm.people import roles
from crm.people.models import User
from crm.records.audit.words import OBJECTS
from crm.records.models import Record


class ImportJobQuerySet(models.QuerySet["ImportJob"]):
    def visible_to(self, user: User) -> ImportJobQuerySet:
        """One's own, a manager the store's, privacy officer and general manager all (row 18)."""
        reach = user.reach
        if reach.has(roles.PRIVACY_OFFICER, roles.GENERAL_MANAGER):
            return self
        mine = reach.has(
            *(roles.SALES_SUPERVISOR, roles.MARKETER, roles.RECEPTION, roles.MANAGER),
            roles.ADMIN,
        )
        scope = Q(store__in=reach.stores_as(roles.MANAGER))
        return self.filter(scope | Q(uploaded_by=user) if mine else scope)

    def at_work(self) -> ImportJobQuerySet:
        """Those the worker has or will take."""
        return self.filter(state__in=states.IMPORT_AT_WORK)


class ImportJob(Record):
    """One uploaded workbook on its way into the store (matrix row 18).

    `folder` names its files below `MEDIA_ROOT/imports`; they are never served and go after a
    week. `summary` holds counts, headers and sentences, which may quote a cell (80 characters at
    most), never a row; an erasure looks into it. `beat_at` is the last sign
    of life of the worker that has it; `attempts` how often one has taken it.
    """

    class State(models.TextChoices):
        UPLOADED = states.UPLOADED, _("Waiting to be read")
        READING = states.READING, _("Being read")
        UNREADABLE = states.UNREADABLE, _("Cannot be read")
        CHECKED = states.CHECKED, _("To be confirmed")
        WAITING = states.WAITING, _("Waits for a second person")
        QUEUED = states.QUEUED, _("Waiting to be saved")
        SAVING = states.SAVING, _("Being saved")
        SAVED = states.SAVED, _("Saved")
        FAILED = states.FAILED, _("Failed")
        UNDO_ASKED = states.UNDO_ASKED, _("Waiting to be undone")
        UNDOING = states.UNDOING, _("Being undone")
        UNDONE = states.UNDONE, _("Undone")
        CANCELLED = states.CANCELLED, _("Cancelled")

    state = models.CharField(max_length=12, choices=State.choices, default=State.UPLOADED)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    team = models.ForeignKey(
        "people.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    file_name = models.CharField(_("file"), max_length=120)
    folder = models.CharField(max_length=40, editable=False)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    skip_invalid = models.BooleanField(default=False)
    needs_second = models.BooleanField(default=False)
    summary = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    reason = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    beat_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    saved_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    files_gone_at = models.DateTimeField(null=True, blank=True)

    objects = ImportJobQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "beat_at"], name="import_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=sorted(states.IMPORT_MOVES)), name="import_state_known"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=models.F("uploaded_by")),
                name="import_second_person",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_at_work(self) -> bool:
        """Whether the worker has it or will take it."""
        return self.state in states.IMPORT_AT_WORK

    @property
    def is_in_line(self) -> bool:
        """Whether the worker has not begun with it yet."""
        return self.state in states.IMPORT_TAKEN_UP_AGAIN.values()

    @property
    def why(self) -> str:
        """What was kept as the reason, in the reader's language."""
        return worded(self.reason)

    @property
    def hindrances(self) -> list[dict[str, str]]:
        """The rows that stand in the way of the undo, named as the house names them."""
        names = {label.lower(): str(name) for label, name in OBJECTS.items()}
        rows = self.summary.get("hindrances", [])
        return [{**row, "what": names.get(row["what"], row["what"])} for row in rows]

    @property
    def has_own_names(self) -> bool:
        """Whether the file has names of sheets or columns that are not the house's."""
        sheets = self.summary.get("headers", [])
        return any(
            not sheet["own"] or any(not column["own"] for column in sheet["columns"])
            for sheet in sheets
        )

    @property
    def left_out(self) -> list[str]:
        """Sheets and columns the store said are not read."""
        sheets = self.summary.get("headers", [])
        found = [sheet["name"] for sheet in sheets if sheet.get("left_out")]
        for sheet in sheets:
            names = [column["name"] for column in sheet["columns"] if column.get("left_out")]
            found += [f"{sheet['name']} · {name}" for name in names]
        return found

    @property
    def said(self) -> dict[str, list[str]]:
        """What was found about whole sheets, lines that are no row, and names, as `why`."""
        kept = {name: self.summary.get(name, []) for name in ("whole", "loose", "unknown")}
        return {name: [worded(one) for one in found] for name, found in kept.items()}


class ImportedRows(models.Model):
    """Rows of one table that an import wrote: what an undo takes back (D39).

    `created` holds primary keys. `before` holds, by primary key, the version a changed row had
    after the import and the columns it had before. A job has a few of these per table, of at
    most a thousand rows each.
    """

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="imported")
    model = models.CharField(max_length=60)
    created = models.JSONField(default=list)
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    def __str__(self) -> str:
        return f"{self.job_id} {self.model}"


class HeaderNameQuerySet(models.QuerySet["HeaderName"]):
    def visible_to(self, user: User) -> HeaderNameQuerySet:
        """Those of the stores one works in."""
        return self.filter(store__in=user.reach.stores_as(*roles.ALL_ROLES))


class HeaderName(models.Model):
    """A dealership's own name for a sheet or a column, mapped once and remembered.

    `sheet` is the key of our sheet, empty for the name of a sheet; `name` is compared without
    case and spaces; `means` is the key of our sheet or column, empty for "not read".
    """

    store = models.ForeignKey("people.Store", on_delete=models.CASCADE, related_name="+")
    sheet = models.CharField(max_length=30, blank=True)
    name = models.CharField(max_length=120)
    means = models.CharField(max_length=30, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()

    objects = HeaderNameQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "sheet", "name"], name="header_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} → {self.means}"
