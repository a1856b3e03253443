"""Forms of return visits: the call with its questions, and what else becomes of a visit."""

from visits.forms.assigning import AssignManyForm, VisitorForm
from visits.forms.audits import (
    AppealForm,
    GiveUpAuditForm,
    HearForm,
    JudgeForm,
    PassOnForm,
    SettleForm,
    TryAuditForm,
)
from visits.forms.call import CallForm
from visits.forms.care import AssignCareForm, CareRuleForm, CompleteCareForm, SkipCareForm
from visits.forms.corrections import CallOffForm, FinishForm, HandOverForm, VerifyForm
from visits.forms.lists import ListForm
from visits.forms.onsite import AttachForm, EnterLaterForm, GiftForm, PrepareForm, ThankForm
from visits.forms.opportunities import DismissForm, TakeForm
from visits.forms.preview import PreviewForm
from visits.forms.question import QuestionForm
from visits.forms.questionnaires import (
    ArrangeForm,
    BeginForm,
    DecisionForm,
    NewForm,
    ReadyForm,
    RenameForm,
    SectionForm,
)
from visits.forms.rules import NewRuleForm, RuleFields, RuleForm
from visits.forms.verbs import (
    AppointForm,
    AssignForm,
    CancelForm,
    DeclineForm,
    GiveUpForm,
    ReopenForm,
    TryForm,
)
from visits.forms.wishes import LiftForm, RefusalForm

__all__ = [
    "AppealForm",
    "AppointForm",
    "ArrangeForm",
    "AssignCareForm",
    "AssignForm",
    "AssignManyForm",
    "AttachForm",
    "BeginForm",
    "CallForm",
    "CallOffForm",
    "CancelForm",
    "CareRuleForm",
    "CompleteCareForm",
    "DecisionForm",
    "DeclineForm",
    "DismissForm",
    "EnterLaterForm",
    "FinishForm",
    "GiftForm",
    "GiveUpAuditForm",
    "GiveUpForm",
    "HandOverForm",
    "HearForm",
    "JudgeForm",
    "LiftForm",
    "ListForm",
    "NewForm",
    "NewRuleForm",
    "PassOnForm",
    "PrepareForm",
    "PreviewForm",
    "QuestionForm",
    "ReadyForm",
    "RefusalForm",
    "RenameForm",
    "ReopenForm",
    "RuleFields",
    "RuleForm",
    "SectionForm",
    "SettleForm",
    "SkipCareForm",
    "TakeForm",
    "ThankForm",
    "TryAuditForm",
    "TryForm",
    "VerifyForm",
    "VisitorForm",
]
