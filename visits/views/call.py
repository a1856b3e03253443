"""The call screen: who, what to ask, and what comes of it in one save (mockup 04)."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from complaints.models import Case, Ticket
from complaints.queues.similar_cases import similar_cases
from crm.customers import phones
from crm.customers.access import can_reveal_phone, shown_name
from crm.customers.actions import PhoneTaken, TooManyReveals, reveal_phone, told_of_taken
from crm.customers.forms import HELD_BACK
from crm.customers.queues import calls_refused, refusals_of, salutation
from crm.people.access import SignedInRequest
from crm.records.actions import keep_draft
from crm.records.middleware import both_texts
from crm.records.queues import draft_of
from crm.rulebook.queues import house_name
from crm.ui import moments
from crm.ui.asked import public_id
from crm.ui.texts import clean_lines
from visits import access, actions, states
from visits.forms import CallForm
from visits.forms.problems import Matter
from visits.models import Visit
from visits.queues import rounds, screens, tries
from visits.queues.leading import leading_of
from visits.views.going_on import go_on

LONGEST_DRAFT = 4000
MADE_CRITICAL = gettext_lazy(
    "The words make %(number)s a critical complaint: the manager is told. If not so, judge it anew."
)
TAKEN = gettext_lazy("This number is on another customer's card.")


def _visit(request: SignedInRequest, public_id: str) -> Visit:
    """The visit, where the reader is its visitor; outside scope there is none."""
    found = get_object_or_404(screens.visit_for_page(request.user), public_id=public_id)
    if found.state in states.DUE and not access.makes(request.user, found):
        raise PermissionDenied
    return found


def _form(request: SignedInRequest, visit: Visit, *, posted: bool) -> CallForm:
    asked, departments = public_id(request.POST.get("asked")), screens.departments()
    return CallForm(
        request.POST if posted else None,
        user=request.user,
        visit=visit,
        questions=screens.asked_version(visit, asked) if asked else screens.questions_for(visit),
        departments=departments,
        leading=leading_of(visit, departments, now=timezone.now()),
        refused=[one.channel for one in refusals_of(visit.card.customer_id)],
        draft=None if posted else draft_of(request.user, actions.FORM, visit.public_id),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def call(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Make a visit: the customer on the left, the questions in the middle, help on the right."""
    visit = _visit(request, public_id)
    if request.method != "POST" and visit.state not in states.MOVES["complete"]:
        return redirect("visits:visit", visit.public_id)
    form, now = _form(request, visit, posted=request.method == "POST"), timezone.now()
    if request.method == "POST" and form.is_valid():
        try:
            with both_texts(form, lambda: screens.saved_visit(_visit(request, public_id))):
                made = actions.complete_visit(
                    visit,
                    form.made(now),
                    by=request.user,
                    version=form.cleaned_data["version"],
                    questions=form.questions,
                    now=now,
                    request_id=form.cleaned_data["request_id"],
                )
        except PhoneTaken as taken:
            told = told_of_taken(request.user, taken.duplicate, now=now)
            form.add_error("new_phone", HELD_BACK if told is None else TAKEN)
        except ValidationError as error:
            form.refuse(error)
        else:
            return _saved(request, visit, form, made)
    return _show(request, visit, form)


def _show(request: SignedInRequest, visit: Visit, form: CallForm, **number: object) -> HttpResponse:
    today, name = timezone.localdate(), shown_name(request.user, visit.card)
    day = rounds.round_of(request.user, today, at=visit)
    refusals = refusals_of(visit.card.customer_id)
    context = {
        "refusals": refusals,
        "calls_refused": calls_refused(refusals),
        "visit": visit,
        "card": visit.card,
        "name": name,
        "house": house_name(visit.store),
        "salutation": salutation(visit.card.customer, name),
        "form": form,
        "matters": [(one, _alike(request, one)) for one in form.matters()],
        "day": day,
        "place": day.place_of(visit),
        "today": today,
        "week": screens.week_of_visitor(request.user, today),
        "can_reveal": can_reveal_phone(request.user, visit.card),
        "numbers": None,
        "outcomes": tries.IN_VAIN if visit.state in states.MOVES["try"] else (),
        "may_close": tries.tried_enough(visit, at=timezone.now()),
        "hours": screens.calling_hours(visit, timezone.now()),
        **screens.facts_of(request.user, visit),
        **number,
    }
    return render(request, "visits/call.html", context, status=422 if form.is_bound else 200)


def _alike(request: SignedInRequest, matter: Matter) -> list[Case]:
    """What was learnt from matters like the one typed so far (CP-26)."""
    return similar_cases(request.user, matter.said, matter.category) if matter.said else []


def _saved(
    request: SignedInRequest, visit: Visit, form: CallForm, tickets: list[Ticket]
) -> HttpResponse:
    name = shown_name(request.user, visit.card)
    messages.success(request, _("Visit saved: %(customer)s.") % {"customer": name})
    for ticket in tickets:
        if ticket.severity == Ticket.Severity.CRITICAL and not form.says_critical:
            messages.warning(request, MADE_CRITICAL % {"number": ticket.ledger_no})
    return go_on(request, visit, request.POST.get("then"))


@require_POST
def show_number(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Show the number in place to who makes the visit; kept like every reveal (RV-18)."""
    visit = _visit(request, public_id)
    if visit.state not in states.MOVES["complete"]:
        return redirect("visits:visit", visit.public_id)
    if calls_refused(refusals_of(visit.card.customer_id)):
        raise PermissionDenied
    number: dict[str, object] = {"numbers": None, "used_up": False}
    try:
        found = reveal_phone(
            visit.card,
            by=request.user,
            reason=_("Return visit due"),
            now=timezone.now(),
            request_id=request.POST.get("request_id", ""),
        )
        number["numbers"] = [(one, phones.show(one)) for one in found]
    except TooManyReveals:
        number["used_up"] = True
    if "HX-Request" in request.headers:
        return render(request, "visits/_call_number.html", {"visit": visit, **number})
    return _show(request, visit, _form(request, visit, posted=False), **number)


@require_POST
def keep_call_draft(request: SignedInRequest, public_id: str) -> JsonResponse:
    """Keep what has been answered so far; says when it was kept."""
    visit = _visit(request, public_id)
    left_out = {"csrfmiddlewaretoken", "request_id", "version", "asked", "then", "opened"}
    form = _form(request, visit, posted=True)
    body = {
        name: values if len(values) > 1 else clean_lines(values[0])[:LONGEST_DRAFT]
        for name in form.fields
        if name not in left_out and (values := request.POST.getlist(name))
    }
    now = timezone.now()
    draft = keep_draft(request.user, actions.FORM, visit.public_id, body, now=now)
    return JsonResponse({"saved_at": moments.clock(draft.saved_at)})
