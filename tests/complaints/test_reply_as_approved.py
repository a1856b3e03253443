"""The answer says what was approved; what it says besides, its approver reads (SoD 4)."""

from __future__ import annotations

import pytest
import time_machine

from complaints import wording
from crm.notices.models import Notice
from tests.complaints.answers import HOUR, approved
from tests.complaints.problems import browser
from tests.people import NOW, Cast, make_cast

APPROVED = "固件已升级，赠送充电卡"


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def afternoon():
    with time_machine.travel(NOW + 3 * HOUR, tick=False):
        yield


@pytest.mark.parametrize(
    ("words", "says", "more"),
    [
        (APPROVED, True, False),
        ("固件已升级，\r\n赠送充电卡 ", True, False),
        ("固件已升级,赠送充电卡", True, False),  # the comma in another width
        ("王女士您好：固件已升级，赠送充电卡。此致", True, True),
        ("退车并赔 5 万", False, True),
        ("固件已升级，赠送充电卡两张", True, True),
        ("固件已升级，另赠送充电卡", False, True),
        ("", False, True),
    ],
)
def test_the_approved_text_stands_in_it_as_it_is(words: str, says: bool, more: bool) -> None:
    assert (wording.says(words, APPROVED), wording.says_more(words, APPROVED)) == (says, more)


def test_another_answer_than_the_approved_one_is_refused_and_stays_in_the_form(cast: Cast) -> None:
    ticket = approved(cast)
    path = f"/complaints/{ticket.public_id}/reply/"
    sent = {"version": ticket.version, "way": "letter", "words": "退车并赔 5 万"}
    refused = browser(cast.wu).post(path, sent)
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"words"}
    assert "退车并赔 5 万" in refused.content.decode()
    ticket.refresh_from_db()
    assert ticket.state == "approved"


def test_what_it_says_besides_stands_beside_the_approved_text_and_is_told(cast: Cast) -> None:
    ticket = approved(cast)
    path = f"/complaints/{ticket.public_id}/"
    sent = {"version": ticket.version, "way": "letter", "words": f"王女士：{APPROVED}，另赠保养"}
    assert browser(cast.wu).post(f"{path}reply/", sent).status_code == 302
    told = Notice.objects.get(kind="reply_adds")
    assert told.recipient == cast.xu
    page = browser(cast.xu).get(path).content.decode()
    for words in ("答复比批准的内容多", "超出批准内容", "另赠保养"):
        assert words in page


def test_an_answer_as_approved_tells_nobody_of_a_difference(cast: Cast) -> None:
    ticket = approved(cast)
    path = f"/complaints/{ticket.public_id}/"
    sent = {"version": ticket.version, "way": "letter", "words": APPROVED}
    assert browser(cast.wu).post(f"{path}reply/", sent).status_code == 302
    assert not Notice.objects.filter(kind="reply_adds").exists()
    assert "超出批准内容" not in browser(cast.xu).get(path).content.decode()
