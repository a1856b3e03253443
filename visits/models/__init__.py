"""Return visits: why and when they are made, what was asked and answered."""

from visits.models.questionnaires import (
    Answer,
    Measurement,
    Questionnaire,
    QuestionnaireVersion,
    Response,
    SurveyLink,
    VersionState,
)
from visits.models.rules import Trigger, Unit, VisitCause, VisitorProfile, VisitRule
from visits.models.visits import (
    VISIT_READERS,
    Visit,
    VisitAttempt,
    VisitQuerySet,
    VisitState,
)

__all__ = [
    "VISIT_READERS",
    "Answer",
    "Measurement",
    "Questionnaire",
    "QuestionnaireVersion",
    "Response",
    "SurveyLink",
    "Trigger",
    "Unit",
    "VersionState",
    "Visit",
    "VisitAttempt",
    "VisitCause",
    "VisitQuerySet",
    "VisitRule",
    "VisitState",
    "VisitorProfile",
]
