"""The one form field for phone numbers, and its sentences."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.customers import phones
from crm.customers.phones import PhoneError, PhoneFault

HELD_BACK = gettext_lazy(
    "You have asked about many numbers this hour. Ask again in an hour, or ask your supervisor."
)


def sentence(error: PhoneError) -> str:
    """What is wrong with a number and what is right: 少 1 位：手机号应为 11 位."""
    if error.missing > 0:
        return ngettext(
            "%(missing)d digit short: a mobile number has %(expected)d digits, this one %(digits)d",
            "%(missing)d digits short: a mobile number has %(expected)d digits, "
            "this one %(digits)d",
            error.missing,
        ) % {"missing": error.missing, "expected": error.expected, "digits": error.digits}
    if error.missing < 0:
        return ngettext(
            "%(extra)d digit too many: a mobile number has %(expected)d digits, "
            "this one %(digits)d",
            "%(extra)d digits too many: a mobile number has %(expected)d digits, "
            "this one %(digits)d",
            -error.missing,
        ) % {"extra": -error.missing, "expected": error.expected, "digits": error.digits}
    return {
        PhoneFault.CHARACTERS: _("Only digits, spaces, hyphens, brackets and + make a number."),
        PhoneFault.TOO_SHORT: _("Too short for a phone number. A landline needs its area code."),
        PhoneFault.TOO_LONG: _("Too long for a phone number."),
    }.get(error.fault, _("No such number. One from abroad begins with + and the country code."))


class PhoneField(forms.CharField):
    """A phone number that cleans to E.164, or to an empty text where it is not required."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 60)
        super().__init__(**options)
        self.widget.input_type = "tel"
        self.widget.attrs |= {"inputmode": "tel", "autocomplete": "off"}

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        if not text.strip():
            return ""
        try:
            return phones.normalise(text, settings.PHONE_REGION)
        except PhoneError as error:
            raise ValidationError(sentence(error), code=error.fault) from None

    def prepare_value(self, value: Any) -> Any:
        """A stored number as it is dialled at home."""
        if isinstance(value, str) and value.startswith("+"):
            return phones.show(value)
        return value
