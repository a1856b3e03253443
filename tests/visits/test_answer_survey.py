"""The customer's questionnaire: seen, saved, submitted once; what an unhappy answer starts."""

from __future__ import annotations

import datetime as dt
import gzip
import logging

import pytest
import time_machine
from django.core import mail
from django.test import Client

from complaints.models import Ticket
from crm import settings as shipped
from crm.customers.models import Consent
from crm.logs import Scrub
from crm.notices.models import Notice
from crm.promises.models import Promise
from crm.records.models import AuditEvent, WrongLink
from crm.rulebook.models import Number
from tests.people import (
    NOW,
    Cast,
    local,
    make_card,
    make_cast,
    make_finding,
    make_survey_link,
    make_visit,
)
from visits.actions import assign_visit, make_link
from visits.default_questions import SHEETS
from visits.models import CompetitorFinding, Opportunity, Response, SurveyLink, Visit
from visits.questions import form_of

TODAY = NOW.date()
HAPPY = {"q_overall": "5", "q_recommend": "9", "q_repurchase": "yes", "q_visitor": "4"}
UNHAPPY = {"q_overall": "2", "q_reasons": ["charging", "price"], "q_suggestions": "充到 80% 就停"}
EVERYTHING = " ".join([*(one.key for one in form_of(SHEETS[0].body).questions), "call"])


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def phone() -> Client:
    """The customer's phone: Simplified Chinese, nobody signed in."""
    return Client(headers={"accept-language": "zh-hans"})


@pytest.fixture
def visit(cast) -> Visit:
    """Wu's visit to Lin's customer Gao Feng, due today."""
    visit = make_visit(make_card(cast.lin, "高峰"), TODAY, kind="new_purchase")
    assign_visit(visit, to=cast.wu, by=cast.xu, version=visit.version, now=NOW)
    return visit


@pytest.fixture
def token(cast, visit) -> str:
    made = make_link(visit, by=cast.wu, now=NOW)
    assert made
    return made[1]


def send(phone: Client, token: str, **sent):
    return phone.post(f"/s/{token}/", {"seen": EVERYTHING, **sent})


def test_only_a_hash_of_256_random_bits_is_kept(cast, visit, token):
    link = SurveyLink.objects.get()
    assert len(token) == 43
    assert token not in str(vars(link))
    assert link.expires_at == local("2026-03-26 23:59:59")


def test_the_page_shows_the_questions_and_nothing_of_the_customer(cast, visit, token, phone):
    page = phone.get(f"/s/{token}/")
    text = page.content.decode()
    assert page.status_code == 200
    for words in ("您好，用车还顺利吗？", "总体满意度", "非常满意", "浦东店", "3月26日"):
        assert words in text
    for private in ("高", "**", "林晓彤", "吴伟刚", visit.visit_no, visit.card.customer.phone):
        assert private not in text
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["Cache-Control"] == "no-store"
    assert page["X-Robots-Tag"].startswith("noindex")
    assert 'src="http' not in text
    assert 'href="http' not in text
    assert "sessionid" not in page.cookies


def test_company_and_store_head_the_page_where_a_company_is_named(cast, token, phone):
    Number.objects.create(key="company_name", value="青岚")
    assert f"青岚{cast.pudong.name}" in phone.get(f"/s/{token}/").content.decode()


def test_the_overall_grade_comes_first_and_alone_is_marked_as_required(token, phone):
    text = phone.get(f"/s/{token}/").content.decode()
    assert text.index("data-q=") == text.index('data-q="overall"')
    assert text.count("必填") == 1
    assert "可不填" not in text
    assert '总体满意度 <span class="small">必填' in text


def test_the_page_is_sent_compressed_to_whoever_reads_it_so(token, phone):
    """What makes it open within a second on a slow phone; `tests.bench.slow_phone` has the time."""
    page = phone.get(f"/s/{token}/", headers={"accept-encoding": "gzip, br"})
    assert page["Content-Encoding"] == "gzip"
    assert len(page.content) < 10_000
    assert "总体满意度" in gzip.decompress(page.content).decode()
    assert "Content-Encoding" not in phone.get(f"/s/{token}/")
    closed = [phone.get(f"/s/{n}/", headers={"accept-encoding": "gzip"}) for n in ("none", "no")]
    assert closed[0].content == closed[1].content


