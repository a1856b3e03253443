"""What a hard problem taught: without a word about whose it was, approved by another (CP-26)."""

from __future__ import annotations

import pytest
import time_machine

from complaints.anonymity import betrays, names_of
from complaints.models import Case, Ticket
from crm.people import roles
from tests.complaints.complaints import make_complaint
from tests.complaints.problems import browser, confirmed, told
from tests.people import NOW, Cast, make_card, make_cast, make_user

PARTS = {
    "title": "充电停在 80%",
    "symptoms": "夜间充电停在 80%",
    "cause": "网关固件过旧",
    "handling": "升级固件",
    "lessons": "先看固件",
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("客户张伟来电", ["name"]),
        ("张先生很急", ["name"]),
        ("张 伟 的车", ["name"]),
        ("欧阳女士来电", ["name"]),
        ("欧 阳 小姐等了两天", ["name"]),
        ("欧女士来电", ["name"]),
        ("一位女士来电", []),
        ("电话 138-0000-0001", ["phone"]),
        ("電話１３８００００００１２", ["phone"]),
        ("座机 021 6888 1234", ["phone"]),
        ("车牌沪A·D12345", ["plate"]),
        ("滬不是沪，沪AD12345 是", ["plate"]),
        ("车架号 LSGKB54U8EA012345", ["vin"]),
        ("lsgkb54u8ea012345", ["vin"]),
        ("车架 lsgk b54u 8ea0 12345 的车", ["vin"]),
        ("LSGKB-54U8EA-012345", ["vin"]),
        ("ＬＳＧＫＢ５４Ｕ８ＥＡ０１２３４５", ["vin"]),
        ("BRAKE LAMP ON AT 2 KM PER HR", []),
        ("写信到 zhang.wei@example.com", ["name", "mail"]),
        ("写信到 w@example.com", ["mail"]),
        ("张师傅来电", ["name"]),
        ("老张很急", ["name"]),
        ("张经理来电", ["name"]),
        ("Mr. Zhang came twice", ["name"]),
        ("Ms Li called", ["name"]),
        ("Zhang Wei called", ["name"]),
        ("called by Wei ZHANG", ["name"]),
        ("the zhanged fuse", []),
        ("2026-11-02 来电，2026/11/5 修好", []),
        ("2026-11-02 14:30 来电 13900001111", ["phone"]),
        ("2026-11-021234567", ["phone"]),
        ("赔 30000-50000 元", []),
        ("赔 3000元到5000元，里程 10000~20000 公里", []),
        ("021-68881234 元", ["phone"]),
        ("30000-50000", ["phone"]),
        ("张伟 13800000001", ["name", "phone"]),
        ("充电到 80% 停，重试 3 次，48 小时后好", []),
        ("青岚 S7 2026 款，里程 12345 公里，3月12日", []),
        ("INTERNATIONALIZED", []),
    ],
)
def test_what_says_whose_it_was_is_found(text: str, found: list[str]) -> None:
    assert betrays(text, known=[*names_of("张伟"), *names_of("欧阳娜"), "13800000001"]) == found


def test_latin_names_stand_as_words_of_their_own() -> None:
    known = names_of("Ann Lee")
    assert betrays("ANN came twice", known=known) == ["name"]
    assert betrays("the planned fleet", known=known) == []


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def draft(cast: Cast, by=None, **parts: str):
    ticket = confirmed(cast, card=make_card(cast.lin, "张伟", phone="+8613800000001"))
    path = f"/complaints/{ticket.public_id}/case/"
    return browser(by or cast.tang).post(path, {"version": 1, **PARTS, **parts})


def test_a_draft_that_names_the_customer_is_refused_beside_its_field(cast: Cast) -> None:
    page = draft(cast, symptoms="张伟的车夜间充电停在 80%", cause="电话 13800000001 打不通")
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"symptoms", "cause"}
    assert "张伟的车夜间充电停在 80%" in page.content.decode()  # what was typed is kept
    assert not Case.objects.exists()


def test_a_case_comes_from_a_closed_ticket_only(cast: Cast) -> None:
    ticket = told(cast)
    path = f"/complaints/{ticket.public_id}/case/"
    assert browser(cast.tang).post(path, {"version": 1, **PARTS}).status_code == 403


