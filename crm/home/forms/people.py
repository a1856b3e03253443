"""Forms on colleagues and their roles."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.customers import phones
from crm.home.actions.users import NewUser
from crm.people.models import Department, Role, Store, Team, User
from crm.people.roles import Post
from crm.ui.forms import Line

USERNAME = re.compile(r"[^\W_][\w.@+-]{1,59}")


class PersonForm(forms.Form):
    """Name, username and how to reach a colleague."""

    name = Line(label=_("Name"), max_length=60)
    username = Line(
        label=_("Username"),
        max_length=60,
        help_text=_("Letters, digits and . _ @ + -; used to sign in."),
    )
    phone = Line(label=_("Phone"), max_length=40, required=False)
    email = forms.EmailField(
        label=pgettext_lazy("address", "Email"), max_length=254, required=False
    )

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
