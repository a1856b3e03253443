"""Who is told: a role in a team or store, a deputy, somebody else for who has left."""

from __future__ import annotations

from crm.notices.roles import Desk, Duty, Holder
from crm.notices.states import led_by

LIN, CHEN, HE, SHEN, BAI, ZHOU = 1, 2, 3, 4, 5, 6
PUDONG, CHAOYANG, TEAM_ONE, TEAM_TWO = 10, 20, 11, 12
HOLDERS = (
    Holder(HE, "sales_supervisor", PUDONG, TEAM_TWO),
    Holder(CHEN, "sales_supervisor", PUDONG, TEAM_ONE),
    Holder(SHEN, "manager", PUDONG, None),
    Holder(BAI, "general_manager", None, None),
)
CHENS_DESK = Desk("sales_supervisor", PUDONG, TEAM_ONE)


def told(duty: Duty, recipient: int | None = LIN, role: str = "") -> list[tuple[int, bool]]:
    return duty.addressees(recipient_id=recipient, role=role, store_id=PUDONG, team_id=TEAM_ONE)


def test_the_owner_is_told() -> None:
    assert told(Duty(HOLDERS)) == [(LIN, False)]


def test_an_absent_owner_is_replaced_by_the_deputy() -> None:
    assert told(Duty(HOLDERS, {LIN: ZHOU})) == [(ZHOU, False)]


def test_a_deputys_deputy_is_not_asked() -> None:
    assert told(Duty(HOLDERS, {LIN: ZHOU, ZHOU: HE})) == [(ZHOU, False)]


def test_an_owner_who_left_is_replaced_by_the_teams_supervisor() -> None:
    assert told(Duty(HOLDERS, left=frozenset({LIN}))) == [(CHEN, False)]


def test_service_hears_what_was_for_a_colleague_of_theirs_who_left() -> None:
    xu = Holder(7, "service_supervisor", PUDONG, None)
    duty = Duty((*HOLDERS, xu), left=frozenset({LIN}))
    where = {"role": "", "store_id": PUDONG, "team_id": TEAM_ONE}
    assert led_by("complaints") == led_by("visits") == "service_supervisor"
    found = duty.addressees(recipient_id=LIN, stead=led_by("complaints"), **where)
    assert found == [(7, False)]
    assert duty.addressees(recipient_id=LIN, stead=led_by("followups"), **where) == [(CHEN, False)]


def test_a_deputy_who_left_does_not_stand_in() -> None:
    assert told(Duty(HOLDERS, {LIN: ZHOU}, frozenset({ZHOU}))) == [(LIN, False)]


def test_the_supervisor_of_the_team_is_told_and_the_owner_gets_a_copy() -> None:
    assert told(Duty(HOLDERS), role="sales_supervisor") == [(CHEN, False), (LIN, True)]


def test_a_supervisor_who_owns_the_contact_is_not_their_own_supervisor() -> None:
    assert told(Duty(HOLDERS), CHEN, "sales_supervisor") == [(HE, False), (CHEN, True)]


def test_without_a_supervisor_the_manager_is_told_then_the_general_manager() -> None:
    assert Duty(HOLDERS[2:]).holder(CHENS_DESK) == SHEN
    assert Duty(HOLDERS[3:]).holder(CHENS_DESK) == BAI
    assert Duty().holder(CHENS_DESK) is None


def test_the_supervisor_of_another_store_is_never_told() -> None:
    elsewhere = (Holder(HE, "sales_supervisor", CHAOYANG, 21),)
    assert Duty(elsewhere).holder(CHENS_DESK) is None


def test_the_deputy_of_an_absent_supervisor_is_told() -> None:
    assert Duty(HOLDERS, {CHEN: ZHOU}).holder(CHENS_DESK) == ZHOU


def test_a_deputy_it_is_kept_from_is_told_in_nobodys_place() -> None:
    about_zhou = {"recipient_id": LIN, "store_id": PUDONG, "team_id": TEAM_ONE, "spared": ZHOU}
    both_away = Duty(HOLDERS, {LIN: ZHOU, CHEN: ZHOU})
    assert both_away.addressees(role="", **about_zhou) == [(LIN, False)]
    assert both_away.addressees(role="sales_supervisor", **about_zhou) == [(HE, False), (LIN, True)]
    assert Duty(HOLDERS, {SHEN: BAI}).holder(Desk("manager", PUDONG), spared=BAI) == SHEN
    assert both_away.addressees(role="", **{**about_zhou, "recipient_id": ZHOU}) == []


def test_whom_it_is_kept_from_is_passed_over_at_the_desk() -> None:
    assert Duty(HOLDERS).holder(CHENS_DESK, spared=CHEN) == HE
    assert Duty(HOLDERS[3:]).holder(CHENS_DESK, spared=BAI) is None


def test_a_bell_for_nobody_reaches_nobody() -> None:
    assert told(Duty(HOLDERS), recipient=None) == []