def test_reasons_words_and_the_call_stand_on_one_card(token, phone):
    """While the customer is content, the card holds the words alone."""
    cards = phone.get(f"/s/{token}/").context["form"].cards()
    assert [[one.question.key for one in card.questions] for card in cards][:3] == [
        ["overall"],
        ["reasons", "suggestions"],
        ["functions"],
    ]
    assert [card.calls for card in cards][:2] == [True, False]
    more = send(phone, token, q_overall="2", seen="overall").context["form"].cards()
    assert [card.calls for card in more][:3] == [False, True, False]
    worse = send(phone, token, q_overall="5", q_performance="1", seen="overall").context["form"]
    assert [card.questions[0].question.key for card in worse.cards() if card.calls] == [
        "performance"
    ]


def test_looking_changes_nothing(cast, visit, token, phone):
    before = SurveyLink.objects.values().get()
    for method in (phone.get, phone.head):
        method(f"/s/{token}/")
        method(f"/s/{token}/unsubscribe/")
    assert SurveyLink.objects.values().get() == before
    visit.refresh_from_db()
    assert visit.state == "in_progress"  # since Wu handed the link out


def test_every_bad_token_gets_the_same_page(cast, visit, phone):
    past = NOW - dt.timedelta(minutes=1)
    tokens = ["never-made", "x" * 43]
    for fields in ({"expires_at": past}, {"used_at": past}, {"revoked_at": past}):
        tokens.append(make_survey_link(visit, **fields)[1])
    over = make_visit(make_card(cast.lin, "宋佳"), TODAY, state="completed", completed_at=NOW)
    tokens.append(make_survey_link(over)[1])
    answers = [phone.get(f"/s/{token}/") for token in tokens]
    answers += [phone.post(f"/s/{token}/", HAPPY) for token in tokens]
    answers += [phone.get(f"/s/{token}/unsubscribe/") for token in tokens]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert len({str(sorted(answer.headers.items())) for answer in answers}) == 1


def test_the_answers_complete_the_visit_and_are_the_customers_own(cast, visit, token, phone):
    page = send(phone, token, **HAPPY)
    assert page.status_code == 200
    assert "谢谢" in page.content.decode()
    visit.refresh_from_db()
    assert (visit.state, visit.method) == ("completed", "survey")
    assert (visit.satisfaction, visit.recommend, visit.repurchase) == (5, 9, True)
    assert (visit.owner, visit.completed_at) == (cast.lin, NOW)
    response = Response.objects.get()
    assert (response.entered_by, response.questions.questionnaire.kind) == (None, "new_purchase")
    told = Notice.objects.get(kind="survey_answered")
    assert (told.recipient, told.data["unhappy"]) == (cast.wu, False)
    assert not Ticket.objects.exists()
    assert AuditEvent.objects.get(action="visits.answer_survey").actor is None


def test_an_answer_counts_once(cast, visit, token, phone):
    assert send(phone, token, **HAPPY).status_code == 200
    again = send(phone, token, **{**HAPPY, "q_overall": "1"})
    assert again.status_code == 404
    assert again.content == phone.get("/s/never-made/").content
    visit.refresh_from_db()
    assert visit.satisfaction == 5
    assert Response.objects.count() == 1


@pytest.mark.parametrize(
    ("answers", "proposed"),
    [
        ({"q_needs_changed": "1", "q_needs_words": "二胎，要七座"}, ["二胎，要七座"]),
        ({"q_needs_changed": "1"}, ["在问卷中表示有新的用车需要，未说明是什么。"]),
        ({"q_needs_changed": "0", "q_needs_words": "二胎，要七座"}, []),
    ],
)
def test_a_need_told_by_the_link_is_proposed_to_the_owner(cast, phone, answers, proposed):
    visit = make_visit(make_card(cast.lin, "宋佳"), TODAY, kind="regular", state="assigned")
    made = make_link(visit, by=cast.xu, now=NOW)
    assert made
    questions = [question.key for question in form_of(visit.links.get().questions.body).questions]
    page = send(phone, made[1], **HAPPY, **answers, seen=" ".join(questions))
    assert page.status_code == 200
    assert list(Opportunity.objects.values_list("words", flat=True)) == proposed
    told = Notice.objects.filter(kind="opportunity_found")
    assert [notice.recipient for notice in told] == [cast.lin] * len(proposed)


