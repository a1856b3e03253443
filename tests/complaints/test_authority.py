"""Who decides, as a table: class × severity × amount, what was granted before, what came back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from complaints import alarms
from complaints.authority import LEAST, LEVELS, SEVERITIES, Asked, first_able, is_major, level_for
from complaints.models import Ticket
from crm.rulebook.numbers import Numbers

XU, SHEN, BAI = LEVELS
NUMBERS = Numbers()


def asked(category: str, severity: str, amount: int, **more: int) -> Asked:
    totals = {"ticket_total": amount, "customer_total": amount, **more}
    reopenings = totals.pop("reopenings", 0)
    money = {name: Decimal(value) for name, value in totals.items()}
    return Asked(category, severity, **money, reopenings=reopenings)


@pytest.mark.parametrize(
    ("category", "severity", "amount", "role"),
    [
        ("service_quality", "normal", 0, XU),
        ("service_quality", "normal", 1000, XU),
        ("service_quality", "normal", 1001, SHEN),
        ("service_quality", "normal", 10000, SHEN),
        ("service_quality", "normal", 10001, BAI),
        ("service_quality", "high", 500, XU),
        ("service_quality", "critical", 0, SHEN),
        ("service_quality", "critical", 10001, BAI),
        ("delivery", "normal", 1000, XU),
        ("delivery", "high", 1000, XU),
        ("delivery", "critical", 1000, SHEN),
        ("other", "normal", 0, XU),
        ("other", "critical", 0, SHEN),
        ("price", "normal", 1000, XU),
        ("price", "high", 0, SHEN),
        ("price", "critical", 0, SHEN),
        ("technical", "normal", 0, XU),
        ("technical", "normal", 5000, SHEN),
        ("technical", "high", 0, SHEN),
        ("technical", "critical", 0, BAI),
        ("product_quality", "normal", 0, SHEN),
        ("product_quality", "high", 10000, SHEN),
        ("product_quality", "high", 10001, BAI),
        ("product_quality", "critical", 0, BAI),
        ("staff_conduct", "normal", 0, SHEN),
        ("staff_conduct", "high", 0, SHEN),
        ("staff_conduct", "critical", 0, BAI),
        ("a class of tomorrow", "normal", 0, XU),
    ],
)
def test_the_highest_of_class_severity_and_amount_decides(
    category: str, severity: str, amount: int, role: str
) -> None:
    assert level_for(asked(category, severity, amount), NUMBERS) == role


def test_every_class_has_a_row_and_more_severe_is_never_decided_lower() -> None:
    assert set(LEAST) == set(Ticket.Category.values)
    assert set(SEVERITIES) == set(Ticket.Severity.values)
    for row in LEAST.values():
        ranks = [LEVELS.index(role) for role in row]
        assert ranks == sorted(ranks)


def test_splitting_an_amount_reaches_the_same_person() -> None:
    second = asked("other", "normal", 600, ticket_total=1200)
    assert level_for(second, NUMBERS) == SHEN
    elsewhere = asked("other", "normal", 600, customer_total=10600)
    assert level_for(elsewhere, NUMBERS) == BAI


def test_a_reopened_one_is_decided_a_level_higher_and_nobody_stands_above_the_last() -> None:
    assert level_for(asked("other", "normal", 0, reopenings=1), NUMBERS) == SHEN
    assert level_for(asked("other", "critical", 0, reopenings=2), NUMBERS) == BAI
    assert level_for(asked("technical", "critical", 0, reopenings=1), NUMBERS) == BAI


def test_a_major_one_is_decided_in_a_meeting() -> None:
    assert is_major(asked("other", "critical", 0), NUMBERS)
    assert is_major(asked("other", "normal", 20000), NUMBERS)
    assert not is_major(asked("other", "high", 19999), NUMBERS)


def test_where_the_deciding_person_is_recused_the_next_higher_one_decides() -> None:
    holders = [(XU, 1), (SHEN, 2), (BAI, 3)]
    assert first_able(XU, holders, recused=[]) == XU
    assert first_able(XU, holders, recused=[1]) == SHEN
    assert first_able(XU, holders, recused=[1, 2]) == BAI
    assert first_able(SHEN, [*holders, (SHEN, 4)], recused=[2]) == SHEN
    assert first_able(BAI, holders, recused=[3]) == ""


@pytest.mark.parametrize(
    ("category", "words", "reasons"),
    [
        ("product_quality", "漆面有划痕", ("quality",)),
        ("product_quality", "刹车失灵", ("quality", "safety")),
        ("technical", "電池冒煙", ("safety",)),
        ("technical", "The STEERING pulls left", ("safety",)),
        ("service_quality", "再不处理就找记者曝光", ("press",)),
        ("service_quality", "电话没人接", ()),
        ("technical", "转向灯不亮，充电压力 pressure 不够，express 也没到", ()),
        ("technical", "轉向燈正常，但轉向沉重", ("safety",)),
        ("technical", "电池掉电很快", ("safety",)),
        ("technical", "Both brakes squeal", ("safety",)),
        ("service_quality", "I will go to the press!", ("press",)),
        ("technical", "车突然烧起来了", ("safety",)),
        ("technical", "電池爆炸", ("safety",)),
        ("technical", "the car is on fire", ("safety",)),
        ("technical", "下坡刹不住", ("safety",)),
        ("technical", "The car would not steer", ("safety",)),
        ("technical", "方向盘突然锁死", ("safety",)),
        ("service_quality", "我要发到网上", ("press",)),
        ("service_quality", "再不解决就发朋友圈、拉横幅维权", ("press",)),
        ("service_quality", "叫你們上新聞", ("press",)),
        ("service_quality", "明天在店門口直播", ("press",)),
        ("service_quality", "拍成视频发快手", ("press",)),
        ("service_quality", "I will inform the media and a newspaper", ("press",)),
        ("technical", "I press the start button and nothing happens", ()),
        ("technical", "The media screen stays black", ()),
        ("service_quality", "直播间订的车颜色不对", ()),
        ("technical", "方向盘加热不工作，烧录的地图太旧", ()),
    ],
)
def test_who_must_know_is_read_from_class_and_words(
    category: str, words: str, reasons: tuple[str, ...]
) -> None:
    assert alarms.reasons_for(category, words) == reasons
