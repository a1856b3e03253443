"""The builder: the draft of a questionnaire, a small form for each section and question (RV-31)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.people.access import SignedInRequest
from crm.records.middleware import both_texts
from crm.records.states import Saved
from crm.ui.texts import clean_line
from crm.ui.versioned import SentOnceForm
from visits import access, actions, states
from visits.forms import ArrangeForm, QuestionForm, ReadyForm, RenameForm, SectionForm
from visits.forms.question import DOWN, UP, values_of, with_option_moved
from visits.models import QuestionnaireVersion
from visits.questions import LANGUAGES, TYPES, Form, Question, form_of
from visits.queues import drafts
from visits.queues import questionnaires as queues
from visits.views.versions import version_for_page

KEY_AT_MOST = 40


def _draft(request: SignedInRequest, public_id: str) -> QuestionnaireVersion:
    found = version_for_page(request, public_id)
    if not access.can_write_questionnaire(request.user, found.questionnaire):
        raise PermissionDenied
    return found


def _is_open(draft: QuestionnaireVersion) -> bool:
    return draft.state in states.VERSION_MOVES["write"]


@require_safe
def write_version(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The draft with its sections and questions, each with what keeps it from use."""
    draft = _draft(request, public_id)
    if not _is_open(draft):
        return redirect("visits:version", draft.public_id)
    return render(request, "visits/write_version.html", _builder(draft))


