"""The call screen: what it shows, what one save makes, and what wrong input is told."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
import time_machine
from django.test import Client

from complaints.models import Ticket
from complaints.queues.cases import search_text
from crm.customers.models import Customer, PhoneView
from crm.notices.models import Notice
from crm.promises.models import Promise
from crm.records.models import Draft
from crm.rulebook.models import Number
from tests.people import NOW, Cast, local, make_card, make_cast, make_order, make_ticket, make_visit
from tests.permissions.problems import make_case
from visits.actions import assign_visit, note_refusals
from visits.forms.call import OPENED
from visits.models import Visit

TODAY = NOW.date()
DAY = dt.timedelta(days=1)


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def wu(cast) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(cast.wu, backend="django.contrib.auth.backends.ModelBackend")
    return client


def assigned(cast: Cast, name: str, day: dt.date = TODAY, **fields) -> Visit:
    fields.setdefault("kind", "new_purchase")
    visit = make_visit(make_card(cast.lin, name), day, **fields)
    assign_visit(visit, to=cast.wu, by=cast.xu, version=visit.version, now=NOW)
    return visit


def answers(visit: Visit, **more: str) -> dict[str, str]:
    return {
        "version": str(visit.version),
        "request_id": str(uuid.uuid4()),
        "method": "phone",
        "q_overall": "4",
        "q_visitor": "5",
        "q_recommend": "9",
        **more,
    }


def call(client: Client, visit: Visit, **sent: str):
    return client.post(f"/visits/{visit.public_id}/call/", answers(visit, **sent))


def test_the_screen_shows_customer_car_questions_and_the_days_round(cast, wu):
    visit = assigned(cast, "高峰")
    assigned(cast, "宋佳")
    make_order(visit.card, NOW - 8 * DAY, state="delivered", delivered_at=NOW - 7 * DAY)
    page = wu.get(f"/visits/{visit.public_id}/call/").content.decode()
    for words in ("高峰", "宋佳", "购后首次回访问卷", "总体满意度", "林晓彤", "青岚 S7"):
        assert words in page
    assert visit.card.customer.phone not in page


def test_saving_leads_to_the_next_visit_and_keeps_the_grade(cast, wu):
    first, second = assigned(cast, "高峰", TODAY - DAY), assigned(cast, "宋佳")
    page = call(wu, first, then="next", seconds="185", notes="很满意")
    assert page.status_code == 302
    assert page.url == f"/visits/{second.public_id}/call/"
    first.refresh_from_db()
    assert (first.state, first.satisfaction, first.seconds) == ("completed", 4, 185)
    shown = wu.get(f"/visits/{first.public_id}/").content.decode()
    assert "很满意" in shown


def test_without_scripts_a_call_lasts_from_opening_the_screen_to_saving(cast, wu):
    visit = assigned(cast, "高峰")
    url = f"/visits/{visit.public_id}/call/"
    with time_machine.travel(NOW, tick=False) as clock:
        opened = wu.get(url).context["form"]["opened"].value()
        clock.shift(dt.timedelta(minutes=3, seconds=20))
        call(wu, visit, opened=opened)
    visit.refresh_from_db()
    assert visit.seconds == 200
    assert "3 分钟" in wu.get(f"/visits/{visit.public_id}/").content.decode()


@pytest.mark.parametrize("why", ["forged", "another method", "another day", "no stamp"])
def test_what_was_not_timed_has_no_length(cast, wu, why):
    visit = assigned(cast, "高峰")
    with time_machine.travel(NOW, tick=False) as clock:
        page = wu.get(f"/visits/{visit.public_id}/call/")
        opened = page.context["form"]["opened"].value()
        clock.shift(dt.timedelta(minutes=5))
        older = OPENED.sign(str(int((NOW - DAY).timestamp())))
        stamps = {"forged": "1" + opened, "another day": older, "no stamp": ""}
        stamp = stamps.get(why, opened)
        method = "onsite" if why == "another method" else "phone"
        assert call(wu, visit, opened=stamp, method=method).status_code == 302
    visit.refresh_from_db()
    assert (visit.state, visit.seconds) == ("completed", None)


def test_a_missing_grade_is_asked_for_and_what_was_typed_stays(cast, wu):
    visit = assigned(cast, "高峰")
    page = call(wu, visit, q_overall="", q_suggestions="多建充电桩", notes="孩子在旁边")
    assert page.status_code == 422
    text = page.content.decode()
    assert "多建充电桩" in text
    assert "孩子在旁边" in text
    assert list(page.context["form"].errors) == ["q_overall"]
    assert Visit.objects.get(pk=visit.pk).state == "assigned"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("q_overall", "9"),
        ("q_overall", "\x00"),
        ("q_recommend", "1e5"),
        ("q_reasons", "nonsense"),
        ("q_functions", "x" * 200_000),
        ("seconds", "99999999999999"),
        ("answer_by", "昨天"),
        ("method", "telepathy"),
    ],
)
def test_what_does_not_fit_is_refused_beside_its_field(cast, wu, name, value):
    visit = assigned(cast, "高峰")
    page = call(wu, visit, **{name: value}, problem="坏了", category="technical")
    assert page.status_code == 422
    assert name in page.context["form"].errors
    assert not Ticket.objects.exists()


def test_invisible_characters_are_taken_out_of_words(cast, wu):
    visit = assigned(cast, "高峰")
    assert call(wu, visit, asked="\x00").status_code == 422
    call(wu, visit, q_suggestions="多建\x00充电桩\u200b")
    shown = wu.get(f"/visits/{visit.public_id}/").content.decode()
    assert "多建充电桩" in shown


def test_a_problem_without_words_or_class_is_refused(cast, wu):
    visit = assigned(cast, "高峰")
    assert "category" in call(wu, visit, problem="充电慢").context["form"].errors
    assert "problem" in call(wu, visit, as_complaint="on").context["form"].errors


def test_a_bad_grade_becomes_ticket_and_promise_with_the_visit(cast, wu):
    visit = assigned(cast, "高峰")
    page = call(
        wu,
        visit,
        q_overall="2",
        problem="充到 80% 就停",
        category="technical",
        department=str(cast.technical.pk),
        answer_by="2026-03-13 12:00",
        as_complaint="on",
    )
    assert page.status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.kind, ticket.lead_department) == ("complaint", cast.technical)
    assert Promise.objects.get().source_id == ticket.public_id
    assert Visit.objects.get(pk=visit.pk).ticket == ticket


def test_a_complaint_heard_on_a_call_is_asked_what_the_register_form_asks(cast, wu):
    visit = assigned(cast, "高峰")
    page = call(
        wu, visit, problem="顾问答应的脚垫没给", category="staff_conduct", as_complaint="on",
        severity="high", demand="补一套脚垫", emotion="upset", calmed="on", confirmed="on",
        about=cast.lin.public_id, no_visit_because="电话里说清楚了", answer_by="2026-03-13 12:00",
    )  # fmt: skip
    assert page.status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.severity, ticket.about, ticket.needs_onsite) == ("high", cast.lin, False)
    assert ticket.ledger_no
    told = ticket.intake
    assert (told.channel, told.demand, told.emotion) == ("phone", "补一套脚垫", "upset")
    assert told.calmed
    assert told.confirmed
    assert Promise.objects.get().source_id == ticket.public_id
    assert ticket.clocks.filter(kind="acknowledge").exists()
    sheet = wu.get(f"/complaints/{ticket.public_id}/sheet/").content.decode()
    assert "补一套脚垫" in sheet


@pytest.mark.parametrize(("ticked", "words"), [("on", "刹车踩不下去"), ("", "再不修就找记者曝光")])
def test_words_that_alarm_make_a_critical_complaint_and_the_manager_is_told_at_once(
    cast, wu, ticked, words
):
    visit = assigned(cast, "高峰")
    page = call(wu, visit, problem=words, category="technical", as_complaint=ticked)
    ticket = Ticket.objects.get()
    assert (ticket.kind, ticket.severity) == ("complaint", "critical")
    assert Notice.objects.filter(kind="complaint_critical", recipient=cast.shen).count() == 1
    assert ticket.briefings.filter(to=cast.shen).count() == 1
    assert f"紧急投诉 {ticket.ledger_no}" in wu.get(page.url).content.decode()


def test_why_the_words_mean_nothing_grave_is_kept_and_the_manager_told_all_the_same(cast, wu):
    visit = assigned(cast, "高峰")
    said = {"problem": "钥匙电池没电", "category": "technical", "as_complaint": "on"}
    call(wu, visit, calm_because="只是钥匙电池", **said)
    ticket = Ticket.objects.get()
    assert ticket.severity == "normal"
    assert ticket.entries.get(kind="severity").words == "只是钥匙电池"
    assert ticket.briefings.filter(to=cast.shen, reason="safety").count() == 1
    assert not Notice.objects.filter(kind="complaint_critical").exists()


def test_the_same_form_sent_twice_saves_once(cast, wu):
    visit = assigned(cast, "高峰")
    sent = answers(visit, problem="差价", category="price")
    for _ in range(2):
        wu.post(f"/visits/{visit.public_id}/call/", sent)
    assert Ticket.objects.count() == 1
    assert visit.responses.count() == 1


def test_who_comes_second_sees_both_texts(cast, wu):
    visit = assigned(cast, "高峰")
    sent = answers(visit, notes="我打的")
    assign_visit(visit, to=cast.wu, by=cast.xu, version=visit.version, now=NOW, focus="新重点")
    page = wu.post(f"/visits/{visit.public_id}/call/", sent)
    assert page.status_code == 409
    assert "我打的" in page.content.decode()
    assert Visit.objects.get(pk=visit.pk).state == "assigned"


def test_answers_so_far_are_kept_as_a_draft_and_come_back(cast, wu):
    visit = assigned(cast, "高峰")
    url = f"/visits/{visit.public_id}/call/draft/"
    kept = wu.post(url, {"q_overall": "3", "notes": "客户在开车", "version": "1"})
    assert kept.json()["saved_at"] == "10:20"
    page = wu.get(f"/visits/{visit.public_id}/call/")
    assert "客户在开车" in page.content.decode()
    assert page.context["form"]["q_overall"].value() == "3"
    call(wu, visit)
    assert not Draft.objects.exists()


def test_a_visit_that_is_over_shows_itself_instead_of_the_form(cast, wu):
    visit = assigned(cast, "高峰")
    call(wu, visit)
    page = wu.get(f"/visits/{visit.public_id}/call/")
    assert (page.status_code, page.url) == (302, f"/visits/{visit.public_id}/")


@pytest.mark.parametrize(
    ("verb", "sent", "state"),
    [
        ("tries", {"outcome": "no_answer", "note_words": "忙线"}, "in_progress"),
        ("appointment", {"at": "2026-03-13 15:00", "place": "客户公司"}, "appointed"),
        ("refusal", {"reason": "不接受回访", "never_again": "on"}, "declined"),
    ],
)
def test_what_else_becomes_of_a_visit(cast, wu, verb, sent, state):
    visit = assigned(cast, "高峰")
    url = f"/visits/{visit.public_id}/{verb}/"
    assert wu.get(url).status_code == 200
    assert wu.post(url, {"version": visit.version}).status_code == 422
    assert wu.post(url, {"version": visit.version, **sent}).status_code == 302
    assert Visit.objects.get(pk=visit.pk).state == state


def number(client: Client, visit: Visit, **headers: str):
    return client.post(f"/visits/{visit.public_id}/call/number/", headers=headers)


def test_the_number_is_shown_in_place_and_kept_with_its_reason(cast, wu):
    visit = assigned(cast, "高峰")
    phone = visit.card.customer.phone
    page = wu.get(f"/visits/{visit.public_id}/call/").content.decode()
    assert f"/visits/{visit.public_id}/call/number/" in page
    assert phone not in page
    for headers, whole in (({"hx-request": "true"}, False), ({}, True)):
        shown = number(wu, visit, **headers)
        assert shown.status_code == 200
        assert f'href="tel:{phone}"' in shown.content.decode()
        assert ("总体满意度" in shown.content.decode()) is whole
    seen = PhoneView.objects.filter(user=cast.wu, card=visit.card)
    assert set(seen.values_list("kind", "reason")) == {("revealed", "到期回访")}


def test_no_number_is_shown_beyond_the_days_budget(cast, wu):
    Number.objects.create(key="reveals_a_day_service", value="1")
    visit = assigned(cast, "高峰")
    assert "tel:" in number(wu, visit).content.decode()
    shown = number(wu, visit).content.decode()
    assert "tel:" not in shown
    assert "今天查看的号码已到上限" in shown


def test_no_number_is_shown_to_others_or_of_who_wishes_no_calls(cast, wu):
    visit = assigned(cast, "高峰", kind="complaint")
    for who, status in ((cast.xu, 403), (cast.lin, 403), (cast.otto, 404)):
        other = Client()
        other.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
        assert number(other, visit).status_code == status
    note_refusals(
        visit.card, by=cast.wu, wishes=["contact:phone"], heard="phone", words="别打电话", now=NOW
    )
    assert number(wu, visit).status_code == 403
    assert not PhoneView.objects.filter(kind="revealed").exists()


@pytest.mark.parametrize(
    ("verb", "sent", "state"),
    [
        ("tries", {"outcome": "wrong_number"}, "in_progress"),
        ("appointment", {"at": "2026-03-13 15:00"}, "appointed"),
        ("refusal", {"reason": "不接受回访"}, "declined"),
    ],
)
def test_whatever_becomes_of_a_call_the_next_one_opens(cast, wu, verb, sent, state):
    first, second = assigned(cast, "高峰", TODAY - DAY), assigned(cast, "宋佳")
    address = f"/visits/{first.public_id}/{verb}/?then=next"
    assert address in wu.get(f"/visits/{first.public_id}/call/").content.decode()
    assert f"/visits/{first.public_id}/call/" in wu.get(address).content.decode()
    gone = wu.post(address, {"version": first.version, **sent})
    assert (gone.status_code, gone.url) == (302, f"/visits/{second.public_id}/call/")
    assert Visit.objects.get(pk=first.pk).state == state
    last = wu.post(
        f"/visits/{second.public_id}/{verb}/?then=next", {"version": second.version, **sent}
    )
    assert last.url == f"/visits/{second.public_id}/"


def test_the_supervisor_assigns_and_calls_off(cast):
    client = Client()
    client.force_login(cast.xu, backend="django.contrib.auth.backends.ModelBackend")
    visit = make_visit(make_card(cast.lin, "高峰"), TODAY)
    url = f"/visits/{visit.public_id}/assignment/"
    assert cast.wu.name in client.get(url).content.decode()
    sent = {"version": visit.version, "to": cast.wu.pk, "focus": "充电"}
    assert client.post(url, sent).status_code == 302
    visit.refresh_from_db()
    assert (visit.assignee, visit.focus) == (cast.wu, "充电")
    off = f"/visits/{visit.public_id}/cancellation/"
    sent = {"version": visit.version, "reason": "other_words", "words": "客户出国"}
    assert client.post(off, sent).status_code == 302
    assert Visit.objects.get(pk=visit.pk).state == "cancelled"


def test_the_owner_learns_the_grade_and_not_what_was_said(cast, wu):
    visit = assigned(cast, "高峰")
    call(wu, visit, q_sales="1", q_suggestions="顾问爱理不理", notes="对林有意见",
         problem="林态度不好", category="staff_conduct", answer_by="2026-03-13 12:00")  # fmt: skip
    owner = Client()
    owner.force_login(cast.lin, backend="django.contrib.auth.backends.ModelBackend")
    for path in (f"/visits/{visit.public_id}/", f"/customers/{visit.card.public_id}/"):
        page = owner.get(path)
        assert page.status_code == 200
        for words in ("爱理不理", "有意见", "态度不好"):
            assert words not in page.content.decode()
    assert "态度不好" not in owner.get("/promises/", {"show": "all"}).content.decode()
    supervisor = Client()
    supervisor.force_login(cast.xu, backend="django.contrib.auth.backends.ModelBackend")
    assert "爱理不理" in supervisor.get(f"/visits/{visit.public_id}/").content.decode()


@pytest.mark.parametrize(
    ("kind", "words"),
    [("complaint", "处理得是否满意"), ("event", "参加我们的活动"), ("regular", "听听用车感受")],
)
def test_the_opening_words_say_what_this_visit_is_about(cast, wu, kind, words):
    visit = assigned(cast, "高峰", kind=kind)
    assert words in wu.get(f"/visits/{visit.public_id}/call/").content.decode()


@pytest.mark.parametrize(
    ("name", "gender", "spoken"),
    [("高峰", "male", "高先生"), ("欧阳雪", "female", "欧阳女士"), ("高峰", "", "高峰")],
)
def test_the_opening_words_are_one_sentence_to_say(cast, wu, name, gender, spoken):
    visit = assigned(cast, name)
    Customer.objects.filter(pk=visit.card.customer_id).update(gender=gender)
    page = wu.get(f"/visits/{visit.public_id}/call/")
    minutes = page.context["form"].minutes
    said = (
        f"{spoken}您好，我是{cast.pudong.name}客服{cast.wu.name}。"
        f"想占用您 {minutes} 分钟，听听用车感受。现在方便吗？"
    )
    assert said in page.content.decode()


def test_after_the_try_that_is_enough_a_visit_closes_in_the_same_form(cast, wu):
    first, second = assigned(cast, "高峰", TODAY - DAY), assigned(cast, "宋佳")
    close, give_up = 'name="close"', f"/visits/{first.public_id}/not-reached/"
    for days in range(3):
        with time_machine.travel(NOW + days * DAY, tick=False):
            wu.force_login(cast.wu, backend="django.contrib.auth.backends.ModelBackend")
            for path in ("call/", "tries/"):
                page = wu.get(f"/visits/{first.public_id}/{path}").content.decode()
                assert (close in page) is (days == 2)
            assert give_up not in wu.get(f"/visits/{first.public_id}/").content.decode()
            first.refresh_from_db()
            sent = {"version": first.version, "outcome": "no_answer", "close": "on"}
            gone = wu.post(f"/visits/{first.public_id}/tries/?then=next", sent)
            assert gone.url == f"/visits/{second.public_id}/call/"
    first.refresh_from_db()
    assert (first.state, first.tries) == ("not_reached", 3)


def test_outside_calling_hours_the_screen_says_so_unless_the_time_was_agreed(cast, wu):
    visit = assigned(cast, "高峰")
    warning, url = "拨打时间为 09:00 至 12:00、14:00 至 19:30", f"/visits/{visit.public_id}/call/"
    assert warning not in wu.get(url).content.decode()
    with time_machine.travel(local("2026-03-12 20:10"), tick=False):
        wu.force_login(cast.wu, backend="django.contrib.auth.backends.ModelBackend")
        assert warning in wu.get(url).content.decode()
        Visit.objects.filter(pk=visit.pk).update(appointed_at=local("2026-03-12 20:00"))
        assert warning not in wu.get(url).content.decode()
        Visit.objects.filter(pk=visit.pk).update(appointed_at=None)
    with time_machine.travel(local("2026-03-12 12:40"), tick=False):
        assert warning in wu.get(url).content.decode()


def test_a_bad_grade_with_an_empty_box_is_asked_about_and_nothing_typed_is_lost(cast, wu):
    visit = assigned(cast, "高峰")
    page = call(wu, visit, q_charging="1", notes="打算周末再来")
    assert page.status_code == 422
    form, text = page.context["form"], page.content.decode()
    assert list(form.errors) == ["problem"]
    assert "打算周末再来" in text
    assert re.search(r'<details class="issue"[^>]* open>', text)
    # What the rulebook says of the question's class stands in the box, also without scripts.
    assert form["category"].value() == "technical"
    assert form["department"].value() == str(cast.technical.pk)
    assert form["answer_by"].value() == "2026-03-13"
    assert Visit.objects.get(pk=visit.pk).state == "assigned"


@pytest.mark.parametrize("why", ["unwished", "settled", "known"])
def test_why_nothing_is_passed_on_is_said_at_one_press_and_stands_on_the_visit(cast, wu, why):
    visit = assigned(cast, "高峰")
    sent = {"q_charging": "1", "category": "technical", "answer_by": "2026-03-13"}
    assert call(wu, visit, nothing_because=why, **sent).status_code == 302
    visit.refresh_from_db()
    assert (visit.state, visit.nothing_because) == ("completed", why)
    assert not Ticket.objects.exists()
    assert not Promise.objects.exists()
    page = wu.get(f"/visits/{visit.public_id}/").content.decode()
    assert visit.get_nothing_because_display() in page


def test_what_is_written_down_is_passed_on_whatever_was_pressed_before(cast, wu):
    visit = assigned(cast, "高峰")
    call(wu, visit, q_charging="1", nothing_because="settled", problem="慢", category="technical")
    assert Ticket.objects.count() == 1
    assert Visit.objects.get(pk=visit.pk).nothing_because == ""


def test_an_unknown_reason_is_no_reason(cast, wu):
    visit = assigned(cast, "高峰")
    page = call(wu, visit, q_charging="1", nothing_because="x")
    assert page.status_code == 422
    assert "nothing_because" in page.context["form"].errors


def test_a_bad_grade_for_the_visit_itself_goes_to_the_superior_and_is_not_asked_about(cast, wu):
    assert call(wu, assigned(cast, "高峰"), q_visitor="1").status_code == 302


def test_a_day_by_rule_is_no_promise_where_nothing_is_written_down(cast, wu):
    visit = assigned(cast, "高峰")
    shown = wu.get(f"/visits/{visit.public_id}/call/").context["form"]["answer_by"].value()
    assert call(wu, visit, answer_by="2026-03-13").status_code == 302
    assert shown == "2026-03-13"
    assert not Promise.objects.exists()


def test_the_rulebook_names_the_department_of_a_class_store_by_store(cast, wu):
    Number.objects.create(key="lead_technical", value=cast.technical.name, store=cast.pudong)
    Number.objects.create(key="lead_delivery", value="没有这个部门")
    leads = wu.get(f"/visits/{assigned(cast, '高峰').public_id}/call/").context["form"].leading
    assert leads.departments["technical"] == str(cast.technical.pk)
    assert "delivery" not in leads.departments


def test_two_problems_of_one_call_are_two_tickets(cast, wu):
    visit = assigned(cast, "高峰")
    page = call(
        wu, visit, q_charging="2", problem="充到 80% 就停", category="technical",
        department=str(cast.technical.pk), answer_by="2026-03-13 12:00",
        problem2="脚垫没给", category2="staff_conduct", as_complaint2="on", severity2="high",
        about2=cast.lin.public_id, answer_by2="2026-03-14",
    )  # fmt: skip
    assert page.status_code == 302
    first, second = Ticket.objects.order_by("pk")
    assert (first.kind, first.lead_department, first.about) == ("problem", cast.technical, None)
    assert (second.kind, second.severity, second.about) == ("complaint", "high", cast.lin)
    assert Promise.objects.count() == 2


def test_what_is_wrong_with_the_second_problem_stands_beside_it_and_nothing_is_saved(cast, wu):
    visit = assigned(cast, "高峰")
    sent = {"problem": "慢", "category": "technical", "problem2": "脚垫没给"}
    assert list(call(wu, visit, **sent).context["form"].errors) == ["category2"]
    late = {"category2": "delivery", "answer_by2": "2026-03-11 09:00"}
    page = call(wu, visit, **sent, **late)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["answer_by2"]
    assert "脚垫没给" in page.content.decode()
    assert not Ticket.objects.exists()
    # Each box is there without scripts too, and a draft keeps what stands in it.
    kept = {"problem3": "第三件事", "category3": "price", "version": "1"}
    wu.post(f"/visits/{visit.public_id}/call/draft/", kept)
    assert "第三件事" in wu.get(f"/visits/{visit.public_id}/call/").content.decode()


def test_cases_like_the_problem_show_beside_its_words(cast, wu):
    words = {"title": "充电停在 80%", "symptoms": "夜间充电停在 80%"}
    source = make_ticket(make_card(cast.lin, "赵敏"), NOW - DAY, responsible=cast.wu)
    case = make_case(
        source,
        cast.xu,
        "published",
        search=search_text(words),
        decided_by=cast.shen,
        decided_at=NOW,
        **words,
    )
    said = "晚上充电到 80% 就停"
    names = {"words_in": "problem2", "class_in": "category2"}
    part = wu.post(
        "/complaints/cases/suggestions/", {**names, "problem2": said, "category2": "technical"}
    )
    assert part.context["similar_cases"] == [case]
    page = call(wu, assigned(cast, "高峰"), problem=said)
    assert case.title in page.content.decode()


def test_the_opening_words_name_the_company_where_one_is_set(cast, wu):
    Number.objects.create(key="company_name", value="青岚")
    page = wu.get(f"/visits/{assigned(cast, '高峰').public_id}/call/").content.decode()
    assert f"我是青岚{cast.pudong.name}客服{cast.wu.name}。" in page
    Number.objects.create(key="company_name", value=cast.pudong.name, store=cast.pudong)
    page = wu.get(f"/visits/{assigned(cast, '宋佳').public_id}/call/").content.decode()
    assert f"我是{cast.pudong.name}客服{cast.wu.name}。" in page
