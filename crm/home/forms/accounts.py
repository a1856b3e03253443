"""Forms of one's own account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from crm.people.forms import LONGEST_PASSWORD, CodeForm
from crm.people.models import Role, Theme, User
from crm.ui.fields import Buttons
from crm.ui.forms import Day, Line

LANGUAGE_NAMES = {"zh-hans": "简体中文", "zh-hant": "繁體中文", "en": "English"}


class Password(forms.CharField):
    """A password as typed: pasted and managed ones are welcome, nothing is trimmed."""

    def __init__(self, *, new: bool, label: Any) -> None:
        kind = "new-password" if new else "current-password"
        super().__init__(
            label=label,
            strip=False,
            max_length=LONGEST_PASSWORD,
            widget=forms.PasswordInput(attrs={"autocomplete": kind}),
        )


class NewPasswordForm(forms.Form):
    """A new password, checked against the rules for this user."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["password"] = Password(new=True, label=_("New password"))
        self.fields["password"].help_text = _(
            "At least 12 characters. A few unrelated words make a good password."
        )

    def clean_password(self) -> str:
        """The password, if it breaks no rule."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password


class AsksForPassword(forms.Form):
    """Asks for the present password once more."""

    user: User

    def clean_present(self) -> str:
        """The present password, if it is right."""
        present: str = self.cleaned_data["present"]
        if not self.user.check_password(present):
            raise ValidationError(_("This is not the present password."))
        return present


class ChangePasswordForm(AsksForPassword, NewPasswordForm):
    """The present password beside the new one."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["present"] = Password(new=False, label=_("Present password"))
        self.order_fields(["present", "password"])


class SecondStepForm(AsksForPassword, CodeForm):
    """The present password beside a code: what is wanted once more before the door changes."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        del self.fields["code"].widget.attrs["autofocus"]
        self.fields["present"] = Password(new=False, label=_("Present password"))
        self.order_fields(["present", "code"])


class SecondStepRolesForm(forms.Form):
    """The roles whose holders need a second step."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )


class ResetForm(forms.Form):
    """Who wants a new password; whether they exist is not told."""

    who = Line(label=_("Username or email"), max_length=254)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].widget.attrs.update(
            {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        )


class SettingsForm(forms.Form):
    """How a person wants the screen."""

    language = forms.ChoiceField(label=_("Language"), widget=Buttons(), required=False)
    theme = forms.ChoiceField(
        label=_("Theme"),
        choices=Theme.choices,
        required=False,
        widget=Buttons(icons={"": "settings", "light": "sun", "dark": "moon"}),
    )
    shortcuts_on = forms.BooleanField(label=_("Single-key shortcuts"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code, LANGUAGE_NAMES.get(code, name)) for code, name in settings.LANGUAGES]
        self.fields["language"].choices = [  # type: ignore[attr-defined]
            ("", _("As the browser says")),
            *choices,
        ]
        self.fields["shortcuts_on"].help_text = _(
            "Letters such as / and c act at once, except while typing."
        )


class AbsenceForm(forms.Form):
    """Who stands in, from which day to which."""

    deputy = forms.ModelChoiceField(
        label=_("Deputy"), queryset=User.objects.none(), empty_label="—"
    )
    starts_on = Day(label=_("First day away"))
    ends_on = Day(label=_("Last day away"))

    def __init__(self, *args: Any, deputies: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = deputies  # type: ignore[attr-defined]
