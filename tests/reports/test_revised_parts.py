"""Classes, losses, steps of the funnel and a month's sales show what they have come to be."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from complaints.models import Ticket
from crm.customers.models import Card
from crm.orders.models import Order
from crm.reports.models import FrozenRows, PeriodReport
from tests import people
from tests.people import Cast, local
from tests.reports.conftest import SignIn
from tests.reports.test_period_reports import a_busy_week, weekly
from tests.reports.test_report_course import MONTH, closed, sell

ENGLISH = {"Accept-Language": "en"}
TUESDAY = local("2026-03-03 10:00")


def paper(client: Client, report: PeriodReport) -> Any:
    """What the page of a report says."""
    address = reverse("reports:period_report", args=[report.public_id])
    return client.get(address, headers=ENGLISH).context["paper"]


def revised(lines: list[Any]) -> dict[str, tuple[int, str]]:
    """Which lines have come to differ, by their words: the number then, and its words now."""
    return {one.label: (one.count, one.revised.words) for one in lines if one.revised}


def since(client: Client, line: Any) -> dict[str, str]:
    """What has become of the rows behind a line, by the customer's name."""
    found = client.get(line.revised.href, headers=ENGLISH).context["found"]
    return {one.name: one.since for one in found.lines}


def test_a_class_says_what_has_come_to_it_and_what_was_solved_since(
    cast: Cast, sign_in: SignIn
) -> None:
    card = people.make_card(cast.lin, "王芳")
    fields = {"responsible": cast.wu, "category": "product_quality", "state": "in_progress"}
    people.make_ticket(card, TUESDAY, **fields)
    solved = people.make_ticket(people.make_card(cast.lin, "李明"), TUESDAY, **fields)
    report, shen = weekly(cast.pudong), sign_in(cast.shen)
    assert not paper(shen, report).revised
    Ticket.objects.filter(pk=solved.pk).update(
        state="replied", resolved_at=local("2026-03-07 09:00")
    )
    other = people.make_card(cast.lin, "赵云")
    people.make_ticket(other, TUESDAY, responsible=cast.wu, category="service_quality")
    quality, service = paper(shen, report).complaints
    assert revised([quality, service]) == {
        quality.label: (2, "2 / 1"),
        service.label: (0, "1 / 0"),
    }
    assert since(shen, quality) == {"李明": "Achieved since"}
    assert since(shen, service) == {"赵云": "Counts now and did not then"}
    found = shen.get(quality.href).context["found"]
    assert (found.count, found.is_kept) == (2, True)


def test_a_loss_taken_back_and_one_that_came_since_stand_beside_their_reasons(
    cast: Cast, sign_in: SignIn
) -> None:
    lost = {"state": "lost", "lost_at": TUESDAY}
    back = people.make_card(cast.lin, "回头", **lost, lost_reason="price")
    people.make_card(cast.lin, "仍失", **lost, lost_reason="price")
    report, shen = weekly(cast.pudong), sign_in(cast.shen)
    Card.objects.filter(pk=back.pk).update(state="prospect", lost_at=None)
    people.make_card(cast.lin, "无因", **lost)
    price, none = paper(shen, report).lost
    assert revised([price, none]) == {price.label: (2, "1"), none.label: (0, "1")}
    assert since(shen, price) == {"回头": "Counted then and no longer does"}
    assert since(shen, none) == {"无因": "Counts now and did not then"}


def test_a_step_of_the_funnel_names_who_took_it_as_was_told_later(
    cast: Cast, sign_in: SignIn
) -> None:
    a_busy_week(cast)
    silent = people.make_card(cast.lin, "静默", opened_at=local("2026-02-20 10:00"))
    report, shen = weekly(cast.pudong), sign_in(cast.shen)
    people.make_contact(silent, TUESDAY, entered_at=local("2026-03-09 11:00"))
    funnel = paper(shen, report).funnel
    changed = revised(funnel.links)
    (spoken,) = (one for one in funnel.links if one.revised)
    assert changed == {spoken.label: (spoken.count, str(spoken.count + 1))}
    assert since(shen, spoken) == {
        "静默": f"Counts now and did not then · entered on Mon 9 Mar 2026 11:00 by {cast.lin.name}"
    }
    today = shen.get(spoken.href).context["found"].live.href
    assert shen.get(today).context["found"].count == spoken.count + 1


