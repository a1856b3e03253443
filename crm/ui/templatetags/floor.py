"""The words of the screen: ``{% load floor %}``. What each tag draws is in the design guide."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, time
from functools import cache
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from crm.ui import charts, fields, moments, numbers, undo
from crm.ui.counted import CountedChip
from crm.ui.moulds import draw
from crm.ui.words import per_language

register = template.Library()

STATE_ICONS = {
    "ok": "clock",
    "soon": "hourglass-low",
    "late": "alert-triangle",
    "done": "check",
    "hold": "player-pause",
}
METHOD_ICONS = {
    "phone": "phone",
    "sms": "message",
    "wechat": "brand-wechat",
    "in_person": "building-store",
    "email": "mail",
    "onsite": "walk",
    "survey": "clipboard-list",
}
SELECTED = SafeString(" selected")
HTML_LANGUAGES = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant"}


# --- icons, levels, states ---------------------------------------------------------------


@cache
def sprite() -> str:
    """The address of the icons, looked up once: a list draws it two hundred times."""
    return static("crm/icons.svg")


@register.simple_tag
@cache
def icon(name: str, size: str = "") -> SafeString:
    """An icon of the sprite; ``size`` is ``s`` or ``l``. It never speaks alone."""
    return format_html(
        '<svg class="i{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f" i-{size}" if size else "",
        sprite(),
        name,
    )


@register.simple_tag
def method_icon(method: str, size: str = "s") -> SafeString:
    """The icon of a way of contact: phone, wechat, in_person …"""
    return icon(METHOD_ICONS.get(method, "message"), size)


def level_title(level: str) -> str:
    """What a level promises: H 级：7 日内购车."""
    return {
        "H": _("Level H: buys within 7 days"),
        "A": _("Level A: within 1 month"),
        "B": _("Level B: within 3 months"),
        "C": _("Level C: within half a year"),
    }.get(level, _("No level yet"))


@register.simple_tag
@per_language
def intent(level: str | None, size: str = "") -> SafeString:
    """The box of an intent level; ``size`` is ``s`` or ``l``."""
    key = (level or "").upper()
    return format_html(
        '<span class="intent intent-{}{}" title="{}">'
        '<span class="visually-hidden">{} </span>{}</span>',
        key.lower() if key in {"H", "A", "B"} else "c",
        f" intent-{size}" if size else "",
        level_title(key),
        _("intent level"),
        key or numbers.MISSING,
    )


@register.simple_tag
def state(kind: str, words: str, title: str = "") -> SafeString:
    """A state pill: ``kind`` is ok, soon, late, done or hold; icon, colour and words together."""
    return format_html(
        '<span class="st st-{}"{}>{}{}</span>',
        kind,
        format_html(' title="{}"', title) if title else "",
        icon(STATE_ICONS.get(kind, "clock")),
        words,
    )


# --- time ----------------------------------------------------------------------------------


def moment(value: datetime | date) -> datetime:
    """A moment in the store's zone; a date stands for the end of its day there."""
    if isinstance(value, datetime):
        return moments.local(value)
    return timezone.make_aware(datetime.combine(value, time(23, 59, 59)))


def clock_of(context: Context, now: datetime | None) -> datetime:
    """The page's ``now``; the machine's clock where the view gave none."""
    return moments.local(now or context.get("now") or timezone.now())


@register.simple_tag(takes_context=True)
def when(
    context: Context,
    at: datetime | date | None,
    now: datetime | None = None,
    style: str = "",
    *,
    untimed: bool = False,
    css: str = "",
) -> SafeString | str:
    """A moment as ``<time>``; None is a dash. The styles are those of ``moments.in_style``."""
    return time_tag(at, clock_of(context, now), style, untimed=untimed, css=css)


