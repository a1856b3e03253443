"""From the proposed solution to the closed file, each step a small form of its own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from complaints import access, actions, forms
from complaints.models import Briefing, Ticket
from complaints.queues import saved_ticket
from complaints.queues.answers import address_of
from complaints.views.presses import press, press_common, ticket_of
from complaints.views.tickets import name_of
from complaints.views.verbs import Verb, show_verb, versioned
from crm.people.access import SignedInRequest
from crm.people.models import User
from crm.ui.qr import qr_code


def _may_decide(user: User, ticket: Ticket) -> bool:
    found = access.latest_proposal(ticket)
    return found is not None and access.can_decide_proposal(user, found, timezone.now())


PROPOSE = Verb(
    forms.ProposalForm,
    access.can_propose,
    versioned(actions.propose_solution),
    gettext_lazy("Propose a solution"),
    gettext_lazy("Save the proposal"),
    gettext_lazy("The proposal is saved."),
)
DECIDE = Verb(
    forms.VerdictForm,
    _may_decide,
    versioned(actions.decide_proposal),
    gettext_lazy("Decide on the proposed solution"),
    gettext_lazy("Save the decision"),
    gettext_lazy("The decision is saved."),
)
REPLY = Verb(
    forms.ReplyForm,
    access.can_reply,
    versioned(actions.reply_ticket),
    gettext_lazy("Answer the customer"),
    gettext_lazy("Save the answer"),
    gettext_lazy("The answer is saved; the customer is asked about it next."),
    texts=True,
)
HEAR = Verb(
    forms.CustomerWordForm,
    access.can_hear,
    versioned(actions.hear_customer),
    gettext_lazy("Is the customer content with the answer?"),
    gettext_lazy("Save what the customer says"),
    gettext_lazy("The customer's word is saved."),
    template="complaints/hear.html",
)
CLOSE = Verb(
    forms.CloseForm,
    access.can_close,
    versioned(actions.close_ticket),
    gettext_lazy("Close and file the complaint"),
    gettext_lazy("Close the complaint"),
    gettext_lazy("Closed and filed."),
)
REOPEN = Verb(
    forms.WordsOfTicketForm,
    access.can_reopen,
    versioned(actions.reopen_complaint),
    gettext_lazy("Reopen: what does the customer say now?"),
    gettext_lazy("Reopen"),
    gettext_lazy("Reopened, with new clocks and a level higher."),
)
WITHDRAW = Verb(
    forms.WordsOfTicketForm,
    access.can_withdraw,
    versioned(actions.withdraw_ticket),
    gettext_lazy("Withdrawn: what did the customer say?"),
    gettext_lazy("Save the withdrawal"),
    gettext_lazy("Withdrawn."),
)
ALARM = Verb(
    forms.AlarmForm,
    access.can_alarm,
    versioned(actions.alarm_ticket),
    gettext_lazy("Tell the manager at once"),
    gettext_lazy("Tell them now"),
    gettext_lazy("Manager and general manager are told."),
)


JUDGE = Verb(
    forms.SeverityForm,
    access.can_judge,
    versioned(actions.judge_severity),
    gettext_lazy("How severe is it after all?"),
    gettext_lazy("Save the severity"),
    gettext_lazy("The severity is saved, and its clocks with it."),
)


@require_http_methods(["GET", "HEAD", "POST"])
def propose_solution(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Write down what the complaint is to be answered with (CP-10)."""
    return show_verb(request, public_id, PROPOSE)


@require_http_methods(["GET", "HEAD", "POST"])
def decide_proposal(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Approve, return or refuse it (CP-10, CP-16)."""
    return show_verb(request, public_id, DECIDE)


@require_http_methods(["GET", "HEAD", "POST"])
def reply_ticket(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Send the approved answer (CP-12)."""
    return show_verb(request, public_id, REPLY)


@require_http_methods(["GET", "HEAD", "POST"])
def hear_customer(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Enter what the customer says of it (CP-22)."""
    return show_verb(request, public_id, HEAR)


@require_http_methods(["GET", "HEAD", "POST"])
def close_ticket(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Close and file it (CP-21)."""
    return show_verb(request, public_id, CLOSE)


@require_http_methods(["GET", "HEAD", "POST"])
def reopen_complaint(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Begin anew (CP-32)."""
    return show_verb(request, public_id, REOPEN)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_ticket(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The customer takes it back (CP-32)."""
    return show_verb(request, public_id, WITHDRAW)


@require_http_methods(["GET", "HEAD", "POST"])
def alarm_ticket(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Safety, or a threat to go public (CP-34)."""
    return show_verb(request, public_id, ALARM)


@require_http_methods(["GET", "HEAD", "POST"])
def judge_severity(request: SignedInRequest, public_id: str) -> HttpResponse:
    """More or less severe than it was taken for (CP-34)."""
    return show_verb(request, public_id, JUDGE)


@require_POST
def take_back_proposal(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Its author takes the proposal back to change it."""
    ticket, form = ticket_of(request, public_id), forms.AcceptForm(request.POST)
    found = access.latest_proposal(ticket)
    if found is None or not access.can_take_back(request.user, found):
        raise PermissionDenied
    return press(
        request,
        public_id,
        form,
        lambda: actions.take_back_proposal(ticket, **press_common(request, form)),
        lambda: saved_ticket(ticket_of(request, public_id)),
        "take_back",
    )


@require_POST
def acknowledge_briefing(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Say that one knows of it (CP-11)."""
    rows = Briefing.objects.visible_to(request.user)
    briefing = get_object_or_404(rows.select_related("ticket", "to"), public_id=public_id)
    if not access.can_acknowledge(request.user, briefing):
        raise PermissionDenied
    form = forms.AcceptForm(request.POST)
    ticket_id = briefing.ticket.public_id
    return press(
        request,
        ticket_id,
        form,
        lambda: actions.acknowledge_briefing(briefing, **press_common(request, form)),
        lambda: saved_ticket(ticket_of(request, ticket_id)),
        "known",
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def make_answer_link(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Make the customer's link; address and QR code are shown this once (D43)."""
    ticket = ticket_of(request, public_id)
    if not access.can_reply(request.user, ticket):
        raise PermissionDenied
    form: Any = forms.LinkForm(request.POST or None, ticket=ticket)
    context = {"ticket": ticket, "name": name_of(request.user, ticket), "form": form}
    if request.method == "POST" and form.is_valid():
        request_id = form.cleaned_data["request_id"]
        try:
            made = actions.make_answer_link(
                ticket, by=request.user, now=timezone.now(), request_id=request_id
            )
        except ValidationError as error:
            form.refuse(error)
        else:
            if made is None:
                messages.info(request, _("This link was shown once. Make another one."))
                return redirect("complaints:ticket", public_id)
            address = address_of(made[1])
            context |= {"link": made[0], "address": address, "qr": qr_code(address)}
            return render(request, "complaints/answer_link.html", context)
    status = 422 if form.is_bound else 200
    return render(request, "complaints/answer_link.html", context, status=status)
