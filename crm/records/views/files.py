"""Files handed out, to whoever sees the row they belong to at that moment (D36)."""

from __future__ import annotations

import io
import logging

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.people.access import SignedInRequest
from crm.people.views.staying import next_page
from crm.records import actions, contents
from crm.records.forms import RemoveForm
from crm.records.middleware import both_texts
from crm.records.models import ORIGINAL, REMOVE, Attachment
from crm.records.queues import sent_before
from crm.records.states import Saved
from crm.ui.forms import add_errors

log = logging.getLogger("showfloor.files")

# Whatever is in it, a browser keeps it as a file, guesses no kind and runs nothing.
HEADERS = {
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}
AS_IT_CAME = "application/octet-stream"


@require_safe
def attachment(request: SignedInRequest, public_id: str) -> FileResponse:
    """A file; of a picture a copy without place, camera and comments."""
    found = _found(request, public_id)
    copy = contents.clean_copy(found.kind, _read(found))
    return _sent(copy, found, contents.MEDIA[found.kind])


@require_POST
def take_original(request: SignedInRequest, public_id: str) -> FileResponse:
    """The file byte by byte as it came, for whoever answers for its row; written down (CP-06)."""
    found = _found(request, public_id)
    if not found.lets(request.user, ORIGINAL):
        raise PermissionDenied
    data = _read(found)
    sent = request.POST.get("request_id", "")
    actions.note_original(found, by=request.user, now=timezone.now(), request_id=sent)
    return _sent(data, found, AS_IT_CAME)


@require_http_methods(["GET", "HEAD", "POST"])
def remove_attachment(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Take away what was added by mistake, with the reason."""
    back, sent = next_page(request), request.POST.get("request_id", "")
    try:
        found = _found(request, public_id)
        if not found.lets(request.user, REMOVE):
            raise PermissionDenied
    except (Http404, PermissionDenied):
        # The other of two presses took it away: asked for after the row, or it may come between.
        if sent and sent_before(request.user, "remove_attachment", sent):
            RemoveForm(request.POST).is_valid()
            return redirect(back)
        raise
    form = RemoveForm(request.POST or None, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        try:
            with both_texts(form, Saved):
                told = {**form.cleaned_data, "by": request.user, "now": timezone.now()}
                actions.remove_attachment(found, **told)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The file is removed."))
            return redirect(back)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "file": found, "next": back}
    return render(request, "records/remove_attachment.html", context, status=status)


def _found(request: SignedInRequest, public_id: str) -> Attachment:
    rows = Attachment.objects.visible_to(request.user).there()
    return get_object_or_404(rows, public_id=public_id)


def _read(found: Attachment) -> bytes:
    """The file itself, of some megabytes at most; a disk that lost it is no fault of the page."""
    try:
        return found.path.read_bytes()
    except FileNotFoundError:
        log.error("the file of attachment %s is missing", found.public_id)
        raise Http404 from None


def _sent(data: bytes, found: Attachment, kind: str) -> FileResponse:
    """The answer as a file to be kept, under its name with the ending it deserves."""
    stem, _dot, ending = found.name.rpartition(".")
    known = {"jpg": ("jpg", "jpeg")}.get(found.kind, (found.kind,))
    name = found.name if ending.lower() in known and stem else f"{found.name}.{found.kind}"
    file = io.BytesIO(data)
    answer = FileResponse(file, as_attachment=True, filename=name, content_type=kind)
    for header, value in HEADERS.items():
        answer[header] = value
    return answer
