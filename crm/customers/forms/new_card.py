"""The form of a new card with its first planned contact (CC-01, CC-22, CC-27)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.customers.forms.edits import level_choices
from crm.customers.forms.phone_field import PhoneField
from crm.customers.forms.referrer import SENT_BY, referrer_of
from crm.customers.models import Card, Gender, Language, Level, Source
from crm.people.models import User
from crm.rulebook.models import OptionKind
from crm.rulebook.numbers import Numbers
from crm.rulebook.queues import option_choices
from crm.ui.fields import Buttons, SpokenMoment
from crm.ui.forms import Line, Lines
from crm.vehicles.models import Product

FIRST_METHODS = (
    ("phone", _("Phone")),
    ("wechat", _("WeChat")),
    ("sms", _("SMS")),
    ("in_person", _("Showroom visit")),
    ("onsite", _("Home visit")),
)
METHOD_ICONS = {
    "phone": "phone",
    "wechat": "brand-wechat",
    "sms": "message",
    "in_person": "building-store",
    "onsite": "walk",
}
# Chips that begin the reason; the sentence is edited afterwards.
REASON_CHIPS = (
    _("Liked the car, wants a test drive with the family."),
    _("Compares with another brand, waits for our quote."),
    _("Wants to trade in the old car, waits for its valuation."),
    _("Budget not settled, discuss finance."),
    _("Asked by phone only, invite to the showroom."),
)
CUSTOMER_NAMES = ("name", "phone", "wechat", "email", "gender", "occupation", "region", "language")
CARD_NAMES = ("source", "channel", "referrer", "reason", "level", "product", "notes")


class NewCardForm(forms.Form):
    """Name, a way of contact, source, channel, reason; the first contact comes filled in."""

    name = Line(label=_("Name"), max_length=80)
    phone = PhoneField(
        label=_("Phone"), required=False, help_text=_("Or WeChat or email, under More.")
    )
    source = forms.ChoiceField(label=_("Source"), choices=[("", "—"), *Source.choices])
    channel = forms.ChoiceField(label=_("Channel heard from"))
    referrer = Line(
        label=_("Introduced by"),
        max_length=40,
        required=False,
        help_text=SENT_BY,
    )
    reason = Lines(label=_("Reason to follow up"), max_length=500)
    level = forms.ChoiceField(
        label=_("Intent level"), choices=Level.choices, required=False, widget=Buttons()
    )
    product = forms.ModelChoiceField(
        Product.objects.none(),
        label=_("Model of interest"),
        required=False,
        to_field_name="public_id",
        empty_label="—",
    )
    owner = forms.ModelChoiceField(
        User.objects.none(), label=_("Owner"), to_field_name="public_id", empty_label="—"
    )
    first_at = SpokenMoment(label=_("First contact"))
    first_method = forms.ChoiceField(
        label=_("Method"), choices=FIRST_METHODS, widget=Buttons(icons=METHOD_ICONS)
    )
    first_content = Line(label=_("What for"), max_length=300, required=False)
    wechat = Line(label=_("WeChat"), max_length=60, required=False)
    email = forms.EmailField(
        label=pgettext_lazy("address", "Email"), required=False, max_length=254
    )
    gender = forms.ChoiceField(
        label=_("Gender"), choices=Gender.choices, required=False, widget=Buttons()
    )
    occupation = Line(label=_("Occupation"), max_length=60, required=False)
    region = Line(label=_("Region"), max_length=60, required=False)
    language = forms.ChoiceField(
        label=_("Language"), choices=[("", "—"), *Language.choices], required=False
    )
    notes = Lines(label=_("Notes"), max_length=2000, required=False)

    def __init__(
        self,
        *args: Any,
        user: User,
        owners: QuerySet[User] | None,
        numbers: Numbers,
        **kwargs: Any,
    ) -> None:
        """`owners` are the salespeople the card may be opened for; None: for `user` alone."""
        super().__init__(*args, **kwargs)
        self.user, self.numbers = user, numbers
        self.fields["channel"].choices = [("", "—"), *option_choices(OptionKind.CHANNEL)]  # type: ignore[attr-defined]
        self.fields["product"].queryset = Product.objects.visible_to(user).on_sale()  # type: ignore[attr-defined]
        self.fields["level"].choices = level_choices(numbers)  # type: ignore[attr-defined]
        if owners is None:
            del self.fields["owner"]
        else:
            self.fields["owner"].queryset = owners  # type: ignore[attr-defined]
        self.fields["name"].widget.attrs["autocomplete"] = "off"
        # On leaving the field the number is looked for; without scripts saving does the same.
        self.fields["phone"].widget.attrs |= {
            "hx-post": reverse_lazy("customers:check_phone"),
            "hx-trigger": "change",
            "hx-target": "#phone-check",
            "hx-swap": "outerHTML",
        }

    def clean_referrer(self) -> Card | None:
        """The card of whoever sent the customer (RB-04)."""
        return referrer_of(self.user, self.cleaned_data["referrer"])

    def clean_reason(self) -> str:
        """A whole sentence, not a word (CC-26)."""
        reason: str = self.cleaned_data["reason"]
        least = self.numbers.reason_min_length
        if len(reason) < least:
            raise forms.ValidationError(
                _("Say why in a sentence: at least %(least)d characters.") % {"least": least}
            )
        return reason

    def clean(self) -> dict[str, Any]:
        """A phone number, or another way of contact."""
        values = super().clean() or self.cleaned_data
        given = any(values.get(way) for way in ("phone", "wechat", "email"))
        if not given and "phone" not in self.errors:
            self.add_error("phone", _("A phone number or another way of contact is needed."))
        return values

    def customer(self) -> dict[str, Any]:
        """What goes into `Customer`."""
        return {name: self.cleaned_data.get(name) for name in CUSTOMER_NAMES}

    def card(self) -> dict[str, Any]:
        """What goes into `Card`."""
        return {name: self.cleaned_data.get(name) for name in CARD_NAMES}
