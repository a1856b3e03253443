"""Forms that edit a card; each carries the version its reader saw (D32)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.customers import states
from crm.customers.actions import CUSTOMER_FIELDS, NEED_FIELDS
from crm.customers.forms.phone_field import PhoneField
from crm.customers.models import Card, Customer, Gender, Language, Level, PurchaseMethod
from crm.people.models import User
from crm.rulebook.models import OptionKind
from crm.rulebook.numbers import Numbers
from crm.rulebook.queues import option_choices
from crm.ui.fields import Buttons
from crm.ui.forms import Day, Line, Lines, Money
from crm.ui.versioned import VersionedForm
from crm.vehicles.models import Product

REACHED_BY = ("phone", "phone2", "wechat", "email")
PIPS = [("0", "—"), ("1", "1"), ("2", "2"), ("3", "3"), ("4", "4"), ("5", "5")]


class NeedsForm(VersionedForm):
    """What the customer wants and why the follow-up goes on (CC-03, CC-06, CC-07)."""

    product = forms.ModelChoiceField(
        Product.objects.none(),
        label=_("Model of interest"),
        required=False,
        to_field_name="public_id",
        empty_label="—",
    )
    model_text = Line(label=_("Other model"), max_length=80, required=False)
    colour = Line(label=_("Colour"), max_length=40, required=False)
    configuration = Line(label=_("Configuration"), max_length=80, required=False)
    budget_min = Money(label=_("Budget from"), required=False)
    budget_max = Money(label=_("Budget to"), required=False)
    purchase_on = Day(label=_("Planned purchase"), required=False)
    purchase_method = forms.ChoiceField(
        label=_("Payment method"),
        choices=PurchaseMethod.choices,
        required=False,
        widget=Buttons(),
    )
    purpose = Line(label=_("Use of the car"), max_length=120, required=False)
    decision_maker = Line(label=_("Decision maker"), max_length=80, required=False)
    rivals = Line(label=_("Rival models"), max_length=120, required=False)
    lost_to = Line(
        label=_("Bought instead"),
        max_length=60,
        required=False,
        help_text=_("Brand and model, as the lost report is to name them."),
    )
    current_vehicle = Line(label=_("Current car"), max_length=120, required=False)
    trade_in = forms.BooleanField(label=_("Wants to trade in"), required=False)
    trade_in_value = Money(label=_("Trade-in value"), required=False)
    charging = Line(label=_("Charging"), max_length=120, required=False)
    reason = Lines(label=_("Reason to follow up"), max_length=500)
    notes = Lines(label=_("Notes"), max_length=2000, required=False)

    def __init__(self, *args: Any, user: User, card: Card, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).update(
            {name: getattr(card, name) for name in NEED_FIELDS},
            version=card.version,
            product=card.product.public_id if card.product else None,
        )
        super().__init__(*args, **kwargs)
        offered = Product.objects.visible_to(user).filter(Q(active=True) | Q(pk=card.product_id))
        self.fields["product"].queryset = offered  # type: ignore[attr-defined]
        if card.state != states.LOST:
            del self.fields["lost_to"]

    def clean(self) -> dict[str, Any]:
        """A budget runs upwards."""
        values = super().clean() or self.cleaned_data
        low, high = values.get("budget_min"), values.get("budget_max")
        if low is not None and high is not None and high < low:
            self.add_error("budget_max", _("Less than the budget from."))
        return values


class ProfileForm(VersionedForm):
    """Who the customer is and how to reach them (CC-01, CC-02).

    With `masked`, what is stored is not filled in where the reader sees it masked on the card:
    such a field left empty stays as it is (security.md 1.3).
    """

    name = Line(label=_("Name"), max_length=80)
    is_organisation = forms.BooleanField(label=_("Organisation"), required=False)
    gender = forms.ChoiceField(
        label=_("Gender"), choices=Gender.choices, required=False, widget=Buttons()
    )
    phone = PhoneField(label=_("Phone"), required=False)
    phone2 = PhoneField(label=_("Second phone"), required=False)
    wechat = Line(label=_("WeChat"), max_length=60, required=False)
    email = forms.EmailField(
        label=pgettext_lazy("address", "Email"), required=False, max_length=254
    )
    address = Line(label=_("Address"), max_length=200, required=False)
    region = Line(label=_("Region"), max_length=60, required=False)
    birthday = Day(label=_("Birthday"), required=False, from_year=1900)
    lunar_birthday = forms.RegexField(
        r"^(R?(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|30))?$",
        label=_("Lunar birthday"),
        required=False,
        max_length=6,
        help_text=_("Month and day, such as 08-15; a leap month R04-15."),
    )
    age_band = Line(label=_("Age"), max_length=20, required=False)
    occupation = Line(label=_("Occupation"), max_length=60, required=False)
    employer = Line(label=_("Employer"), max_length=80, required=False)
    best_time = Line(label=_("Best time to reach"), max_length=60, required=False)
    language = forms.ChoiceField(
        label=_("Language"), choices=[("", "—"), *Language.choices], required=False
    )

    def __init__(self, *args: Any, customer: Customer, masked: bool = False, **kwargs: Any) -> None:
        stored = {name: getattr(customer, name) for name in CUSTOMER_FIELDS}
        self.kept = {name: stored[name] for name in REACHED_BY} if masked else {}
        initial = stored | dict.fromkeys(self.kept, "") | {"version": customer.version}
        kwargs.setdefault("initial", {}).update(initial)
        super().__init__(*args, **kwargs)
        for name in (name for name, value in self.kept.items() if value):
            self.fields[name].help_text = _("Left empty, it stays as it is.")

    def clean(self) -> dict[str, Any]:
        """One way of contact remains."""
        values = super().clean() or self.cleaned_data
        for name, value in self.kept.items():
            values[name] = values.get(name) or value
        given = any(values.get(way) for way in REACHED_BY)
        if not given and "phone" not in self.errors:
            self.add_error("phone", _("A phone number or another way of contact is needed."))
        return values


class ChannelForm(VersionedForm):
    """The right channel, and why the other was wrong (CC-23)."""

    channel = forms.ChoiceField(label=_("Channel heard from"))
    reason = Line(label=_("Why it was wrong"), max_length=200)

    def __init__(self, *args: Any, card: Card, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).update(channel=card.channel, version=card.version)
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = option_choices(OptionKind.CHANNEL, card.channel)  # type: ignore[attr-defined]


def level_choices(numbers: Numbers) -> list[tuple[str, str]]:
    """The four levels, each with the window beside it: H，7 天内 (LC-01)."""
    return [
        (level, _("%(level)s, %(days)d days") % {"level": level, "days": days})
        for level in Level.values
        for days in [numbers.window_days(level)]
    ]


class LevelForm(VersionedForm):
    """The level, with the window within which such a customer buys (LC-01)."""

    level = forms.ChoiceField(label=_("Intent level"), required=False, widget=Buttons())

    def __init__(self, *args: Any, card: Card, numbers: Numbers, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).update(level=card.level, version=card.version)
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = level_choices(numbers)  # type: ignore[attr-defined]


class WillingnessForm(VersionedForm):
    """Confidence, need and purchasing power, each 1 to 5 with words (CC-05)."""

    confidence = forms.TypedChoiceField(
        label=_("Confidence"), choices=PIPS, coerce=int, widget=Buttons()
    )
    confidence_words = Line(label=_("Confidence in words"), max_length=120, required=False)
    need = forms.TypedChoiceField(label=_("Need"), choices=PIPS, coerce=int, widget=Buttons())
    need_words = Line(label=_("Need in words"), max_length=120, required=False)
    power = forms.TypedChoiceField(
        label=_("Purchasing power"), choices=PIPS, coerce=int, widget=Buttons()
    )
    power_words = Line(label=_("Purchasing power in words"), max_length=120, required=False)

    def __init__(self, *args: Any, card: Card, **kwargs: Any) -> None:
        names = [name for name in self.base_fields if name != "version"]
        kwargs.setdefault("initial", {}).update(
            {name: getattr(card, name) for name in names}, version=card.version
        )
        super().__init__(*args, **kwargs)
