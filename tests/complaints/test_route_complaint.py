"""A complaint's class and lead: by whom, to whom, and who hears what it turned out to be (4.7)."""

from __future__ import annotations

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from complaints import actions
from complaints.models import Ticket
from crm.people import roles
from crm.people.models import Membership, User
from tests.complaints.answers import HOUR, solution
from tests.complaints.complaints import first_told, make_complaint
from tests.complaints.problems import browser, lead_of, make_department
from tests.people import NOW, Cast, make_cast


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW + HOUR, tick=False):
        yield


def route(ticket: Ticket, by: User, **said: object) -> None:
    ticket.refresh_from_db()
    facts = {"category": ticket.category, "now": NOW + HOUR, **said}
    actions.route_ticket(ticket, by=by, version=ticket.version, **facts)  # type: ignore[arg-type]


def looked_into(cast: Cast) -> Ticket:
    """One that technical has accepted."""
    ticket = make_complaint(cast)
    route(ticket, cast.wu, department=cast.technical)
    task = lead_of(ticket)
    actions.accept_task(task, by=cast.tang, version=task.version, now=NOW + HOUR)
    ticket.refresh_from_db()
    return ticket


def by_link(cast: Cast) -> Ticket:
    """What a customer wrote by the link Wu gave out; no visit on site is waited for."""
    made = actions.make_intake_link(None, by=cast.wu, now=NOW)
    assert made
    ticket = actions.complain_by_link(
        made[0], words="销售态度恶劣", name="王芳", phone="13900001111", now=NOW
    )
    actions.waive_visit(ticket, by=cast.wu, version=ticket.version, reason="无需到场", now=NOW)
    return first_told(ticket)


def propose(ticket: Ticket, cast: Cast, *, submit: bool = True) -> None:
    version = ticket.version
    actions.propose_solution(
        ticket, solution(), by=cast.wu, version=version, now=NOW + HOUR, submit=submit
    )


@pytest.mark.parametrize("submit", [True, False])
def test_what_a_customer_wrote_is_classed_before_anything_is_proposed(
    cast: Cast, submit: bool
) -> None:
    ticket = by_link(cast)
    wu, page = browser(cast.wu), f"/complaints/{ticket.public_id}/"
    assert f"{page}proposal/" not in wu.get(page).content.decode()
    with pytest.raises(ValidationError):
        propose(ticket, cast, submit=submit)
    route(ticket, cast.wu, category="staff_conduct", department=cast.technical)
    assert f"{page}proposal/" in wu.get(page).content.decode()
    propose(ticket, cast, submit=submit)
    assert ticket.state == ("approving" if submit else "proposed")


def test_once_it_is_looked_into_the_supervisor_alone_passes_it_on(cast: Cast) -> None:
    ticket, other = looked_into(cast), make_department("物流部", cast.shen)
    page = f"/complaints/{ticket.public_id}/"
    assert f"{page}routing/" not in browser(cast.wu).get(page).content.decode()
    with pytest.raises(PermissionDenied):
        route(ticket, cast.wu, department=other)
    route(ticket, cast.xu, department=other)
    assert (ticket.state, ticket.lead_department) == ("classified", other)


def test_its_class_once_judged_is_changed_by_the_supervisor_alone(cast: Cast) -> None:
    ticket = make_complaint(cast)
    route(ticket, cast.wu, category="product_quality", department=cast.technical)  # the first word
    with pytest.raises(ValidationError) as refused:
        route(ticket, cast.wu, category="other", department=cast.technical)
    assert list(refused.value.message_dict) == ["category"]
    route(ticket, cast.wu, department=cast.technical)  # the same class once more
    route(ticket, cast.xu, category="other", department=cast.technical)
    assert ticket.category == "other"


def test_a_complaint_is_led_by_a_department_with_somebody_to_answer(cast: Cast) -> None:
    ticket = make_complaint(cast)
    path = f"/complaints/{ticket.public_id}/routing/"
    sent = {"version": ticket.version, "category": "technical", "department": ""}
    page = browser(cast.wu).post(path, sent)
    assert page.status_code == 422
    assert "department" in page.context["form"].errors
    Membership.objects.filter(role=roles.HANDLER, department=cast.technical).delete()
    for head in (None, cast.shen):
        type(cast.technical).objects.filter(pk=cast.technical.pk).update(head=head)
        User.objects.filter(pk=cast.shen.pk).update(is_active=False)
        page = browser(cast.wu).post(path, {**sent, "department": cast.technical.pk})
        assert page.status_code == 422
        assert "department" in page.context["form"].errors
    with pytest.raises(ValidationError):
        route(ticket, cast.wu)
    User.objects.filter(pk=cast.shen.pk).update(is_active=True)
    assert browser(cast.wu).post(path, {**sent, "department": cast.technical.pk}).status_code == 302


def test_what_turns_out_to_be_of_quality_is_made_known(cast: Cast) -> None:
    ticket = make_complaint(cast)
    assert not ticket.briefings.exists()
    route(ticket, cast.wu, category="product_quality", department=cast.technical)
    told = set(ticket.briefings.values_list("to__username", flat=True))
    assert told


def test_a_lead_that_refuses_puts_a_complaint_back(cast: Cast) -> None:
    ticket = looked_into(cast)
    task = lead_of(ticket)
    actions.refuse_task(
        task, by=cast.tang, version=task.version, reason="不归我们", now=NOW + 2 * HOUR
    )
    ticket.refresh_from_db()
    assert (ticket.state, ticket.lead_department) == ("classified", None)
    route(ticket, cast.wu, department=cast.technical)
