"""Reports: those on return visits with their measures, the managers' own, and targets."""

from crm.reports.models.kept import (
    Keeping,
    KeptCard,
    KeptFollowUp,
    KeptOfAll,
    KeptOfPerson,
    KeptSum,
    TouchedCard,
    TouchedHour,
)
from crm.reports.models.period_reports import (
    FrozenRows,
    PeriodReport,
    PeriodReportQuerySet,
    ReportFile,
    ReportMail,
)
from crm.reports.models.saved_views import ReportView, ReportViewQuerySet
from crm.reports.models.targets import Target, TargetQuerySet
from crm.reports.models.visit_reports import (
    READERS,
    Measure,
    MeasureQuerySet,
    MeasureState,
    MeasureStep,
    ReportState,
    ResponseState,
    TeamResponse,
    TeamResponseQuerySet,
    VisitReport,
    VisitReportQuerySet,
)

__all__ = [
    "READERS",
    "FrozenRows",
    "Keeping",
    "KeptCard",
    "KeptFollowUp",
    "KeptOfAll",
    "KeptOfPerson",
    "KeptSum",
    "Measure",
    "MeasureQuerySet",
    "MeasureState",
    "MeasureStep",
    "PeriodReport",
    "PeriodReportQuerySet",
    "ReportFile",
    "ReportMail",
    "ReportState",
    "ReportView",
    "ReportViewQuerySet",
    "ResponseState",
    "Target",
    "TargetQuerySet",
    "TeamResponse",
    "TeamResponseQuerySet",
    "TouchedCard",
    "TouchedHour",
    "VisitReport",
    "VisitReportQuerySet",
]