@pytest.mark.parametrize(
    ("answers", "kept"),
    [
        (
            {
                "q_rivals_brand": "极光A6、远山",
                "q_rivals_words": "降价了",
                "q_rivals_influence": "wavering",
            },
            [("极光", "A6", "降价了", "wavering"), ("远山", "", "降价了", "wavering")],
        ),
        (
            {"q_rivals_brand": "远山"},
            [("远山", "", "在问卷中表示看过该品牌，未说明哪一点。", "none")],
        ),
        (
            {"q_rivals_words": "朋友买了极光，省电"},
            [("极光", "", "朋友买了极光，省电", "none")],
        ),
        (
            {"q_rivals_brand": "我的电话 13812345678", "q_rivals_words": "隔音"},
            [("", "", "我的电话 13812345678\n隔音", "none")],
        ),
        ({}, []),
    ],
)
def test_what_is_said_of_other_brands_by_the_link_is_kept_as_data(cast, phone, answers, kept):
    """极光 was written down on a call before."""
    visit = make_visit(make_card(cast.lin, "宋佳"), TODAY, kind="regular", state="assigned")
    make_finding(visit, brand="极光", words="同事记下的")
    made = make_link(visit, by=cast.xu, now=NOW)
    assert made
    questions = [question.key for question in form_of(visit.links.get().questions.body).questions]
    told = {"q_rivals_known": "1", **answers}
    assert send(phone, made[1], **HAPPY, **told, seen=" ".join(questions)).status_code == 200
    own = CompetitorFinding.objects.filter(noted_by__isnull=True).order_by("pk")
    assert list(own.values_list("brand", "model", "words", "influence")) == kept
    assert {(one.visit, one.store, one.heard_on) for one in own} <= {(visit, visit.store, TODAY)}


def test_a_missing_grade_is_asked_for_and_the_rest_is_kept(cast, visit, token, phone):
    page = send(phone, token, q_suggestions="多建充电桩", q_recommend="7")
    text = page.content.decode()
    assert page.status_code == 422
    assert "多建充电桩" in text
    assert "选一个答案" in text
    assert "多建充电桩" in phone.get(f"/s/{token}/").content.decode()


def test_what_was_answered_is_saved_and_may_be_changed_until_submitted(cast, token, phone):
    kept = phone.post(
        f"/s/{token}/draft/", {"q_overall": "4", "q_suggestions": "很\x00好", "x": "1"}
    )
    assert kept.json() == {"saved_at": "10:20"}
    link = SurveyLink.objects.get()
    assert link.draft == {"q_overall": "4", "q_suggestions": "很好"}
    assert link.opened_at == NOW
    phone.post(f"/s/{token}/draft/", {"q_overall": "3"})
    assert SurveyLink.objects.get().draft == {"q_overall": "3"}
    send(phone, token, **HAPPY)
    link.refresh_from_db()
    assert (link.draft, link.used_at) == ({}, NOW)


def test_without_scripts_a_bad_grade_brings_what_hangs_on_it_before_it_is_submitted(
    cast, visit, token, phone
):
    first = phone.get(f"/s/{token}/").context["form"].shown
    assert "reasons" not in first.split()
    assert "call" not in first.split()
    page = phone.post(f"/s/{token}/", {"seen": first, "q_overall": "2"})
    assert page.status_code == 200
    assert "还有一点" in page.content.decode()
    visit.refresh_from_db()
    assert visit.state == "in_progress"
    seen = page.context["form"].shown
    assert {"reasons", "call"} <= set(seen.split())
    phone.post(f"/s/{token}/", {"seen": seen, "q_overall": "2", "q_reasons": "price"})
    visit.refresh_from_db()
    assert (visit.state, visit.satisfaction) == ("completed", 2)


def test_a_call_wished_after_a_bad_grade_is_promise_and_ticket(cast, visit, token, phone):
    page = send(phone, token, call="on", **UNHAPPY)
    assert "12:20" in page.content.decode()
    promise, ticket = Promise.objects.get(), Ticket.objects.get()
    assert (promise.responsible, promise.due_at) == (cast.wu, local("2026-03-12 12:20"))
    assert (ticket.responsible, ticket.category, ticket.kind) == (cast.wu, "technical", "problem")
    assert ticket.deadline == promise.due_at
    for words in ("充到 80% 就停", "充电", "不满意"):
        assert words in ticket.description
    visit.refresh_from_db()
    assert visit.ticket == ticket
    assert Notice.objects.get(kind="survey_answered").data["call"] is True


