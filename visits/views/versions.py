"""One version: how it is asked, what it changes, submitting, taking back, approving (RV-31)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.people.access import SignedInRequest
from crm.records.middleware import both_texts
from crm.records.queues import sent_before
from crm.ui.versioned import SentOnceForm
from visits import access, actions, states
from visits.forms import DecisionForm, PreviewForm
from visits.models import QuestionnaireVersion
from visits.queues import drafts
from visits.queues import questionnaires as queues

HTML_LANGUAGES = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant", "en": "en"}


def version_for_page(request: SignedInRequest, public_id: str) -> QuestionnaireVersion:
    """The version, in the reader's scope."""
    return get_object_or_404(queues.versions_for_page(request.user), public_id=public_id)


@require_safe
def version(request: SignedInRequest, public_id: str) -> HttpResponse:
    """A version as it is asked, in each language, and what it changes."""
    return show_version(request, version_for_page(request, public_id))


def show_version(
    request: SignedInRequest, found: QuestionnaireVersion, refused: SentOnceForm | None = None
) -> HttpResponse:
    """The page of a version, with a refused form in its place (422)."""
    user, language = request.user, request.GET.get("in", "")
    if language not in HTML_LANGUAGES:
        language = get_language() or "zh-hans"
    writes = access.can_write_questionnaire(user, found.questionnaire)
    is_waiting = found.state == states.SUBMITTED
    decides = access.decides_questionnaire(user, found.questionnaire)
    decision = DecisionForm(initial={"version": found.version})
    context = {
        "found": found,
        "sheet": found.questionnaire,
        "editors": found.editors.all(),
        "changes": drafts.changes_of(found) if found.state in states.BEING_WRITTEN else None,
        "preview": _preview(found, language),
        "languages": [(code, name, code == language) for code, name in _languages()],
        "form": refused if isinstance(refused, DecisionForm) else decision,
        "may_write": writes and found.state in states.VERSION_MOVES["write"],
        "may_take_back": writes and is_waiting,
        "may_decide": is_waiting and access.can_decide_version(user, found),
        "others_decide": is_waiting and decides and access.wrote_version(user, found),
    }
    return render(request, "visits/version.html", context, status=422 if refused else 200)


def _languages() -> list[tuple[str, str]]:
    names = drafts.LANGUAGE_WORDS
    return [(code, names[code.replace("-", "_")]) for code in HTML_LANGUAGES]


def _preview(found: QuestionnaireVersion, language: str) -> SafeString:
    """The questions as they are asked in a language, the product's own words included."""
    with translation.override(language):
        context = {"preview": PreviewForm(body=found.body), "lang": HTML_LANGUAGES[language]}
        return render_to_string("visits/_preview.html", context)


@require_POST
def submit_version(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Ask for approval."""
    found = _to_write(request, public_id)
    form = SentOnceForm(request.POST)
    if form.is_valid():
        try:
            now = timezone.now()
            actions.submit_version(found, by=request.user, now=now, **form.cleaned_data)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("visits:write_version", found.public_id)
        messages.success(request, _("Sent for approval."))
    return redirect("visits:version", found.public_id)


@require_POST
def take_back_version(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Take a submitted version back to write on."""
    found = _to_write(request, public_id)
    form = SentOnceForm(request.POST)
    if form.is_valid():
        now = timezone.now()
        actions.take_back_version(found, by=request.user, now=now, **form.cleaned_data)
        messages.success(request, _("Back to draft."))
    return redirect("visits:version", found.public_id)


@require_POST
def discard_version(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Throw a draft away."""
    form, user = SentOnceForm(request.POST), request.user
    try:
        found = _to_write(request, public_id)
    except Http404:
        # The other of two presses threw it away: asked for after the row, or it may come between.
        if form.is_valid() and sent_before(
            user, "discard_version", form.cleaned_data["request_id"]
        ):
            return redirect("visits:questionnaires")
        raise
    if form.is_valid():
        now = timezone.now()
        actions.discard_version(found, by=request.user, now=now, **form.cleaned_data)
        messages.success(request, _("The draft is thrown away."))
        return redirect("visits:questionnaires")
    return redirect("visits:version", found.public_id)


def _to_write(request: SignedInRequest, public_id: str) -> QuestionnaireVersion:
    found = version_for_page(request, public_id)
    if not access.can_write_questionnaire(request.user, found.questionnaire):
        raise PermissionDenied
    return found


@require_POST
def approve_version(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Put a version into use."""
    return _decide(request, public_id, actions.approve_version, _("Approved and in use."))


@require_POST
def return_version(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Give a version back with words."""
    return _decide(request, public_id, actions.return_version, _("Returned to its writers."))


def _decide(
    request: SignedInRequest, public_id: str, verb: Callable[..., Any], done: str
) -> HttpResponse:
    found = version_for_page(request, public_id)
    if not access.can_decide_version(request.user, found):
        raise PermissionDenied
    form = DecisionForm(request.POST)
    if form.is_valid():
        try:
            with both_texts(form, lambda: _saved(request, public_id)):
                verb(found, by=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, done)
            return redirect("visits:version", found.public_id)
    return show_version(request, found, form)


def _saved(request: SignedInRequest, public_id: str) -> Any:
    found = version_for_page(request, public_id)
    return queues.saved_version(found, {"comment": found.comment})
