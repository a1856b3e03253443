"""The rows of my day in words: the page draws them fifty times, so each word is made once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TypedDict

from django.template import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from crm.ui.moulds import draw
from crm.ui.templatetags import floor
from crm.ui.words import per_language
from followups import states
from followups.models import Method, PlanState
from followups.queues.day import Day
from followups.queues.day_rows import ToDo
from followups.queues.wording import method_words, result_words

TAG = '<span class="tag">{}</span>'


class DoneRow(TypedDict):
    """What one row of what is done says."""

    url: str
    name: str
    model: str
    level: str
    at: dt.datetime
    why: str
    next_at: dt.datetime | None


class Drawing:
    """What all rows of one page share: the clock, its day, where the log leads back to."""

    def __init__(self, day: Day, *, back: str, tries_from: int, form: SafeString | str) -> None:
        self.day = day
        self.now = day.now
        self.back = back
        self.form = form
        self.tries_from = tries_from
        self.context = Context({"now": day.now})

    def rows(self, rows: Iterable[ToDo]) -> list[SafeString]:
        """The rows of one section, drawn."""
        return [self.row(row, current=row is self.day.current) for row in rows]

    def done(self) -> list[DoneRow]:
        """What is done, in order."""
        return [
            DoneRow(
                url=reverse("home:card", args=[one.card_id]),
                name=one.name,
                model=one.model,
                level=one.level,
                at=one.at,
                why=" · ".join(filter(None, (result_words(one.result, one.outcome), one.feedback))),
                next_at=one.next_at,
            )
            for one in self.day.done
        ]

    def row(self, row: ToDo, *, current: bool) -> SafeString:
        """A row to do; the current one stands out, with its form."""
        method = method_words(row.method)
        dial, icon, label, button = _call(row, method)
        return draw(
            "followups/_day_row.html",
            {"current": current},
            form=self.form if current else "",
            id=row.public_id,
            name=row.name,
            card_url=reverse("home:card", args=[row.card_id]),
            log_url=f"{reverse('followups:log_contact', args=[row.public_id])}?{self.back}",
            model=row.model,
            level=floor.intent(row.level),
            small_level=floor.intent(row.level, "s"),
            tags=format_html_join("", TAG, ((tag,) for tag in self._tags(row))),
            why=row.content or row.reason,
            title=row.reason,
            when=self.when(row.due_at, "slot", untimed=row.untimed),
            beside=self._beside(row, current=current),
            below=self._below(row),
            last=last_words(row.last) or _("New card"),
            last_at=self.when(row.last_contact_at if row.last else row.opened_at),
            dial=dial,
            button=button,
            icon=icon,
            label=label,
            log_label=_("Log contact with %(name)s") % {"name": row.name},
        )

    def when(
        self, at: dt.datetime | None, style: str = "", *, untimed: bool = False, css: str = ""
    ) -> SafeString | str:
        """A moment as the page's tags draw it."""
        return floor.when(self.context, at, style=style, untimed=untimed, css=css)

    def _tags(self, row: ToDo) -> list[str]:
        tags = [] if row.plan_state == states.APPROVED else [str(PlanState(row.plan_state).label)]
        if row.moves:
            tags.append(ngettext("moved once", "moved %(n)s times", row.moves) % {"n": row.moves})
        if row.tries >= self.tries_from:
            tags.append(_("%(n)s tries") % {"n": row.tries})
        return tags

    def _beside(self, row: ToDo, *, current: bool) -> SafeString | str:
        """On a wide page: how late it is or how soon it is due, else by which way."""
        if row.due_at < self.now or (current and not row.untimed):
            return floor.due(self.context, row.due_at, untimed=row.untimed)
        return method_box(row.method)

    def _below(self, row: ToDo) -> SafeString | str:
        """On a phone: how pressing it is, or when and how where there is time."""
        pill = floor.due(self.context, row.due_at, absolute=True, quiet=True, untimed=row.untimed)
        if pill:
            return pill
        when = self.when(row.due_at, "slot", untimed=row.untimed, css="fs-s b")
        return format_html("{}{}", when, method_box(row.method))


def _call(row: ToDo, method: str) -> tuple[str, SafeString, str, str]:
    """Address to dial, icon, words and what a screen reader says; no address leads to the card."""
    words = {"name": row.name, "method": method}
    if row.method == Method.SMS and row.dials:
        return f"sms:{row.phone}", floor.method_icon("sms", ""), _("SMS"), _("SMS %(name)s") % words
    if row.method == Method.WECHAT or not row.dials:
        return "", floor.method_icon(row.method, ""), method, _("%(method)s: %(name)s") % words
    label = pgettext("dial", "Call")
    return f"tel:{row.phone}", floor.icon("phone"), label, _("Call %(name)s") % words


@per_language
def method_box(method: str) -> SafeString:
    """A way of contact with its icon, beside a time."""
    return format_html(
        '<span class="fs-s ink-2">{} {}</span>', floor.method_icon(method), method_words(method)
    )


@per_language
def last_words(last: str) -> str:
    """How and with what result the customer was contacted last: 电话 · 再考虑; empty for never."""
    if not last:
        return ""
    method, result, outcome = last.split(" ")
    words = {"method": method_words(method), "result": result_words(result, outcome)}
    return _("%(method)s · %(result)s") % words