def _builder(draft: QuestionnaireVersion) -> dict[str, Any]:
    parts = drafts.parts_of(draft)
    faulty = sum(bool(line.faults) for part in parts for line in part.lines)
    return {
        "draft": draft,
        "sheet": draft.questionnaire,
        "parts": parts,
        "whole_faults": drafts.whole_faults(draft),
        "faulty": faulty,
        "ready_form": ReadyForm(initial={"version": draft.version}),
        "types": list(drafts.TYPE_WORDS.items()),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def rename_questionnaire(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Give the questionnaire another name while its draft is written."""
    draft = _draft(request, public_id)
    sheet = draft.questionnaire
    if not _is_open(draft) and request.method != "POST":
        return redirect("visits:version", draft.public_id)
    form = RenameForm(request.POST or None, initial={"version": sheet.version, "name": sheet.name})

    def saved() -> Saved:
        fresh = version_for_page(request, public_id)
        resend = {"version": fresh.questionnaire.version} if _is_open(fresh) else None
        return Saved({"name": fresh.questionnaire.name}, resend=resend)

    if request.method == "POST" and form.is_valid():
        try:
            with both_texts(form, saved):
                actions.rename_questionnaire(
                    draft, by=request.user, now=timezone.now(), **form.cleaned_data
                )
            messages.success(request, _("Saved."))
            return redirect("visits:write_version", draft.public_id)
        except ValidationError as error:
            form.refuse(error)
    context = {"draft": draft, "sheet": sheet, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "visits/rename_questionnaire.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def put_section(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Add a section, or give one another title."""
    draft = _draft(request, public_id)
    key = _asked_for(request, "section")
    if not _is_open(draft) and request.method != "POST":
        return redirect("visits:version", draft.public_id)
    title = _title_of(draft, key)
    initial = {"section": key, "version": draft.version, **title}
    form = SectionForm(request.POST or None, initial=initial)

    def saved() -> Saved:
        fresh = version_for_page(request, public_id)
        return queues.saved_version(fresh, _title_of(fresh, key))

    if done := _save(request, draft, form, actions.put_section, saved):
        return done
    context = {"draft": draft, "sheet": draft.questionnaire, "form": form, "is_new": not key}
    status = 422 if form.is_bound else 200
    return render(request, "visits/put_section.html", context, status=status)


def _title_of(draft: QuestionnaireVersion, key: str) -> dict[str, str]:
    """A section's title by language; none of one that is still to be added."""
    sections = form_of(draft.body).sections
    found = next((one for one in sections if one.key == key), None)
    if key and found is None:
        raise Http404
    return {one: found.title.get(one, "") if found else "" for one in LANGUAGES}


@require_http_methods(["GET", "HEAD", "POST"])
def put_question(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Add a question of a type, or change one."""
    draft = _draft(request, public_id)
    if not _is_open(draft) and request.method != "POST":
        return redirect("visits:version", draft.public_id)
    sent, moved = _sent(request)
    form = _question_form(request, draft, sent)
    looks = bool(moved) or "look" in request.POST

    def saved() -> Saved:
        fresh = version_for_page(request, public_id)
        asked = form_of(fresh.body).find(form.asked.key) if form.asked else None
        return queues.saved_version(fresh, values_of(asked) if asked else {})

    if not looks and (done := _save(request, draft, form, actions.put_question, saved)):
        return done
    context = {
        "draft": draft,
        "sheet": draft.questionnaire,
        "form": form,
        "type_words": drafts.TYPE_WORDS[form.kind],
        "looks": looks,
        "moved": moved,
        "how": request.POST.get("move", "").partition(":")[0],
    }
    fragment = "HX-Request" in request.headers and request.method != "POST"
    template = "visits/_question_condition.html" if fragment else "visits/put_question.html"
    status = 422 if form.is_bound and not looks else 200
    return render(request, template, context, status=status)


def _sent(request: SignedInRequest) -> tuple[QueryDict | None, str]:
    """What was typed, and which option was moved up or down in it, if that was pressed."""
    if request.method != "POST":
        return None, ""
    how, _colon, option = request.POST.get("move", "").partition(":")
    return with_option_moved(request.POST, option, how) if how in (UP, DOWN) else (request.POST, "")


def _question_form(
    request: SignedInRequest, draft: QuestionnaireVersion, sent: QueryDict | None
) -> QuestionForm:
    """The form of the question asked for, or of a new one of the type asked for."""
    sheet = form_of(draft.body)
    key, kind = _asked_for(request, "question"), _asked_for(request, "type")
    question = sheet.find(key) if key else None
    kind = question.type if question else kind
    if (key and question is None) or kind not in TYPES:
        raise Http404
    return QuestionForm(
        sent or None,
        sheet=sheet,
        kind=kind,
        section=_section_of(request, sheet, question),
        question=question,
        after=clean_line(request.GET["after"])[:KEY_AT_MOST] if "after" in request.GET else None,
        initial={"version": draft.version},
    )


def _section_of(request: SignedInRequest, sheet: Form, question: Question | None) -> str:
    """Where the question stands, or where a new one is to stand."""
    if question is not None:
        return next(one.key for one in sheet.sections if question in one.questions)
    wanted = _asked_for(request, "section")
    keys = [one.key for one in sheet.sections]
    if wanted not in keys and request.method != "POST":
        raise Http404
    return wanted


def _asked_for(request: SignedInRequest, name: str) -> str:
    sent = request.POST if request.method == "POST" else request.GET
    return clean_line(sent.get(name, ""))[:KEY_AT_MOST]


def _save(
    request: SignedInRequest,
    draft: QuestionnaireVersion,
    form: Any,
    verb: Callable[..., None],
    saved: Callable[[], Saved],
) -> HttpResponse | None:
    """Save a valid form and go back to the draft; None where it is to be drawn (again)."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        with both_texts(form, saved):
            verb(draft, by=request.user, now=timezone.now(), **form.values())
    except ValidationError as error:
        form.refuse(error)
        return None
    messages.success(request, _("Saved."))
    return redirect("visits:write_version", draft.public_id)


@require_POST
def add_ready_section(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Add a section the product brings."""
    return _at_once(request, public_id, ReadyForm(request.POST), actions.add_ready_section)


@require_POST
def arrange_version(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Move a section or question, or take it out."""
    return _at_once(request, public_id, ArrangeForm(request.POST), actions.arrange_version)


def _at_once(
    request: SignedInRequest, public_id: str, form: SentOnceForm, verb: Callable[..., None]
) -> HttpResponse:
    """Do what a button says and show the draft again: in its place with htmx, else anew."""
    draft = _draft(request, public_id)
    if form.is_valid():
        try:
            verb(draft, by=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    if "HX-Request" in request.headers:
        fresh = version_for_page(request, public_id)
        return render(request, "visits/_draft_parts.html", _builder(fresh))
    return redirect("visits:write_version", draft.public_id)
