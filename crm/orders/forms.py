"""Forms of orders: sign, deliver, cancel."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.customers.models import Card
from crm.orders.models import Order
from crm.people.models import User
from crm.ui.fields import SpokenMoment
from crm.ui.forms import Line, Money, WholeNumber
from crm.vehicles.models import Product
from crm.vehicles.vins import plain_vin


class SignOrderForm(forms.Form):
    """Number, model, amount and moment of an order signed (OR-01)."""

    version = WholeNumber(least=1, most=2_000_000_000, widget=forms.HiddenInput)
    product = forms.ModelChoiceField(
        Product.objects.none(), label=_("Model"), to_field_name="public_id", empty_label="—"
    )
    amount = Money(label=_("Amount"))
    quantity = WholeNumber(label=_("Quantity"), least=1, most=999, initial=1)
    signed_at = SpokenMoment(past=True, label=_("Signed at"))
    order_no = Line(
        label=_("Order number"),
        max_length=40,
        required=False,
        help_text=_("Left empty, it gets the next number."),
    )

    def __init__(self, *args: Any, user: User, card: Card, **kwargs: Any) -> None:
        initial = kwargs.setdefault("initial", {})
        initial.setdefault("product", card.product.public_id if card.product else None)
        initial.setdefault("version", card.version)
        super().__init__(*args, **kwargs)
        self.fields["product"].queryset = Product.objects.visible_to(user).on_sale()  # type: ignore[attr-defined]


class OrderVerbForm(forms.Form):
    """Carries the version of the order that its reader saw."""

    version = WholeNumber(least=1, most=2_000_000_000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).update(version=order.version)
        super().__init__(*args, **kwargs)


class DeliverOrderForm(OrderVerbForm):
    """When the car was handed over, with its number and plate (CC-15)."""

    delivered_at = SpokenMoment(past=True, label=_("Handed over at"))
    vin = Line(label=_("VIN"), max_length=40, required=False)
    plate = Line(label=_("Plate"), max_length=12, required=False)

    def clean_vin(self) -> str:
        """As it is kept, however it was typed or read from paper."""
        return plain_vin(self.cleaned_data["vin"])

    def clean_plate(self) -> str:
        """Upper case, without spaces and dots."""
        plate = str(self.cleaned_data["plate"]).replace(" ", "").replace("·", "")
        return plate.upper()


class CancelOrderForm(OrderVerbForm):
    """When and why."""

    cancelled_at = SpokenMoment(past=True, label=_("Cancelled at"))
    reason = Line(label=_("Reason"), max_length=200)