def time_tag(
    at: datetime | date | None,
    clock: datetime,
    style: str = "",
    *,
    untimed: bool = False,
    css: str = "",
) -> SafeString | str:
    """What `when` draws, at a moment in the store's zone."""
    if at is None:
        return numbers.MISSING
    if style == "ago":
        clock = clock.replace(second=0, microsecond=0)
    else:  # the day is all they tell
        clock = datetime.combine(clock.date(), time(), clock.tzinfo)
    return drawn(style, moment(at), clock, untimed or not isinstance(at, datetime), css)


@per_language
def drawn(style: str, value: datetime, clock: datetime, untimed: bool, css: str) -> SafeString:  # noqa: FBT001
    """A moment in a style, as ``<time>`` with everything in its title."""
    return format_html(
        '<time{} datetime="{}" title="{}">{}</time>',
        format_html(' class="{}"', css) if css else "",
        value.date().isoformat() if untimed else value.isoformat(timespec="minutes"),
        moments.full(value, untimed=untimed),
        moments.in_style(style, value, clock, untimed=untimed),
    )


@register.simple_tag(takes_context=True)
def when_lines(
    context: Context,
    at: datetime | date | None,
    now: datetime | None = None,
    *,
    untimed: bool = False,
) -> SafeString | str:
    """A moment on two lines, for a timeline: 昨天 19:42 over 3月11日. None is a dash."""
    if at is None:
        return numbers.MISSING
    return time_lines(at, clock_of(context, now), untimed=untimed)


def time_lines(at: datetime | date, clock: datetime, *, untimed: bool = False) -> SafeString:
    """What `when_lines` draws, at a moment in the store's zone."""
    value = moment(at)
    untimed = untimed or not isinstance(at, datetime)
    first, second = moments.lines(value, clock, untimed=untimed)
    return format_html(
        '<time class="b ink" datetime="{}" title="{}">{}</time><br class="only-d">{}',
        value.isoformat(timespec="minutes"),
        moments.full(value, untimed=untimed),
        first,
        second,
    )


@register.simple_tag(takes_context=True)
def due(
    context: Context,
    at: datetime | date | None,
    now: datetime | None = None,
    *,
    untimed: bool = False,
    since: datetime | None = None,
    kind: str = "contact",
    absolute: bool = False,
    done: bool = False,
    quiet: bool = False,
) -> SafeString | str:
    """How a due time stands, as a pill: 逾期 18 小时, 10 分钟后, 明天 16:00.

    ``kind="limit"`` words it as a time limit (剩 22 分钟, 超时 32 分钟), ``since`` is when that
    limit began, ``absolute`` puts the time of day before a near one, ``done`` says it was met,
    ``quiet`` says nothing while there is time.
    """
    clock = clock_of(context, now)
    return due_pill(
        at,
        clock,
        untimed=untimed,
        since=since,
        kind=kind,
        absolute=absolute,
        done=done,
        quiet=quiet,
    )


def due_pill(
    at: datetime | date | None,
    clock: datetime,
    *,
    untimed: bool = False,
    since: datetime | None = None,
    kind: str = "contact",
    absolute: bool = False,
    done: bool = False,
    quiet: bool = False,
) -> SafeString | str:
    """What `due` draws, at a moment in the store's zone."""
    if at is None:
        return numbers.MISSING
    value = moment(at)
    untimed = untimed or not isinstance(at, datetime)
    if done:
        return pill("done", pgettext("time limit", "met"), value, untimed)
    standing = moments.due_state(value, clock, since=since, untimed=untimed)
    if quiet and standing == "ok":
        return ""
    if kind == "limit":
        words = moments.limit(value, clock)
    else:
        words = moments.due(value, clock, untimed=untimed)
        if absolute and standing == "soon":
            words = _("%(time)s, %(words)s") % {"time": moments.clock(value), "words": words}
    return pill(standing, words, value, untimed)


@per_language
def pill(standing: str, words: str, value: datetime, untimed: bool) -> SafeString:  # noqa: FBT001
    """A state pill with the moment it is about in its title."""
    return state(standing, words, moments.full(value, untimed=untimed))


