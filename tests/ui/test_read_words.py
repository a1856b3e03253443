"""Dates in words, said on Thursday 12 March 2026 at 10:20 in Shanghai."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from crm.ui.datewords import LONGEST, read_words

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 12, 10, 20, tzinfo=SHANGHAI)

SAID = [
    ("后天 16:00", "2026-03-14 16:00"),
    ("後天 16:00", "2026-03-14 16:00"),
    ("明天上午", "2026-03-13 10:00"),
    ("周五下午", "2026-03-13 15:00"),
    ("週五下午3點", "2026-03-13 15:00"),
    ("周六 14:30", "2026-03-14 14:30"),
    ("下周一 9:00", "2026-03-16 09:00"),
    ("下周五", "2026-03-20"),
    ("这周日", "2026-03-15"),
    ("周四", "2026-03-19"),
    ("3 天后", "2026-03-15"),
    ("三天后下午2点半", "2026-03-15 14:30"),
    ("两周后", "2026-03-26"),
    ("2小时后", "2026-03-12 12:20"),
    ("半小时后", "2026-03-12 10:50"),
    ("30 分钟后", "2026-03-12 10:50"),
    ("3月14日 14:30", "2026-03-14 14:30"),
    ("3/14 9:05", "2026-03-14 09:05"),
    ("2月1日", "2027-02-01"),
    ("2月29日", "2028-02-29"),
    ("15号 晚上7点", "2026-03-15 19:00"),
    ("10号", "2026-04-10"),
    ("今晚8点", "2026-03-12 20:00"),
    ("16:00", "2026-03-12 16:00"),
    ("9:00", "2026-03-13 09:00"),
    ("2026-04-01", "2026-04-01"),
    ("2026-04-01T09:30", "2026-04-01 09:30"),
    ("２０２６年４月１日 ９：３０", "2026-04-01 09:30"),
    ("tomorrow 9am", "2026-03-13 09:00"),
    ("Friday afternoon", "2026-03-13 15:00"),
    ("in 3 days at 4 pm", "2026-03-15 16:00"),
    ("in 2 hours", "2026-03-12 12:20"),
    ("tonight", "2026-03-12 19:00"),
    ("昨天 9:30", "2026-03-11 09:30"),
    ("3 天前", "2026-03-09"),
]
HAPPENED = [
    ("周五下午", "2026-03-06 15:00"),
    ("周四 9:00", "2026-03-12 09:00"),
    ("上周五 14:00", "2026-03-06 14:00"),
    ("monday 9am", "2026-03-09 09:00"),
    ("3月14日 14:30", "2025-03-14 14:30"),
    ("3月11日", "2026-03-11"),
    ("2月29日", "2024-02-29"),
    ("15号", "2026-02-15"),
    ("31号", "2026-01-31"),
    ("9:00", "2026-03-12 09:00"),
    ("16:00", "2026-03-11 16:00"),
    ("前天 15:00", "2026-03-10 15:00"),
    ("20分钟前", "2026-03-12 10:00"),
    ("2 days ago", "2026-03-10"),
    ("2026-03-01 09:30", "2026-03-01 09:30"),
]


@pytest.mark.parametrize(("words", "meant"), SAID)
def test_words_mean_a_moment(words: str, meant: str) -> None:
    found = read_words(words, NOW)

    assert found is not None
    assert found.at.tzinfo == SHANGHAI
    assert found.at.strftime("%Y-%m-%d" if found.untimed else "%Y-%m-%d %H:%M") == meant
    if found.untimed:
        assert found.at.strftime("%H:%M:%S") == "23:59:59"


@pytest.mark.parametrize(("words", "meant"), HAPPENED)
def test_what_has_happened_is_looked_for_in_the_past(words: str, meant: str) -> None:
    found = read_words(words, NOW, past=True)

    assert found is not None
    assert found.at <= NOW
    assert found.at.strftime("%Y-%m-%d" if found.untimed else "%Y-%m-%d %H:%M") == meant


def test_a_day_that_is_not_over_ends_now() -> None:
    found = read_words("今天", NOW, past=True)

    assert found is not None
    assert (found.at, found.untimed) == (NOW, True)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "  ",
        "以后再说",
        "25:00",
        "2月30日",
        "32号",
        "0号",
        "13月1日",
        "周八",
        "x" * 10_000,
        "9" * 40,
    ],
)
def test_what_is_not_understood_is_nothing(words: str) -> None:
    assert read_words(words, NOW) is None


def test_a_long_text_is_cut_before_it_is_read() -> None:
    assert read_words(" " * LONGEST + "明天", NOW) is None
