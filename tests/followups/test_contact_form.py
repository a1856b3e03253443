"""The contact form as Lin uses it: three taps, a draft that survives, errors beside fields."""

import datetime as dt
import json
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from crm.records.models import Draft
from followups.models import Contact, PlannedContact
from tests.people import NOW, give_case, local, make_plan, make_planned

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _on_thursday_morning():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def planned(card):
    return make_planned(make_plan(card), NOW + dt.timedelta(minutes=10))


@pytest.fixture
def lin(cast) -> Client:
    return signed_in(cast.lin)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(planned) -> str:
    return reverse("followups:log_contact", args=[planned.public_id])


def checked(page: str, name: str, value: str) -> bool:
    """Whether this button is pressed when the form opens."""
    buttons = re.findall(r"<input[^>]*>", page)
    return any(
        f'name="{name}"' in one and f'value="{value}"' in one and " checked" in one
        for one in buttons
    )


def tapped(planned, **fields):
    """What three taps send."""
    return {
        "method": "phone",
        "result": "progress",
        "next": "cycle",
        "level": "H",
        "planned_version": planned.version,
        "request_id": "r1",
        "then": "next",
        **fields,
    }


def test_three_taps_save_the_contact_and_lead_to_the_next(lin, planned):
    answer = lin.post(address(planned), tapped(planned))

    contact = Contact.objects.get()
    following = PlannedContact.objects.open().get()
    assert answer.status_code == 302
    assert answer.url == reverse("followups:my_day")
    assert (contact.planned, contact.occurred_at, contact.level_after) == (planned, NOW, "H")
    assert following.due_at == local("2026-03-14 10:30")
    assert following.method == "phone"


def test_the_form_comes_filled_in_from_plan_and_cycle(lin, planned):
    page = lin.get(address(planned)).content.decode()

    assert checked(page, "method", "phone")
    assert checked(page, "next", "cycle")
    assert checked(page, "level", "H")
    assert planned.content in page
    assert page.count("<h1") == 1


def test_a_sheet_asks_for_the_bare_fragment(lin, planned):
    answer = lin.get(address(planned), headers=HTMX)

    assert "<html" not in answer.content.decode()
    assert 'id="sheet-title"' in answer.content.decode()


@pytest.mark.parametrize(
    ("chip", "moment", "untimed"),
    [
        ("cycle", "2026-03-14 10:30", False),
        ("tomorrow", "2026-03-13 23:59:59", True),
    ],
)
def test_each_chip_is_its_date(lin, planned, chip, moment, untimed):
    lin.post(address(planned), tapped(planned, next=chip))

    following = PlannedContact.objects.open().get()
    assert (following.due_at, following.untimed) == (local(moment), untimed)


@pytest.mark.parametrize(
    ("words", "moment", "untimed"),
    [
        ("2026-03-14 16:00", "2026-03-14 16:00", False),
        ("明天 16:00", "2026-03-13 16:00", False),
        ("2026-03-14", "2026-03-14 23:59:59", True),
    ],
)
def test_a_picked_date_is_read_as_it_is_said(lin, planned, words, moment, untimed):
    lin.post(address(planned), tapped(planned, next="pick", next_at=words))

    following = PlannedContact.objects.open().get()
    assert (following.due_at, following.untimed) == (local(moment), untimed)


def test_a_try_in_vain_is_tried_again_tomorrow_and_another_level_takes_its_cycle(lin, planned):
    lin.post(address(planned), tapped(planned, result="no_answer"))
    again = PlannedContact.objects.open().get()
    lin.post(address(again), tapped(again, level="A", request_id="r2"))

    following = PlannedContact.objects.open().get()
    assert again.due_at == local("2026-03-13 10:30")
    assert following.due_at == local("2026-03-19 10:30")


def test_an_agreed_visit_is_planned_in_the_showroom(lin, planned):
    lin.post(address(planned), tapped(planned, result="visit_agreed"))

    assert PlannedContact.objects.open().get().method == "in_person"


def test_the_plans_own_next_step_is_offered_first_and_kept(lin, planned):
    later = make_planned(planned.plan, local("2026-03-14 14:30"))

    page = lin.get(address(planned)).content.decode()
    lin.post(address(planned), tapped(planned, next="plan"))

    assert 'value="plan"' in page
    assert PlannedContact.objects.open().get() == later


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"result": ""}, "id_result"),
        ({"next": ""}, "next"),
        ({"next": "pick"}, "next_at"),
        ({"next": "pick", "next_at": "gibberish"}, "next_at"),
        ({"next": "pick", "next_at": "2026-03-01 10:00"}, "next_at"),
        ({"next": "pick", "next_at": "0001-01-01"}, "next_at"),
        ({"occurred_at": "2026-03-12T18:00"}, "occurred_at"),
        ({"occurred_at": "0001-01-01T00:00"}, "occurred_at"),
        ({"method": "pigeon"}, "method"),
        ({"level": "Z"}, "level"),
        ({"note": "长" * 200_000}, "note"),
        ({"planned_version": "9" * 30}, "planned_version"),
    ],
)
def test_what_is_wrong_is_422_and_what_was_typed_is_kept(lin, planned, fields, words):
    sent = {"analysis": "得：夫人愿意来", **fields}

    answer = lin.post(address(planned), tapped(planned, **sent))

    assert answer.status_code == 422
    assert "得：夫人愿意来" in answer.content.decode()
    assert not Contact.objects.exists()
    assert PlannedContact.objects.get().state == "planned"


