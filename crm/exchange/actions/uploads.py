"""Taking a file in: refused at the door, or kept under a random name for the worker to read."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from crm.exchange import access, states
from crm.exchange.actions.jobs import NAME_AT_MOST, ring_worker
from crm.exchange.models import ImportJob
from crm.exchange.queues.grants import is_first_import
from crm.exchange.sheets.kept import Kept
from crm.exchange.sheets.raw import UPLOAD
from crm.people import roles
from crm.people.models import User
from crm.people.roles import Post
from crm.records import audit
from crm.records.actions import claim_request

AT_WORK_AT_MOST = 3
FOLDER_LENGTH = 32


def upload_import(
    upload: UploadedFile[Any], *, by: User, now: dt.datetime, request_id: str = ""
) -> ImportJob:
    """Keep the file under a random name and let the worker read it.

    Raises PermissionDenied, and ValidationError for an empty or too large file or when three of
    this person's imports are still at work.
    """
    if not access.can_import(by):
        raise PermissionDenied
    refuse_upload(upload, by)
    kept = Kept(get_random_string(FOLDER_LENGTH))
    try:
        digest = keep_file(upload, kept)
        with transaction.atomic():
            if not claim_request(by, "upload_import", request_id):
                raise Replayed(by)
            job = new_job(upload, kept, digest, by=by, now=now)
            facts = {"file": job.file_name, "sha256": digest, "size": job.size}
            audit.record("exchange.upload_import", by=by, obj=job, after=facts, at=now)
            ring_worker(job)
    except Replayed:
        kept.remove()
        return ImportJob.objects.filter(uploaded_by=by).latest("pk")
    except BaseException:
        kept.remove()
        raise
    return job


class Replayed(Exception):
    """This upload was sent before; the first one stands."""


def new_job(
    upload: UploadedFile[Any], kept: Kept, digest: str, *, by: User, now: dt.datetime
) -> ImportJob:
    """The row of a fresh upload."""
    post = main_post(by)
    return ImportJob.objects.create(
        state=states.UPLOADED,
        uploaded_by=by,
        team_id=post.team_id,
        store_id=post.store_id,
        file_name=file_name(upload.name or ""),
        folder=kept.folder,
        size=upload.size or 0,
        sha256=digest,
        created_at=now,
    )


def main_post(by: User) -> Post:
    """The post somebody imports with: the first that may."""
    return next(post for post in by.reach.posts if post.role in access.IMPORTERS)


def refuse_upload(upload: UploadedFile[Any], by: User) -> None:
    """Raises ValidationError for what is not worth the worker's time."""
    if by.reach.has(roles.ADMIN) and not is_first_import():
        raise ValidationError(
            _("There is work here already: managers, supervisors and front desk bring files in.")
        )
    if not upload.size:
        raise ValidationError({"file": _("The file is empty.")})
    if upload.size > UPLOAD.file_bytes:
        most = UPLOAD.file_bytes // 2**20
        raise ValidationError({"file": _("The file is larger than %(most)d MB.") % {"most": most}})
    if ImportJob.objects.at_work().filter(uploaded_by=by).count() >= AT_WORK_AT_MOST:
        raise ValidationError(_("Three imports of yours are still at work. Wait for one of them."))


def keep_file(upload: UploadedFile[Any], kept: Kept) -> str:
    """Write the upload into its folder; returns its SHA-256."""
    kept.make()
    digest = hashlib.sha256()
    with kept.upload.open("wb") as file:
        for chunk in upload.chunks():
            digest.update(chunk)
            file.write(chunk)
    kept.upload.chmod(0o600)
    return digest.hexdigest()


def file_name(name: str) -> str:
    """What the file was called, for people to read: one line, its end kept."""
    line = "".join(char for char in name if char.isprintable()).replace("/", "").strip()
    return line[-NAME_AT_MOST:] or "workbook"
