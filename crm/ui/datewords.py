"""Dates as people say them: 后天 16:00, 周五下午, 3 天后, 昨天 9:30, tomorrow 9am. Pure.

Reads simplified, traditional and English words, and the usual figures. Nothing is guessed beyond
the words: what is not understood is None, and the caller asks again.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

LONGEST = 40

DAYS = {
    "今天": 0,
    "今日": 0,
    "今晚": 0,
    "明天": 1,
    "明日": 1,
    "明晚": 1,
    "后天": 2,
    "後天": 2,
    "大后天": 3,
    "大後天": 3,
    "昨天": -1,
    "昨日": -1,
    "前天": -2,
    "yesterday": -1,
    "today": 0,
    "tonight": 0,
    "tomorrow": 1,
}
PARTS = {
    "早上": time(9),
    "上午": time(10),
    "中午": time(12),
    "下午": time(15),
    "傍晚": time(18),
    "晚上": time(19),
    "晚": time(19),
    "tonight": time(19),
    "morning": time(10),
    "noon": time(12),
    "afternoon": time(15),
    "evening": time(19),
}
AFTERNOON = {"下午", "傍晚", "晚上", "晚", "tonight", "afternoon", "evening", "pm"}
WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
ENGLISH_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIGURES = {"半": "0.5", "一": "1", "两": "2", "兩": "2", "二": "2", "三": "3", "四": "4", "五": "5"}
FIGURES |= {"六": "6", "七": "7", "八": "8", "九": "9", "十": "10"}
UNITS = {"天": 1, "日": 1, "周": 7, "週": 7, "星期": 7, "礼拜": 7, "禮拜": 7, "day": 1, "week": 7}

NAMED_DAY = re.compile("|".join(sorted(DAYS, key=len, reverse=True)))
LATER_HOURS = re.compile(
    r"(?:in\s*)?(\d{1,3}|半|[一两兩二三四五六七八九十])\s*(?:个|個)?\s*"
    r"(小时|小時|钟头|分钟|分鐘|hours?|h|minutes?|min)\s*(前|以前|之前|ago)?(?:后|後|以后|之后)?$"
)
LATER_DAYS = re.compile(
    r"(?:in\s*)?(\d{1,3}|[一两兩二三四五六七八九十])\s*(?:个|個)?\s*"
    r"(天|日|周|週|星期|礼拜|禮拜|days?|weeks?)\s*(以前|之前|前|ago)?(?:后|後|以后|之后)?"
)
WEEKDAY = re.compile(r"(下下|下|这|這|本|上)?个?(?:周|週|星期|礼拜|禮拜)([一二三四五六日天])")
ENGLISH_WEEKDAY = re.compile(r"(next\s+)?\b(mon|tue|wed|thu|fri|sat|sun)[a-z]*\b")
ISO_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:t(?=\d))?")
MONTH_DAY = re.compile(r"(\d{1,2})(?:月|/|-)(\d{1,2})(?:日|号|號)?(?![\d:])")
DAY_ONLY = re.compile(r"(?<!\d)(\d{1,2})(?:号|號|日)")
CLOCK = re.compile(
    r"(?<![\d月])(\d{1,2})(?::(\d{2})|(?:点|點|时|時)(?:(半)|(\d{1,2})分?)?)(?:\s*(am|pm))?"
    r"|(?<!\d)(\d{1,2})\s*(am|pm)"
)
PART = re.compile("|".join(sorted(PARTS, key=len, reverse=True)))
FILLER = re.compile(r"[\s,，、.的在于於]|\b(?:at|on|the|next)\b")


@dataclass(frozen=True)
class Understood:
    """A moment in the speaker's own zone; untimed where only a day was said."""

    at: datetime
    untimed: bool


def read_words(text: str, now: datetime, *, past: bool = False) -> Understood | None:
    """The moment that ``text`` means, said at ``now`` (aware); None where it is not understood.

    A weekday is the next one to come (周五 on a Friday is a week later, unless 这周 is said), a
    month and day without a year is the next one to come, a time alone is today's or, once past,
    tomorrow's. With ``past`` all three are the last ones gone by, and a day without a time ends
    now at the latest.
    """
    words = unicodedata.normalize("NFKC", text[:LONGEST]).strip().lower()
    if not words:
        return None
    try:
        if found := LATER_HOURS.fullmatch(words):
            length = hours(found[1], found[2])
            return Understood(now - length if found[3] else now + length, untimed=False)
        day, rest = take_day(words, now.date(), past=past)
        clock, rest = take_clock(rest)
        if FILLER.sub("", rest):
            return None
        return put_together(day, clock, now, past=past)
    except (ValueError, OverflowError):
        return None


