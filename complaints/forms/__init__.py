"""Forms of tickets, departments' tasks, the timetable and cases."""

from complaints.forms.cases import CaseForm, DecideForm
from complaints.forms.helping import HelpForm
from complaints.forms.tasks import AcceptForm, OutcomeForm, ReasonForm, SendForm, WordsForm
from complaints.forms.tickets import (
    AskForm,
    ConfirmForm,
    OfferForm,
    RouteForm,
    StageForm,
    TellForm,
)

__all__ = [
    "AcceptForm",
    "AskForm",
    "CaseForm",
    "ConfirmForm",
    "DecideForm",
    "HelpForm",
    "OfferForm",
    "OutcomeForm",
    "ReasonForm",
    "RouteForm",
    "SendForm",
    "StageForm",
    "TellForm",
    "WordsForm",
]
