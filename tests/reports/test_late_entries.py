"""What is written down on Tuesday of Saturday is no figure of Monday's report (kpi.md, frozen).

It stands beside it as revised, and the row says who wrote it down and when.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from complaints import actions as complaints
from crm.customers.models import Card
from crm.orders import actions as orders
from crm.orders.models import Order
from crm.people.models import Store
from crm.reception import actions as reception
from crm.records.periods import Period
from crm.reports import due
from crm.reports.models import PeriodReport
from crm.reports.weekly.course import sales_of
from crm.reports.weekly.entered import entered_since
from crm.reports.weekly.figures import figures_of, question_of
from crm.reports.weekly.links import rows_link
from followups import actions as followups
from followups.models import Contact, Plan, PlannedContact
from followups.steps import Happened, Step
from tests import people
from tests.people import SHANGHAI, Cast, local
from tests.reports.conftest import SignIn
from tests.reports.test_period_reports import MONDAY, WEDNESDAY, a_busy_week, weekly

WEEK = Period(dt.date(2026, 3, 2), dt.date(2026, 3, 8), SHANGHAI)
SEVEN, TUESDAY = local("2026-03-09 07:00"), local("2026-03-10 10:05")
SATURDAY, SUNDAY = local("2026-03-07 15:00"), local("2026-03-08 11:00")


def late_call(card: Card, **more: Any) -> Contact:
    """Saturday's call, which the owner writes down on Tuesday."""
    assert card.owner
    step = Step(due_at=local("2026-03-14 14:30"), method="phone")
    told = Happened(
        result="progress", method="phone", occurred_at=SATURDAY, level="H", next_step=step
    )
    return followups.log_contact(card, told, by=card.owner, now=TUESDAY, **more)


def sale(card: Card, signed_at: dt.datetime, now: dt.datetime) -> Order:
    """An order of the owner's."""
    assert card.owner
    order = orders.sign_order(
        card,
        by=card.owner,
        product=people.make_product(),
        amount=None,
        signed_at=signed_at,
        now=now,
    )
    assert order
    return order


def planned_for(card: Card) -> PlannedContact:
    """A call due on Saturday of a plan that was approved."""
    return people.make_planned(people.make_plan(card, state="approved"), SATURDAY)


def frozen(store: Store | None, *, is_past: bool) -> dict[str, Any]:
    """The figures of the week as they stand on Monday at seven, in all and of each one."""
    asked = (store.pk if store else None, WEEK, SEVEN)
    figures = figures_of(due.WEEK, *asked, is_past=is_past)
    sales = sales_of(due.MONTH, question_of(*asked, is_past=is_past))
    groups = ("people", "teams", "stores")
    by_name = {(of, one["name"]): one["figures"] for of in groups for one in figures[of]}
    parts = {part: figures[part] for part in ("whole", "funnel", "late")}
    return {**parts, "sales": sales, "groups": by_name}


def written_on_tuesday(cast: Cast, card: Card, planned: PlannedContact, sold: Order) -> None:
    """A call, an order, a delivery, a walk-in and a visit on site, all of the week before."""
    late_call(planned.card, planned=planned)
    late_call(card)
    card.refresh_from_db()
    sale(card, SUNDAY, TUESDAY)
    orders.deliver_order(sold, by=cast.lin, version=sold.version, delivered_at=SUNDAY, now=TUESDAY)
    reception.log_reception(
        None, by=cast.lin, kind="walk_in", arrived_at=SATURDAY, now=TUESDAY, test_drive=True
    )


@pytest.mark.parametrize("of", ["pudong", None])
def test_a_report_closed_on_wednesday_has_the_figures_of_one_closed_on_monday(
    cast: Cast, of: str | None
) -> None:
    a_busy_week(cast)
    store = getattr(cast, of) if of else None
    card = people.make_card(cast.lin, "补录", level="H", opened_at=local("2026-03-03 09:00"))
    planned = planned_for(people.make_card(cast.lin, level="H", opened_at=SATURDAY))
    sold = sale(people.make_card(cast.lin, opened_at=SATURDAY), SATURDAY, SATURDAY)
    on_monday = frozen(store, is_past=False)
    written_on_tuesday(cast, card, planned, sold)
    assert frozen(store, is_past=True) == on_monday
    today = figures_of(due.WEEK, store.pk if store else None, WEEK, WEDNESDAY)["whole"]
    keys = ("response_rate", "on_time_rate", "conversion_rate", "capture_rate", "order_count")
    before = on_monday["whole"]
    assert all(today[key] != before[key] for key in keys)


