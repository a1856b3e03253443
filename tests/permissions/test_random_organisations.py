"""In any organisation a person sees a row exactly when the matrix says so, told without the
product: several posts of a person, posts that ended or begin tomorrow, absences, cases (D2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import Phase, given, settings

from complaints.models import Ticket
from crm.customers.models import Card, OwnershipConflict
from crm.exchange.models import ExportJob, ImportJob
from crm.orders.models import Order, Payment
from crm.people.models import User, reach_of
from crm.promises.models import Promise
from crm.reception.models import ReceptionEntry
from followups.models import Contact, Plan, PlannedContact
from tests.permissions.organisations import Organisation, Post, Row, Writer, organisations
from tests.permissions.rules import matrix
from visits.models import Visit, VisitRule

MODELS: dict[str, Any] = {
    "card": Card,
    "plan": Plan,
    "planned_contact": PlannedContact,
    "contact": Contact,
    "order": Order,
    "payment": Payment,
    "visit": Visit,
    "ticket": Ticket,
    "promise": Promise,
    "reception_entry": ReceptionEntry,
    "visit_rule": VisitRule,
    "import_job": ImportJob,
    "export_job": ExportJob,
    "ownership_dispute": OwnershipConflict,
}
SERVICE = ("service_agent", "service_supervisor")


class Eyes:
    """One person of an organisation, and what the matrix lets them see of it today."""

    def __init__(self, floor: Organisation, number: int) -> None:
        self.floor, self.number = floor, number
        person = floor.people[number]
        self.posts = [p for p in person.posts if p.holds] if person.is_active else []
        absent = {a.user for a in floor.absences if a.holds and a.deputy == number}
        self.absent = absent if person.is_active else set()
        self.is_active = person.is_active

    def without(self, number: int | None) -> Eyes:
        """The same person, standing in for everybody but one."""
        found = Eyes(self.floor, self.number)
        found.absent -= {number}
        return found

    def scopes(self, kind: str) -> list[tuple[str, Post]]:
        return [(matrix()[kind, "see", post.role], post) for post in self.posts]

    def is_own(self, number: int | None) -> bool:
        """Whether a row of that person is mine, or of somebody I stand in for."""
        mine = number == self.number and self.is_active
        return number is not None and (mine or number in self.absent)

    def holds(self, *roles: str, store: int | None) -> bool:
        """Whether one of these roles is mine in that store."""
        return store is not None and any(p.role in roles and p.store == store for p in self.posts)

    def leads(self, team: int | None) -> bool:
        wanted = (p.team for p in self.posts if p.role == "sales_supervisor")
        return team is not None and team in wanted

    def works_on(self, card: int) -> bool:
        """Whether an open case of this card names me or a department I handle for."""
        mine = {p.department for p in self.posts if p.role == "handler"} - {None}
        return self.is_active and any(
            case.card == card
            and case.is_open
            and (case.user == self.number or case.department in mine)
            for case in self.floor.cases
        )

    def by_card(self, kind: str, number: int, *, but: tuple[str, ...] = ()) -> bool:
        """Whether the card a row hangs on is within one of my scopes for this kind of row."""
        card = self.floor.cards[number]
        if "salesperson" not in but and card.owner in self.absent:
            return True
        for scope, post in self.scopes(kind):
            if post.role in but:
                continue
            handed_over = post.role == "marketer" and card.state != "lead"
            within = {
                "none": False,
                "own": card.owner == self.number and not handed_over,
                "team": post.team is not None and post.team == card.team,
                "store": post.store is not None and post.store == card.store,
                "case": self.works_on(number),
                "all": True,
            }
            if within[scope]:
                return True
        return False

    def acts_as(self, role: str) -> bool:
        return any(post.role == role for post in self.posts)


def sees_visit(eyes: Eyes, row: Row) -> bool:
    served = eyes.holds(*SERVICE, "manager", store=row.store)
    return served or eyes.is_own(row.who) or eyes.by_card("visit", row.card, but=SERVICE)


def sees_ticket(eyes: Eyes, row: Row) -> bool:
    """Nobody sees a complaint about themselves, nor in place of whom it is about (CP-15)."""
    if row.about == eyes.number and eyes.is_active:
        return False
    eyes = eyes.without(row.about)
    if eyes.acts_as("general_manager") or eyes.holds(*SERVICE, "manager", store=row.store):
        return True
    mine = row.other == eyes.number and eyes.is_active
    departments = {p.department for p in eyes.posts if p.role == "handler"} - {None}
    if eyes.is_own(row.who) or mine or row.department in departments:
        return True
    others = (*SERVICE, "manager", "handler", "auditor")
    has_card = row.who != 0
    audited = eyes.acts_as("auditor") and eyes.works_on(row.card)
    return has_card and (audited or eyes.by_card("ticket", row.card, but=others))


def sees_promise(eyes: Eyes, row: Row) -> bool:
    """One given over a ticket is not for sales."""
    sales = ("salesperson", "sales_supervisor") if row.of_ticket else ()
    return eyes.is_own(row.who or 0) or eyes.by_card("promise", row.card, but=sales)


def sees_reception(eyes: Eyes, row: Row) -> bool:
    whole = eyes.holds("manager", "reception", "service_supervisor", store=row.store)
    every = eyes.acts_as("general_manager") or eyes.acts_as("privacy_officer")
    return every or whole or eyes.leads(row.team) or eyes.is_own(row.who)


def sees_rule(eyes: Eyes, row: Row) -> bool:
    """A rule without a store is for all: whoever reads rules anywhere reads it."""
    scopes = [(scope, post) for scope, post in eyes.scopes("visit_rule") if scope != "none"]
    stores = {post.store for _scope, post in scopes}
    every = any(scope == "all" for scope, _post in scopes)
    return every or (bool(scopes) and row.store is None) or row.store in stores - {None}


def sees_import(eyes: Eyes, row: Row) -> bool:
    if eyes.acts_as("general_manager") or eyes.acts_as("privacy_officer"):
        return True
    makes = any(scope != "none" for scope, _post in eyes.scopes("import_job"))
    return (makes and (row.who or 0) == eyes.number) or eyes.holds("manager", store=row.store)


def sees_export(eyes: Eyes, row: Row) -> bool:
    """One's own; what others ask for is the approver's page, not this list."""
    makes = any(scope != "none" for scope, _post in eyes.scopes("export_job"))
    return eyes.acts_as("privacy_officer") or (makes and (row.who or 0) == eyes.number)


def sees_conflict(eyes: Eyes, row: Row) -> bool:
    card = eyes.floor.cards[row.card]
    party = eyes.is_own(row.who) or eyes.is_own(row.other)
    led = eyes.leads(card.team) or eyes.leads(row.team)
    return party or led or eyes.holds("manager", store=card.store)


PREDICATES: dict[str, Callable[[Eyes, Row], bool]] = {
    "plan": lambda eyes, row: eyes.by_card("plan", row.card),
    "planned_contact": lambda eyes, row: (
        eyes.is_own(row.who or 0) or eyes.by_card("planned_contact", row.card)
    ),
    "contact": lambda eyes, row: (
        (eyes.is_active and (row.who or 0) == eyes.number) or eyes.by_card("contact", row.card)
    ),
    "order": lambda eyes, row: eyes.by_card("order", row.card),
    "payment": lambda eyes, row: eyes.by_card("payment", row.card),
    "visit": sees_visit,
    "ticket": sees_ticket,
    "promise": sees_promise,
    "reception_entry": sees_reception,
    "visit_rule": sees_rule,
    "import_job": sees_import,
    "export_job": sees_export,
    "ownership_dispute": sees_conflict,
}


def expected(floor: Organisation, number: int, kind: str, of: int) -> bool:
    eyes = Eyes(floor, number)
    if kind == "card":
        return floor.cards[of].state != "merged" and eyes.by_card("card", of)
    return PREDICATES[kind](eyes, floor.rows[of])


def test_every_kind_has_its_predicate() -> None:
    assert set(MODELS) == {"card", *PREDICATES}


@pytest.mark.django_db
@settings(
    max_examples=30,
    # Shrinking writes hundreds of floors and takes minutes; the complaint names row and person.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(organisations)
def test_everybody_sees_what_the_matrix_says_and_nothing_else(floor: Organisation) -> None:
    with transaction.atomic():
        loaded = Writer(floor).write()
        wrong = []
        for number, made in enumerate(loaded.users):
            user = User.signed_in.get(pk=made.pk)
            assert user.reach == reach_of(User.objects.get(pk=made.pk), timezone.localdate())
            for kind, model in MODELS.items():
                found = list(model.objects.visible_to(user).values_list("pk", flat=True))
                assert len(found) == len(set(found)), f"{kind}: a row twice"
                for (of_kind, of), pk in loaded.pks.items():
                    if of_kind == kind and (pk in found) != expected(floor, number, kind, of):
                        sees = "sees" if pk in found else "does not see"
                        wrong.append(f"person {number} {sees} {kind} {of}")
        transaction.set_rollback(True)
    assert not wrong, wrong
