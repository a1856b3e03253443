"""Imports: the list, the upload, the preview with its progress, and the names of headers."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from crm.exchange import access
from crm.exchange.actions import jobs, uploads
from crm.exchange.forms import CommentForm, ConfirmForm, HeadersForm, UploadForm
from crm.exchange.models import ImportJob
from crm.exchange.queues.jobs import imports_of, is_behind, preview_of, progress_of, seconders
from crm.exchange.sheets.kept import Kept
from crm.people.access import SignedInRequest
from crm.ui.forms import add_errors
from crm.ui.lists import PAGE_SIZE, page_number

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORM = ["GET", "HEAD", "POST"]


def find_import(request: SignedInRequest, public_id: str) -> ImportJob:
    """An import this person may know of; 403 without any right, 404 outside the scope."""
    if not access.can_see_imports(request.user):
        raise PermissionDenied
    return get_object_or_404(imports_of(request.user), public_id=public_id)


@require_safe
def imports(request: SignedInRequest) -> HttpResponse:
    """What was brought in, the newest first (matrix row 18)."""
    if not access.can_see_imports(request.user):
        raise PermissionDenied
    page = Paginator(imports_of(request.user), PAGE_SIZE).get_page(page_number(request.GET))
    context = {
        "page": page,
        "can_import": access.can_import(request.user),
        "form": UploadForm(),
        "now": timezone.now(),
    }
    return render(request, "exchange/imports.html", context)


@require_http_methods(FORM)
def upload_import(request: SignedInRequest) -> HttpResponse:
    """Take a file; the worker reads it."""
    if not access.can_import(request.user):
        raise PermissionDenied
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            job = uploads.upload_import(
                form.cleaned_data["file"],
                by=request.user,
                now=timezone.now(),
                request_id=request.POST.get("request_id", ""),
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect("exchange:import", job.public_id)
    status = 422 if request.method == "POST" else 200
    return render(request, "exchange/upload.html", {"form": form}, status=status)


@require_safe
def import_job(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One import: how far it is, what it would do, what may be done with it."""
    job = find_import(request, public_id)
    return draw(request, job)


def draw(request: SignedInRequest, job: ImportJob, status: int = 200, **more: Any) -> HttpResponse:
    """The page of an import; refused forms stand on it with what was typed."""
    now = timezone.now()
    context: dict[str, Any] = {
        "job": job,
        "preview": preview_of(job, request.user, request.GET),
        "percent": progress_of(job),
        "is_behind": is_behind(job),
        "can_import": access.can_import(request.user),
        "can_edit": access.can_edit_import(request.user, job),
        "can_approve": access.can_approve_import(request.user, job),
        "seconders": seconders(job, timezone.localdate(now)) if job.needs_second else [],
        "sees_rows": access.sees_rows(request.user, job),
        "may_undo": jobs.may_undo(job, now),
        "has_errors": job.files_gone_at is None and Kept(job.folder).errors.exists(),
        "form": ConfirmForm(),
        "comment": CommentForm(),
        "now": now,
        **more,
    }
    return render(request, "exchange/import.html", context, status=status)


@require_safe
def import_progress(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The bar alone, for the page that polls; once the work is over the page is loaded anew."""
    job = find_import(request, public_id)
    context = {"job": job, "percent": progress_of(job), "is_behind": is_behind(job)}
    response = render(request, "exchange/_progress.html", context)
    if not job.is_at_work:
        response["HX-Refresh"] = "true"
    return response


@require_http_methods(FORM)
def name_headers(request: SignedInRequest, public_id: str) -> HttpResponse:
    """What the file's own names mean: asked once, remembered for the store."""
    job = find_import(request, public_id)
    if not access.can_edit_import(request.user, job):
        raise PermissionDenied
    if job.store_id is None:  # the first import of an installation belongs to no store yet
        return redirect("exchange:import", job.public_id)
    headers = job.summary.get("headers", [])
    form = HeadersForm(request.POST or None, headers=headers, initial={"version": job.version})
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        jobs.name_headers(job, form.names(), by=request.user, version=version, now=timezone.now())
        return redirect("exchange:import", job.public_id)
    status = 422 if request.method == "POST" else 200
    return render(request, "exchange/headers.html", {"job": job, "form": form}, status=status)


@require_safe
def errors(request: SignedInRequest, public_id: str) -> HttpResponse:
    """What was refused, as a workbook for whoever uploaded the file (matrix row 18: export)."""
    job = find_import(request, public_id)
    if not access.can_edit_import(request.user, job):
        raise PermissionDenied
    path = Kept(job.folder).errors
    if job.files_gone_at is not None or not path.is_file():
        raise Http404
    return attached(path.read_bytes(), f"{job.file_name}.xlsx")


def attached(data: bytes, name: str) -> HttpResponse:
    """A workbook to be kept, never to be shown in the browser."""
    answer = HttpResponse(data, content_type=XLSX)
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"  # noqa: FBT003
    return answer
