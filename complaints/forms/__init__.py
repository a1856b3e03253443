"""Forms of tickets, departments' tasks, the timetable and cases."""

from complaints.forms.answers import (
    AlarmForm,
    CloseForm,
    CustomerWordForm,
    LinkForm,
    ProposalForm,
    ReplyForm,
    SeverityForm,
    VerdictForm,
    WordsOfTicketForm,
)
from complaints.forms.cases import CaseForm, DecideForm
from complaints.forms.complaints import (
    AnswerForm,
    ContactForm,
    MergeForm,
    MissForm,
    ReasonOfTicketForm,
    SiteVisitForm,
)
from complaints.forms.converting import ConvertForm
from complaints.forms.corrections import CorrectionForm, DoneForm, VerifyForm
from complaints.forms.facts import FactsForm
from complaints.forms.files import ACCEPTED, FilesForm
from complaints.forms.following import AnewForm, RejectForm
from complaints.forms.helping import HelpForm
from complaints.forms.linking import LinkTicketForm
from complaints.forms.ready import MacroForm, TemplateForm
from complaints.forms.register import GUIDANCE, RegisterForm
from complaints.forms.running import RunForm
from complaints.forms.tasks import AcceptForm, OutcomeForm, ReasonForm, SendForm, WordsForm
from complaints.forms.tickets import (
    AskForm,
    ConfirmForm,
    NameForm,
    OfferForm,
    RouteForm,
    StageForm,
    TellForm,
)
from complaints.forms.together import OfferTogetherForm, RouteTogetherForm, TogetherForm
from complaints.forms.verifications import ColleagueForm, OpinionForm, VerificationForm

__all__ = [
    "ACCEPTED",
    "GUIDANCE",
    "AcceptForm",
    "AlarmForm",
    "AnewForm",
    "AnswerForm",
    "AskForm",
    "CaseForm",
    "CloseForm",
    "ColleagueForm",
    "ConfirmForm",
    "ContactForm",
    "ConvertForm",
    "CorrectionForm",
    "CustomerWordForm",
    "DecideForm",
    "DoneForm",
    "FactsForm",
    "FilesForm",
    "HelpForm",
    "LinkForm",
    "LinkTicketForm",
    "MacroForm",
    "MergeForm",
    "MissForm",
    "NameForm",
    "OfferForm",
    "OfferTogetherForm",
    "OpinionForm",
    "OutcomeForm",
    "ProposalForm",
    "ReasonForm",
    "ReasonOfTicketForm",
    "RegisterForm",
    "RejectForm",
    "ReplyForm",
    "RouteForm",
    "RouteTogetherForm",
    "RunForm",
    "SendForm",
    "SeverityForm",
    "SiteVisitForm",
    "StageForm",
    "TellForm",
    "TemplateForm",
    "TogetherForm",
    "VerdictForm",
    "VerificationForm",
    "VerifyForm",
    "WordsForm",
    "WordsOfTicketForm",
]
