"""Around a visit at the customer's: preparation, gifts, thanks, later entry, the printed sheet."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from crm.customers.access import shown_name
from crm.people.access import SignedInRequest
from visits import access, actions
from visits.forms import AttachForm, EnterLaterForm, GiftForm, PrepareForm, ThankForm
from visits.queues import screens
from visits.views.verbs import Verb, show_verb

PREPARE = Verb(
    PrepareForm,
    access.makes,
    actions.prepare_visit,
    _("Prepare the visit"),
    _("Save the preparation"),
    _("Saved."),
)
GIFT = Verb(
    GiftForm,
    access.makes,
    actions.log_gift,
    _("Gift"),
    _("Save the gift"),
    _("Saved."),
)
THANK = Verb(
    ThankForm,
    access.makes,
    actions.thank_customer,
    _("Thanks"),
    _("Save the thanks"),
    _("Saved."),
)
ENTER_LATER = Verb(
    EnterLaterForm,
    access.makes,
    actions.enter_later,
    _("Visit made, enter answers later"),
    _("Save"),
    _("Saved: enter the answers in time."),
)


ATTACH = Verb(
    AttachForm,
    access.makes,
    actions.attach_to_visit,
    _("Files"),
    _("Add files"),
    _("The files are kept."),
)


@require_http_methods(["GET", "HEAD", "POST"])
def prepare_visit(request: SignedInRequest, public_id: str) -> HttpResponse:
    """What is ready before one sets out."""
    return show_verb(request, public_id, PREPARE)


@require_http_methods(["GET", "HEAD", "POST"])
def log_gift(request: SignedInRequest, public_id: str) -> HttpResponse:
    """A gift for the customer."""
    return show_verb(request, public_id, GIFT)


@require_http_methods(["GET", "HEAD", "POST"])
def thank_customer(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Thanks after the visit."""
    return show_verb(request, public_id, THANK)


@require_http_methods(["GET", "HEAD", "POST"])
def enter_later(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Made, and to be entered by a date."""
    return show_verb(request, public_id, ENTER_LATER)


@require_http_methods(["GET", "HEAD", "POST"])
def attach_to_visit(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Photos and scans of a visit."""
    return show_verb(request, public_id, ATTACH)


@require_safe
def visit_sheet(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One sheet of paper for the way: customer, car, questions with boxes, space for notes."""
    user = request.user
    visit = get_object_or_404(screens.visit_for_page(user), public_id=public_id)
    context = {
        "visit": visit,
        "card": visit.card,
        "name": shown_name(user, visit.card),
        "order": screens.last_order(visit.card),
        "gifts": list(visit.gifts.all()),
        "sections": screens.sheet_of(visit),
        "makes": access.makes(user, visit),
        "today": timezone.localdate(),
    }
    return render(request, "visits/sheet.html", context)
