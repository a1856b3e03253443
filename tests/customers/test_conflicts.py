"""Two salespeople and one customer: who is told, who rules, and what follows."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from crm.customers import actions
from crm.customers.models import Card, Ownership, OwnershipConflict
from crm.customers.signals import customer_handed_over
from crm.notices.models import Notice
from crm.records.states import Stale
from tests.people import NOW


@pytest.fixture
def conflict(cast, card) -> OwnershipConflict:
    """Zhou claims Lin's customer."""
    return actions.report_duplicate(card, by=cast.zhou, claim="先接待的是我", now=NOW)


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("recipient__username", flat=True))


def test_the_owner_and_the_supervisor_of_both_are_told(cast, conflict):
    assert told("conflict_reported") == {"lin", "chen"}


def test_a_claim_from_another_team_goes_to_the_manager(cast, card):
    actions.report_duplicate(card, by=cast.ma, claim="老客户", now=NOW)
    assert told("conflict_reported") == {"lin", "shen"}


def test_asked_twice_it_is_one_case(cast, card, conflict):
    again = actions.report_duplicate(card, by=cast.zhou, claim="还是我的", now=NOW)
    assert again == conflict
    assert OwnershipConflict.objects.count() == 1


def test_one_cannot_claim_ones_own_customer_or_a_customer_of_nobody(cast, card):
    with pytest.raises(ValidationError):
        actions.report_duplicate(card, by=cast.lin, claim="我的", now=NOW)
    card.owner = None
    with pytest.raises(ValidationError):
        actions.report_duplicate(card, by=cast.zhou, claim="我的", now=NOW)


@pytest.mark.parametrize("who", ["wu", "tang", "bai", "adele", "mia"])
def test_who_does_not_sell_claims_nothing(cast, card, who):
    with pytest.raises(PermissionDenied):
        actions.report_duplicate(card, by=getattr(cast, who), claim="我的", now=NOW)


def rule(conflict, by, ruled_for, **fields):
    fields = {"reason": "建卡更早", "version": conflict.version, "now": NOW} | fields
    actions.rule_conflict(conflict, by=by, ruled_for=ruled_for, **fields)


def test_ruled_for_the_claimant_the_card_is_handed_over_and_history_stays(cast, card, conflict):
    heard = []
    customer_handed_over.connect(
        lambda sender, **news: heard.append(news["new_owner"]), weak=False, dispatch_uid="test"
    )
    try:
        rule(conflict, cast.chen, cast.zhou)
    finally:
        customer_handed_over.disconnect(dispatch_uid="test")

    card = Card.objects.get()
    assert (card.owner, card.first_owner) == (cast.zhou, cast.lin)
    assert [(o.user, o.until) for o in Ownership.objects.order_by("pk")] == [
        (cast.lin, NOW),
        (cast.zhou, None),
    ]
    assert heard == [cast.zhou]
    assert told("conflict_ruled") == {"lin", "zhou"}


def test_ruled_for_the_owner_nothing_moves(cast, card, conflict):
    rule(conflict, cast.chen, cast.lin)

    assert Card.objects.get().owner == cast.lin
    assert OwnershipConflict.objects.get().ruled_for == cast.lin
    assert Ownership.objects.count() == 1


@pytest.mark.parametrize("who", ["lin", "zhou", "he", "ola", "bai", "xu"])
def test_nobody_but_the_supervisor_of_both_or_the_manager_rules(cast, conflict, who):
    with pytest.raises(PermissionDenied):
        rule(conflict, getattr(cast, who), cast.lin)


def test_the_manager_may_rule(cast, conflict):
    rule(conflict, cast.shen, cast.lin)
    assert OwnershipConflict.objects.get().ruled_by == cast.shen


def test_the_customer_goes_to_one_of_the_two(cast, conflict):
    with pytest.raises(ValidationError):
        rule(conflict, cast.chen, cast.ma)


def test_a_ruling_needs_a_reason(cast, conflict):
    with pytest.raises(ValidationError):
        rule(conflict, cast.chen, cast.lin, reason="")


def test_the_second_ruling_is_stale(cast, conflict):
    version = conflict.version
    rule(conflict, cast.chen, cast.lin)
    with pytest.raises(Stale):
        rule(conflict, cast.shen, cast.zhou, version=version)
    assert Card.objects.get().owner == cast.lin


def test_a_claimant_reads_the_case_without_the_customers_name(cast, conflict, browser):
    page = browser(cast.zhou).get(f"/conflicts/{conflict.public_id}/").content.decode()
    assert "张**" in page
    assert "张伟" not in page
    assert "5021" not in page


def test_the_supervisor_rules_on_the_page(cast, card, conflict, browser):
    chen = browser(cast.chen)
    path = f"/conflicts/{conflict.public_id}/"
    assert "先接待的是我" in chen.get(path).content.decode()

    refused = chen.post(f"{path}ruling/", {"ruled_for": cast.zhou.public_id, "version": 1})
    assert refused.status_code == 422

    answer = chen.post(
        f"{path}ruling/",
        {"ruled_for": cast.zhou.public_id, "version": conflict.version, "reason": "先接待"},
    )
    assert answer.status_code == 302
    assert Card.objects.get().owner == cast.zhou


def test_an_outsider_finds_no_case(cast, conflict, browser):
    assert browser(cast.otto).get(f"/conflicts/{conflict.public_id}/").status_code == 404


def test_a_conflict_stands_on_the_first_page_of_both_parties_and_of_the_ruler(
    cast, conflict, browser
):
    for who in (cast.lin, cast.zhou, cast.chen, cast.shen):
        page = browser(who).get("/", follow=True).content.decode()
        assert f"/conflicts/{conflict.public_id}/" in page, who
    page = browser(cast.ma).get("/", follow=True).content.decode()
    assert f"/conflicts/{conflict.public_id}/" not in page
