"""Forms of pages of figures, of reports and of measures."""

from crm.reports.forms.period import PeriodForm
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

__all__ = [
    "BeginForm",
    "CheckForm",
    "CloseForm",
    "DecideForm",
    "DeclineForm",
    "MakeReportForm",
    "PeriodForm",
    "ProposeForm",
    "WriteReportForm",
]
