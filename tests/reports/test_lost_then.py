"""A loss belongs to whoever had the card, at the level it had, and stays when it is erased."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.http import urlencode

from complaints.kpis import complaints_per_100_base_customers
from crm.customers.models import Card, LevelChange, Ownership
from crm.exchange.queues.columns import Asked
from crm.exchange.queues.listings import LISTS
from crm.home.actions.erasures import forget_person
from crm.people.models import Membership, User
from crm.records.periods import Period
from crm.reports.kpis.lost import lost_key
from crm.reports.queues.lost import OTHERS
from crm.reports.weekly.figures import lost_by_reason, question_of
from tests import people
from tests.people import NOW, SHANGHAI, Cast, local
from tests.reports.conftest import SignIn
from tests.reports.test_report_views import FIRST_WEEK, LOST, lose

WEEK = Period(dt.date(2026, 3, 2), dt.date(2026, 3, 8), SHANGHAI)


def lost_by(owner: User, **more: Any) -> Card:
    """A card its owner had from the opening on, and lost in the week."""
    card = lose(owner, "out_of_contact", **more)
    Ownership.objects.filter(card=card).delete()
    Ownership.objects.create(
        card=card, user=owner, team=card.team, store=card.store, since=card.opened_at
    )
    return card


def moved_to(card: Card, new: User) -> None:
    """Somebody else, of another team or store, takes the lost card over."""
    Ownership.objects.filter(card=card).update(until=NOW)
    post = Membership.objects.get(user=new)
    Ownership.objects.create(card=card, user=new, team=post.team, store=post.store, since=NOW)
    place = {"owner": new, "team": post.team, "store": post.store}
    Card.objects.filter(pk=card.pk).update(**place)


def people_of(page: Any) -> dict[str, int]:
    (table,) = [one for one in page.context["report"].tables if one.name == "person"]
    return {line.label: line.count for line in table.lines}


def test_a_loss_stays_with_whoever_had_the_card_when_another_takes_it_over(
    cast: Cast, sign_in: SignIn
) -> None:
    card = lost_by(cast.lin)
    moved_to(card, cast.otto)
    bai = sign_in(cast.bai)
    page = bai.get(f"{LOST}{FIRST_WEEK}")
    assert people_of(page) == {cast.lin.name: 1}
    assert [line.loser for line in page.context["lines"]] == [cast.lin.name]
    assert lost_by_reason(cast.pudong.pk, WEEK) == [{"reason": "out_of_contact", "count": 1}]
    assert lost_by_reason(cast.chaoyang.pk, WEEK) == []
    assert lost_by_reason(None, WEEK) == [{"reason": "out_of_contact", "count": 1}]
    rows = {"kpi": lost_key("out_of_contact"), "who": f"person-{cast.lin.public_id}"}
    found = bai.get(f"/dashboard/rows/{FIRST_WEEK}&{urlencode(rows)}")
    assert found.status_code == 200
    assert found.context["found"].shown.number.denominator == 1
    rows["who"] = f"person-{cast.otto.public_id}"
    gone = bai.get(f"/dashboard/rows/{FIRST_WEEK}&{urlencode(rows)}")
    assert gone.context["found"].shown.number.denominator == 0


def test_a_loss_that_left_the_store_counts_there_and_says_that_it_is_not_shown(
    cast: Cast, sign_in: SignIn
) -> None:
    moved_to(lost_by(cast.lin), cast.otto)
    page = sign_in(cast.shen).get(f"{LOST}{FIRST_WEEK}")
    assert page.context["report"].count == 1
    assert page.context["lines"] == []
    assert "有 1 行计入但不显示：客户已不在可见范围。" in page.content.decode()


def test_a_card_without_a_history_is_lost_by_its_owner_of_today(
    cast: Cast, sign_in: SignIn
) -> None:
    card = lose(cast.zhou, "out_of_contact")
    Ownership.objects.filter(card=card).delete()
    assert people_of(sign_in(cast.shen).get(f"{LOST}{FIRST_WEEK}")) == {cast.zhou.name: 1}


def test_the_level_of_a_loss_is_the_one_the_card_had_then(cast: Cast, sign_in: SignIn) -> None:
    card = lost_by(cast.lin)
    changes = LevelChange.objects.filter(card=card)
    changes.delete()
    for at, before, after in (("03-01", "", "A"), ("03-09", "A", "C")):
        at_ten = local(f"2026-{at} 10:00")
        LevelChange.objects.create(card=card, before=before, after=after, at=at_ten, by=cast.lin)
    Card.objects.filter(pk=card.pk).update(level="C")
    shen = sign_in(cast.shen)
    tables = shen.get(f"{LOST}{FIRST_WEEK}").context["report"].tables
    (table,) = [one for one in tables if one.name == "level"]
    assert [(line.key, line.count) for line in table.lines] == [("A", 1)]
    assert len(shen.get(f"{LOST}{FIRST_WEEK}&level=A").context["lines"]) == 1
    assert shen.get(f"{LOST}{FIRST_WEEK}&level=C").context["lines"] == []
    assert shen.get(f"{LOST}{FIRST_WEEK}&level={OTHERS}").status_code == 200


def test_an_erasure_takes_no_loss_out_of_the_past_and_makes_none(
    cast: Cast, sign_in: SignIn
) -> None:
    lost, open_one = lost_by(cast.lin), people.make_card(cast.lin, "钱在")
    for _twice in range(2):
        for card in (lost, open_one):
            card.refresh_from_db()
            forget_person(card.customer, by=cast.pan, now=NOW)
    card = Card.objects.get(pk=lost.pk)
    assert (card.state, card.lost_reason) == ("anonymised", "out_of_contact")
    assert lost_by_reason(cast.pudong.pk, WEEK) == [{"reason": "out_of_contact", "count": 1}]
    assert people_of(sign_in(cast.shen).get(f"{LOST}{FIRST_WEEK}")) == {cast.lin.name: 1}
    all_days = Period(dt.date(2026, 1, 1), dt.date(2026, 12, 31), SHANGHAI)
    assert sum(one["count"] for one in lost_by_reason(cast.pudong.pk, all_days)) == 1


def test_who_was_erased_afterwards_was_a_base_customer_of_the_weeks_before(cast: Cast) -> None:
    card = people.make_card(cast.lin)
    sold = people.make_order(card, signed_at=local("2026-03-01 10:00"))
    type(sold).objects.filter(pk=sold.pk).update(
        state="delivered", delivered_at=local("2026-03-02 10:00")
    )

    def base_of(week: Period) -> int:
        figure = complaints_per_100_base_customers(question_of(cast.pudong.pk, week, NOW))
        return len(figure.denominator()[0])

    assert base_of(WEEK) == 1
    forget_person(card.customer, by=cast.pan, now=NOW)
    assert base_of(WEEK) == 1
    assert base_of(WEEK.shifted(14)) == 0


def test_the_loss_rate_is_of_those_open_at_the_begin_and_those_opened_since(
    cast: Cast, sign_in: SignIn
) -> None:
    lost_by(cast.lin)  # open at the begin
    people.make_card(cast.lin, "一直在", opened_at=local("2026-02-20 10:00"))
    people.make_card(cast.lin, "新来的", opened_at=local("2026-03-04 10:00"))
    bought = people.make_card(cast.lin, "早买了", opened_at=local("2026-02-20 10:00"))
    people.make_order(bought, signed_at=local("2026-02-25 10:00"))
    people.make_card(cast.lin, "以后的", opened_at=local("2026-03-10 10:00"))
    lose(cast.otto, "use", name="外店")
    shen = sign_in(cast.shen)
    page = shen.get(f"{LOST}{FIRST_WEEK}")
    rate = page.context["report"].rate
    assert (rate.number.numerator, rate.number.denominator) == (1, 3)
    assert "战败率" in page.content.decode()
    rows = shen.get(rate.href).context["found"]
    assert rows.shown.number == rate.number
    query = {"period": "own", "first": "2026-03-02", "last": "2026-03-08", "report": "lost"}
    lines = [line[:5] for line in LISTS["report"].lines(Asked(cast.shen, query, NOW), 900)]
    assert [cast.pudong.name, "战败率", "33.3%", 1] in [line[1:] for line in lines] or [
        line for line in lines if "战败率" in line and 1 in line
    ]
