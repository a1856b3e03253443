"""Forms of accounts, users and places. They shape input; verbs decide."""

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
]
