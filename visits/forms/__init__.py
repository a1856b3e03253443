"""Forms of return visits: the call with its questions, and what else becomes of a visit."""

from visits.forms.assigning import AssignManyForm, VisitorForm
from visits.forms.call import CallForm
from visits.forms.lists import ListForm
from visits.forms.opportunities import DismissForm, TakeForm
from visits.forms.rules import RuleForm
from visits.forms.verbs import AppointForm, AssignForm, DeclineForm, EndForm, GiveUpForm, TryForm

__all__ = [
    "AppointForm",
    "AssignForm",
    "AssignManyForm",
    "CallForm",
    "DeclineForm",
    "DismissForm",
    "EndForm",
    "GiveUpForm",
    "ListForm",
    "RuleForm",
    "TakeForm",
    "TryForm",
    "VisitorForm",
]
