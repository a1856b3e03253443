"""Sign-in, and the password rules that speak to a person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.people.models import User
from crm.people.passwords import is_guessable

LONGEST_PASSWORD = 200


class SignInForm(AuthenticationForm):
    """Username and password; one answer whether the name, the password or the state is wrong."""

    error_messages = {
        "invalid_login": _("Username and password do not match. Check both and sign in again."),
        "inactive": _("Username and password do not match. Check both and sign in again."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Username")
        self.fields["username"].widget.attrs.update(
            {"autocapitalize": "none", "spellcheck": "false", "enterkeyhint": "next"}
        )
        password = self.fields["password"]
        password.label = _("Password")
        password.widget.attrs["enterkeyhint"] = "go"
        # A longer one cannot be anybody's, and hashing it would cost what it is long.
        password.validators.append(too_long_to_be_a_password)

    def typed_username(self) -> str:
        """The username before anything is looked up; empty where it cannot be one."""
        try:
            return str(self.fields["username"].clean(self.data.get("username")))
        except ValidationError:
            return ""


def too_long_to_be_a_password(value: str) -> None:
    """Refuse what no account's password can be, before it is hashed."""
    if len(value) > LONGEST_PASSWORD:
        raise ValidationError(SignInForm.error_messages["invalid_login"], code="invalid_login")


class CodeForm(forms.Form):
    """A code of the authenticator, or a recovery code."""

    code = forms.CharField(
        label=pgettext_lazy("sign-in", "Code"),
        max_length=60,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "text",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )


class NotGuessable:
    """A password rule: more than trade words, the person's or the place's names, and a year."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Refuse a password of which little is left without such words, or an endless one."""
        if len(password) > LONGEST_PASSWORD:
            raise ValidationError(
                _("Use at most %(most)d characters.") % {"most": LONGEST_PASSWORD}, code="too_long"
            )
        words = (user.username, user.name) if user else ()
        if is_guessable(password, words):
            raise ValidationError(
                _("Too easy to guess here. Use a few words that have nothing to do with cars."),
                code="guessable",
            )

    def get_help_text(self) -> str:
        """The rule in one line, for the form's hint."""
        return str(_("A few unrelated words make a good password."))


class LanguageForm(forms.Form):
    """The language of the signed-out pages, and where to go on."""

    language = forms.ChoiceField(choices=())
    next = forms.CharField(required=False, max_length=500)

    def __init__(self, *args: Any, languages: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = languages  # type: ignore[attr-defined]
