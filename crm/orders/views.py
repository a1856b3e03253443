"""Verbs of orders, each with the form it is done from."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crm.customers.access import shown_name
from crm.customers.models import Card
from crm.customers.queues import card_for_page
from crm.orders import access, actions, states
from crm.orders.forms import CancelOrderForm, DeliverOrderForm, SignOrderForm
from crm.orders.models import Order
from crm.orders.queues import order_for_page, saved_for_signing, saved_order
from crm.people.access import SignedInRequest
from crm.records.middleware import both_texts
from crm.records.states import Saved
from crm.ui.forms import add_errors

working = require_http_methods(["GET", "HEAD", "POST"])


@working
def sign_order(request: SignedInRequest, public_id: str) -> HttpResponse:
    """An order signed on a card (OR-01)."""
    card = signing_card(request, public_id)
    if not access.can_sign_order(request.user, card):
        raise PermissionDenied
    now = timezone.now()
    form = SignOrderForm(
        request.POST or None, user=request.user, card=card, initial={"signed_at": now}
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data | {"signed_at": form.cleaned_data["signed_at"].at}
        try:
            with both_texts(form, lambda: saved_for_signing(signing_card(request, public_id))):
                actions.sign_order(
                    card,
                    by=request.user,
                    now=now,
                    request_id=request.POST.get("request_id", ""),
                    **values,
                )
        except ValidationError as error:
            add_errors(form, error)
        else:
            return done(request, card, _("Order signed."))
    return form_page(request, card, form, "orders/sign_order.html")


@working
def deliver_order(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The car was handed over (OR-12)."""
    order = one_order(request, public_id)
    if not access.can_deliver_order(request.user, order):
        raise PermissionDenied
    now = timezone.now()
    form = DeliverOrderForm(request.POST or None, order=order, initial={"delivered_at": now})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data | {"delivered_at": form.cleaned_data["delivered_at"].at}
        try:
            with both_texts(form, lambda: saved(request, order, states.MAY_DELIVER)):
                actions.deliver_order(
                    order,
                    by=request.user,
                    now=now,
                    request_id=request.POST.get("request_id", ""),
                    **values,
                )
        except ValidationError as error:
            add_errors(form, error)
        else:
            return done(request, order.card, _("Handover recorded."))
    return form_page(request, order.card, form, "orders/deliver_order.html", order=order)


@working
def cancel_order(request: SignedInRequest, public_id: str) -> HttpResponse:
    """An order that will not be delivered (OR-14)."""
    order = one_order(request, public_id)
    if not access.can_cancel_order(request.user, order):
        raise PermissionDenied
    now = timezone.now()
    form = CancelOrderForm(request.POST or None, order=order, initial={"cancelled_at": now})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data | {"cancelled_at": form.cleaned_data["cancelled_at"].at}
        try:
            with both_texts(form, lambda: saved(request, order, states.MAY_CANCEL)):
                actions.cancel_order(
                    order,
                    by=request.user,
                    now=now,
                    request_id=request.POST.get("request_id", ""),
                    **values,
                )
        except ValidationError as error:
            add_errors(form, error)
        else:
            return done(request, order.card, _("Order cancelled."))
    return form_page(request, order.card, form, "orders/cancel_order.html", order=order)


def signing_card(request: SignedInRequest, public_id: str) -> Card:
    """The card an order is signed on, if it is in scope."""
    return get_object_or_404(card_for_page(request.user), public_id=public_id)


def one_order(request: SignedInRequest, public_id: str) -> Order:
    """The order, if it is in scope."""
    return get_object_or_404(order_for_page(request.user), public_id=public_id)


def saved(request: SignedInRequest, order: Order, may_start_from: Collection[str]) -> Saved:
    """The order as somebody else left it, for a verb that starts from these states."""
    return saved_order(one_order(request, order.public_id), may_start_from)


def done(request: SignedInRequest, card: Card, words: str) -> HttpResponse:
    """Back to the card, saying what was done."""
    messages.success(request, words)
    return redirect("home:card", card.public_id)


def form_page(
    request: SignedInRequest, card: Card, form: forms.Form, template: str, **more: Any
) -> HttpResponse:
    """The page of one verb; a refused form keeps what was typed."""
    status = 422 if request.method == "POST" else 200
    context = {"card": card, "form": form, "name": shown_name(request.user, card), **more}
    return render(request, template, context, status=status)
