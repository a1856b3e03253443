"""Times in words: near ones relative, with the absolute beside them. Guide section 5.

Every function takes ``now`` and answers in the store's zone (`TIME_ZONE`) and in the
active language. Formats are translations themselves, so that each language keeps its order.
"""

from datetime import date, datetime, timedelta
from typing import Final, Literal

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from crm.ui.words import per_language

State = Literal["ok", "soon", "late"]

SOON: Final = timedelta(hours=2)
SOON_SHARE: Final = 0.25
RELATIVE_DAYS: Final = 60
MINUTE: Final = 60
HOUR: Final = 3600
DAY: Final = 86400


def local(at: datetime) -> datetime:
    """The moment in the store's zone; what is there already stays as it is."""
    zone = timezone.get_default_timezone()
    return at if at.tzinfo is zone else timezone.localtime(at, zone)


def is_untimed(at: datetime) -> bool:
    """Whether something is due at any time of its day: it stands at the day's last second."""
    there = local(at)
    return (there.hour, there.minute, there.second) == (23, 59, 59)


@per_language
def weekday(day: date) -> str:
    """The short name of a weekday: 周四."""
    names = (
        pgettext("weekday", "Mon"),
        pgettext("weekday", "Tue"),
        pgettext("weekday", "Wed"),
        pgettext("weekday", "Thu"),
        pgettext("weekday", "Fri"),
        pgettext("weekday", "Sat"),
        pgettext("weekday", "Sun"),
    )
    return names[day.weekday()]


def day(value: date, today: date) -> str:
    """A date: 3月9日; the year is written only if it is not this year."""
    return written_day(value, with_year=value.year != today.year)


@per_language
def written_day(value: date, *, with_year: bool) -> str:
    """A date in the order of the language."""
    if with_year:
        return date_format(value, pgettext("date format", "j M Y"))
    return date_format(value, pgettext("date format", "j M"))


@per_language
def day_and_weekday(value: date, today: date) -> str:
    """A date to plan by: 3月14日 周六."""
    return _("%(weekday)s %(date)s") % {"weekday": weekday(value), "date": day(value, today)}


def clock(at: datetime) -> str:
    """The time of day, 24 hours: 16:00."""
    return local(at).strftime("%H:%M")


def full(at: datetime, *, untimed: bool = False) -> str:
    """Everything, for a title: 2026年3月9日 周一 16:00."""
    words = whole_day(local(at).date())
    return words if untimed else at_time(words, at)


@per_language
def whole_day(value: date) -> str:
    """A date with year and weekday: 2026年3月9日 周一."""
    words = {"weekday": weekday(value), "date": written_day(value, with_year=True)}
    return _("%(weekday)s %(date)s") % words


def at_time(words: str, at: datetime) -> str:
    """Day words followed by the time of day: 昨天 16:00."""
    return pattern_of_a_time() % {"day": words, "time": clock(at)}


@per_language
def pattern_of_a_time() -> str:
    """How the language puts a time of day after its day."""
    return _("%(day)s %(time)s")


@per_language
def near_day(value: date, today: date) -> str:
    """今天, 昨天, 明天, 后天; nothing for any other day."""
    return {
        0: _("today"),
        -1: _("yesterday"),
        1: _("tomorrow"),
        2: pgettext("day", "day after tomorrow"),
    }.get((value - today).days, "")


def span(length: timedelta) -> str:
    """A length of time in at most two units: 22 分钟, 1 小时 42 分, 18 小时, 1 天 4 小时, 2 天."""
    return span_words(*units(length))


def units(length: timedelta) -> tuple[int, int, int]:
    """What is said of a length of time: days, hours and minutes, small ones left out beside big."""
    seconds = max(int(length.total_seconds()), 0)
    days, hours, minutes = seconds // DAY, seconds % DAY // HOUR, seconds % HOUR // MINUTE
    if days >= 2:
        return days, 0, 0
    if days or hours >= 10:
        return days, hours, 0
    return 0, hours, minutes


@per_language
def span_words(days: int, hours: int, minutes: int) -> str:
    """The same in words, worked out once: rows differ by the second, what they say does not."""
    if days >= 2 or (days == 1 and not hours):
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    if days:
        return _("1 day %(hours)d h") % {"hours": hours}
    if hours >= 10 or (hours and not minutes):
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    if hours:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
    if not minutes:
        return _("under a minute")
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


@per_language
def days_ago(count: int) -> str:
    """3 天前."""
    return ngettext("%(count)d day ago", "%(count)d days ago", count) % {"count": count}


def when(at: datetime, now: datetime, *, untimed: bool = False) -> str:
    """When something was or will be, for a line of text.

    Past: 今天 09:12, 昨天 19:42, 3 天前 · 3月9日, then the date alone after 60 days.
    Future: 今天 14:30, 明天 10:00, 3月14日 周六 14:30.
    """
    value, today = local(at).date(), local(now).date()
    apart = (value - today).days
    if -1 <= apart <= 1:
        words = near_day(value, today)
        return words if untimed else at_time(words, at)
    if apart > 1:
        words = day_and_weekday(value, today)
        return words if untimed else at_time(words, at)
    if -apart <= RELATIVE_DAYS:
        return _("%(ago)s · %(date)s") % {"ago": days_ago(-apart), "date": day(value, today)}
    return day(value, today)


