"""After a press the queue's filters stay, and what comes next is of them (guide, queue work)."""

from __future__ import annotations

import pytest
import time_machine

from complaints.models import Ticket
from crm.records.models import AuditEvent
from tests.complaints.complaints import make_complaint
from tests.complaints.problems import browser
from tests.people import NOW, Cast, make_card, make_cast

HIGH = "?severity=high"


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def three(cast: Cast) -> list[Ticket]:
    """One normal that expires first of all, and two high ones."""
    normal = make_complaint(cast, card=make_card(cast.lin, "张伟"), severity="normal")
    return [
        normal,
        *(
            make_complaint(cast, card=make_card(cast.lin, name), severity="high")
            for name in ("赵敏", "孙丽")
        ),
    ]


def test_taken_in_the_queue_one_is_back_in_it_as_it_was(cast: Cast, three: list[Ticket]) -> None:
    Ticket.objects.filter(pk=three[1].pk).update(responsible=cast.lin)
    wu, sent = browser(cast.wu), {"one": f"{three[1].public_id}:{three[1].version}"}
    page = wu.get(f"/complaints/{HIGH}").content.decode()
    assert 'name="queue" value="?severity=high"' in page
    taken = wu.post("/complaints/claims/", {**sent, "queue": HIGH})
    assert taken.url == f"/complaints/{HIGH}"
    chosen = {"ticket": f"{three[1].public_id}:{Ticket.objects.get(pk=three[1].pk).version}"}
    asked = wu.post(
        "/complaints/handovers/", chosen, HTTP_REFERER=f"http://testserver/complaints/{HIGH}"
    )
    assert 'name="queue" value="?severity=high"' in asked.content.decode()


def test_a_form_of_the_ticket_leads_back_to_it_with_the_filters(
    cast: Cast, three: list[Ticket]
) -> None:
    wu, path = browser(cast.wu), f"/complaints/{three[1].public_id}/"
    assert 'name="queue" value="?severity=high"' in wu.get(f"{path}{HIGH}").content.decode()
    note = {"version": three[1].version, "words": "已联系", "queue": HIGH}
    assert wu.post(f"{path}notes/", note).url == f"{path}{HIGH}"
    came = {"HTTP_REFERER": f"http://testserver{path}{HIGH}"}
    form = wu.get(f"{path}severity/", **came).content.decode()
    assert 'name="queue" value="?severity=high"' in form
    assert f'href="{path}{HIGH}"' in form


def test_what_leaves_the_filters_gives_place_to_the_next_of_them(
    cast: Cast, three: list[Ticket]
) -> None:
    _normal, first, second = three
    path = f"/complaints/{first.public_id}/"
    sent = {"version": first.version, "severity": "normal", "reason": "不严重", "queue": HIGH}
    done = browser(cast.wu).post(f"{path}severity/", sent, follow=True)
    assert done.redirect_chain == [(f"/complaints/{second.public_id}/{HIGH}", 302)]
    assert f"{first.ticket_no} 已不在此列表中" in done.content.decode()
    # Whoever stays on it still finds the way into the filters.
    place = browser(cast.wu).get(f"{path}{HIGH}").context["place"]
    assert (place.number, place.after) == (0, second.public_id)


def test_next_goes_on_within_the_filters(cast: Cast, three: list[Ticket]) -> None:
    normal, first, second = three
    wu = browser(cast.wu)
    assert wu.get("/complaints/next/").url == f"/complaints/{normal.public_id}/"
    assert wu.get(f"/complaints/next/{HIGH}").url == f"/complaints/{first.public_id}/{HIGH}"
    page = wu.get(f"/complaints/{first.public_id}/{HIGH}").content.decode()
    onward = f"/complaints/next/?after={first.public_id}&amp;severity=high"
    assert onward in page
    assert wu.get(onward.replace("&amp;", "&")).url == f"/complaints/{second.public_id}/{HIGH}"
    none = wu.get("/complaints/next/?severity=critical")
    assert none.url == "/complaints/?severity=critical"


def test_nobody_elses_page_and_no_nonsense_is_taken_for_a_filter(
    cast: Cast, three: list[Ticket]
) -> None:
    path = f"/complaints/{three[1].public_id}/"
    wu = browser(cast.wu)
    for before in (
        "http://elsewhere/customers/?severity=high",
        "http://testserver/complaints/?severity=\x00",
    ):
        page = wu.get(f"{path}severity/", HTTP_REFERER=before).content.decode()
        assert 'name="queue"' not in page
    note = {"version": three[1].version, "words": "好", "queue": "https://evil.example/?show=x"}
    assert wu.post(f"{path}notes/", note).url == path


def test_the_queue_is_searched_by_number_name_words_and_phone(
    cast: Cast, three: list[Ticket]
) -> None:
    wu = browser(cast.wu)
    stranger = make_complaint(
        cast, card=None, told={"name": "王强", "phone": "+8613900001111"}, description="轮毂划伤"
    )
    for words, found in (
        (three[1].ticket_no, [three[1]]),
        ("孙丽", [three[2]]),
        ("轮毂", [stranger]),
        ("13900001111", [stranger]),
        ("没有这回事", []),
    ):
        listing = wu.get("/complaints/", {"q": words}).context["listing"]
        assert list(listing.page) == found, words
    both = wu.get("/complaints/", {"q": "轮毂", "show": "mine"})
    assert list(both.context["listing"].page) == [stranger]
    assert (
        'name="q" value="轮毂"' in both.content.decode().replace("\n", "")
        or "轮毂" in both.content.decode()
    )
    place = wu.get(f"/complaints/{stranger.public_id}/", {"q": "轮毂"}).context["place"]
    assert (place.number, place.total) == (1, 1)
    assert list(browser(cast.otto).get("/complaints/", {"q": "轮毂"}).context["listing"].page) == []
    assert AuditEvent.objects.filter(action__contains="phone").exists()
