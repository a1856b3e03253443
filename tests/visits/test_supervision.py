"""The supervisor's page: plan against reality, accuracy with its interval, opinions (SA-13)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client

from tests.people import NOW, Cast, local, make_card, make_cast, make_ticket, make_user, make_visit
from visits.models import Measurement, Visit

TODAY = NOW.date()
DAY = dt.timedelta(days=1)
MARCH = "period=own&first=2026-03-01&last=2026-03-31"


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def page_of(user) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def due(cast: Cast, day: int, **fields) -> Visit:
    on = dt.date(2026, 3, day)
    return make_visit(make_card(cast.lin, f"客户{day}"), on, **{"assignee": cast.wu, **fields})


def a_month_of(cast: Cast) -> None:
    """One visit of Wu's of every fate, due in March."""
    done = {"state": "completed"}
    due(cast, 2, **done, completed_at=local("2026-03-02 23:59"))
    due(cast, 3, **done, completed_at=local("2026-03-04 00:00"))
    due(cast, 4, state="assigned")
    due(cast, 12, state="in_progress")
    due(cast, 20, state="appointed", appointed_at=local("2026-03-25 10:00"))
    due(cast, 5, state="cancelled", end_reason="客户出国")
    due(cast, 6, state="not_reached")
    due(cast, 7, state="declined")


FATES = {
    "due": 8, "in_time": 1, "late": 1, "overdue": 1, "coming": 2, "skipped": 3, "redated": 1,
}  # fmt: skip


def line_of(client: Client, visitor) -> object:
    page = client.get(f"/visits/supervision/?{MARCH}")
    return next(line for line in page.context["lines"] if line.visitor == visitor)


def test_plan_and_reality_of_a_visitor_add_up_and_each_number_opens_its_rows(cast):
    a_month_of(cast)
    xu = page_of(cast.xu)
    counts = line_of(xu, cast.wu).counts
    assert {key: counts[key] for key in FATES} == FATES
    fates = ("in_time", "late", "overdue", "coming", "skipped")
    assert sum(counts[key] for key in fates) == counts["due"]
    for key, many in FATES.items():
        page = xu.get(f"/visits/supervision/rows/?{MARCH}&of={key}&visitor={cast.wu.public_id}")
        assert (page.context["count"], len(page.context["rows"])) == (many, many), key
    skipped = xu.get(f"/visits/supervision/rows/?{MARCH}&of=skipped").content.decode()
    assert "客户出国" in skipped


def test_accuracy_stands_with_its_sample_and_interval_and_says_when_it_is_too_small(cast):
    for day in range(1, 12):
        audit = {1: "inaccurate", 11: ""}.get(day, "accurate")
        due(cast, day, state="completed", completed_at=local("2026-03-11 10:00"), audit=audit)
    xu = page_of(cast.xu)
    line = line_of(xu, cast.wu)
    assert (line.counts["accurate"], line.counts["audited"], line.counts["completed"]) == (
        9,
        10,
        11,
    )
    assert tuple(round(bound) for bound in line.interval) == (60, 98)
    page = xu.get(f"/visits/supervision/?{MARCH}").content.decode()
    assert "90.0%" in page
    assert "n = 10 · 60–98%" in page
    assert "样本不足" not in page
    Visit.objects.exclude(audit="inaccurate").update(audit="")
    small = xu.get(f"/visits/supervision/?{MARCH}").content.decode()
    assert "样本不足" in small


def test_opinions_and_complaints_about_a_visitor_stand_beside(cast):
    for day, grade in ((2, 5), (3, 4), (4, 1)):
        visit = due(cast, day, state="completed", completed_at=local("2026-03-05 10:00"))
        Measurement.objects.create(visit=visit, measure="visitor", number=grade)
        Measurement.objects.create(visit=visit, measure="sales", number=1)
    make_ticket(make_card(cast.lin), NOW - DAY, about=cast.wu, category="staff_conduct")
    make_ticket(make_card(cast.lin), NOW - DAY, about=cast.wu, kind="problem")
    line = line_of(page_of(cast.xu), cast.wu)
    assert (line.counts["opinions"], round(line.opinion, 2), line.bad) == (3, 3.33, 1)
    assert line.counts["complaints"] == 1
    rows = page_of(cast.xu).get(f"/visits/supervision/rows/?{MARCH}&of=opinions")
    assert sorted(row.opinion for row, _name in rows.context["rows"]) == [1, 4, 5]


def test_how_long_a_visitors_calls_take_counts_those_that_were_timed(cast):
    for seconds, method in ((180, "phone"), (300, "phone"), (None, "phone"), (5000, "onsite")):
        at = local("2026-03-05 10:00")
        due(cast, 2, state="completed", completed_at=at, seconds=seconds, method=method)
    line = line_of(page_of(cast.xu), cast.wu)
    assert (line.timed, line.length) == (2, dt.timedelta(minutes=4))
    page = page_of(cast.xu).get(f"/visits/supervision/?{MARCH}").content.decode()
    assert "4 分钟" in page


def test_nobody_reads_a_complaint_about_herself(cast):
    due(cast, 2, assignee=cast.xu, state="completed", completed_at=local("2026-03-02 10:00"))
    make_ticket(make_card(cast.lin), NOW - DAY, about=cast.xu, category="staff_conduct")
    assert line_of(page_of(cast.xu), cast.xu).counts["complaints"] == 0
    assert line_of(page_of(cast.shen), cast.xu).counts["complaints"] == 1


def test_another_stores_visitors_are_not_there(cast):
    stranger = make_user("stray", "外店客服", "service_agent", cast.chaoyang)
    due(cast, 2, assignee=stranger, store_id=cast.chaoyang.pk)
    xu = page_of(cast.xu)
    assert xu.get(f"/visits/supervision/?{MARCH}").context["lines"] == []
    path = f"/visits/supervision/rows/?{MARCH}&visitor={stranger.public_id}"
    assert xu.get(path).status_code == 404
    assert page_of(cast.bai).get(path).context["count"] == 1


NONSENSE = (
    *("period=own&first=2026-03-31&last=2026-03-01", "period=own"),
    *("period=own&first=x&last=y", "period=ever", "of=nothing"),
)


@pytest.mark.parametrize("query", NONSENSE)
def test_an_address_that_makes_no_sense_shows_this_month_and_says_why(cast, query):
    due(cast, 2)
    page = page_of(cast.xu).get(f"/visits/supervision/?{query}")
    assert page.status_code == 200
    assert page.context["asked"].period.first == dt.date(2026, 3, 1)
    assert bool(page.context["asked"].form.errors) == ("own" in query or "ever" in query)


def test_a_visit_made_on_its_day_and_entered_by_its_date_is_in_time(cast):
    """Made on paper on Saturday 7 March, to be entered by the end of Monday 9 March."""
    made = {"state": "completed", "made_at": local("2026-03-07 15:00")}
    by = {"entry_due_at": local("2026-03-09 23:59")}
    due(cast, 7, **made, **by, completed_at=local("2026-03-09 10:00"))
    due(cast, 7, **made, **by, completed_at=local("2026-03-10 10:00"))
    due(cast, 6, **made, **by, completed_at=local("2026-03-09 10:00"))
    due(cast, 6, **made, completed_at=local("2026-03-09 10:00"))
    counts = line_of(page_of(cast.xu), cast.wu).counts
    assert (counts["due"], counts["in_time"], counts["late"]) == (4, 1, 3)
