"""Who sees which row: each queryset's ``visible_to`` against the matrix, role by role."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from complaints.models import DepartmentTask, Ticket
from crm.customers.models import Card
from crm.orders.models import Order
from crm.people.models import Delegation, Membership, User
from crm.promises.models import Promise
from crm.reports.models import TeamResponse
from followups.models import Contact, Plan
from tests.people import make_card
from tests.permissions.floor import Floor
from tests.permissions.rules import OUTSIDERS, ROLES, matrix
from visits.models import (
    CareTask,
    CompetitorFinding,
    Opportunity,
    Questionnaire,
    Visit,
    VisitAudit,
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


@pytest.fixture
def floor(permission_floor: Floor) -> Floor:
    return permission_floor


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("kind", MODELS)
def test_a_role_sees_exactly_the_rows_of_its_scope(floor: Floor, kind: str, role: str) -> None:
    scope = matrix()[kind, "see", role]
    rows: Any = MODELS[kind].objects
    seen = set(rows.visible_to(floor.actor(role)).values_list("pk", flat=True))
    inside = floor.inside(role, kind, scope)
    outside = floor.outside(role, kind, scope)
    assert (inside.pk in seen) == (scope != "none")
    assert (outside.pk in seen) == (scope == "all")
    assert len(seen) == rows.filter(pk__in=seen).count(), "no row twice"


@pytest.mark.parametrize("kind", MODELS)
def test_nobody_outside_sees_anything(floor: Floor, kind: str) -> None:
    assert all(matrix()[kind, "see", role] == "none" for role in OUTSIDERS)
    visitor: Any = AnonymousUser()
    visitor.reach = floor.cast.lin.reach.__class__(user_id=0)
    assert not MODELS[kind].objects.visible_to(visitor).exists()


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
