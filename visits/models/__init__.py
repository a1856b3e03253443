"""Return visits: why and when they are made, what was asked and answered."""

from visits.models.attempts import VisitAttempt
from visits.models.audits import (
    ASKED,
    SAMPLE_READERS,
    AuditFinding,
    AuditSample,
    AuditState,
    AuditStratum,
    AuditTry,
    Criterion,
    Verdict,
    VisitAudit,
    VisitAuditQuerySet,
)
from visits.models.care import (
    CareOccasion,
    CareRule,
    CareState,
    CareTask,
    CareTaskQuerySet,
    Festival,
)
from visits.models.checks import CheckState, CheckTry, ContactCheck, ContactCheckQuerySet
from visits.models.corrections import (
    CORRECTION_LEADERS,
    CORRECTORS,
    Correction,
    CorrectionQuerySet,
    CorrectionState,
    CorrectionStep,
)
from visits.models.draws import Draw, DrawWinner
from visits.models.heard import (
    FINDING_READERS,
    CompetitorFinding,
    Opportunity,
    OpportunityState,
)
from visits.models.links import SurveyLink, VisitMail
from visits.models.onsite import OnSiteVisit, VisitGift
from visits.models.questionnaires import (
    Answer,
    Measurement,
    Questionnaire,
    QuestionnaireVersion,
    Response,
    VersionState,
)
from visits.models.reasons import CancelReason, NothingBecause
from visits.models.rules import KINDS, Trigger, Unit, VisitCause, VisitorProfile, VisitRule
from visits.models.visits import (
    VISIT_READERS,
    WORDS_READERS,
    Visit,
    VisitQuerySet,
    VisitState,
)

__all__ = [
    "ASKED",
    "CORRECTION_LEADERS",
    "CORRECTORS",
    "FINDING_READERS",
    "KINDS",
    "SAMPLE_READERS",
    "VISIT_READERS",
    "WORDS_READERS",
    "Answer",
    "AuditFinding",
    "AuditSample",
    "AuditState",
    "AuditStratum",
    "AuditTry",
    "CancelReason",
    "CareOccasion",
    "CareRule",
    "CareState",
    "CareTask",
    "CareTaskQuerySet",
    "CheckState",
    "CheckTry",
    "CompetitorFinding",
    "ContactCheck",
    "ContactCheckQuerySet",
    "Correction",
    "CorrectionQuerySet",
    "CorrectionState",
    "CorrectionStep",
    "Criterion",
    "Draw",
    "DrawWinner",
    "Festival",
    "Measurement",
    "NothingBecause",
    "OnSiteVisit",
    "Opportunity",
    "OpportunityState",
    "Questionnaire",
    "QuestionnaireVersion",
    "Response",
    "SurveyLink",
    "Trigger",
    "Unit",
    "Verdict",
    "VersionState",
    "Visit",
    "VisitAttempt",
    "VisitAudit",
    "VisitAuditQuerySet",
    "VisitCause",
    "VisitGift",
    "VisitMail",
    "VisitQuerySet",
    "VisitRule",
    "VisitState",
    "VisitorProfile",
]