@register.simple_tag(takes_context=True)
def limit_bar(
    context: Context, at: datetime | None, since: datetime | None, now: datetime | None = None
) -> SafeString | str:
    """The bar below a time limit: how much of it has passed. It says nothing the pill does not."""
    if at is None or since is None:
        return ""
    clock = clock_of(context, now)
    share = numbers.as_decimal(round(moments.used_up(since, at, clock), 1))
    return charts.bar(share, css=moments.due_state(at, clock, since=since))


# --- numbers -------------------------------------------------------------------------------


@register.simple_tag
def rate(numerator: object, denominator: object) -> str:
    """93.4%: half up to one decimal; a dash where there is nothing to divide by."""
    return numbers.rate(numerator, denominator)


@register.filter
def money(value: object) -> str:
    """An amount: 12,800 元."""
    return numbers.money(value)


@register.filter
def number(value: object, places: int = 0) -> str:
    """A number with thousands commas; a dash where there is none."""
    return numbers.number(value, places)


@register.filter
def signed(value: object, places: int = 1) -> str:
    """A change with its sign: +1.8, −1.1."""
    return numbers.signed(value, places)


@register.simple_tag
def bar(share: object, css: str = "", label: str = "") -> SafeString:
    """A bar filled to ``share`` percent; css: soon, late, done, brand. Mute unless labelled."""
    return charts.bar(numbers.as_decimal(share), css=css, label=label)


# --- forms ---------------------------------------------------------------------------------


@register.simple_tag
def field(bound: BoundField, css: str = "", label: str = "", hint: str = "") -> SafeString:
    """One form field as the guide draws it: label, 必填, control, hint, error."""
    return fields.render(bound, css=css, label=label, hint=hint)


@register.inclusion_tag("ui/_form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """The summary above a refused form: what is wrong, each with a link to its field."""
    return {"form": form, "rows": fields.error_rows(form)}


@register.simple_tag
def request_id() -> SafeString:
    """The hidden id by which a form sent twice counts once."""
    return format_html('<input type="hidden" name="request_id" value="{}">', uuid.uuid4())


@register.simple_tag
def options(pairs: Iterable[tuple[object, object]], chosen: object = "") -> SafeString:
    """The options of a choice: values with their words, the chosen one marked."""
    marked = ((value, SELECTED if value == chosen else "", words) for value, words in pairs)
    return format_html_join("", '<option value="{}"{}>{}</option>', marked)


# --- addresses -----------------------------------------------------------------------------


@register.simple_tag
def chip(one: CountedChip, label: SafeString | str = "") -> SafeString:
    """A filter in one tap with how many rows it would show; `label` stands for its words."""
    return draw(
        "ui/_chip.html",
        {"icon": one.icon, "tone": one.tone, "is_on": one.is_on, "is_empty": not one.count},
        href=one.href,
        label=label or one.label,
        count=numbers.number(one.count),
    )


@register.inclusion_tag("ui/_page_links.html", takes_context=True)
def page_links(context: Context, page: Any) -> dict[str, Any]:
    """1 至 50，共 331, with links to the next and the previous fifty."""
    return {"page": page, "request": context.get("request")}


# --- the page itself -----------------------------------------------------------------------


@register.simple_tag
def moulded(template: str, **given: Any) -> SafeString:
    """A part of the page kept drawn: texts are put in, everything else shapes it (see `draw`)."""
    texts = {name: value for name, value in given.items() if isinstance(value, str)}
    shape = {name: value for name, value in given.items() if name not in texts}
    return draw(template, shape, **texts)


@register.simple_tag
def html_lang() -> str:
    """The language for ``<html lang>``, so that glyphs are right."""
    return HTML_LANGUAGES.get(get_language() or "", "en")


@register.filter
def initial(name: object) -> str:
    """The first sign of a name, for the round badge."""
    return str(name or "").strip()[:1].upper() or "·"


@register.simple_tag
def undo_of(message: object) -> undo.Offer | None:
    """The undo a message carries, if any."""
    return undo.read(getattr(message, "extra_tags", "") or "")