def test_the_author_never_approves_and_another_publishes(cast: Cast) -> None:
    assert draft(cast, by=cast.xu).status_code == 302
    case = Case.objects.get()
    page = f"/complaints/cases/{case.public_id}/"
    assert browser(cast.lin).get(page).status_code == 404  # a draft is not for all
    browser(cast.xu).post(f"{page}submission/", {"version": case.version})
    case.refresh_from_db()
    decide = {"version": case.version, "decision": "publish"}
    assert browser(cast.xu).post(f"{page}decision/", decide).status_code == 403
    back = {**decide, "decision": "return"}
    assert browser(cast.shen).post(f"{page}decision/", back).status_code == 422  # needs words
    assert browser(cast.shen).post(f"{page}decision/", decide).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.decided_by) == ("published", cast.shen)
    shown = browser(cast.lin).get(page)
    assert shown.status_code == 200
    assert shown.context["ticket"].pk == case.ticket_id  # her own customer's
    late = browser(cast.shen).post(f"{page}decision/", decide)
    assert late.status_code == 409


def test_the_library_is_searched_by_words_in_any_width(cast: Cast) -> None:
    draft(cast)
    Case.objects.update(state="published", decided_by=cast.shen, decided_at=NOW)

    def found(query: str) -> int:
        page = browser(cast.mia).get("/complaints/cases/", {"q": query})
        assert page.status_code == 200
        return int(page.context["listing"].total)

    assert found("固件") == found("８０％ 固件") == found("") == 1
    assert found("固件 变速箱") == 0
    assert found("\x00%_'") == 0


def test_a_case_of_a_complaint_names_neither_who_complained_nor_of_whom(cast: Cast) -> None:
    told = {"name": "欧阳雪", "phone": "+8613800000077", "plate": "沪AD12345"}
    ticket = make_complaint(cast, card=None, told=told, about=cast.lin)
    Ticket.objects.filter(pk=ticket.pk).update(state="closed", resolved_at=NOW, closed_at=NOW)
    path = f"/complaints/{ticket.public_id}/case/"
    wrong = {
        "title": "欧阳雪的充电桩",
        "symptoms": f"客户说 {cast.lin.name} 态度不好",
        "cause": "号码 138 0000 0077 打不通",
        "handling": "沪A·D12345 已升级",
        "lessons": ticket.ledger_no,
    }
    page = browser(cast.xu).post(path, {"version": 1, **wrong})
    assert page.status_code == 422
    assert set(page.context["form"].errors) == set(wrong)
    assert browser(cast.xu).post(path, {"version": 1, **PARTS}).status_code == 302
    assert Case.objects.get().ticket == ticket


def test_a_case_of_a_complaint_about_her_the_supervisor_reads_only_published(cast: Cast) -> None:
    other = make_user("yu", "余敏", roles.SERVICE_SUPERVISOR, cast.pudong)
    ticket = make_complaint(cast, about=cast.xu)
    Ticket.objects.filter(pk=ticket.pk).update(state="closed", resolved_at=NOW, closed_at=NOW)
    path = f"/complaints/{ticket.public_id}/case/"
    assert browser(other).post(path, {"version": 1, **PARTS}).status_code == 302
    case = Case.objects.get()
    page = f"/complaints/cases/{case.public_id}/"
    assert browser(cast.xu).get(page).status_code == 404
    edited = browser(cast.xu).post(f"{page}text/", {"version": case.version, **PARTS})
    assert edited.status_code == 404
    browser(other).post(f"{page}submission/", {"version": case.version})
    case.refresh_from_db()
    decide = {"version": case.version, "decision": "publish"}
    assert browser(cast.xu).post(f"{page}decision/", decide).status_code == 404
    assert browser(cast.shen).post(f"{page}decision/", decide).status_code == 302
    assert browser(cast.xu).get(page).status_code == 200
    case.refresh_from_db()
    retire = {"version": case.version}
    assert browser(cast.xu).post(f"{page}retirement/", retire).status_code == 403


def test_no_colleague_is_named_in_a_case(cast: Cast) -> None:
    """Neither who handled it, nor the customer's salesperson, nor whoever works in the store."""
    ticket = confirmed(cast)
    for words in ("林晓彤接待", "林小姐接待", "唐工处理", "马骁路过", "沈店长同意"):
        page = browser(cast.tang).post(
            f"/complaints/{ticket.public_id}/case/", {"version": 1, **PARTS, "handling": words}
        )
        assert page.status_code == 422, words
        assert set(page.context["form"].errors) == {"handling"}
    assert not Case.objects.exists()
