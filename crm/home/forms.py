"""Forms of accounts, users and places. They shape input; verbs decide."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from crm.customers import phones
from crm.home.actions.users import NewUser
from crm.people.forms import LONGEST_PASSWORD
from crm.people.models import Department, Role, Store, Team, Theme, User
from crm.people.roles import Post
from crm.ui.fields import Buttons
from crm.ui.forms import Day, Line

USERNAME = re.compile(r"[^\W_][\w.@+-]{1,59}")
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


class ChangePasswordForm(NewPasswordForm):
    """The present password beside the new one."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["present"] = Password(new=False, label=_("Present password"))
        self.order_fields(["present", "password"])

    def clean_present(self) -> str:
        """The present password, if it is right."""
        present: str = self.cleaned_data["present"]
        if not self.user.check_password(present):
            raise ValidationError(_("This is not the present password."))
        return present


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

    deputy = forms.ModelChoiceField(label=_("Deputy"), queryset=User.objects.none())
    starts_on = Day(label=_("First day away"))
    ends_on = Day(label=_("Last day away"))

    def __init__(self, *args: Any, deputies: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = deputies  # type: ignore[attr-defined]


class PersonForm(forms.Form):
    """Name, username and how to reach a colleague."""

    name = Line(label=_("Name"), max_length=60)
    username = Line(
        label=_("Username"),
        max_length=60,
        help_text=_("Letters, digits and . _ @ + -; used to sign in."),
    )
    phone = Line(label=_("Phone"), max_length=40, required=False)
    email = forms.EmailField(label=_("Email"), max_length=254, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain = {"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}
        self.fields["username"].widget.attrs.update(plain)
        self.fields["phone"].widget.attrs.update({"inputmode": "tel", "autocomplete": "off"})
        self.fields["email"].widget.attrs.update(plain)

    def clean_username(self) -> str:
        """A name one can type on any keyboard, without look-alike forms of it."""
        username = unicodedata.normalize("NFKC", self.cleaned_data["username"])
        if not USERNAME.fullmatch(username):
            raise ValidationError(_("Use 2 to 60 letters, digits and . _ @ + - only."))
        return username

    def clean_phone(self) -> str:
        """The number as E.164; one that cannot be read is refused."""
        typed: str = self.cleaned_data["phone"]
        try:
            return phones.normalise(typed, settings.PHONE_REGION) if typed else ""
        except phones.PhoneError as error:
            raise ValidationError(_("This is not a phone number.")) from error

    def facts(self) -> NewUser:
        """What was typed, for the verb."""
        data = self.cleaned_data
        return NewUser(data["username"], data["name"], data["phone"], data["email"])


class PostForm(forms.Form):
    """A role and where it is held."""

    role = forms.ChoiceField(label=_("Role"), choices=[("", "—"), *Role.choices])
    store = forms.ModelChoiceField(
        label=_("Store"), queryset=Store.objects.none(), required=False, empty_label="—"
    )
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), required=False, empty_label="—"
    )
    department = forms.ModelChoiceField(
        label=_("Department"), queryset=Department.objects.none(), required=False, empty_label="—"
    )

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = Team.objects.visible_to(viewer).select_related("store")
        choices = {
            "store": Store.objects.visible_to(viewer),
            "team": teams,
            "department": Department.objects.visible_to(viewer),
        }
        for name, rows in choices.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        self.fields["team"].label_from_instance = (  # type: ignore[attr-defined]
            lambda team: f"{team.store} · {team.name}"
        )
        self.fields["department"].help_text = _("Only for a department handler.")

    def clean(self) -> dict[str, Any]:
        """A team brings its store along and cannot belong to another."""
        data = super().clean() or {}
        team, store = data.get("team"), data.get("store")
        if team and store and team.store_id != store.pk:
            raise ValidationError({"team": _("This team belongs to another store.")})
        if team and not store:
            data["store"] = team.store
        return data

    def post(self) -> Post:
        """What was chosen, for the verb."""
        data = self.cleaned_data
        keys = {name: getattr(data.get(name), "pk", None) for name in ("store", "team")}
        department = getattr(data.get("department"), "pk", None)
        return Post(data["role"], keys["store"], keys["team"], department)


class PlaceForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the forms of stores, teams and departments share: they know who looks."""

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer


class StoreForm(PlaceForm):
    """Code, name and region of a store."""

    code = Line(label=_("Code"), max_length=20, help_text=_("Short, as in the workbook: SH01."))
    name = Line(label=_("Name"), max_length=60)
    region = Line(label=_("Region"), max_length=60, required=False)

    class Meta:
        model = Store
        fields = ["code", "name", "region"]


class TeamForm(PlaceForm):
    """Store and name of a team; a team stays in its store."""

    name = Line(label=_("Name"), max_length=60)

    class Meta:
        model = Team
        fields = ["store", "name"]

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, viewer=viewer, **kwargs)
        self.fields["store"].queryset = Store.objects.visible_to(viewer)  # type: ignore[attr-defined]
        self.fields["store"].disabled = self.instance.pk is not None


class DepartmentForm(PlaceForm):
    """Name and head of a department (PR-07)."""

    name = Line(label=_("Name"), max_length=60)

    class Meta:
        model = Department
        fields = ["name", "head"]

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, viewer=viewer, **kwargs)
        staff = User.objects.visible_to(viewer).filter(is_active=True).order_by("name")
        self.fields["head"].queryset = staff  # type: ignore[attr-defined]


PLACE_FORMS: dict[type, type[PlaceForm]] = {
    Store: StoreForm,
    Team: TeamForm,
    Department: DepartmentForm,
}


def version_in(posted: Mapping[str, str]) -> int:
    """The version a form was drawn from; 0, which no row has, where it names none."""
    text = posted.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
