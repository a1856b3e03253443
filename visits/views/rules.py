"""The rules that make visits: the list with what each made, one rule with its preview."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from crm.people.access import SignedInRequest
from crm.records.middleware import both_texts
from visits import access, actions
from visits.forms import RuleForm
from visits.models import VisitRule
from visits.queues import rules as queues


@require_safe
def rules(request: SignedInRequest) -> HttpResponse:
    """Every rule of one's stores: when it has customers visited, and what it made lately."""
    if not access.can_see_rules(request.user):
        raise PermissionDenied
    context = {
        "rules": queues.rule_lines(request.user, timezone.now()),
        "may_see_questionnaires": access.can_see_questionnaires(request.user),
    }
    return render(request, "visits/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change_rule(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One rule, what it would make now, and its settings."""

    def found() -> VisitRule:
        rows = VisitRule.objects.visible_to(request.user).select_related("questionnaire")
        return get_object_or_404(rows, public_id=public_id)

    rule, now = found(), timezone.now()
    if not access.can_edit_rule(request.user, rule):
        raise PermissionDenied
    sheets = queues.sheets_for(request.user, rule)
    form = RuleForm(request.POST or None, rule=rule, sheets=sheets)
    if request.method == "POST" and form.is_valid():
        sent = {name: form.cleaned_data[name] for name in ("version", "request_id")}
        try:
            with both_texts(form, lambda: queues.saved_rule(found())):
                actions.change_rule(rule, by=request.user, now=now, **sent, **form.values())
            messages.success(request, _("The rule is saved."))
            return redirect("visits:change_rule", rule.public_id)
        except ValidationError as error:
            form.refuse(error)
    context = {"rule": rule, "form": form, "preview": queues.preview_now(rule, now)}
    return render(request, "visits/rule.html", context, status=422 if form.is_bound else 200)