def test_a_visit_on_site_that_was_told_of_later_is_in_time_today_and_was_not_known_then(
    cast: Cast,
) -> None:
    ticket = people.make_ticket(
        people.make_card(cast.lin),
        local("2026-03-03 10:00"),
        responsible=cast.wu,
        state="in_progress",
        needs_onsite=True,
    )
    before = frozen(cast.pudong, is_past=False)["whole"]
    complaints.visit_site(
        ticket,
        by=cast.wu,
        version=ticket.version,
        at=local("2026-03-04 10:00"),
        words="看了空调",
        now=TUESDAY,
    )
    then, today = (frozen(cast.pudong, is_past=past)["whole"] for past in (True, False))
    assert then == before
    rates = [one["onsite_in_time_rate"]["value"] for one in (then, today)]
    assert rates == [0, 1]


def test_what_came_with_a_workbook_was_known_all_along(cast: Cast) -> None:
    people.make_contact(people.make_card(cast.lin), SATURDAY, created_at=TUESDAY)
    assert frozen(cast.pudong, is_past=True)["whole"]["response_rate"]["denominator"] == 1


def test_a_call_of_saturday_written_down_on_tuesday_was_overdue_on_monday(cast: Cast) -> None:
    planned = planned_for(people.make_card(cast.zhou, level="H"))
    late_call(planned.card, planned=planned)
    assert weekly(cast.pudong, WEDNESDAY).figures["whole"]["contacts_overdue"]["value"] == 1


@pytest.mark.parametrize("closed", [MONDAY, WEDNESDAY])
def test_the_rows_that_made_the_difference_say_who_wrote_them_down_and_when(
    cast: Cast, sign_in: SignIn, closed: dt.datetime
) -> None:
    planned = planned_for(people.make_card(cast.zhou, "王芳", level="H", opened_at=SATURDAY))
    if closed == MONDAY:
        report = weekly(cast.pudong, closed)
    late_call(planned.card, planned=planned)
    card = Card.objects.get(pk=planned.card_id)
    sale(card, SUNDAY, TUESDAY)
    if closed == WEDNESDAY:
        report = weekly(cast.pudong, closed)
    shen = sign_in(cast.shen)
    late = f" · entered on Tue 10 Mar 2026 10:05 by {cast.zhou.name}"
    for key, since in (
        ("response_rate", "Counts now and did not then"),
        ("order_count", "Counts now and did not then"),
        ("on_time_rate", "Achieved since"),
    ):
        address = rows_link(report, key, "", "changed")
        found = shen.get(address, headers={"Accept-Language": "en"}).context["found"]
        assert [line.since for line in found.lines] == [since + late], key


def test_what_was_written_down_at_once_or_came_with_a_workbook_names_nobody(cast: Cast) -> None:
    card = people.make_card(cast.lin)
    in_time = people.make_contact(card, SATURDAY, entered_at=SATURDAY)
    imported = people.make_contact(card, SATURDAY, created_at=TUESDAY)
    of_later = people.make_contact(card, TUESDAY, entered_at=TUESDAY)
    keys = [one.pk for one in (in_time, imported, of_later)]
    assert entered_since(Contact, keys, SEVEN) == {}
    assert entered_since(Card, [card.pk], SEVEN) == {}
    assert PeriodReport(due_at=SEVEN, created_at=MONDAY).as_of == MONDAY
    assert PeriodReport(due_at=SEVEN, created_at=WEDNESDAY).as_of == SEVEN


@pytest.mark.parametrize("of", ["pudong", None])
def test_what_was_cancelled_or_moved_on_tuesday_counted_on_monday(
    cast: Cast, of: str | None
) -> None:
    a_busy_week(cast)
    store = getattr(cast, of) if of else None
    sold = sale(people.make_card(cast.lin, opened_at=SATURDAY), SATURDAY, SATURDAY)
    moved, dropped, ended = (
        planned_for(people.make_card(cast.lin, level="H", opened_at=SATURDAY)) for _one in range(3)
    )
    Plan.objects.update(revision=1)
    on_monday = frozen(store, is_past=False)
    orders.cancel_order(
        sold,
        by=cast.shen,
        version=sold.version,
        cancelled_at=SUNDAY,
        reason="客户退订",
        now=TUESDAY,
    )
    told: dict[str, Any] = {"by": cast.lin, "reason": "客户出差", "now": TUESDAY}
    at = local("2026-03-13 15:00")
    followups.reschedule_planned(moved, due_at=at, version=moved.version, **told)
    followups.cancel_planned(dropped, version=dropped.version, **told | {"by": cast.shen})
    PlannedContact.objects.filter(pk=ended.pk).update(state="cancelled", closed_at=TUESDAY)
    Plan.objects.filter(pk=ended.plan_id).update(state="cancelled")
    assert frozen(store, is_past=True) == on_monday
    today = figures_of(due.WEEK, store.pk if store else None, WEEK, WEDNESDAY)["whole"]
    for key in ("on_time_rate", "conversion_rate", "order_count", "contacts_dropped"):
        assert today[key] != on_monday["whole"][key], key