def test_a_note_with_a_nul_is_saved_without_it(lin, planned):
    assert lin.post(address(planned), tapped(planned, note="周\x00六")).status_code in (302, 422)


def test_a_replay_makes_one_row_and_shows_the_same(lin, planned):
    first = lin.post(address(planned), tapped(planned))
    again = lin.post(address(planned), tapped(planned))

    assert (again.status_code, again.url) == (first.status_code, first.url)
    assert Contact.objects.count() == 1
    assert PlannedContact.objects.count() == 2


def test_somebody_was_first(lin, planned):
    lin.post(address(planned), tapped(planned))

    assert lin.post(address(planned), tapped(planned, request_id="r2")).status_code == 409
    assert Contact.objects.count() == 1


def test_a_draft_survives_reload_and_another_sign_in_and_goes_with_the_save(cast, lin, planned):
    url = reverse("followups:keep_contact_draft", args=[planned.card.public_id])
    kept = lin.post(url, {"note": "夫人同来看第二排", "result": "visit_agreed", "hack": "x"})

    page = signed_in(cast.lin).get(address(planned)).content.decode()
    draft = Draft.objects.get()
    assert json.loads(kept.content) == {"saved_at": "10:20"}
    assert draft.body == {"note": "夫人同来看第二排", "result": "visit_agreed"}
    assert "夫人同来看第二排" in page
    assert "10:20" in page
    lin.post(address(planned), tapped(planned))
    assert not Draft.objects.exists()


def test_nobody_reads_another_persons_draft(cast, lin, planned):
    url = reverse("followups:keep_contact_draft", args=[planned.card.public_id])
    lin.post(url, {"note": "只有我看得到"})

    page = signed_in(cast.chen).get(address(planned)).content.decode()

    assert "只有我看得到" not in page


def test_saving_alone_leads_back_to_where_it_was_opened(lin, planned):
    stay = tapped(planned, then="stay", back="/followups/day/?show=h")

    assert lin.post(address(planned), stay).url == "/followups/day/?show=h"


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_it_never_leads_elsewhere(lin, planned, back):
    answer = lin.post(address(planned), tapped(planned, then="stay", back=back))

    assert answer.url == reverse("home:card", args=[planned.card.public_id])


def test_a_contact_on_the_card_carries_out_the_next_planned_one(lin, card, planned):
    page = lin.get(reverse("followups:log_card_contact", args=[card.public_id]))

    assert address(planned) in page.content.decode()


def test_a_card_without_a_plan_takes_a_contact_and_begins_one(lin, card):
    url = reverse("followups:log_card_contact", args=[card.public_id])
    sent = {"method": "wechat", "result": "thinking", "next": "cycle", "level": "H"}

    assert lin.post(url, sent).status_code == 302

    following = PlannedContact.objects.open().get()
    assert (Contact.objects.get().outcome, following.method) == ("replied", "wechat")
    assert following.plan.state == "draft"


@pytest.mark.parametrize(
    ("name", "status"),
    [("zhou", 404), ("otto", 404), ("adele", 404), ("shen", 403), ("wu", 404), ("chen", 200)],
)
def test_who_opens_the_form(cast, planned, name, status):
    client = signed_in(getattr(cast, name))

    assert client.get(address(planned)).status_code == status


def test_service_logs_on_the_card_what_sales_had_planned_stays(cast, card, planned):
    url = reverse("followups:log_card_contact", args=[card.public_id])
    sent = {"method": "phone", "result": "progress", "next": "plan", "level": "H"}

    assert signed_in(cast.wu).post(url, sent).status_code == 302

    contact = Contact.objects.get()
    assert (contact.staff, contact.planned) == (cast.wu, None)
    assert PlannedContact.objects.open().get() == planned


def test_whom_to_log_is_chosen_from_ones_own_customers(cast, lin, card, planned):
    url = reverse("followups:choose_contact")

    assert "张伟" in lin.get(url).content.decode()
    assert "张伟" not in signed_in(cast.zhou).get(url).content.decode()


def test_who_reads_a_masked_name_on_the_card_reads_it_in_the_form(cast, card):
    wu = signed_in(cast.wu)
    log = reverse("followups:log_card_contact", args=[card.public_id])
    choose = reverse("followups:choose_contact")

    pages = [wu.get(log), wu.get(choose, {"q": "张"}), wu.get(log, headers=HTMX)]
    sent = {"method": "phone", "result": "progress", "next": "cycle", "level": "H"}
    pages.append(wu.post(log, sent, follow=True))

    assert Contact.objects.get().staff == cast.wu
    for page in pages:
        words = page.content.decode()
        assert "张**" in words
        assert "张伟" not in words


def test_an_agent_on_the_case_reads_the_name_in_the_form_another_agent_does_not(
    cast, card, planned
):
    """What `planned_to_log` hands on is enough to judge the name by (security.md 1.3)."""
    agent = signed_in(cast.wu)
    PlannedContact.objects.filter(pk=planned.pk).update(assignee=cast.wu)
    before = agent.get(address(planned)).content.decode()
    give_case(card, user=cast.wu)
    on_the_case = agent.get(address(planned)).content.decode()

    assert "张**" in before
    assert "张伟" not in before
    assert "张伟" in on_the_case
