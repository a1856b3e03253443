"""Whatever is logged, whenever and however: the plan continues itself (FP-08, FP-11, FP-12).

A followed-up customer always has exactly the contacts planned that the rules say, one live plan,
reminders for what is open and none for what is closed, and a plan nobody approved never hides
behind an approved one.
"""

import contextlib
import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.notices.models import Reminder
from crm.records.states import Stale
from crm.rulebook.numbers import Numbers
from crm.workdays import Calendar
from followups import actions, due, outcomes, states
from followups.models import Contact, Plan, PlannedContact, Result
from followups.steps import Happened, Step
from tests.people import NOW, SHANGHAI, make_card, make_cast, make_plan, make_planned

NUMBERS = Numbers()
CALENDAR = Calendar(zone=SHANGHAI)
LEVELS = ("H", "A", "B", "C")

logged = st.fixed_dictionaries(
    {
        "do": st.just("log"),
        "result": st.sampled_from(Result.values),
        "method": st.sampled_from(outcomes.PLANNABLE),
        "level": st.sampled_from(LEVELS),
        "days": st.integers(1, 40),
        "next_method": st.sampled_from([*outcomes.PLANNABLE, "survey"]),
        "wait": st.integers(0, 72),
    }
)
decided = st.fixed_dictionaries(
    {"do": st.sampled_from(["submit", "approve", "return", "take_back"])}
)
histories = st.lists(st.one_of(logged, decided), min_size=1, max_size=7)


class Floor:
    """Lin, Chen and one customer, with a clock that only goes forward."""

    def __init__(self, state: str) -> None:
        self.cast = make_cast()
        first = NOW + dt.timedelta(hours=2)
        self.card = make_card(self.cast.lin, level="A", next_contact_at=first)
        self.now = NOW
        plan = make_plan(self.card, state=state, submitted_at=NOW)
        step = make_planned(plan, first, reason="上次问到第二排空间")
        actions.arm_reminders([step], now=NOW)

    @property
    def plan(self) -> Plan:
        return Plan.objects.live().get(card=self.card)

    def play(self, turn: dict) -> None:
        self.now += dt.timedelta(hours=turn.get("wait", 1))
        if turn["do"] == "log":
            self.log(turn)
        else:
            self.decide(turn["do"])

    def log(self, turn: dict) -> None:
        before = self.plan
        step = Step(due_at=self.now + dt.timedelta(days=turn["days"]), method=turn["next_method"])
        told = Happened(
            result=turn["result"],
            method=turn["method"],
            occurred_at=self.now,
            level=turn["level"],
            next_step=step,
        )
        planned = PlannedContact.objects.open().order_by("due_at").first()
        contact = actions.log_contact(
            self.card, told, by=self.cast.lin, now=self.now, planned=planned
        )
        self.check_continued(before, contact, step)

    def check_continued(self, before: Plan, contact: Contact, step: Step) -> None:
        after = self.plan
        within = due.within_cycle(
            contact.level_after, step.due_at, after=self.now, numbers=NUMBERS, calendar=CALENDAR
        )
        allowed = within and step.method in outcomes.PLANNABLE
        assert after.pk == before.pk
        assert after.version > before.version
        if before.state == states.APPROVED:
            assert after.state == (states.APPROVED if allowed else states.ADJUSTING)
        else:
            assert after.state == before.state
        with pytest.raises(Stale):
            actions.approve_plan(before, by=self.cast.chen, version=before.version, now=self.now)

    def decide(self, verb: str) -> None:
        plan, lin, chen = self.plan, self.cast.lin, self.cast.chen
        if plan.state not in states.PLAN_MOVES[verb]:
            return
        same = {"version": plan.version, "now": self.now}
        if verb == "submit":
            reason = f"客户出差 {plan.version}"
            with contextlib.suppress(ValidationError):  # a step lies in the past or is not allowed
                actions.submit_plan(plan, by=lin, exception_reason=reason, **same)
        elif verb == "approve":
            actions.approve_plan(plan, by=chen, **same)
        elif verb == "return":
            actions.return_plan(plan, by=chen, comment="换个理由", **same)
        else:
            actions.take_back(plan, by=lin, **same)

    def check(self) -> None:
        """What always holds."""
        self.card.refresh_from_db()
        open_rows = PlannedContact.objects.open().filter(card=self.card)
        first = open_rows.order_by("due_at").first()
        assert Plan.objects.live().filter(card=self.card).count() == 1
        assert first is not None
        assert self.card.next_contact_at == first.due_at
        contacts = Contact.objects.filter(card=self.card)
        assert PlannedContact.objects.filter(state="done").count() == contacts.count()
        ringing = Reminder.objects.filter(kind="contact_due").still_to_ring()
        assert set(ringing.values_list("about_id", flat=True)) <= {
            row.public_id for row in open_rows
        }
        if self.plan.state == states.APPROVED:
            assert not any(reminder.unapproved for reminder in ringing)
        tried = contacts.order_by("-created_at", "-pk").values_list("attempt", flat=True).first()
        assert self.card.tries == (tried or 0)


@pytest.mark.django_db
@settings(max_examples=15)
@given(
    state=st.sampled_from(["draft", "submitted", "returned", "approved", "adjusting"]),
    history=histories,
)
def test_the_plan_continues_itself(state, history):
    with transaction.atomic():
        floor = Floor(state)
        for turn in history:
            floor.play(turn)
            floor.check()
        transaction.set_rollback(True)