def test_a_customer_who_writes_of_the_brakes_has_complained(cast, visit, token, phone):
    send(phone, token, call="on", **{**UNHAPPY, "q_suggestions": "刹车异响，没人管"})
    ticket = Ticket.objects.get()
    assert (ticket.kind, ticket.severity, ticket.responsible) == ("complaint", "critical", cast.wu)
    assert ticket.intake.channel == "web"
    assert ticket.briefings.filter(to=cast.shen, reason="safety").count() == 1
    assert Promise.objects.get().source_id == ticket.public_id


def test_a_call_wished_in_the_evening_is_promised_for_the_morning(cast, token, phone, morning):
    morning.move_to(local("2026-03-12 19:30"))
    page = send(phone, token, call="on", **UNHAPPY)
    assert "10:00" in page.content.decode()
    assert Promise.objects.get().due_at == local("2026-03-13 10:00")


def test_a_call_is_the_supervisors_where_nobody_has_the_visit(cast, phone):
    visit = make_visit(make_card(cast.lin, "高峰"), TODAY, kind="new_purchase")
    send(phone, make_survey_link(visit)[1], call="on", **UNHAPPY)
    assert Promise.objects.get().responsible == cast.xu
    assert Notice.objects.get(kind="survey_answered").recipient == cast.xu


def test_a_bad_grade_without_the_wish_makes_no_promise(cast, visit, token, phone):
    send(phone, token, **UNHAPPY)
    assert not Promise.objects.exists()
    assert not Ticket.objects.exists()
    assert Notice.objects.get(kind="survey_answered").data["unhappy"] is True


def test_a_wish_for_a_call_without_a_bad_grade_is_none(cast, visit, token, phone):
    send(phone, token, call="on", **HAPPY)
    assert not Promise.objects.exists()


def test_who_is_signed_in_does_not_answer_for_the_customer(cast, visit, token):
    wu = Client()
    wu.force_login(cast.wu, backend="django.contrib.auth.backends.ModelBackend")
    assert send(wu, token, **HAPPY).status_code == 422
    assert wu.post(f"/s/{token}/draft/", HAPPY).status_code == 422
    wu.post(f"/s/{token}/unsubscribe/")
    visit.refresh_from_db()
    assert (visit.state, SurveyLink.objects.get().draft) == ("in_progress", {})


def test_unsubscribing_is_kept_as_the_customers_word(cast, visit, token, phone):
    assert "不再" in phone.get(f"/s/{token}/unsubscribe/").content.decode()
    assert not Consent.objects.exists()
    assert phone.post(f"/s/{token}/unsubscribe/").status_code == 200
    consent = Consent.objects.get()
    assert (consent.customer, consent.purpose) == (visit.card.customer, "visit")
    assert (consent.withdrawn_at, consent.by) == (NOW, None)
    visit.refresh_from_db()
    assert visit.state == "declined"
    assert phone.get(f"/s/{token}/").status_code == 404
    assert Notice.objects.get(kind="survey_unsubscribed").recipient == cast.wu


def test_the_language_is_changed_without_losing_an_answer(cast, token, phone):
    page = phone.post(f"/s/{token}/", {"q_overall": "2", "seen": "overall", "language": "en"})
    assert page.url == f"/s/{token}/?l=en"
    text = phone.get(page.url).content.decode()
    assert "Overall satisfaction" in text
    assert "Please call me back within 2 hours" in text
    assert '<html lang="en"' in text
    assert "整體滿意度" in phone.get(f"/s/{token}/?l=zh-hant").content.decode()


def test_a_form_from_elsewhere_is_refused(cast, visit, token):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"/s/{token}/", HAPPY).status_code == 403
    strict.get(f"/s/{token}/")
    sent = {**HAPPY, "seen": EVERYTHING, "csrfmiddlewaretoken": strict.cookies["csrftoken"].value}
    assert strict.post(f"/s/{token}/", sent).status_code == 200


def test_a_visit_made_by_phone_closes_the_link(cast, visit, token, phone):
    wu = Client()
    wu.force_login(cast.wu, backend="django.contrib.auth.backends.ModelBackend")
    sent = {"version": visit.version, "method": "phone", "q_overall": "4", "q_visitor": "5"}
    wu.post(f"/visits/{visit.public_id}/call/", sent)
    assert SurveyLink.objects.get().revoked_at == NOW
    assert send(phone, token, **HAPPY).status_code == 404


