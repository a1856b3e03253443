"""The demo floor: believable, the same for a seed, and never mixed with real rows."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from crm.customers.models import Card, Ownership
from crm.home.demo.build import NotEmpty, build_demo_floor
from crm.notices.models import Reminder
from crm.orders.models import Order
from crm.people.models import DemoFloor, Membership, User
from crm.people.roles import ALL_ROLES
from crm.promises import states as promise_states
from crm.promises.models import Promise
from crm.rulebook.models import Option, OptionKind
from followups import states
from followups.models import Contact, PlannedContact
from tests.people import NOW, make_cast
from visits.models import (
    Answer,
    CompetitorFinding,
    ContactCheck,
    Correction,
    Draw,
    Measurement,
    Opportunity,
    SurveyLink,
    Visit,
    VisitAudit,
)

pytestmark = pytest.mark.django_db


def build(seed: int = 7) -> dict[str, int]:
    return build_demo_floor(cards=60, staff=25, weeks=12, seed=seed, now=NOW)


def picture() -> list[tuple[object, ...]]:
    """What a floor looks like, ids and all."""
    cards = Card.objects.order_by("card_no").values_list(
        "public_id", "customer__name", "customer__phone", "level", "state", "opened_at"
    )
    contacts = Contact.objects.order_by("contact_no").values_list("occurred_at", "outcome")
    return [*cards, *contacts]


def test_the_same_seed_makes_the_same_floor_and_another_seed_another():
    build()
    first = picture()
    forget_everything()
    build()
    assert picture() == first
    forget_everything()
    build(seed=8)
    assert picture() != first


def forget_everything() -> None:
    connection.check_constraints()  # PostgreSQL empties no table with checks still to make
    call_command("flush", interactive=False, verbosity=0)


def test_every_role_works_on_the_demo_floor_in_two_stores():
    build()
    assert set(Membership.objects.values_list("role", flat=True)) == set(ALL_ROLES)
    assert User.objects.count() == 25
    assert Membership.objects.exclude(store=None).values("store").distinct().count() == 2
    assert DemoFloor.objects.count() == 1


def test_nothing_on_the_demo_floor_lies_about_time():
    build()
    assert not Contact.objects.filter(occurred_at__gt=NOW).exists()
    assert not Card.objects.filter(opened_at__gt=NOW).exists()
    assert not Order.objects.filter(signed_at__gt=NOW).exists()
    assert not Order.objects.filter(delivered_at__gt=NOW).exists()


def test_every_open_card_has_an_owner_and_coming_contacts_have_their_reminders():
    build()
    assert Card.objects.filter(owner=None).count() == 0
    assert Ownership.objects.filter(until=None).count() == 60
    coming = PlannedContact.objects.filter(due_at__gt=NOW, state=states.PLANNED)
    assert coming.exists()
    for step in coming:
        assert Reminder.objects.filter(about_id=step.public_id).exists()


def test_what_customers_answered_and_audits_found_fills_the_figures():
    build()
    made = Visit.objects.filter(state="completed")
    answered = made.filter(responses__answers__question="overall").distinct()
    assert answered.count() == made.exclude(satisfaction=None).count() > 0
    for visit in answered.filter(responses__answers__question="overall"):
        overall = Answer.objects.get(response__visit=visit, question="overall")
        assert overall.number == visit.satisfaction
    assert Measurement.objects.filter(measure="reason").exists()
    assert CompetitorFinding.objects.exists()
    stores = VisitAudit.objects.filter(auditor__isnull=False).values("store").distinct()
    assert stores.count() == 2
    assert Correction.objects.filter(state="open").exists()
    assert Opportunity.objects.filter(state="taken").exists()
    assert set(ContactCheck.objects.values_list("state", flat=True)) >= {"assigned", "published"}


def test_the_demo_floor_says_sources_and_reasons_with_the_choices_of_the_rulebook():
    build()
    used = {
        OptionKind.CHANNEL: Card.objects.exclude(channel="").values("channel"),
        OptionKind.LOST_REASON: Card.objects.exclude(lost_reason="").values("lost_reason"),
    }
    for kind, codes in used.items():
        known = Option.objects.filter(kind=kind).exclude(label_en="").values("code")
        assert codes.exists()
        assert not codes.exclude(**{f"{kind}__in": known}).exists()


def test_promises_links_and_a_draw_stand_on_the_demo_floor():
    build()
    owed = Promise.objects.filter(state=promise_states.OPEN)
    assert owed.filter(due_at__gt=NOW).exists()
    assert owed.filter(due_at__lt=NOW).exists()
    assert Promise.objects.filter(state=promise_states.KEPT).exists()
    assert not Promise.objects.filter(made_at__gt=NOW).exists()
    assert SurveyLink.objects.filter(expires_at__gt=NOW).exists()
    assert Draw.objects.filter(drawn_at=None).exists()


def test_a_floor_with_people_is_never_touched():
    make_cast()
    before = User.objects.count()
    with pytest.raises(NotEmpty):
        build()
    with pytest.raises(CommandError):
        call_command("demo", cards=5)
    assert User.objects.count() == before
    assert Card.objects.count() == 0
