"""A visit made: its answers, what they count for, and what came up, in one save."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints.models import Ticket
from crm.customers.models import CaseAccess, Consent
from crm.notices.models import Notice, Reminder
from crm.people.models import Delegation, User
from crm.promises.models import Promise
from crm.records.audit.field_words import VALUES
from crm.records.states import Stale
from tests.people import NOW, Cast, make_card, make_cast, make_contact, make_visit
from visits.actions import (
    Made,
    Problem,
    appoint_visit,
    assign_visit,
    cancel_visit,
    complete_visit,
    decline_visit,
    give_up_visit,
    try_visit,
)
from visits.models import Answer, CancelReason, QuestionnaireVersion, Visit
from visits.questions import Given
from visits.queues.rounds import SHOWN, next_visit, round_of

TODAY = NOW.date()
DAY = dt.timedelta(days=1)
HAPPY = {
    "overall": Given(number=4),
    "recommend": Given(number=9),
    "repurchase": Given(choices=("yes",)),
    "charging": Given(number=2),
    "visitor": Given(number=5),
    "reasons": Given(choices=("price",)),
}


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def visit(cast) -> Visit:
    """Wu's visit to Lin's customer Gao Feng, due today."""
    visit = make_visit(make_card(cast.lin, "高峰"), TODAY, kind="new_purchase")
    questions = QuestionnaireVersion.objects.get(questionnaire__kind="new_purchase")
    Visit.objects.filter(pk=visit.pk).update(questions=questions)
    visit.refresh_from_db()
    assign_visit(visit, to=cast.wu, by=cast.xu, version=visit.version, now=NOW)
    return visit


def complete(visit: Visit, cast: Cast, **made):
    made.setdefault("answers", HAPPY)
    made.setdefault("nothing_because", "settled")
    return complete_visit(
        visit,
        Made(**made),
        by=cast.wu,
        version=visit.version,
        questions=visit.questions,
        now=NOW,
        request_id="a" * 36,
    )


def test_answers_are_kept_and_counted_for_the_owner_of_this_moment(cast, visit):
    complete(visit, cast, notes=" 车机卡顿 ", seconds=222)
    visit.refresh_from_db()
    assert (visit.state, visit.satisfaction, visit.recommend, visit.repurchase) == (
        "completed",
        4,
        9,
        True,
    )
    assert (visit.owner, visit.owner_team, visit.owner_store) == (
        cast.lin,
        cast.team_one,
        cast.pudong,
    )
    assert (visit.seconds, visit.notes, visit.completed_at) == (222, "车机卡顿", NOW)
    response = visit.responses.get()
    assert (response.entered_by, response.submitted_at) == (cast.wu, NOW)
    keys = set(Answer.objects.filter(response=response).values_list("question", flat=True))
    assert keys == {"overall", "recommend", "repurchase", "charging", "visitor"}
    assert not Reminder.objects.filter(about_id=visit.public_id, state="pending").exists()
    assert not CaseAccess.objects.filter(user=cast.wu, until__isnull=True).exists()


def test_an_unanswered_required_question_saves_nothing(cast, visit):
    with pytest.raises(ValidationError) as refused:
        complete(visit, cast, answers={"visitor": Given(number=5)})
    assert list(refused.value.message_dict) == ["overall"]
    assert Visit.objects.get(pk=visit.pk).state == "assigned"
    assert not visit.responses.exists()


def test_who_gives_no_grade_is_counted_as_not_rated(cast, visit):
    complete(visit, cast, answers={}, declined=True)
    visit.refresh_from_db()
    assert (visit.satisfaction, visit.declined, visit.state) == (None, True, "completed")


def test_what_cannot_be_solved_becomes_ticket_and_promise_in_one_save(cast, visit):
    cast.technical.head = cast.shen
    cast.technical.save()
    problem = Problem(
        category="technical",
        description="充到 80% 就停",
        department=cast.technical,
        answer_by=NOW + DAY,
        as_complaint=True,
    )
    (ticket,) = complete(visit, cast, problems=[problem])
    assert (ticket.kind, ticket.category, ticket.responsible) == ("complaint", "technical", cast.wu)
    assert (ticket.lead_department, ticket.deadline) == (cast.technical, NOW + DAY)
    promise = Promise.objects.get()
    assert (promise.what, promise.due_at, promise.made_by) == ("充到 80% 就停", NOW + DAY, cast.wu)
    assert (promise.source_model, promise.source_id) == ("ticket", ticket.public_id)
    assert Reminder.objects.filter(about_id=promise.public_id, recipient=cast.wu).exists()
    assert Notice.objects.filter(recipient=cast.shen, kind="ticket_routed").exists()
    visit.refresh_from_db()
    assert visit.ticket == ticket


def test_a_problem_that_cannot_be_saved_leaves_the_visit_open(cast, visit):
    problem = Problem(category="technical", description="", answer_by=NOW + DAY)
    with pytest.raises(ValidationError):
        complete(visit, cast, problems=[problem])
    assert Visit.objects.get(pk=visit.pk).state == "assigned"
    assert not Ticket.objects.exists()
    assert not Answer.objects.exists()


def test_a_form_sent_twice_makes_one_visit_and_one_ticket(cast, visit):
    problem = Problem(category="price", description="差价")
    complete(visit, cast, problems=[problem])
    again = Visit.objects.get(pk=visit.pk)
    assert complete(again, cast, problems=[problem]) == []
    assert Ticket.objects.count() == 1
    assert visit.responses.count() == 1


def test_a_visit_that_is_over_is_not_made_again(cast, visit):
    complete(visit, cast)
    again = Visit.objects.get(pk=visit.pk)
    with pytest.raises(Stale):
        complete_visit(again, Made(), by=cast.wu, version=again.version, now=NOW)


@pytest.mark.parametrize("who", ["xu", "lin", "chen", "shen", "otto"])
def test_only_the_visitor_makes_the_visit(cast, visit, who):
    with pytest.raises(PermissionDenied):
        complete_visit(
            visit, Made(answers=HAPPY), by=getattr(cast, who), version=visit.version, now=NOW
        )


def tried(visit: Visit, cast: Cast, at: dt.datetime) -> None:
    visit.refresh_from_db()
    try_visit(visit, by=cast.wu, version=visit.version, method="phone", outcome="no_answer", now=at)


def test_three_tries_on_three_days_close_a_visit_as_not_reached(cast, visit):
    for day in range(2):
        tried(visit, cast, NOW + day * DAY)
    visit.refresh_from_db()
    with pytest.raises(ValidationError):
        give_up_visit(visit, by=cast.wu, version=visit.version, now=NOW + DAY)
    tried(visit, cast, NOW + 4 * DAY)
    visit.refresh_from_db()
    assert (visit.state, visit.tries) == ("in_progress", 3)
    assert visit.next_try_at == dt.datetime(2026, 3, 17, 15, 0, tzinfo=NOW.tzinfo)
    give_up_visit(visit, by=cast.wu, version=visit.version, now=NOW + 4 * DAY)
    assert Visit.objects.get(pk=visit.pk).state == "not_reached"


def test_a_try_that_is_not_enough_closes_nothing(cast, visit):
    with pytest.raises(ValidationError):
        try_visit(visit, by=cast.wu, version=visit.version, method="phone", outcome="absent",
                  close=True, now=NOW)  # fmt: skip
    visit.refresh_from_db()
    assert (visit.state, visit.tries) == ("assigned", 0)


def test_who_is_to_be_tried_another_day_is_not_in_the_round_before(cast, visit):
    Visit.objects.filter(pk=visit.pk).update(due_on=NOW.date())
    assert [row.pk for row, _name in round_of(cast.wu, NOW.date()).rows] == [visit.pk]
    tried(visit, cast, NOW)
    visit.refresh_from_db()
    again = timezone.localdate(visit.next_try_at)
    assert again > NOW.date()
    assert round_of(cast.wu, NOW.date()).rows == []
    assert [row.pk for row, _name in round_of(cast.wu, again).rows] == [visit.pk]


def test_who_agreed_another_day_is_not_in_the_round_before(cast, visit):
    Visit.objects.filter(pk=visit.pk).update(due_on=NOW.date())
    appoint_visit(visit, by=cast.wu, version=visit.version, at=NOW + 3 * DAY, now=NOW)
    assert round_of(cast.wu, NOW.date()).order == []
    assert round_of(cast.wu, (NOW + 2 * DAY).date()).order == []
    assert round_of(cast.wu, (NOW + 3 * DAY).date()).order == [visit.pk]


def test_the_round_begins_with_the_times_agreed_and_the_next_is_whose_time_has_come(cast, visit):
    oldest = make_visit(make_card(cast.lin, "宋佳"), NOW.date() - 9 * DAY)
    timed = make_visit(make_card(cast.lin, "任伟"), NOW.date())
    for one in (oldest, timed):
        assign_visit(one, to=cast.wu, by=cast.xu, version=one.version, now=NOW)
    Visit.objects.filter(pk=visit.pk).update(due_on=NOW.date())
    appoint_visit(timed, by=cast.wu, version=timed.version, at=NOW + dt.timedelta(hours=4), now=NOW)
    day = round_of(cast.wu, NOW.date())
    assert [row.pk for row, _name in day.rows] == day.order == [timed.pk, oldest.pk, visit.pk]
    assert next_visit(cast.wu, NOW, but=visit) == oldest
    assert next_visit(cast.wu, NOW + dt.timedelta(hours=4), but=visit) == timed


def test_a_long_round_is_counted_whole_and_shows_the_next_six(cast):
    cards = [make_card(cast.lin, f"客户{number}") for number in range(SHOWN + 3)]
    visits = [make_visit(card, NOW.date(), state="assigned", assignee=cast.wu) for card in cards]
    day = round_of(cast.wu, NOW.date(), at=visits[1])
    assert (day.total, day.more, day.place_of(visits[1])) == (SHOWN + 3, 3, 2)
    assert [row.pk for row, _name in day.rows] == [one.pk for one in visits[1 : SHOWN + 1]]


def test_an_appointment_moves_the_bells(cast, visit):
    appoint_visit(
        visit, by=cast.wu, version=visit.version, at=NOW + 3 * DAY, place="客户公司", now=NOW
    )
    bells = Reminder.objects.filter(about_id=visit.public_id, state="pending")
    assert {bell.due_at for bell in bells} == {NOW + 3 * DAY}
    assert Visit.objects.get(pk=visit.pk).state == "appointed"


def test_who_wishes_no_more_visits_is_never_asked_again(cast, visit):
    with pytest.raises(ValidationError):
        decline_visit(visit, by=cast.wu, version=visit.version, reason=" ", now=NOW)
    decline_visit(
        visit, by=cast.wu, version=visit.version, reason="不想接电话", never_again=True, now=NOW
    )
    assert Visit.objects.get(pk=visit.pk).state == "declined"
    assert Consent.objects.get().withdrawn_at == NOW


def test_only_a_supervisor_calls_a_visit_off_and_says_why(cast, visit):
    with pytest.raises(PermissionDenied):
        cancel_visit(visit, by=cast.wu, version=visit.version, reason="car_sold", now=NOW)
    cancel_visit(visit, by=cast.xu, version=visit.version, reason="car_sold", now=NOW)
    assert Visit.objects.get(pk=visit.pk).state == "cancelled"
    assert not Reminder.objects.filter(about_id=visit.public_id, state="pending").exists()


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"reason": "忙"}, "reason"),
        ({"reason": "other_words"}, "words"),
        ({"reason": "car_sold", "words": "卖给了亲戚"}, "reason"),
    ],
)
def test_a_visit_is_called_off_for_a_reason_of_the_list_alone(cast, visit, sent, field):
    with pytest.raises(ValidationError) as refused:
        cancel_visit(visit, by=cast.xu, version=visit.version, now=NOW, **sent)
    assert set(refused.value.error_dict) == {field}
    assert Visit.objects.get(pk=visit.pk).state == "assigned"


@pytest.mark.parametrize(
    ("sent", "zh", "en"),
    [
        ({"reason": "car_sold"}, "车已转卖", "Car sold on"),
        ({"reason": "other_words", "words": "客户出国"}, "客户出国", "客户出国"),
    ],
)
def test_why_a_visit_was_called_off_is_read_in_ones_own_language(cast, visit, sent, zh, en):
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(cast.xu, backend="django.contrib.auth.backends.ModelBackend")
    path = f"/visits/{visit.public_id}/"
    page = browser.post(f"{path}cancellation/", {"version": visit.version, "reason": "忙"})
    assert page.status_code == 422
    done = browser.post(f"{path}cancellation/", {"version": visit.version, **sent})
    assert done.status_code == 302
    for language, words in (("zh-hans", zh), ("en", en)):
        User.objects.filter(pk__in=[cast.xu.pk, cast.chen.pk]).update(language=language)
        browser.force_login(cast.xu, backend="django.contrib.auth.backends.ModelBackend")
        assert words in browser.get(path).content.decode()
        browser.force_login(cast.chen, backend="django.contrib.auth.backends.ModelBackend")
        card = browser.get(reverse("home:card", args=[visit.card.public_id]), {"show": "system"})
        assert words in card.content.decode().split('id="timeline"')[1]


def test_the_trail_words_every_reason_to_call_a_visit_off():
    listed = {code: label for code, label in CancelReason.choices if code != CancelReason.OTHER}
    assert listed.items() <= VALUES["reason"].items()


def test_a_deputy_makes_the_visits_of_who_is_away(cast, visit):
    Delegation.objects.create(
        user=cast.wu, deputy=cast.xu, starts_on=TODAY, ends_on=TODAY + 3 * DAY
    )
    deputy = type(cast.xu).objects.get(pk=cast.xu.pk)
    complete_visit(
        visit,
        Made(answers=HAPPY, nothing_because="settled"),
        by=deputy,
        version=visit.version,
        questions=visit.questions,
        now=NOW,
    )
    assert visit.responses.get().entered_by == deputy


def told(kind: str) -> list[User]:
    return [one.recipient for one in Notice.objects.filter(kind=kind)]


def test_a_bad_grade_for_the_visit_itself_is_told_to_the_service_supervisor_at_once(cast, visit):
    complete(visit, cast, answers={**HAPPY, "visitor": Given(number=2)})
    assert told("visit_opinion_bad") == [cast.xu]


def test_content_with_the_visit_tells_nobody(cast, visit):
    complete(visit, cast)
    assert told("visit_opinion_bad") == []


def test_a_bad_grade_for_the_supervisors_own_visit_is_told_to_the_manager(cast, visit):
    assign_visit(visit, to=cast.xu, by=cast.xu, version=visit.version, now=NOW, reason="吴休假")
    complete_visit(
        visit,
        Made(answers={**HAPPY, "visitor": Given(number=1)}, nothing_because="settled"),
        by=cast.xu,
        version=visit.version,
        questions=visit.questions,
        now=NOW,
    )
    assert told("visit_opinion_bad") == [cast.shen]


@pytest.mark.parametrize(
    ("said", "talk", "heard"),
    [
        (0, {}, True),
        (1, {}, False),
        (0, {"outcome": "no_answer"}, False),
        (0, {"direction": "in"}, False),
        (0, {"occurred_at": NOW - dt.timedelta(days=15)}, False),
    ],
)
def test_follow_up_that_the_customer_knows_nothing_of_is_the_managers_to_find_out(
    cast, said, talk, heard
):
    card = make_card(cast.lin, "邹敏")
    make_contact(card, **{"occurred_at": NOW - dt.timedelta(days=3), **talk})
    visit = make_visit(card, NOW.date(), kind="follow_up_feedback")
    assign_visit(visit, to=cast.wu, by=cast.xu, version=visit.version, now=NOW)
    questions = QuestionnaireVersion.objects.get(questionnaire__kind=visit.kind, state="approved")
    answers = {**HAPPY, "contacted": Given(number=said)}
    sent = {"by": cast.wu, "version": visit.version, "questions": questions, "now": NOW}
    complete_visit(visit, Made(answers=answers), **sent)
    assert told("contact_denied") == ([cast.shen] if heard else [])


def test_a_wrong_number_asks_the_customers_salesperson_to_check_the_card_once(cast, visit):
    for _again in range(2):
        try_visit(
            visit,
            by=cast.wu,
            version=visit.version,
            method="phone",
            outcome="wrong_number",
            now=NOW,
        )
    assert told("number_wrong") == [cast.lin]


def test_a_wrong_number_of_nobodys_customer_is_the_teams_supervisors(cast, visit):
    visit.card.owner = None
    visit.card.save()
    try_visit(
        visit, by=cast.wu, version=visit.version, method="phone", outcome="wrong_number", now=NOW
    )
    assert told("number_wrong") == [cast.chen]
