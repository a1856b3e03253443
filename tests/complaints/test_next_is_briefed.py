"""Whoever was told of a case and turns out to be its subject: the next one knows (CP-11)."""

from __future__ import annotations

import pytest
import time_machine

from complaints import actions
from complaints.models import Briefing, Ticket
from tests.complaints.complaints import make_complaint
from tests.complaints.problems import browser, make_department
from tests.people import NOW, Cast, make_cast


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def name(cast: Cast, ticket: Ticket, about) -> None:
    ticket.refresh_from_db()
    said = {"about": about, "reason": "客户指明", "version": ticket.version, "now": NOW}
    actions.name_colleague(ticket, by=cast.wu, **said)


def told_of(ticket: Ticket, reason: str) -> list[str]:
    rows = Briefing.objects.filter(ticket=ticket, reason=reason).order_by("to__username")
    return list(rows.values_list("to__username", flat=True))


def test_the_quality_head_is_named_and_the_manager_is_told_in_their_place(cast: Cast) -> None:
    make_department("质量", head=cast.tang)
    ticket = make_complaint(cast, category="product_quality")
    assert told_of(ticket, "quality") == ["bai", "tang"]
    name(cast, ticket, cast.tang)
    assert told_of(ticket, "quality") == ["bai", "shen", "tang"]
    page = browser(cast.shen).get(f"/complaints/{ticket.public_id}/")
    waits = [one.to for one, _mine in page.context["briefings"] if one.known_at is None]
    assert {one.username for one in waits} == {"bai", "shen"}


def test_what_the_subject_took_note_of_stays_as_it_was(cast: Cast) -> None:
    make_department("质量", head=cast.tang)
    ticket = make_complaint(cast, category="product_quality")
    known = Briefing.objects.get(ticket=ticket, to=cast.tang)
    actions.acknowledge_briefing(known, by=cast.tang, version=1, now=NOW)
    name(cast, ticket, cast.tang)
    page = browser(cast.shen).get(f"/complaints/{ticket.public_id}/")
    assert known in [one for one, _mine in page.context["briefings"]]
    assert "shen" in told_of(ticket, "quality")


def test_nobody_else_named_tells_nobody_anew(cast: Cast) -> None:
    ticket = make_complaint(cast, category="product_quality")
    before = told_of(ticket, "quality")
    name(cast, ticket, cast.lin)
    assert told_of(ticket, "quality") == before
