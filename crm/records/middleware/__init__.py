"""What is refused before it is read, and what a lost race looks like: 409, or 503 of an import."""

from __future__ import annotations

import logging
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError, connection
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template import loader
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from crm.records.audit.requests import reference_of
from crm.records.models import AuditEvent
from crm.records.queues import last_change_of
from crm.records.states import Saved, Stale
from crm.ui.forms import Difference, differences

log = logging.getLogger("showfloor.fault")

RETRY_AFTER_S = 5
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "request_id", "version"})


class Weight:
    """Refuses a request heavier than the most files a row may have, before it is read (D36).

    The answer is 400. Django limits what fields hold, not what files do.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.REQUEST_AT_MOST:
            raise RequestDataTooBig("The request is larger than all files a form may bring.")
        return self.get_response(request)


class Conflicts:
    """Turns `Stale` into a 409 page and a locked database into a 503 that says what happens."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for the two errors that are nobody's fault; leave the rest alone."""
        if isinstance(error, Stale):
            return conflict_page(request, error)
        if isinstance(error, OperationalError) and is_locked(error):
            response = render(request, "503.html", status=503)
            response["Retry-After"] = str(RETRY_AFTER_S)
            return response
        return None


class Overtaken(Stale):
    """Somebody else was first while a form was being typed: what they saved, what was typed."""

    def __init__(self, error: Stale, form: BaseForm, saved: Saved) -> None:
        super().__init__(error.model_label, error.pk)
        self.form = form
        self.saved = saved


@contextmanager
def both_texts(form: BaseForm, saved: Callable[[], Saved]) -> Iterator[None]:
    """Around the action of every form in which something is typed: nothing typed is lost (D32).

    Where the action finds that somebody else was first, the answer is a 409 page with both
    texts. `saved` reads the row anew, in the reader's scope, once the action's transaction is
    over.
    """
    try:
        yield
    except Stale as error:
        raise Overtaken(error, form, saved()) from error


def server_error(request: HttpRequest) -> HttpResponse:
    """The last answer: 503 while the database is away, else the page of a fault of ours.

    It says a reference, which the log and the mail about the fault name too, and nothing of what
    broke (D53). Drawn without the shell, which would ask the database again.
    """
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError):
        connection.close()
        page = loader.get_template("503.html").render({"is_away": not is_locked(error)})
        return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_AFTER_S)})
    reference = getattr(request, "reference", "") or reference_of(secrets.token_hex(8))
    request.reference = reference  # type: ignore[attr-defined]
    match = request.resolver_match
    log.error("fault %s at %s", reference, match.view_name if match else "-")
    page = loader.get_template("500.html").render({"reference": reference})
    return HttpResponse(page, status=500)


def last_change(error: Stale) -> AuditEvent | None:
    """The latest event on the row somebody else changed first, from the trail."""
    model = apps.get_model(error.model_label)
    row = model._default_manager.filter(pk=error.pk).first()
    return None if row is None else last_change_of(row)


def conflict_page(request: HttpRequest, error: Stale) -> HttpResponse:
    """Say who changed the row and when, and lead back to it (habit 4)."""
    event = last_change(error)
    context: dict[str, Any] = {
        "changed_by": event.actor.name if event and event.actor else "",
        "changed_at": event.at if event else None,
        "back_url": way_back(request),
        "now": timezone.now(),
    }
    if isinstance(error, Overtaken):
        context |= _texts(request, error.form, error.saved)
    return render(request, "409.html", context, status=409)


def _texts(request: HttpRequest, form: BaseForm, saved: Saved) -> dict[str, Any]:
    """Both texts side by side, and the own one ready to be sent again where that is allowed."""
    facts = [Difference(label, words, "") for label, words in saved.facts]
    context: dict[str, Any] = {
        "facts": facts,
        "differences": differences(form, saved.values),
        "verb": saved.verb,
        "hint": saved.hint,
    }
    if saved.by:
        context |= {"changed_by": saved.by, "changed_at": saved.at}
    if saved.link:
        context["back_url"] = saved.link
    if saved.resend is not None:
        replaced = NOT_TYPED | saved.resend.keys()
        typed = [
            (name, value)
            for name, values in request.POST.lists()
            if name not in replaced
            for value in values
        ]
        url = saved.url or request.get_full_path()
        context["resend"] = {"url": url, "fields": [*saved.resend.items(), *typed]}
    return context


def way_back(request: HttpRequest) -> str:
    """The page the form stood on, so that a person sees the row as it is now."""
    source = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    hosts = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(source, hosts, require_https=request.is_secure())
    return source if is_ours else "/"


def is_locked(error: BaseException) -> bool:
    """Whether SQLite gave up waiting for its turn to write."""
    return "database is locked" in str(error) or "database table is locked" in str(error)
