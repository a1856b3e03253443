"""Forms of pages of figures, of reports and of measures."""

from crm.reports.forms.period import PeriodForm
from crm.reports.forms.periodic import CorrectForm, MailForm, SignForm, TargetForm
from crm.reports.forms.reports import (
    BeginForm,
    CheckForm,
    CloseForm,
    DecideForm,
    DeclineForm,
    MakeReportForm,
    ProposeForm,
    WriteReportForm,
)
from crm.reports.forms.responses import AnswerTeamForm, AskTeamForm, CheckResponseForm
from crm.reports.forms.saved_views import SaveViewForm, ViewForm

__all__ = [
    "AnswerTeamForm",
    "AskTeamForm",
    "BeginForm",
    "CheckForm",
    "CheckResponseForm",
    "CloseForm",
    "CorrectForm",
    "DecideForm",
    "DeclineForm",
    "MailForm",
    "MakeReportForm",
    "PeriodForm",
    "ProposeForm",
    "SaveViewForm",
    "SignForm",
    "TargetForm",
    "ViewForm",
    "WriteReportForm",
]
