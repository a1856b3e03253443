"""Mails to customers: written, replied to, sent once more, reminded of (RV-19)."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.customers.access import shown_name
from crm.people.access import SignedInRequest
from crm.records.middleware import both_texts
from crm.ui.asked import version_of
from crm.ui.forms import add_errors
from visits import access, actions
from visits.forms.mails import MailForm, ReplyForm
from visits.models import VisitMail
from visits.queues import screens
from visits.queues.mails import saved_mail

HEAVY = gettext_lazy("Its files are large. Ask the customer whether the mail has arrived.")


@require_http_methods(["GET", "HEAD", "POST"])
def write_mail(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Write to a customer; the worker sends it."""
    visit = get_object_or_404(screens.visit_for_page(request.user), public_id=public_id)
    if not access.can_invite(request.user, visit):
        raise PermissionDenied
    wanted = request.GET.get("language", "")
    language = wanted if wanted in dict(settings.LANGUAGES) else ""
    language = language or visit.card.customer.language or get_language() or ""
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = MailForm(*sent, language=language or settings.LANGUAGE_CODE)
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_mail(visit, by=request.user, now=timezone.now(), **form.told())
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("It is sent within a minute or two."))
            if form.is_heavy:
                messages.warning(request, HEAVY)
            return redirect("visits:visit", visit.public_id)
    context = {
        "visit": visit,
        "name": shown_name(request.user, visit.card),
        "form": form,
        "languages": settings.LANGUAGES,
    }
    status = 422 if form.is_bound else 200
    return render(request, "visits/write_mail.html", context, status=status)


def _mail(request: SignedInRequest, public_id: str) -> VisitMail:
    rows = VisitMail.objects.visible_to(request.user).select_related(
        "visit__card__customer", "visit__assignee"
    )
    found: VisitMail = get_object_or_404(rows, public_id=public_id)
    if not access.handles_mail(request.user, found):
        raise PermissionDenied
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def log_reply(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Write down what a customer replied."""
    mail = _mail(request, public_id)
    form = ReplyForm(request.POST or None, mail=mail)
    if request.method == "POST" and form.is_valid():
        try:
            with both_texts(form, lambda: saved_mail(_mail(request, public_id))):
                actions.log_reply(mail, by=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("The reply is kept."))
            return redirect("visits:visit", mail.visit.public_id)
    name = shown_name(request.user, mail.visit.card)
    context = {"mail": mail, "visit": mail.visit, "name": name, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "visits/log_reply.html", context, status=status)


@require_POST
def resend_mail(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Send once more what was not sent."""
    mail = _mail(request, public_id)
    try:
        actions.resend_mail(
            mail,
            by=request.user,
            version=version_of(request.POST),
            now=timezone.now(),
            request_id=request.POST.get("request_id", ""),
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("It is sent within a minute or two."))
    return redirect("visits:visit", mail.visit.public_id)


@require_POST
def remind_customer(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Ask a customer once more."""
    mail = _mail(request, public_id)
    try:
        actions.remind_customer(
            mail,
            by=request.user,
            version=version_of(request.POST),
            now=timezone.now(),
            request_id=request.POST.get("request_id", ""),
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The reminder is sent within a minute or two."))
    return redirect("visits:visit", mail.visit.public_id)
