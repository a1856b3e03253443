"""Two people at once: the second sees both texts, goes on honestly, nothing lost or doubled."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from crm.people.models import User
from followups import states
from followups.models import Contact, Plan, PlannedContact
from tests.people import NOW, Cast, make_card, make_plan, make_planned

BACKEND = "django.contrib.auth.backends.ModelBackend"
pytestmark = pytest.mark.usefixtures("morning")


@pytest.fixture
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def hands(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def send(client: Client, name: str, row: Any, **data: Any) -> Any:
    sent = {"request_id": str(uuid.uuid4()), **data}
    return client.post(reverse(f"followups:{name}", args=[row.public_id]), sent)


def resent(client: Client, answer: Any) -> Any:
    """Press the button of the 409 page, exactly as the page carries it; twice, as people do."""
    page = answer.content.decode()
    form = re.search(r'<form method="post" action="([^"]+)">(.+?)</form>', answer_main(page), re.S)
    assert form, "no way to send it again"
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form[2]))
    first = client.post(form[1].replace("&amp;", "&"), fields)
    again = client.post(form[1].replace("&amp;", "&"), fields)
    assert again.status_code == first.status_code
    return first


def answer_main(page: str) -> str:
    """The page without its frame, which has forms of its own."""
    return page[page.index("data-unsaved") :]


def offers_again(answer: Any) -> bool:
    return answer.context.get("resend") is not None


def rows_of(answer: Any) -> dict[str, tuple[str, str]]:
    return {row.label: (row.theirs, row.mine) for row in answer.context["differences"]}


@pytest.fixture
def planned(cast: Cast) -> PlannedContact:
    """Zhang Wei's next contact, in an approved plan, with another one after it."""
    plan = make_plan(make_card(cast.lin, "张伟", level="H"))
    make_planned(plan, NOW + dt.timedelta(days=2))
    return make_planned(plan, NOW + dt.timedelta(minutes=10))


CONTACT = {"method": "phone", "result": "progress", "next": "cycle", "level": "H"}


def log(client: Client, planned: PlannedContact, note: str, **more: Any) -> Any:
    form = CONTACT | {"note": note, "planned_version": planned.version} | more
    return send(client, "log_contact", planned, **form)


def test_a_contact_logged_second_stands_beside_the_first_and_can_be_a_contact_of_its_own(
    cast: Cast, planned: PlannedContact
) -> None:
    lin, chen = hands(cast.lin), hands(cast.chen)
    assert log(chen, planned, "夫人周六来", next="plan").status_code == 302
    answer = log(lin, planned, "他想先试驾", result="thinking")
    assert answer.status_code == 409
    assert cast.chen.name in answer.content.decode()
    assert ("夫人周六来", "他想先试驾") in rows_of(answer).values()
    assert Contact.objects.count() == 1
    open_before = PlannedContact.objects.open().count()
    assert resent(lin, answer).status_code == 302
    mine = Contact.objects.get(staff=cast.lin)
    assert (mine.feedback, mine.result, mine.planned) == ("他想先试驾", "thinking", None)
    assert Contact.objects.count() == 2
    assert PlannedContact.objects.open().count() == open_before


def test_a_contact_moved_while_it_was_logged_is_carried_out_where_it_stands_now(
    cast: Cast, planned: PlannedContact
) -> None:
    moved = {"due_at": "2026-03-13 10:00", "reason": "客户出差", "version": planned.version}
    assert send(hands(cast.chen), "reschedule_planned", planned, **moved).status_code == 302
    lin = hands(cast.lin)
    answer = log(lin, planned, "刚好打通")
    assert answer.status_code == 409
    assert resent(lin, answer).status_code == 302
    planned.refresh_from_db()
    assert planned.moved_to
    assert Contact.objects.get().planned == planned.moved_to
    assert planned.moved_to.state == states.DONE


def test_what_was_typed_stays_readable_once_the_plan_is_out_of_ones_hands(
    cast: Cast, draft: Plan
) -> None:
    step = draft.steps.all()[0]
    lin = hands(cast.lin)
    typed = {"due_at": "2026-03-13 11:00", "method": "phone", "content": "问夫人", "reason": "她定"}
    Plan.objects.filter(pk=draft.pk).update(state=states.APPROVED, version=2)
    answer = send(lin, "change_step", step, version=step.version, **typed)
    assert answer.status_code == 409
    assert not offers_again(answer)
    page = answer.content.decode()
    for words in ("问夫人", "她定", "2026-03-13 11:00"):
        assert re.search(rf"<textarea[^>]+readonly[^>]*>\s*{words}</textarea>", page), words
    step.refresh_from_db()
    assert step.content == "确认周六试驾时间"


def test_two_edit_one_step_and_the_second_saves_over_it(cast: Cast, draft: Plan) -> None:
    step = draft.steps.all()[0]
    typed = {"due_at": "2026-03-13 11:00", "method": "phone", "reason": "她定"}
    first = send(hands(cast.chen), "change_step", step, version=1, content="陈写的", **typed)
    assert first.status_code == 302
    lin = hands(cast.lin)
    answer = send(lin, "change_step", step, version=1, content="林写的", **typed)
    assert answer.status_code == 409
    assert list(rows_of(answer).values()) == [("陈写的", "林写的")]
    assert resent(lin, answer).status_code == 302
    step.refresh_from_db()
    assert (step.content, step.version) == ("林写的", 3)


