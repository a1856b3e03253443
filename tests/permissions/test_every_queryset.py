"""Who sees which row: each queryset's ``visible_to`` against the matrix, role by role."""

from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model
from django.utils import timezone

from complaints.models import DepartmentTask, Ticket
from crm.customers.models import Card
from crm.home.models import Erasure
from crm.orders.models import Order
from crm.people.models import Delegation, Membership, RoleGrant, User
from crm.promises.models import Promise
from crm.reports.models import PeriodReport, TeamResponse, VisitReport
from followups.models import Contact, Plan, PlannedContact
from tests.people import make_card
from tests.permissions.floor import Floor
from tests.permissions.rules import OUTSIDERS, ROLES, matrix
from tests.permissions.test_random_organisations import MODELS as ORGANISED
from visits.models import (
    CareRule,
    CareTask,
    CompetitorFinding,
    Draw,
    Opportunity,
    Questionnaire,
    SurveyLink,
    Visit,
    VisitAudit,
    VisitMail,
    VisitRule,
)

MODELS = {
    "card": Card,
    "plan": Plan,
    "contact": Contact,
    "order": Order,
    "visit": Visit,
    "finding": CompetitorFinding,
    "team_response": TeamResponse,
    "care_task": CareTask,
    "opportunity": Opportunity,
    "visit_audit": VisitAudit,
    "ticket": Ticket,
    "department_task": DepartmentTask,
    "promise": Promise,
    "questionnaire": Questionnaire,
}


# Of these the floor has a row by another name than the matrix: kind of row → model, object.
OTHERWISE = {
    "visit_report": (VisitReport, "visit_report"),
    "period_report": (PeriodReport, "period_report"),
    "grant": (RoleGrant, "role_grant"),
    "erasure": (Erasure, "erasure"),
    "survey_link": (SurveyLink, "survey_link"),
    "visit_rule": (VisitRule, "visit_rule"),
    "care_rule": (CareRule, "visit_rule"),
    "draw": (Draw, "survey_draw"),
    "visit_mail": (VisitMail, "visit"),
    "planned_contact": (PlannedContact, "planned_contact"),
}


@pytest.fixture
def floor(permission_floor: Floor) -> Floor:
    return permission_floor


BY_TICKET = "seen with its ticket, which is tried here"
BY_VISIT = "seen with its visit or audit, which are tried here"
WALKED = "its pages are walked inside and outside each scope: test_every_address.py"
# Why a model with `visible_to` is in neither this table nor that of the random organisations.
LEFT_OUT = {
    "people.Store": WALKED,
    "people.Team": WALKED,
    "people.Department": WALKED,
    "people.Membership": WALKED,
    "records.AuditEvent": "tests/records: the trail's page by role and place",
    "records.Attachment": BY_TICKET,
    "vehicles.Product": "for all who sell; holds nothing of a person",
    "notices.Notice": "one's own alone, or of whom one stands in for: tests/notices",
    "notices.Reminder": WALKED,
    "notices.Delivery": WALKED,
    "notices.Channel": WALKED,
    "customers.Customer": "seen with the card, which is tried here",
    "customers.Recovery": "seen with the card, which is tried here",
    "complaints.Stage": BY_TICKET,
    "complaints.Entry": BY_TICKET,
    "complaints.Proposal": BY_TICKET,
    "complaints.Briefing": WALKED,
    "complaints.Case": "a published case is for all; a draft is its author's: tests/complaints",
    "complaints.Clock": BY_TICKET,
    "complaints.Pause": BY_TICKET,
    "complaints.CustomerWord": BY_TICKET,
    "complaints.AnswerLink": BY_TICKET,
    "complaints.ReplyMail": BY_TICKET,
    "complaints.File": BY_TICKET,
    "complaints.Correction": WALKED,
    "complaints.Intake": BY_TICKET,
    "complaints.IntakeLink": WALKED,
    "complaints.Presence": BY_TICKET,
    "complaints.ReplyTemplate": "a store's own words; holds nothing of a customer",
    "complaints.Macro": "a store's own words; holds nothing of a customer",
    "complaints.Relation": BY_TICKET,
    "complaints.Verification": BY_TICKET,
    "complaints.ColleagueWord": BY_TICKET,
    "visits.AuditSample": WALKED,
    "visits.AuditTry": BY_VISIT,
    "visits.ContactCheck": WALKED,
    "visits.CheckTry": BY_VISIT,
    "visits.AuditFinding": BY_VISIT,
    "visits.Correction": BY_VISIT,
    "visits.QuestionnaireVersion": "seen with its questionnaire, which is tried here",
    "visits.Response": BY_VISIT,
    "reports.Measure": WALKED,
    "reports.ReportView": "one's own alone: tests/reports",
    "reports.Target": WALKED,
    "exchange.HeaderName": "seen with the store; holds nothing of a customer",
}
KINDS: dict[str, tuple[Any, str]] = {
    **{kind: (model, kind) for kind, model in MODELS.items()},
    **OTHERWISE,
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_role_sees_exactly_the_rows_of_its_scope(floor: Floor, kind: str) -> None:
    model, named = KINDS[kind]
    for role in ROLES:
        scope = matrix()[named, "see", role]
        rows = model.objects
        seen = list(rows.visible_to(floor.actor(role)).values_list("pk", flat=True))
        inside = floor.inside(role, kind, scope)
        outside = floor.outside(role, kind, scope)
        assert (inside.pk in seen) == (scope != "none"), role
        assert (outside.pk in seen) == (scope == "all"), role
        assert len(seen) == len(set(seen)), f"{role}: a row twice"


def rows_of(model: type[Model]) -> Any:
    return model._default_manager.all()


def with_visible_to() -> set[type[Model]]:
    """Every model whose rows are read in a scope."""
    return {m for m in apps.get_models() if hasattr(rows_of(m), "visible_to")}


def test_nobody_outside_sees_anything(floor: Floor) -> None:
    """Of any model: each queryset, asked for somebody without a post."""
    for _model, named in KINDS.values():
        assert all(matrix()[named, "see", role] == "none" for role in OUTSIDERS), named
    visitor = User.objects.create(username="nobody", name="没有职务")
    seen = {m._meta.label for m in with_visible_to() if rows_of(m).visible_to(visitor).exists()}
    assert not seen


def test_every_model_read_in_a_scope_is_tried_or_named() -> None:
    """A new model with `visible_to` is in a table here, or says why not."""
    tried = {model for model, _object in KINDS.values()} | set(ORGANISED.values())
    named = {model._meta.label for model in tried} | LEFT_OUT.keys()
    assert {model._meta.label for model in with_visible_to()} == named
    assert not {model._meta.label for model in tried} & LEFT_OUT.keys()


def test_who_no_longer_sells_and_stands_in_sees_the_absent_ones_cards_alone(floor: Floor) -> None:
    """Lin went to the front desk of another store and stands in for Zhou today."""
    lin, zhou = floor.cast.lin, floor.cast.zhou
    former, absent_ones = make_card(lin), make_card(zhou)
    Membership.objects.filter(user=lin).update(role="reception", store=floor.cast.chaoyang)
    today = timezone.localdate()
    Delegation.objects.create(user=zhou, deputy=lin, starts_on=today, ends_on=today)
    seen = Card.objects.visible_to(User.objects.get(pk=lin.pk))
    assert absent_ones in seen
    assert former not in seen
