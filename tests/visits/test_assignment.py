"""Who suits a visit: never the one who is judged, then room, language, acquaintance, region."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from visits.assignment import Task, Visitor, ranked, suggested_method


def order_of(task: Task, *visitors: Visitor) -> list[str]:
    return [fit.visitor.name for fit in ranked(task, visitors)]


def test_the_person_the_customer_is_asked_about_is_never_offered():
    lin, wu = Visitor(1, "林"), Visitor(2, "吴")
    assert order_of(Task(rated=frozenset({1})), lin, wu) == ["吴"]


def test_who_is_not_qualified_is_not_offered():
    assert order_of(Task(), Visitor(1, "新人", qualified=False)) == []


def test_whoever_is_full_stands_last_even_when_known_to_the_customer():
    full = Visitor(1, "满", capacity=30, load=30, visits_before=5)
    assert order_of(Task(), full, Visitor(2, "空")) == ["空", "满"]


def test_language_before_acquaintance_before_region_before_load():
    task = Task(region="浦东", language="en")
    speaks = Visitor(1, "英文", languages=frozenset({"en", "zh"}), load=9)
    knows = Visitor(2, "熟客", languages=frozenset({"zh"}), visits_before=3)
    near = Visitor(3, "同区", languages=frozenset({"zh"}), regions=frozenset({"浦东"}), load=4)
    idle = Visitor(4, "空闲", languages=frozenset({"zh"}))
    assert order_of(task, idle, near, knows, speaks) == ["英文", "熟客", "同区", "空闲"]


@given(
    st.lists(
        st.builds(
            Visitor,
            st.integers(1, 20),
            st.just("x"),
            qualified=st.booleans(),
            load=st.integers(0, 40),
            visits_before=st.integers(0, 3),
        ),
        unique_by=lambda visitor: visitor.user_id,
    ),
    st.frozensets(st.integers(1, 20)),
)
def test_no_order_of_people_brings_back_a_judged_or_unqualified_one(visitors, rated):
    fits = ranked(Task(rated=rated), visitors)
    assert {fit.visitor.user_id for fit in fits} == {
        visitor.user_id for visitor in visitors if visitor.qualified
    } - rated


def way(*, quantity: int = 1, many: bool = False, **who: bool) -> str:
    who = {"is_organisation": False, "is_vip": False, **who}
    return suggested_method(quantity=quantity, fleet_from=5, many=many, **who)


def test_fleets_companies_and_vips_are_visited_on_site():
    assert way(is_organisation=True, quantity=0, many=True) == "onsite"
    assert way(is_vip=True, many=True) == "onsite"
    assert way(quantity=5) == "onsite"
    assert way() == "phone"


def test_many_at_once_are_sent_a_questionnaire_and_a_fleet_is_visited_all_the_same():
    assert way(many=True) == "survey"
    assert way(many=True, quantity=5) == "onsite"
