"""A complaint comes in: by whom, about whom, as what, and not twice (CP-03, CP-29, CP-32)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError

from complaints import actions
from complaints.models import Ticket
from crm.customers.models import CaseAccess
from crm.notices.models import Notice
from crm.promises.models import Promise
from tests.complaints.complaints import clock_of, first_told, make_complaint
from tests.complaints.problems import browser
from tests.people import NOW, Cast, local, make_card, make_cast

HOUR = dt.timedelta(hours=1)
FORM = {
    "kind": "complaint",
    "channel": "phone",
    "name": "王芳",
    "category": "technical",
    "severity": "normal",
    "description": "夜间充电停在 80%",
}


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def send(user, **fields: str):
    return browser(user).post("/complaints/new/", {**FORM, **fields})


def test_somebody_who_is_no_customer_complains(cast: Cast) -> None:
    assert send(cast.wu, phone="13900001111", plate="沪a·12345").status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.card, ticket.intake.name, ticket.intake.plate) == (None, "王芳", "沪A12345")
    assert ticket.ledger_no == "SH01-2026-0001"
    page = browser(cast.wu).get(f"/complaints/{ticket.public_id}/")
    assert page.context["phone"].replace(" ", "") == "13900001111"
    other = browser(cast.shen).get(f"/complaints/{ticket.public_id}/").context["phone"]
    assert "****" in other


def test_a_number_on_a_card_finds_the_customer(cast: Cast) -> None:
    card = make_card(cast.lin, "张伟")
    type(card.customer).objects.filter(pk=card.customer_id).update(phone="+8613900001111")
    assert send(cast.wu, phone="139 0000 1111", name="").status_code == 302
    assert Ticket.objects.get().card == card


def test_without_card_and_name_nothing_is_kept(cast: Cast) -> None:
    page = send(cast.wu, name="", description="门关不上")
    assert page.status_code == 422
    assert "name" in page.context["form"].errors
    assert page.context["form"]["description"].value() == "门关不上"
    assert not Ticket.objects.exists()


def test_the_front_desk_writes_it_down_and_service_hears(cast: Cast) -> None:
    assert send(cast.fang).status_code == 302
    ticket = Ticket.objects.get()
    assert ticket.responsible == cast.fang
    assert Notice.objects.filter(recipient=cast.xu, kind="complaint_registered").exists()
    assert browser(cast.fang).get(f"/complaints/{ticket.public_id}/").status_code == 200


def test_the_ledger_counts_by_store_and_year(cast: Cast) -> None:
    numbers = [make_complaint(cast, card=None).ledger_no for _twice in range(2)]
    late = make_complaint(cast, card=None, now=local("2027-01-02 10:00")).ledger_no
    other = make_complaint(cast, card=None, by=cast.otto).ledger_no
    assert [*numbers, late, other] == [
        *("SH01-2026-0001", "SH01-2026-0002"),
        *("SH01-2027-0001", "BJ01-2026-0001"),
    ]


def test_an_open_ticket_of_the_same_number_is_shown_first(cast: Cast) -> None:
    make_complaint(cast, card=None, told={"phone": "+8613900001111"})
    page = send(cast.wu, phone="13900001111")
    assert page.status_code == 422
    assert len(page.context["similar"]) == 1
    assert send(cast.wu, phone="13900001111", other_matter="on").status_code == 302
    assert Ticket.objects.count() == 2


def test_two_of_one_matter_are_merged_and_one_goes_on(cast: Cast) -> None:
    first = make_complaint(cast)
    second = make_complaint(cast, card=first.card, description="又打来一次")
    path = f"/complaints/{second.public_id}/merger/"
    sent = {"version": second.version, "into": first.public_id}
    assert browser(cast.wu).post(path, sent).status_code == 302
    second.refresh_from_db()
    assert (second.state, second.merged_into) == ("merged", first)
    assert not second.clocks.filter(void_at__isnull=True).exists()
    assert first.entries.filter(kind="merged", words__contains="又打来一次").exists()


def test_one_that_is_looked_into_is_merged_as_well_until_a_solution_is_proposed(
    cast: Cast,
) -> None:
    first = make_complaint(cast)
    second = make_complaint(cast, card=first.card, description="又打来一次")
    wu, path = browser(cast.wu), f"/complaints/{second.public_id}/"
    for state, status in (("proposed", 422), ("investigating", 302)):
        Ticket.objects.filter(pk=second.pk).update(state=state)
        assert ("merger/" in wu.get(path).content.decode()) is (state == "investigating")
        sent = {"version": second.version, "into": first.public_id}
        assert wu.post(f"{path}merger/", sent).status_code == status
    second.refresh_from_db()
    assert (second.state, second.merged_into) == ("merged", first)


@pytest.mark.parametrize("kind", ["suggestion", "inquiry"])
def test_a_complaint_does_not_vanish_in_an_opinion_yet_an_opinion_goes_on_in_it(
    cast: Cast, kind: str
) -> None:
    opinion = make_complaint(cast, kind=kind)
    ticket = make_complaint(cast, card=opinion.card, description="又停了")
    path = f"/complaints/{ticket.public_id}/"
    wu = browser(cast.wu)
    assert "merger/" not in wu.get(path).content.decode()
    sent = {"version": ticket.version, "into": opinion.public_id}
    assert wu.post(f"{path}merger/", sent).status_code == 422
    with pytest.raises(ValidationError):
        actions.merge_ticket(ticket, into=opinion, by=cast.wu, version=ticket.version, now=NOW)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.clocks.open().exists()) == ("registered", True)
    sent = {"version": opinion.version, "into": ticket.public_id}
    merged = wu.post(f"/complaints/{opinion.public_id}/merger/", sent)
    assert merged.status_code == 302


def test_what_is_critical_stays_so_in_the_ticket_that_goes_on(cast: Cast) -> None:
    first = make_complaint(cast)
    second = make_complaint(cast, card=first.card, severity="critical", description="又停了")
    due_at = first.clocks.get(kind="solution").due_at
    sent = {"version": second.version, "into": first.public_id}
    answer = browser(cast.wu).post(f"/complaints/{second.public_id}/merger/", sent)
    assert answer.status_code == 302
    first.refresh_from_db()
    assert first.severity == "critical"
    assert first.clocks.get(kind="solution").due_at < due_at
    assert first.entries.get(kind="severity").words == second.ticket_no
    told = Notice.objects.filter(kind="complaint_critical", about_id=first.public_id)
    assert [one.recipient for one in told] == [cast.shen]


def test_a_calmer_one_leaves_the_severity_of_the_ticket_that_goes_on(cast: Cast) -> None:
    first = make_complaint(cast, severity="high")
    second = make_complaint(cast, card=first.card, description="又打来一次")
    actions.merge_ticket(second, into=first, by=cast.wu, version=second.version, now=NOW)
    first.refresh_from_db()
    assert first.severity == "high"


def test_of_one_merged_into_another_nothing_is_left_to_do(cast: Cast) -> None:
    first = make_complaint(cast, by=cast.xu)
    second = make_complaint(cast, card=first.card, answer_by=NOW + 5 * HOUR)
    actions.route_ticket(
        second,
        by=cast.wu,
        version=second.version,
        category="technical",
        department=cast.technical,
        now=NOW,
    )
    waits = {"version": second.version, "reason": "等客户发视频"}
    actions.pause_clocks(second, by=cast.wu, now=NOW, **waits)
    actions.merge_ticket(second, into=first, by=cast.wu, version=second.version, now=NOW + HOUR)
    assert second.tasks.get().state == "called_off"
    rights = CaseAccess.objects.filter(card=first.card, until__isnull=True)
    assert {right.user for right in rights} == {cast.xu}
    assert not second.pauses.filter(ended_at__isnull=True).exists()
    assert actions.sweep_clocks(now=NOW + dt.timedelta(days=30)).resumed == 0
    assert Promise.objects.get().responsible == cast.xu


def test_what_is_said_of_lin_is_not_merged_into_what_she_may_read(cast: Cast) -> None:
    first = make_complaint(cast)
    of_lin = make_complaint(cast, card=first.card, about=cast.lin, description="林晓彤态度差")
    for one, other in ((of_lin, first), (first, of_lin)):
        sent = {"version": one.version, "into": other.public_id}
        page = browser(cast.wu).post(f"/complaints/{one.public_id}/merger/", sent)
        assert page.status_code == 422
        assert "请先在两张工单上注明" in page.content.decode()
    assert not Ticket.objects.filter(state="merged").exists()
    assert not first.entries.filter(words__contains="态度差").exists()


def test_a_ticket_of_another_customer_takes_nothing_in(cast: Cast) -> None:
    first, second = make_complaint(cast), make_complaint(cast)
    path = f"/complaints/{second.public_id}/merger/"
    sent = {"version": second.version, "into": first.public_id}
    assert browser(cast.wu).post(path, sent).status_code == 422


@pytest.mark.parametrize("kind", ["praise", "suggestion", "inquiry"])
def test_an_opinion_is_answered_and_closed_in_one_step(cast: Cast, kind: str) -> None:
    ticket = make_complaint(cast, kind=kind)
    kinds = [clock.kind for clock in ticket.clocks.all()]
    assert kinds == ([] if kind == "praise" else ["reply"])
    path = f"/complaints/{ticket.public_id}/opinion/"
    assert browser(cast.wu).post(path, {"version": 1, "words": "已转告"}).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.state, ticket.solution) == ("closed", "已转告")


def test_a_complaint_is_not_closed_as_an_opinion(cast: Cast) -> None:
    ticket = make_complaint(cast)
    path = f"/complaints/{ticket.public_id}/opinion/"
    assert browser(cast.wu).post(path, {"version": 1, "words": "好"}).status_code == 403


def test_a_date_is_promised_and_rings(cast: Cast) -> None:
    make_complaint(cast, answer_by=NOW + 5 * HOUR)
    promise = Promise.objects.get()
    assert (promise.due_at, promise.responsible) == (NOW + 5 * HOUR, cast.wu)


def test_nobody_writes_down_a_complaint_about_themselves(cast: Cast) -> None:
    with pytest.raises(Exception, match="同事"):
        make_complaint(cast, by=cast.lin, about=cast.lin)


def test_the_register_form_prints_for_who_reads_the_words(cast: Cast) -> None:
    ticket = make_complaint(cast, told={"demand": "尽快修好", "cause": "桩侧固件"})
    path = f"/complaints/{ticket.public_id}/sheet/"
    page = browser(cast.wu).get(path)
    assert page.status_code == 200
    for words in ("客户投诉登记反馈表", ticket.ledger_no, "尽快修好", "桩侧固件"):
        assert words in page.content.decode()
    assert browser(cast.lin).get(path).status_code == 403


def test_why_nobody_goes_there_stands_in_the_thread(cast: Cast) -> None:
    ticket = make_complaint(cast, no_visit_because="客户在外地")
    assert not ticket.needs_onsite
    assert not ticket.clocks.filter(kind="visit").exists()
    assert ticket.entries.get(kind="waived").words == "客户在外地"


def test_the_first_contact_is_the_first_response_and_the_plan_the_first_reply(cast: Cast) -> None:
    ticket = make_complaint(cast)
    path = f"/complaints/{ticket.public_id}/contacts/"
    sent = {"way": "call", "words": "已受理", "version": ticket.version, "next_at": ""}
    first = {**sent, "next_at": "2026-03-12 18:00", "named": "on"}
    assert browser(cast.wu).post(path, first).status_code == 302
    assert clock_of(ticket, "acknowledge").met_at == NOW
    assert clock_of(ticket, "reply").met_at is None
    ticket.refresh_from_db()
    more = {**sent, "version": ticket.version, "has_plan": "on", "words": "明天上门"}
    assert browser(cast.wu).post(path, more).status_code == 302
    assert clock_of(ticket, "reply").met_at == NOW
    stale = browser(cast.wu).post(path, more)
    assert stale.status_code == 409


def test_the_first_contact_says_who_looks_after_it_and_until_when_they_hear(cast: Cast) -> None:
    ticket = make_complaint(cast, no_visit_because="客户在外地")
    wu, page = browser(cast.wu), f"/complaints/{ticket.public_id}/"
    html = wu.get(page).content.decode()
    assert "客户已知道由吴伟刚负责跟进" in html
    assert f"{page}proposal/" not in html  # nothing is proposed before
    sent = {"way": "call", "words": "已受理", "version": ticket.version}
    refused = wu.post(f"{page}contacts/", sent)
    assert refused.status_code == 422
    assert set(refused.context["contact_form"].errors) == {"named", "next_at"}
    assert "已受理" in refused.content.decode()
    assert clock_of(ticket, "acknowledge").met_at is None
    whole = {**sent, "next_at": "2026-03-12 18:00", "named": "on"}
    assert wu.post(f"{page}contacts/", whole).status_code == 302
    line = ticket.entries.get(kind="contact")
    assert line.data["handler"] == cast.wu.name
    html = wu.get(page).content.decode()
    assert "已告知由吴伟刚跟进" in html
    assert f"{page}proposal/" in html
    assert "客户已知道由吴伟刚负责跟进" not in html  # asked the first time alone


def test_a_complaint_whose_first_response_came_before_goes_on_without(cast: Cast) -> None:
    ticket = first_told(make_complaint(cast, no_visit_because="客户在外地"))
    page = f"/complaints/{ticket.public_id}/"
    sent = {"way": "call", "words": "还在查", "version": ticket.version}
    assert browser(cast.wu).post(f"{page}contacts/", sent).status_code == 302
    assert f"{page}proposal/" in browser(cast.wu).get(page).content.decode()


def test_sales_does_not_work_on_a_complaint_nor_reads_it(cast: Cast) -> None:
    ticket = make_complaint(cast)
    client, path = browser(cast.lin), f"/complaints/{ticket.public_id}/"
    assert "夜间充电" not in client.get(path).content.decode()
    sent = {"way": "call", "words": "我来", "version": ticket.version}
    assert client.post(f"{path}contacts/", sent).status_code == 403
    assert client.post(f"{path}pause/", {"reason": "等", "version": 1}).status_code == 403


def test_scenario_17_begins_a_complaint_about_lin_over_a_public_holiday(cast: Cast) -> None:
    """Lin sees nothing of it; the visit is due two working days on, across Spring Festival."""
    eve = local("2026-02-13 16:00")
    with time_machine.travel(eve, tick=False):
        ticket = make_complaint(cast, about=cast.lin, category="staff_conduct", now=eve)
        client = browser(cast.lin)
        assert client.get(f"/complaints/{ticket.public_id}/").status_code == 404
        assert client.get("/complaints/").context["lines"] == []
        assert (
            ticket.ticket_no not in client.get(f"/cards/{ticket.card.public_id}/").content.decode()
        )
    # The 14th is worked for the festival, the 15th to the 23rd are holidays.
    assert clock_of(ticket, "visit").due_at == local("2026-02-24 23:59:59")
    assert actions.sweep_clocks(now=local("2026-02-23 23:00")).breached == 2
    assert clock_of(ticket, "visit").warned_at is None
    actions.sweep_clocks(now=local("2026-02-24 09:00"))
    assert clock_of(ticket, "visit").warned_at is not None
    ticket.refresh_from_db()
    there = local("2026-02-24 15:00")
    actions.visit_site(
        ticket, by=cast.wu, version=ticket.version, at=there, words="属实", now=there
    )
    assert clock_of(ticket, "visit").status(there) == "met"
    assert not Notice.objects.filter(recipient=cast.lin).exists()


@pytest.mark.parametrize(("channel", "heard"), [("regulator", True), ("phone", False)])
def test_what_comes_from_an_authority_goes_to_the_supervisor_whoever_wrote_it_down(
    cast: Cast, channel: str, heard: bool
) -> None:
    make_complaint(cast, told={"channel": channel})
    told = Notice.objects.filter(kind="complaint_registered", recipient=cast.xu)
    assert told.exists() is heard
    Notice.objects.all().delete()
    make_complaint(cast, by=cast.xu, told={"channel": channel}, card=None)
    assert not Notice.objects.filter(kind="complaint_registered").exists()
