"""The visits that come round: one ahead for each customer, and back after a refusal (RV-11)."""

from __future__ import annotations

import datetime as dt

import pytest

from crm.customers.actions import note_consent
from crm.customers.models import Card
from tests.people import Cast, local, make_card, make_cast, make_order, make_visit_rule
from visits.actions import plan_rule
from visits.models import Visit, VisitCause, VisitRule

EARLY = local("2026-03-03 10:00")


@pytest.fixture
def cast(db) -> Cast:
    VisitRule.objects.update(since=dt.date(2026, 1, 1))
    return make_cast()


@pytest.fixture
def rule(cast) -> VisitRule:
    return VisitRule.objects.get(trigger="regular")


def buyer(cast: Cast) -> Card:
    """Gao, who took his car home on 15 December: his first regular visit is due on 16 March."""
    card = make_card(cast.lin, "高峰", state="delivered")
    bought = local("2025-12-10 09:00")
    make_order(card, bought, state="delivered", delivered_at=local("2025-12-15 15:00"))
    return card


def test_who_allows_visits_again_is_back_in_the_round(cast, rule):
    card = buyer(cast)
    told = {"by": cast.wu, "purpose": "visit"}
    note_consent(card, allowed=False, words="别来", now=EARLY, **told)
    for now in (EARLY, local("2026-03-20 10:00"), local("2026-06-10 10:00")):
        assert plan_rule(rule, now=now).visits == []
    refused = VisitCause.objects.order_by("on").values_list("outcome", "on")
    assert list(refused) == [
        ("refused", dt.date(2026, 3, 16)),
        ("refused", dt.date(2026, 6, 16)),
    ]
    assert plan_rule(rule, now=local("2026-06-10 10:15")).refused == 0
    note_consent(card, allowed=True, words="可以", now=local("2026-07-01 10:00"), **told)
    assert plan_rule(rule, now=local("2026-08-01 10:00")).visits == []
    (visit,) = plan_rule(rule, now=local("2026-09-10 10:00")).visits
    assert (visit.card, visit.due_on) == (card, dt.date(2026, 9, 16))


def sooner(cast: Cast, card: Card, rule: VisitRule) -> None:
    VisitRule.objects.filter(pk=rule.pk).update(wait=2)
    rule.refresh_from_db()


def a_vip(cast: Cast, card: Card, rule: VisitRule) -> None:
    for _lead in range(3):
        make_card(cast.zhou, referrer=card, opened_at=EARLY)


def own_rule(cast: Cast, card: Card, rule: VisitRule) -> None:
    own = make_visit_rule(
        card.store, trigger="regular", kind="regular", wait=2, unit="months", replaces=rule,
        since=dt.date(2026, 1, 1),
    )  # fmt: skip
    assert plan_rule(own, now=EARLY).visits == []


@pytest.mark.parametrize("change", [sooner, a_vip, own_rule])
def test_who_has_a_visit_ahead_is_not_planned_another_one(cast, rule, change):
    card = buyer(cast)
    (visit,) = plan_rule(rule, now=EARLY).visits
    assert visit.due_on == dt.date(2026, 3, 16)
    change(cast, card, rule)
    assert plan_rule(rule, now=EARLY).visits == []
    assert Visit.objects.count() == 1
    Visit.objects.update(state="completed", completed_at=local("2026-03-16 10:00"))
    later = local("2026-06-10 10:00")
    rules = VisitRule.objects.filter(trigger="regular")
    (second,) = [made for one in rules for made in plan_rule(one, now=later).visits]
    assert second.due_on > visit.due_on
