"""The shell of every page: a menu one may use, counts that are true, two statements at most."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.home.context_processors import banner_words, shell
from crm.home.queues import badges
from crm.notices.models import Heartbeat
from crm.notices.queues import TICKER, WorkerStatus, worker_status_and
from crm.people.models import User
from tests.people import Cast, make_card, make_plan, make_planned, make_ticket, make_visit

EVERYBODY = (
    *("lin", "chen", "wu", "xu", "mia", "mona", "tang", "vera", "fang", "shen", "bai", "pan"),
    "adele",
)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def shell_of(client: Client):
    return client.get("/accounts/settings/").context


@pytest.mark.parametrize("who", EVERYBODY)
def test_each_entry_of_the_menu_opens(cast: Cast, who: str) -> None:
    client = signed_in(getattr(cast, who))
    context = shell_of(client)
    entries = [entry for group in context["menu"]() for entry in group.entries]
    assert entries
    for entry in [*entries, *context["bottom_bar"]()]:
        if entry.url != "#side":
            answer = client.get(entry.url, follow=True)
            assert answer.status_code == 200, (who, entry)


@pytest.mark.parametrize("who", EVERYBODY)
def test_the_bottom_bar_ends_with_more_and_has_five_at_most(cast: Cast, who: str) -> None:
    bar = shell_of(signed_in(getattr(cast, who)))["bottom_bar"]()
    assert bar[-1].url == "#side"
    assert len(bar) <= 5
    assert len({entry.url for entry in bar}) == len(bar)


def test_lin_records_in_the_middle_of_her_bar(cast: Cast) -> None:
    bar = shell_of(signed_in(cast.lin))["bottom_bar"]()
    assert len(bar) == 5
    assert [entry.fab for entry in bar] == [False, False, True, False, False]


@pytest.mark.parametrize("who", ["chen", "shen", "bai"])
def test_the_dashboard_stands_first_in_the_bar_of_who_begins_there(cast: Cast, who: str) -> None:
    bar = shell_of(signed_in(getattr(cast, who)))["bottom_bar"]()
    assert bar[0].url == "/dashboard/"


def test_the_administrator_sees_no_way_to_customers(cast: Cast) -> None:
    entries = [e.url for g in shell_of(signed_in(cast.adele))["menu"]() for e in g.entries]
    assert "/accounts/users/" in entries
    assert "/customers/" not in entries
    assert "/dashboard/" not in entries


def test_the_page_one_is_on_is_marked_once(cast: Cast) -> None:
    client = signed_in(cast.adele)
    context = client.get(f"/accounts/users/{cast.lin.public_id}/").context
    current = [e.url for g in context["menu"]() for e in g.entries if e.current]
    assert current == ["/accounts/users/"]


def test_badges_count_what_waits_for_each_person(cast: Cast) -> None:
    now = timezone.now()
    today = timezone.localdate(now)
    card = make_card(cast.lin)
    plan = make_plan(card)
    make_planned(plan, now - dt.timedelta(hours=2))
    make_planned(plan, now + dt.timedelta(hours=2))
    make_plan(make_card(cast.lin), state="draft")
    make_plan(make_card(cast.lin), state="returned")
    make_plan(make_card(cast.zhou), state="submitted")
    make_plan(make_card(cast.ma), state="submitted")
    make_visit(card, today - dt.timedelta(days=1))
    make_visit(card, today + dt.timedelta(days=1))
    make_ticket(card, now - dt.timedelta(days=1), deadline=now - dt.timedelta(hours=1))
    make_ticket(card, now, deadline=now + dt.timedelta(hours=1))

    def of(user: User) -> dict[str, int]:
        parts = badges(User.objects.get(pk=user.pk), now=now, today=today)
        return worker_status_and(parts)[1]

    lin = of(cast.lin)
    assert (lin["contacts_late"], lin["plans"], lin["unread"]) == (1, 2, 0)
    assert of(cast.zhou)["plans"] == 0
    assert of(cast.chen)["plans"] == 1
    assert of(cast.he)["plans"] == 1
    assert of(cast.shen)["plans"] == 2
    assert of(cast.ola)["plans"] == 0
    wu = of(cast.wu)
    assert (wu["visits"], wu["tickets_late"]) == (1, 1)
    assert "plans" not in wu
    assert set(of(cast.adele)) == {"unread"}


@pytest.mark.parametrize("who", EVERYBODY)
def test_all_badges_and_the_pulse_cost_one_statement(cast: Cast, who: str) -> None:
    user = User.objects.get(pk=getattr(cast, who).pk)
    assert user.reach.posts
    now = timezone.now()
    Heartbeat.objects.create(name=TICKER, host="one", beat_at=now)
    with CaptureQueriesContext(connection) as statements:
        worker_status_and(badges(user, now=now, today=timezone.localdate()))
    assert len(statements) == 1


def test_a_fragment_pays_nothing_for_the_shell(cast: Cast, rf) -> None:
    request = rf.get("/")
    request.user = User.objects.get(pk=cast.lin.pk)
    with CaptureQueriesContext(connection) as statements:
        shell(request)
    assert len(statements) == 0


def test_the_banner_says_how_late_reminders_are() -> None:
    assert banner_words(WorkerStatus("ok", 3, 0, None)) == ""
    assert "late" in banner_words(WorkerStatus("amber", 70, 0, None)) or banner_words(
        WorkerStatus("amber", 70, 0, None)
    )
    words = banner_words(WorkerStatus("red", None, 4, 600))
    assert "4" in words
    assert "10" in words


def test_a_standstill_of_the_worker_shows_on_every_page(cast: Cast) -> None:
    page = signed_in(cast.lin).get("/accounts/settings/").content.decode()
    assert "banner late" in page


def test_a_users_theme_and_shortcuts_reach_the_page(cast: Cast) -> None:
    User.objects.filter(pk=cast.lin.pk).update(theme="light", shortcuts_on=False)
    page = signed_in(cast.lin).get("/accounts/settings/").content.decode()
    assert 'data-bs-theme="light"' in page
    assert "<kbd" not in page
