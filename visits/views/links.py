"""Links in the hands of customers: made and shown once, listed, taken back (RV-21, P7)."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from complaints.access import can_see_intake_links
from crm.customers.access import shown_name
from crm.people.access import SignedInRequest
from crm.rulebook.queues import rules_for
from crm.ui.asked import version_of
from crm.ui.forms import add_errors
from crm.ui.lists import PAGE_SIZE, page_number
from crm.ui.qr import qr_code
from visits import access, actions
from visits.forms.links import LinkForm
from visits.models import SurveyLink
from visits.queues import screens, surveys
from visits.survey import last_day


@require_safe
def links(request: SignedInRequest) -> HttpResponse:
    """Every link a customer may still answer by, counted, the first to close on top."""
    user, now = request.user, timezone.now()
    if not access.can_see_links(user):
        raise PermissionDenied
    page = Paginator(surveys.live_links(user, now), PAGE_SIZE).get_page(page_number(request.GET))
    rows = [
        (link, shown_name(user, link.visit.card), access.can_revoke(user, link)) for link in page
    ]
    context = {
        "page": page,
        "rows": rows,
        "answered": surveys.answered_lately(user, now),
        "may_see_draws": access.can_see_draws(user),
        "sees_intake_links": can_see_intake_links(user),
        "revokes_all": access.can_revoke_all(user),
    }
    return render(request, "visits/links.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def make_link(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Make a link for a visit; address and QR code are shown this once."""
    visit = get_object_or_404(screens.visit_for_page(request.user), public_id=public_id)
    if not access.can_invite(request.user, visit):
        raise PermissionDenied
    now = timezone.now()
    numbers, calendar = rules_for(visit.store_id)
    until = last_day(now, numbers=numbers, calendar=calendar)
    form = LinkForm(request.POST or None, last_day=until)
    context = {"visit": visit, "name": shown_name(request.user, visit.card), "form": form}
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "visits/make_link.html", context, status=status)
    try:
        made = actions.make_link(visit, by=request.user, now=now, **form.cleaned_data)
    except ValidationError as error:
        add_errors(form, error)
        return render(request, "visits/make_link.html", context, status=422)
    if made is None:
        messages.info(request, _("This link was shown once. Make another one."))
        return redirect("visits:visit", visit.public_id)
    address = surveys.address_of(made[1])
    context |= {"link": made[0], "address": address, "qr": qr_code(address)}
    return render(request, "visits/link.html", context)


@require_POST
def revoke_link(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Take one link back."""
    rows = SurveyLink.objects.visible_to(request.user).select_related("visit")
    link = get_object_or_404(rows, public_id=public_id)
    actions.revoke_link(
        link,
        by=request.user,
        version=version_of(request.POST),
        now=timezone.now(),
        request_id=request.POST.get("request_id", ""),
    )
    messages.success(request, _("The link is taken back."))
    return redirect("visits:links")


@require_POST
def revoke_links(request: SignedInRequest) -> HttpResponse:
    """Take back every link of the stores one leads service in."""
    request_id = request.POST.get("request_id", "")
    count = actions.revoke_links(by=request.user, now=timezone.now(), request_id=request_id)
    words = ngettext("%(n)d link is taken back.", "%(n)d links are taken back.", count)
    messages.success(request, words % {"n": count})
    return redirect("visits:links")
