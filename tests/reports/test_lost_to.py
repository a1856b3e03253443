"""To what customers were lost: on the card, in the lost report and its file (RP-13, K-28)."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from crm.customers.actions import update_needs
from crm.people.models import User
from crm.records.periods import Period
from crm.reports.queues.asked import asked_for
from crm.reports.queues.report_lines import report_lines
from tests import people
from tests.people import NOW, Cast, local
from tests.reports.conftest import SignIn

ENGLISH = {"Accept-Language": "en"}
LOST = {"state": "lost", "lost_at": local("2026-03-04 10:00"), "lost_reason": "other_brand"}
MARCH = {"period": "own", "first": "2026-03-01", "last": "2026-03-31"}


def test_a_lost_card_says_what_was_bought_instead_and_an_open_one_is_not_asked(
    cast: Cast, sign_in: SignIn
) -> None:
    lost, prospect = people.make_card(cast.lin, **LOST), people.make_card(cast.lin)
    lin = sign_in(cast.lin)
    addresses = [
        reverse("customers:update_needs", args=[one.public_id]) for one in (lost, prospect)
    ]
    pages = [lin.get(one, headers=ENGLISH).context["form"].fields for one in addresses]
    assert ["lost_to" in fields for fields in pages] == [True, False]
    told = {"lost_to": "小鹏 G6"}
    changed = update_needs(lost, by=cast.lin, version=lost.version, fields=told, now=NOW)
    lost.refresh_from_db()
    assert (changed, lost.lost_to) == (["lost_to"], "小鹏 G6")
    assert "小鹏 G6" in lin.get(reverse("home:card", args=[lost.public_id])).content.decode()


def test_the_report_and_its_lines_name_what_they_bought_instead(
    cast: Cast, sign_in: SignIn
) -> None:
    for name, to in (("甲", "小鹏 G6"), ("乙", "小鹏 G6"), ("丙", "")):
        people.make_card(cast.lin, name, **LOST, lost_to=to)
    shen = sign_in(cast.shen)
    page = reverse("reports:lost_report")
    report = shen.get(page, MARCH, headers=ENGLISH).context["report"]
    table = next(one for one in report.tables if one.name == "to")
    assert [(line.label, line.count, int(line.percent)) for line in table.lines] == [
        ("小鹏 G6", 2, 66),
        ("Not known", 1, 33),
    ]
    opened = shen.get(page, {**MARCH, "to": "小鹏 G6"}).context
    assert sorted(line.name for line in opened["lines"]) == ["乙", "甲"]
    assert {line.card.lost_to for line in opened["lines"]} == {"小鹏 G6"}
    period = Period(dt.date(2026, 3, 1), dt.date(2026, 3, 31), people.SHANGHAI)
    asked = asked_for(
        User.objects.get(pk=cast.shen.pk), "own", period, {}, NOW, page="reports:lost_report"
    )
    lines = [one for one in report_lines("lost", asked) if one.label == "小鹏 G6"]
    assert [(one.numerator, one.denominator) for one in lines] == [(2, 3)]
