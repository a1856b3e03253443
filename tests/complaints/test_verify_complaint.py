"""A complaint is verified by papers, on site or by a third party; a fault is proven (CP-14)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from complaints import actions
from complaints.models import Ticket, Verification
from crm.notices.models import Notice
from crm.people.models import User
from crm.records.models import Attachment
from crm.records.states import Stale
from tests.complaints.answers import HOUR, closed, looked_at, proposed, replied
from tests.complaints.problems import browser, lead_of
from tests.people import NOW, Cast, make_card, make_cast
from tests.records.samples import photo, upload

LATER = NOW + HOUR


@pytest.fixture
def cast(db) -> Cast:
    made = make_cast()
    made.technical.head = made.tang
    made.technical.save()
    return made


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(LATER, tick=False):
        yield


def check(cast: Cast, **fields: Any) -> actions.Check:
    """Chen looked at the charging pile and found its firmware too old."""
    return actions.Check(
        **{
            "method": "onsite",
            "department": cast.technical,
            "checked_by": cast.chen,
            "checked_at": NOW,
            "sample": "充电桩 SN-8812，固件 1.2",
            "result": "faulty",
            "finding": "网关固件过旧，80% 后断开",
            "our_opinion": "属质量问题",
            **fields,
        }
    )


def verify(cast: Cast, ticket: Ticket, *, by: User | None = None, **fields: Any) -> Verification:
    return actions.verify_complaint(
        ticket, check(cast, **fields), by=by or cast.wu, version=ticket.version, now=LATER
    )


def told(user: User, kind: str) -> bool:
    return Notice.objects.filter(recipient=user, kind=kind).exists()


def quality(cast: Cast, **fields: Any) -> Ticket:
    return looked_at(cast, category="product_quality", **fields)


@pytest.mark.parametrize("liability", ["quality", "misuse", "shared"])
def test_a_fault_or_misuse_is_proposed_only_once_it_is_proven(cast: Cast, liability: str) -> None:
    ticket = quality(cast)
    with pytest.raises(ValidationError) as refused:
        proposed(cast, ticket=ticket, liability=liability)
    assert set(refused.value.message_dict) == {"liability"}
    verify(cast, ticket)
    proposed(cast, ticket=ticket, liability=liability)
    assert ticket.state == "approving"


def test_what_is_no_matter_of_quality_needs_no_proof(cast: Cast) -> None:
    proposed(cast, liability="quality")  # technical advice
    proposed(cast, ticket=quality(cast), liability="service")


def test_a_verification_by_whom_it_is_about_proves_nothing(cast: Cast) -> None:
    with pytest.raises(ValidationError) as refused:
        verify(cast, quality(cast, about=cast.chen))
    assert set(refused.value.message_dict) == {"checked_by"}
    ticket = quality(cast)
    verify(cast, ticket)
    reason = "客户来电补充"
    actions.name_colleague(
        ticket, by=cast.xu, version=ticket.version, about=cast.chen, reason=reason, now=LATER
    )
    with pytest.raises(ValidationError):
        proposed(cast, ticket=ticket, liability="quality")


def test_a_third_party_judges_only_where_both_sides_accept_it(cast: Cast) -> None:
    ticket = quality(cast)
    with pytest.raises(ValidationError) as refused:
        verify(cast, ticket, method="third")
    assert set(refused.value.message_dict) == {"party", "party_opinion", "party_agreed"}
    party = {
        "party": "省机动车检测中心",
        "party_order": "JC-2026-118",
        "party_fee": Decimal(1800),
        "party_opinion": "电芯压差超限",
        "party_agreed": True,
    }
    one = verify(cast, ticket, method="third", customer_opinion="认可", **party)
    text = browser(cast.xu).get(f"/complaints/{ticket.public_id}/").content.decode()
    for words in ("省机动车检测中心", "JC-2026-118", "1,800", "电芯压差超限", "认可"):
        assert words in text
    assert (
        "省机动车检测中心"
        in browser(cast.xu).get(f"/complaints/{ticket.public_id}/sheet/").content.decode()
    )
    assert one.party_fee == 1800


def test_what_was_typed_of_a_third_party_is_dropped_where_none_judged(cast: Cast) -> None:
    one = verify(cast, quality(cast), party="某机构", party_fee=Decimal(5))
    assert (one.party, one.party_fee) == ("", 0)


def test_the_result_goes_back_to_service_and_sales_and_the_head_is_asked(cast: Cast) -> None:
    ticket = quality(cast, card=make_card(cast.lin, "王芳"))
    verify(cast, ticket, by=cast.xu)
    assert told(cast.wu, "complaint_verified")
    assert told(cast.lin, "complaint_verified")
    assert not told(cast.tang, "opinion_asked")  # technical was not asked and sees nothing of it


def test_the_head_gives_an_opinion_once_and_never_on_their_own_work(cast: Cast) -> None:
    ticket = quality(cast)
    actions.route_ticket(
        ticket,
        by=cast.wu,
        version=ticket.version,
        category="product_quality",
        department=cast.technical,
        now=NOW,
    )
    task = lead_of(ticket)
    actions.accept_task(task, by=cast.tang, version=task.version, now=NOW)
    ticket.refresh_from_db()
    own = verify(cast, ticket, by=cast.tang, checked_by=cast.tang)
    with pytest.raises(PermissionDenied):
        actions.give_opinion(own, by=cast.tang, version=1, words="同意", now=LATER)
    ticket.refresh_from_db()
    one = verify(cast, ticket)
    assert told(cast.tang, "opinion_asked")
    with pytest.raises(PermissionDenied):
        actions.give_opinion(one, by=cast.wu, version=1, words="同意", now=LATER)
    path = f"/complaints/verifications/{one.public_id}/opinion/"
    page = browser(cast.tang).post(path, {"version": 1, "words": " ", "request_id": "a"})
    assert page.status_code == 422
    sent = {"version": 1, "words": "同意，应换网关", "request_id": "b"}
    assert browser(cast.tang).post(path, sent).status_code == 302
    one.refresh_from_db()
    assert (one.head, one.head_opinion) == (cast.tang, "同意，应换网关")
    with pytest.raises(Stale):
        actions.give_opinion(one, by=cast.shen, version=2, words="不同意", now=LATER)


def test_a_form_keeps_its_files_and_sent_twice_makes_one(cast: Cast) -> None:
    ticket = quality(cast)
    path = f"/complaints/{ticket.public_id}/verifications/"
    sent = {
        "version": ticket.version,
        "request_id": "once",
        "method": "papers",
        "department": cast.technical.public_id,
        "checked_by": cast.chen.public_id,
        "checked_at": "2026-03-12 10:30",
        "sample": "出厂合格证",
        "result": "conforms",
        "finding": "与合同一致",
        "our_opinion": "符合",
    }
    page = browser(cast.wu)
    refused = page.post(path, {**sent, "checked_at": "2026-03-13 10:30"})
    assert refused.status_code == 422
    assert "出厂合格证" in refused.content.decode()
    for _time in range(2):
        assert (
            page.post(path, {**sent, "attachments": upload("合格证.jpg", photo())}).status_code
            == 302
        )
    assert ticket.verifications.count() == 1
    assert Attachment.objects.filter(parent_id=ticket.public_id).count() == 1


def test_nothing_is_verified_once_the_solution_was_sent(cast: Cast) -> None:
    with pytest.raises(ValidationError):
        verify(cast, proposed(cast))


def test_sales_reads_nothing_of_it(cast: Cast) -> None:
    ticket = quality(cast, card=make_card(cast.lin, "王芳"))
    verify(cast, ticket)
    assert (
        "SN-8812" not in browser(cast.lin).get(f"/complaints/{ticket.public_id}/").content.decode()
    )
    assert browser(cast.lin).get(f"/complaints/{ticket.public_id}/verifications/").status_code in (
        403,
        404,
    )


def test_the_colleague_it_is_about_is_asked_too_and_sees_nothing(cast: Cast) -> None:
    ticket = replied(cast, ticket_fields={"about": cast.zhou})
    path = f"/complaints/{ticket.public_id}/colleague/word/"
    sent = {"version": ticket.version, "request_id": "a", "content": "no", "words": ""}
    assert browser(cast.zhou).get(path).status_code == 404
    assert browser(cast.wu).get(path).status_code == 403  # who proposed the answer
    assert browser(cast.xu).post(path, sent).status_code == 422
    assert browser(cast.xu).post(path, {**sent, "words": "没有听我说"}).status_code == 302
    assert told(cast.wu, "colleague_not_content")
    assert not told(cast.zhou, "colleague_not_content")
    assert "没有听我说" in browser(cast.xu).get(f"/complaints/{ticket.public_id}/").content.decode()


def test_where_it_is_about_nobody_there_is_no_colleague_to_ask(cast: Cast) -> None:
    ticket = closed(cast)
    path = f"/complaints/{ticket.public_id}/colleague/word/"
    assert browser(cast.xu).get(path).status_code == 403
