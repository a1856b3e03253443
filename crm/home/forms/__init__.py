"""Forms of accounts, users and places. They shape input; verbs decide."""

from collections.abc import Mapping

from crm.home.forms.accounts import (
    AbsenceForm,
    ChangePasswordForm,
    NewPasswordForm,
    ResetForm,
    SecondStepForm,
    SecondStepRolesForm,
    SettingsForm,
)
from crm.home.forms.people import PersonForm, PostForm
from crm.home.forms.places import PLACE_FORMS

__all__ = [
    "PLACE_FORMS",
    "AbsenceForm",
    "ChangePasswordForm",
    "NewPasswordForm",
    "PersonForm",
    "PostForm",
    "ResetForm",
    "SecondStepForm",
    "SecondStepRolesForm",
    "SettingsForm",
    "version_in",
]


def version_in(posted: Mapping[str, str]) -> int:
    """The version a form was drawn from; 0, which no row has, where it names none."""
    text = posted.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