def test_a_step_added_second_is_added_once(cast: Cast, draft: Plan) -> None:
    typed = {"due_at": "2026-03-15 11:00", "method": "phone", "content": "林加的", "reason": "她定"}
    other = typed | {"content": "陈加的"}
    assert send(hands(cast.chen), "add_step", draft, version=1, **other).status_code == 302
    lin = hands(cast.lin)
    answer = send(lin, "add_step", draft, version=1, **typed)
    assert answer.status_code == 409
    assert "陈加的" in answer.content.decode()
    assert resent(lin, answer).status_code == 302
    assert draft.steps.filter(content="林加的").count() == 1


def waiting(cast: Cast) -> Plan:
    plan = make_plan(make_card(cast.lin, "张伟"), state=states.SUBMITTED, submitted_at=NOW)
    make_planned(plan, NOW + dt.timedelta(minutes=10))
    return plan


def test_words_for_the_author_survive_a_decision_that_came_first(cast: Cast) -> None:
    plan = waiting(cast)
    chen, shen = hands(cast.chen), hands(cast.shen)
    assert send(shen, "return_plan", plan, version=1, comment="先处理投诉").status_code == 302
    answer = send(chen, "return_plan", plan, version=1, comment="理由与上次相同")
    assert answer.status_code == 409
    assert ("先处理投诉", "理由与上次相同") in rows_of(answer).values()
    assert not offers_again(answer)
    assert "理由与上次相同</textarea>" in answer.content.decode()


def test_a_plan_changed_under_a_decision_is_returned_with_ones_words_but_not_approved_unseen(
    cast: Cast,
) -> None:
    plan = waiting(cast)
    Plan.objects.filter(pk=plan.pk).update(version=2)
    chen = hands(cast.chen)
    unseen = send(chen, "approve_plan", plan, version=1, comment="好")
    assert unseen.status_code == 409
    assert not offers_again(unseen)
    assert f"plan={plan.public_id}" in unseen.context["back_url"]
    answer = send(chen, "return_plan", plan, version=1, comment="再想想")
    assert resent(chen, answer).status_code == 302
    plan.refresh_from_db()
    assert (plan.state, plan.review_comment, plan.returns) == (states.RETURNED, "再想想", 1)


def test_two_move_one_contact_and_the_second_moves_it_on_from_where_it_is(
    cast: Cast, planned: PlannedContact
) -> None:
    first = {"due_at": "2026-03-13 10:00", "reason": "客户出差", "version": 1}
    assert send(hands(cast.chen), "reschedule_planned", planned, **first).status_code == 302
    lin = hands(cast.lin)
    second = {"due_at": "2026-03-13 16:00", "reason": "下午更好", "version": 1}
    answer = send(lin, "reschedule_planned", planned, **second)
    assert answer.status_code == 409
    assert ("客户出差", "下午更好") in rows_of(answer).values()
    assert ("2026-03-13 10:00", "2026-03-13 16:00") in rows_of(answer).values()
    assert resent(lin, answer).status_code == 302
    still_open = PlannedContact.objects.open().filter(moves__gt=0)
    assert [row.moves for row in still_open] == [2]


def test_a_contact_already_done_is_neither_moved_nor_given_up(
    cast: Cast, planned: PlannedContact
) -> None:
    assert log(hands(cast.lin), planned, "已来店").status_code == 302
    chen = hands(cast.chen)
    typed = {"version": 1, "due_at": "2026-03-13 16:00", "reason": "不用打了"}
    for name in ("reschedule_planned", "cancel_planned"):
        answer = send(chen, name, planned, **typed)
        assert answer.status_code == 409
        assert not offers_again(answer)
        page = answer.content.decode()
        assert "已来店" in page
        assert "不用打了</textarea>" in page
        assert cast.lin.name in page


def test_who_may_no_longer_do_it_cannot_send_it_again(cast: Cast, draft: Plan) -> None:
    step = draft.steps.all()[0]
    typed = {"due_at": "2026-03-13 11:00", "method": "phone", "content": "林", "reason": "她定"}
    send(hands(cast.chen), "change_step", step, version=1, **typed)
    lin = hands(cast.lin)
    answer = send(lin, "change_step", step, version=1, **typed | {"content": "林二"})
    draft.card.owner, draft.card.team = cast.ma, cast.team_two
    draft.card.save()
    PlannedContact.objects.update(assignee=cast.ma)
    assert resent(lin, answer).status_code == 404
    step.refresh_from_db()
    assert step.content == "林"


def test_nothing_typed_stands_in_an_address(cast: Cast, planned: PlannedContact) -> None:
    log(hands(cast.chen), planned, "夫人周六来")
    answer = log(hands(cast.lin), planned, "私人电话 13800000000")
    assert answer.status_code == 409
    for url in re.findall(r'(?:action|href)="([^"]*)"', answer.content.decode()):
        assert "1380000" not in url