def hours(figure: str, unit: str) -> timedelta:
    """A length in hours or minutes."""
    count = float(FIGURES.get(figure, figure))
    return timedelta(minutes=count) if unit[0] in "分m" else timedelta(hours=count)


def cut(words: str, found: re.Match[str]) -> str:
    """The words without what was understood."""
    return f"{words[: found.start()]} {words[found.end() :]}"


def take_day(words: str, today: date, *, past: bool) -> tuple[date | None, str]:
    """The day that is said, and the words that are left."""
    if found := ISO_DATE.search(words):
        return date(int(found[1]), int(found[2]), int(found[3])), cut(words, found)
    if found := NAMED_DAY.search(words):
        kept = "晚" if found[0] in {"今晚", "明晚"} else ""
        kept = "tonight" if found[0] == "tonight" else kept
        return today + timedelta(days=DAYS[found[0]]), f"{kept}{cut(words, found)}"
    if found := WEEKDAY.search(words):
        weekday = WEEKDAYS[found[2]]
        return near_weekday(today, weekday, found[1] or "", past=past), cut(words, found)
    if found := ENGLISH_WEEKDAY.search(words):
        weekday = ENGLISH_WEEKDAYS.index(found[2])
        return near_weekday(today, weekday, "", past=past), cut(words, found)
    if found := MONTH_DAY.search(words):
        day = near_month_day(today, int(found[1]), int(found[2]), past=past)
        return day, cut(words, found)
    if found := LATER_DAYS.search(words):
        days = int(FIGURES.get(found[1], found[1])) * UNITS[found[2].rstrip("s")]
        return today + timedelta(days=-days if found[3] else days), cut(words, found)
    if found := DAY_ONLY.search(words):
        return near_day_of_month(today, int(found[1]), past=past), cut(words, found)
    return None, words


def near_weekday(today: date, weekday: int, which: str, *, past: bool) -> date:
    """周五: the next Friday (or the last); 这周五, 下周五, 下下周五, 上周五 name their week."""
    monday = today - timedelta(days=today.weekday())
    if which:
        weeks = {"上": -1, "下": 1, "下下": 2}.get(which, 0)
        return monday + timedelta(days=7 * weeks + weekday)
    if past:
        return today - timedelta(days=(today.weekday() - weekday) % 7)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def near_month_day(today: date, month: int, day: int, *, past: bool) -> date:
    """The next such date from today on, or the last one up to today."""
    for apart in range(9):  # 29 February comes back within eight years
        try:
            found = date(today.year - apart if past else today.year + apart, month, day)
        except ValueError:
            if (month, day) != (2, 29):
                raise
            continue
        if found <= today if past else found >= today:
            return found
    raise ValueError("no such day")


def near_day_of_month(today: date, day: int, *, past: bool) -> date:
    """The next 15th from today on, or the last one; a month without such a day is passed over."""
    if not 1 <= day <= 31:
        raise ValueError("no such day")
    first = today.replace(day=1)
    for _step in range(3):
        try:
            found = first.replace(day=day)
        except ValueError:
            found = today + timedelta(days=1 if past else -1)
        if found <= today if past else found >= today:
            return found
        first = (first + timedelta(days=-1 if past else 32)).replace(day=1)
    raise ValueError("no such day")


def take_clock(words: str) -> tuple[time | None, str]:
    """The time of day that is said, and the words that are left."""
    part = PART.search(words)
    rest = cut(words, part) if part else words
    found = CLOCK.search(rest)
    if not found:
        return (PARTS[part[0]] if part else None), rest
    hour = int(found[1] or found[6])
    minute = 30 if found[3] else int(found[2] or found[4] or 0)
    half = found[5] or found[7] or (part[0] if part else "")
    if half in AFTERNOON and hour < 12:
        hour += 12
    if half == "am" and hour == 12:
        hour = 0
    return time(hour, minute), cut(rest, found)


def put_together(
    day: date | None, clock: time | None, now: datetime, *, past: bool
) -> Understood | None:
    """Day and time as one moment in the zone of ``now``."""
    if day is None and clock is None:
        return None
    if clock is None:
        end = datetime.combine(day or now.date(), time(23, 59, 59), tzinfo=now.tzinfo)
        return Understood(min(end, now) if past else end, untimed=True)
    at = datetime.combine(day or now.date(), clock, tzinfo=now.tzinfo)
    if day is None and past and at > now:
        at -= timedelta(days=1)
    if day is None and not past and at <= now:
        at += timedelta(days=1)
    return Understood(at, untimed=False)
