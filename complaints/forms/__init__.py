"""Forms of tickets, departments' tasks, the timetable and cases."""

from complaints.forms.cases import CaseForm, DecideForm
from complaints.forms.complaints import (
    AnswerForm,
    ContactForm,
    MergeForm,
    ReasonOfTicketForm,
    SiteVisitForm,
)
from complaints.forms.helping import HelpForm
from complaints.forms.register import GUIDANCE, RegisterForm
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
    "GUIDANCE",
    "AcceptForm",
    "AnswerForm",
    "AskForm",
    "CaseForm",
    "ConfirmForm",
    "ContactForm",
    "DecideForm",
    "HelpForm",
    "MergeForm",
    "OfferForm",
    "OutcomeForm",
    "ReasonForm",
    "ReasonOfTicketForm",
    "RegisterForm",
    "RouteForm",
    "SendForm",
    "SiteVisitForm",
    "StageForm",
    "TellForm",
    "WordsForm",
]