def ago(at: datetime, now: datetime) -> str:
    """How long ago, for a queue: 12 分钟前, 2 小时前, 昨天, 3月10日."""
    passed = now - at
    value, today = local(at).date(), local(now).date()
    if passed < timedelta(minutes=1):
        return _("just now")
    if passed < timedelta(days=1) and value == today:
        hours = passed // timedelta(hours=1)
        return _("%(span)s ago") % {"span": span(timedelta(hours=hours) if hours else passed)}
    return near_day(value, today) or day(value, today)


def due_state(
    at: datetime, now: datetime, *, since: datetime | None = None, untimed: bool = False
) -> State:
    """Late once passed; soon under two hours, or under a quarter of the limit that began ``since``.

    An untimed row is never soon: it is due at some time of its day.
    """
    left = at - now
    if left < timedelta(0):
        return "late"
    if untimed:
        return "ok"
    if since is not None and at > since:
        return "soon" if left < SOON or left / (at - since) < SOON_SHARE else "ok"
    return "soon" if left < SOON else "ok"


def due(at: datetime, now: datetime, *, untimed: bool = False) -> str:
    """How a planned contact stands: 逾期 18 小时, 10 分钟后, 明天 16:00, 今天内."""
    value, today = local(at).date(), local(now).date()
    if at < now:
        late = timedelta(days=(today - value).days) if untimed else now - at
        return overdue_by(*units(late))
    if untimed:
        return _("any time today") if value == today else due_day(value, today)
    if at - now < timedelta(hours=12) and value == today:
        return _("in %(span)s") % {"span": span(at - now)}
    return at_time(due_day(value, today), at)


@per_language
def overdue_by(days: int, hours: int, minutes: int) -> str:
    """逾期 18 小时."""
    return _("overdue %(span)s") % {"span": span_words(days, hours, minutes)}


def due_day(value: date, today: date) -> str:
    """The day of something to come: 明天, 后天, 3月14日 周六."""
    return near_day(value, today) or day_and_weekday(value, today)


def used_up(since: datetime, at: datetime, now: datetime) -> float:
    """How much of a time limit has passed, in percent from 0 to 100."""
    if at <= since or now >= at:
        return 100.0
    return max((now - since) / (at - since), 0.0) * 100


def limit(at: datetime, now: datetime) -> str:
    """How a time limit stands: 剩 22 分钟, 超时 32 分钟."""
    if at < now:
        return _("breached by %(span)s") % {"span": span(now - at)}
    return _("%(span)s left") % {"span": span(at - now)}


def slot(at: datetime, now: datetime, *, untimed: bool = False) -> str:
    """When a row of today's work is due: 10:30, 昨天 16:00, 3月10日, 不限时."""
    value, today = local(at).date(), local(now).date()
    if value == today:
        return pgettext("due", "any time") if untimed else clock(at)
    words = near_day(value, today)
    if not words:
        return day(value, today)
    return words if untimed else at_time(words, at)


def lines(at: datetime, now: datetime, *, untimed: bool = False) -> tuple[str, str]:
    """A moment on two lines, for a timeline: what it is called, and the other way to say it.

    今天 10:30 / 10 分钟后 · 昨天 19:42 / 3月11日 · 3月9日 周一 / 3 天前 · 3月14日 周六 / 2 天后.
    """
    value, today = local(at).date(), local(now).date()
    apart = (value - today).days
    near = near_day(value, today) if abs(apart) <= 1 else ""
    words = near or day_and_weekday(value, today)
    first = words if untimed or apart < -1 else at_time(words, at)
    if apart == 0 and not untimed:
        later = _("in %(span)s") % {"span": span(at - now)}
        return first, later if at > now else ago(at, now)
    if near:
        return first, day(value, today) if apart else ""
    if apart > 0:
        return first, _("in %(span)s") % {"span": span(timedelta(days=apart))}
    return first, days_ago(-apart) if -apart <= RELATIVE_DAYS else ""


def brief(at: datetime, now: datetime, *, untimed: bool = False) -> str:
    """The next date of a customer in a list: 今天 10:30, 明天 10:00, 3月10日 周二."""
    value, today = local(at).date(), local(now).date()
    if abs((value - today).days) > 1:
        return day_and_weekday(value, today)
    words = near_day(value, today)
    return words if untimed else at_time(words, at)


def in_style(style: str, at: datetime, now: datetime, *, untimed: bool = False) -> str:
    """A moment in one of the screen's styles.

    ``""`` 昨天 19:42, 3 天前 · 3月9日 · ``ago`` 12 分钟前 · ``date`` 3月9日 · ``time`` 10:30 ·
    ``weekday`` 3月9日 周一 · ``plan`` 3月14日 周六 14:30 · ``slot`` 10:30, 昨天 16:00 ·
    ``brief`` 今天 10:30, 3月10日 周二.
    """
    value, today = local(at).date(), local(now).date()
    if style == "ago":
        return ago(at, now)
    if style == "date":
        return day(value, today)
    if style == "weekday":
        return day_and_weekday(value, today)
    if style in {"slot", "brief"}:
        return (slot if style == "slot" else brief)(at, now, untimed=untimed)
    if style == "time":
        return pgettext("due", "any time") if untimed else clock(at)
    if style == "plan":
        words = due_day(value, today)
        return words if untimed else at_time(words, at)
    return when(at, now, untimed=untimed)
