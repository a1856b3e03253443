"""The rules that make visits: the list with what each made, a new one, one with its preview."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from crm.people.access import SignedInRequest
from crm.records.middleware import both_texts
from visits import access, actions
from visits.forms import NewRuleForm, RuleFields, RuleForm
from visits.models import KINDS, Trigger, VisitRule
from visits.queues import rules as queues
from visits.queues.forecasts import forecast_of


@require_safe
def rules(request: SignedInRequest) -> HttpResponse:
    """Every rule of one's stores: when it has customers visited, and what it made lately."""
    if not access.can_see_rules(request.user):
        raise PermissionDenied
    context = {
        "rules": queues.rule_lines(request.user, timezone.now()),
        "may_make": access.can_make_rules(request.user),
        "may_see_questionnaires": access.can_see_questionnaires(request.user),
    }
    return render(request, "visits/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def make_rule(request: SignedInRequest) -> HttpResponse:
    """A new rule: first what it waits for, then when, how and about what."""
    user = request.user
    if not access.can_make_rules(user):
        raise PermissionDenied
    trigger, instead = _asked(request, "trigger"), _asked(request, "instead")
    if not trigger:
        return render(request, "visits/choose_trigger.html", {"triggers": Trigger.choices})
    rule = queues.begun_rule(user, trigger, instead, timezone.localdate())
    if rule is None:
        raise Http404
    stores = queues.stores_to_rule(user, rule.replaces)
    sheets = queues.sheets_for(user, KINDS[Trigger(rule.trigger)])
    form = NewRuleForm(request.POST or None, rule=rule, sheets=sheets, stores=stores)
    if request.method == "POST" and not _is_preview(request) and form.is_valid():
        sent = {**form.values(), "request_id": form.cleaned_data["request_id"]}
        sent |= {"trigger": rule.trigger, "replaces": rule.replaces}
        try:
            made = actions.make_rule(by=user, now=timezone.now(), **sent)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("The rule is made. It is off until you switch it on."))
            return redirect("visits:change_rule", made.public_id)
    return _page(request, form)


def _asked(request: SignedInRequest, name: str) -> str:
    return request.POST.get(name) or request.GET.get(name, "")


@require_http_methods(["GET", "HEAD", "POST"])
def change_rule(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One rule, what it would make, and its settings."""

    def found() -> VisitRule:
        rows = VisitRule.objects.visible_to(request.user)
        rows = rows.select_related("questionnaire", "store", "replaces")
        return get_object_or_404(rows, public_id=public_id)

    rule, now = found(), timezone.now()
    if not access.can_edit_rule(request.user, rule):
        raise PermissionDenied
    sheets = queues.sheets_for(request.user, (rule.kind,))
    form = RuleForm(request.POST or None, rule=rule, sheets=sheets)
    if request.method == "POST" and not _is_preview(request) and form.is_valid():
        sent = {name: form.cleaned_data[name] for name in ("version", "request_id")}
        try:
            with both_texts(form, lambda: queues.saved_rule(found())):
                actions.change_rule(rule, by=request.user, now=now, **sent, **form.values())
            messages.success(request, _("The rule is saved."))
            return redirect("visits:change_rule", rule.public_id)
        except ValidationError as error:
            form.refuse(error)
    return _page(request, form)


def _is_preview(request: SignedInRequest) -> bool:
    return request.method == "POST" and request.POST.get("then") == "preview"


def _page(request: SignedInRequest, form: RuleFields) -> HttpResponse:
    """The form with what the rule would make as it is typed; that alone where htmx asks."""
    typed, looks = form.typed(), _is_preview(request)
    context: dict[str, Any] = {"form": form, "rule": form.rule, "looks": looks, "typed": typed}
    context["by_hand"] = form.rule.trigger in access.BY_HAND
    if typed is not None:
        context["forecast"] = forecast_of(typed, days=form.period, now=timezone.now())
    if looks and request.headers.get("HX-Request") == "true":
        return render(request, "visits/_forecast.html", context)
    context["own_rules"] = queues.own_rules_of(request.user, form.rule)
    context["may_replace"] = queues.may_replace(request.user, form.rule)
    status = 422 if form.is_bound and not looks else 200
    return render(request, "visits/rule.html", context, status=status)
