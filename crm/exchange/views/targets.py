"""Targets from a file and as a file: the upload with its preview, the confirmation, the CSV."""

from __future__ import annotations

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from crm.exchange.actions import targets as actions
from crm.exchange.forms import TargetFileForm, TargetRowsForm
from crm.exchange.queues.target_rows import preview_of, rows_of
from crm.exchange.sheets.targets import TargetFile, Told
from crm.people.access import SignedInRequest
from crm.reports.access import can_set_targets
from crm.ui.forms import add_errors

CSV = "text/csv; charset=utf-8"
SALT = "exchange.targets"
A_DAY = 24 * 3600


@require_http_methods(["GET", "HEAD", "POST"])
def open_targets(request: SignedInRequest) -> HttpResponse:
    """Take a file and show what it would change; nothing is saved."""
    if not can_set_targets(request.user):
        raise PermissionDenied
    form = TargetFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            file = actions.open_targets(form.cleaned_data["file"], by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return preview(request, file)
    status = 422 if request.method == "POST" else 200
    return render(request, "exchange/open_targets.html", {"form": form}, status=status)


def preview(
    request: SignedInRequest,
    file: TargetFile,
    *,
    status: int = 200,
    refused: ValidationError | None = None,
) -> HttpResponse:
    """Every row with what would be done; the rows travel in the page, sealed."""
    rows = rows_of(file.rows, request.user, timezone.localdate())
    told = [[row.told.number, row.told.cells, row.was] for row in rows]
    sealed = signing.dumps([request.user.pk, file.columns, told], salt=SALT, compress=True)
    form = TargetRowsForm({"rows": sealed} if refused else None, initial={"rows": sealed})
    if refused:
        add_errors(form, refused)
    context = {"preview": preview_of(rows, file), "form": form, "file": file}
    return render(request, "exchange/targets_preview.html", context, status=status)


def unsealed(request: SignedInRequest, sealed: str) -> tuple[TargetFile, list[str]] | None:
    """What a preview of this person showed, within a day; None for anything else."""
    try:
        owner, columns, told = signing.loads(sealed, salt=SALT, max_age=A_DAY)
    except signing.BadSignature:
        return None
    if owner != request.user.pk:
        return None
    rows = [Told(number, cells) for number, cells, _was in told]
    return TargetFile(rows, columns, []), [was for _number, _cells, was in told]


@require_POST
def import_targets(request: SignedInRequest) -> HttpResponse:
    """Set what the preview shows."""
    if not can_set_targets(request.user):
        raise PermissionDenied
    form = TargetRowsForm(request.POST)
    found = unsealed(request, form.cleaned_data["rows"]) if form.is_valid() else None
    if found is None:
        messages.error(request, _("The preview is too old. Open the file again."))
        return redirect("exchange:open_targets")
    file, was = found
    try:
        count = actions.import_targets(
            file.rows,
            was=was,
            skip_invalid=form.cleaned_data["skip_invalid"],
            by=request.user,
            now=timezone.now(),
            request_id=form.cleaned_data["request_id"],
        )
    except ValidationError as error:
        return preview(request, file, status=409, refused=error)
    tell_count(request, count)
    return redirect("reports:targets")


def tell_count(request: SignedInRequest, count: int | None) -> None:
    """How many targets were set; nothing for a form sent twice."""
    if count is not None:
        said = ngettext("%(n)d target is set.", "%(n)d targets are set.", count)
        messages.success(request, said % {"n": count})


@require_POST
def take_targets(request: SignedInRequest) -> HttpResponse:
    """The targets as CSV, as the import reads them."""
    data = actions.take_targets(by=request.user, now=timezone.now())
    headers = {"Content-Disposition": 'attachment; filename="targets.csv"'}
    return HttpResponse(data, content_type=CSV, headers=headers)
