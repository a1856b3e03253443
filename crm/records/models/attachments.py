"""Files kept as they came: what belongs to which row, and who may read them (CP-06, D36)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from crm.people.models import User
from crm.records.contents import MEDIA, PICTURES
from crm.records.models.rows import Record

# The rows that may have files, by the name of their model. Each has `files_for(user, right)`,
# which narrows what `visible_to` shows to the rows whose files this person may see, take as
# they came, or remove.
PARENTS = ("complaints.Ticket", "complaints.DepartmentTask", "visits.Visit")
SEE, ORIGINAL, REMOVE = "see", "original", "remove"
FOLDER = "attachments"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: User, right: str = SEE) -> AttachmentQuerySet:
        """Files of the rows this person sees, exactly as those rows (matrix row 22, D6)."""
        seen = Q(pk__in=[])
        for kind in PARENTS:
            parents: Any = apps.get_model(kind)._default_manager
            # Asked of each file's own row: a store has far more visits than files.
            rows = parents.files_for(user, right).order_by().filter(public_id=OuterRef("parent_id"))
            seen |= Q(Exists(rows), parent_kind=kind)
        return self.filter(seen)

    def of(self, *parents: models.Model) -> AttachmentQuerySet:
        """Those of these rows."""
        ids = [getattr(one, "public_id", "") for one in parents]
        kinds = {one._meta.label for one in parents}
        return self.filter(parent_kind__in=kinds, parent_id__in=ids)

    def there(self) -> AttachmentQuerySet:
        """Whose file is still there: neither erased nor removed as a mistake."""
        return self.filter(gone_at__isnull=True)


class Attachment(Record):
    """One file of a row, kept as it came; what is wrong is followed by a new version (CP-06).

    `parent_kind` and `parent_id` name the row, as text. `kind` was read from the bytes, never from
    `name`, which is what the file was called. `stored_as` is its random name below `MEDIA_ROOT`,
    `sha256` and `size` are those of the file as it came. `is_original` says that it came from the
    customer or an authority like this. `made_by` is nobody where the customer sent it by a link.
    Only an erasure or a mistake takes the file away (`gone_at`, UTC); the row stays.
    """

    parent_kind = models.CharField(max_length=40)
    parent_id = models.CharField(max_length=22)
    name = models.CharField(_("file name"), max_length=120)
    kind = models.CharField(max_length=4)
    stored_as = models.CharField(max_length=32, unique=True)
    size = models.PositiveIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    is_original = models.BooleanField(_("original"))
    made_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    gone_at = models.DateTimeField(null=True, blank=True)
    gone_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    gone_because = models.CharField(_("reason"), max_length=300, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["parent_id", "created_at"], name="attachment_of_row")]
        constraints = [
            models.CheckConstraint(
                condition=Q(parent_kind__in=PARENTS), name="attachment_parent_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=tuple(MEDIA)), name="attachment_kind_known"
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="attachment_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.parent_kind} {self.parent_id} {self.kind}"

    def lets(self, user: User, right: str) -> bool:
        """Whether this person has that right to the file, while it is there."""
        return Attachment.objects.visible_to(user, right).there().filter(pk=self.pk).exists()

    @property
    def is_picture(self) -> bool:
        """Whether a copy without place and camera can be shown."""
        return self.kind in PICTURES

    @property
    def path(self) -> Path:
        """Where the file lies; outside everything that is served."""
        return files_root() / self.stored_as[:2] / self.stored_as


def files_root() -> Path:
    """Where all files lie."""
    return Path(settings.MEDIA_ROOT) / FOLDER