def test_a_month_says_what_was_sold_now_that_an_order_is_cancelled(
    cast: Cast, sign_in: SignIn
) -> None:
    sell(cast.lin, "2026-03-10", 150_000, quantity=2)
    sell(cast.zhou, "2026-03-11", 100_000)
    report, shen = closed(MONTH, cast), sign_in(cast.shen)
    assert not paper(shen, report).revised
    gone = Order.objects.get(amount=100_000)
    Order.objects.filter(pk=gone.pk).update(
        state="cancelled", cancelled_at=local("2026-04-02 09:00")
    )
    cars, money, customers = paper(shen, report).sold
    assert (cars.now, cars.revised.words) == ("3", "2")
    assert "150,000" in money.revised.words
    assert (customers.now, customers.revised.words, customers.revised.href) == ("2", "1", "")
    (line,) = shen.get(cars.revised.href, headers=ENGLISH).context["lines"]
    assert (line.row, line.since) == (gone, "Counted then and no longer does")


def test_a_report_of_before_kept_no_rows_of_its_parts_and_leads_to_those_of_today(
    cast: Cast, sign_in: SignIn
) -> None:
    a_busy_week(cast)
    report, shen = weekly(cast.pudong), sign_in(cast.shen)
    FrozenRows.objects.filter(report=report, key__startswith="class_").delete()
    (one,) = paper(shen, report).complaints
    found = shen.get(one.href).context["found"]
    assert not found.is_kept
    assert shen.get(found.live.href).context["found"].count == one.count


def headed(client: Client, address: str) -> str:
    """The heading of a page."""
    page = client.get(address, headers=ENGLISH).content.decode()
    return page.partition("<h1>")[2].partition("</h1>")[0]


def test_the_rows_of_a_loss_and_of_a_class_are_headed_by_what_they_are_about(
    cast: Cast, sign_in: SignIn
) -> None:
    lost = {"state": "lost", "lost_at": TUESDAY}
    people.make_card(cast.lin, **lost, lost_reason="price")
    people.make_card(cast.lin, **lost, lost_reason="moved away")
    people.make_card(cast.lin, **lost)
    fields = {"responsible": cast.wu, "category": "product_quality", "state": "in_progress"}
    people.make_ticket(people.make_card(cast.lin), TUESDAY, **fields)
    report, shen = weekly(cast.pudong), sign_in(cast.shen)
    said = paper(shen, report)
    named = {f"Lost customers by reason: {one.label}": one.href for one in said.lost}
    assert "Lost customers by reason: No reason given" in named
    assert "Lost customers by reason: moved away" in named
    (quality,) = said.complaints
    for words, address in named.items():
        found = shen.get(address).context["found"]
        assert headed(shen, address) == headed(shen, found.live.href) == words
    assert headed(shen, quality.href).endswith(f": {quality.label}")


def test_what_is_left_of_the_reasons_leads_to_no_list_of_all_losses(
    cast: Cast, sign_in: SignIn
) -> None:
    for number in range(10):
        fields = {"state": "lost", "lost_at": TUESDAY, "lost_reason": f"reason {number}"}
        people.make_card(cast.lin, **fields)
    report, shen = weekly(cast.pudong), sign_in(cast.shen)
    *named, others = paper(shen, report).lost
    assert (others.label, others.count, others.href) == ("Other reasons", 2, "")
    assert all(one.href for one in named)
    page = shen.get(reverse("reports:period_report", args=[report.public_id]))
    assert 'href=""' not in page.content.decode()


def test_an_order_whose_amount_was_corrected_opens_no_empty_list(
    cast: Cast, sign_in: SignIn
) -> None:
    sell(cast.lin, "2026-03-10", 150_000)
    sell(cast.zhou, "2026-03-11", 100_000)
    report, shen = closed(MONTH, cast), sign_in(cast.shen)
    Order.objects.filter(amount=100_000).update(amount=120_000)
    cars, money, _customers = paper(shen, report).sold
    assert (cars.revised, money.revised.href) == (None, "")
    assert money.revised.words.endswith("270,000, of the same orders")
    gone = Order.objects.get(amount=150_000)
    Order.objects.filter(pk=gone.pk).update(
        state="cancelled", cancelled_at=local("2026-04-02 09:00")
    )
    _cars, money, _customers = paper(shen, report).sold
    (line,) = shen.get(money.revised.href, headers=ENGLISH).context["lines"]
    assert line.row == gone