def test_a_thousand_guesses_find_nothing_and_ring(cast, token, phone, settings):
    settings.WRONG_LINKS_A_MINUTE = 30
    found = set()
    for number in range(1000):
        address = f"198.51.100.{number // 30}"
        found.add(phone.get(f"/s/guess-{number:037d}/", REMOTE_ADDR=address).status_code)
    assert found == {404}
    told = Notice.objects.filter(kind="links_guessed").values_list("recipient__username", flat=True)
    assert sorted(told) == ["adele", "pan"]


def test_a_burst_from_one_address_rings_although_it_has_to_wait(cast, token, phone, settings):
    settings.WRONG_LINKS_A_MINUTE, settings.WRONG_LINKS_AN_HOUR = 5, 40
    statuses = [phone.get(f"/s/guess-{number:037d}/").status_code for number in range(39)]
    assert statuses == [404] * 5 + [429] * 34
    assert not Notice.objects.filter(kind="links_guessed").exists()
    assert phone.get(f"/s/{token}/").status_code == 429
    assert Notice.objects.filter(kind="links_guessed").count() == 2


def test_thirty_wrong_tokens_a_minute_are_the_limit_of_an_address(cast, token, phone, settings):
    settings.WRONG_LINKS_A_MINUTE = 30
    statuses = [phone.get(f"/s/guess-{number}/").status_code for number in range(32)]
    assert statuses == [404] * 30 + [429] * 2
    assert phone.get(f"/s/{token}/").status_code == 429
    assert phone.get(f"/s/{token}/", REMOTE_ADDR="203.0.113.9").status_code == 200


def test_a_showroom_of_phones_may_save_and_a_flood_by_a_right_link_waits(
    cast, token, phone, settings
):
    assert shipped.LINKS_SENT_A_MINUTE >= 25 * 12
    settings.LINKS_SENT_A_MINUTE = 20
    draft = f"/s/{token}/draft/"
    statuses = [phone.post(draft, {"q_overall": "4"}).status_code for _ in range(22)]
    assert statuses == [200] * 20 + [429] * 2
    assert phone.get(f"/s/{token}/").status_code == 429
    assert phone.get(f"/s/{token}/", REMOTE_ADDR="203.0.113.9").status_code == 200
    assert send(phone, token, **HAPPY, call="").status_code == 429
    with time_machine.travel(NOW + dt.timedelta(minutes=1), tick=False):
        assert send(phone, token, **HAPPY).status_code == 200


def test_by_one_link_an_address_sends_thirty_times_a_minute(cast, token, phone, settings):
    settings.ONE_LINK_SENT_A_MINUTE = shipped.ONE_LINK_SENT_A_MINUTE
    other = make_survey_link(make_visit(make_card(cast.lin, "宋佳"), TODAY))[1]
    draft = {"q_overall": "4"}
    statuses = [phone.post(f"/s/{token}/draft/", draft).status_code for _ in range(32)]
    assert statuses == [200] * 30 + [429] * 2
    assert phone.post(f"/s/{other}/draft/", draft).status_code == 200
    elsewhere = phone.post(f"/s/{token}/draft/", draft, REMOTE_ADDR="203.0.113.9")
    assert elsewhere.status_code == 200


def test_looking_is_not_counted_and_writes_no_row(cast, token, phone, settings):
    settings.LINKS_SENT_A_MINUTE = 5
    assert {phone.get(f"/s/{token}/").status_code for _ in range(12)} == {200}
    assert not WrongLink.objects.exists()


def test_no_token_reaches_the_log_or_the_mail_about_a_fault(
    cast, visit, token, phone, settings, monkeypatch, caplog
):
    settings.ERROR_MAIL_TO = ["it@example.com"]

    def broken(*_args, **_more):
        raise RuntimeError(f"broken at /s/{token}/")

    monkeypatch.setattr("visits.views.survey.draw_of", broken)
    phone.raise_request_exception = False
    with caplog.at_level(logging.WARNING):
        assert phone.get(f"/s/{token}/").status_code == 500
        assert phone.get("/s/a-token-that-never-was/").status_code == 404
    assert caplog.records
    for record in caplog.records:
        Scrub().filter(record)
        assert token not in (record.getMessage() + (record.exc_text or ""))
        assert "a-token-that-never-was" not in record.getMessage()
    for sent in mail.outbox:
        assert token not in sent.subject + sent.body
