"""The rows of my day in words: the page draws them fifty times, so each word is made once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext, pgettext

from crm.ui import moments
from crm.ui.addresses import address_for
from crm.ui.moulds import draw, draw_kept
from crm.ui.templatetags import floor
from crm.ui.words import per_language
from followups import states
from followups.models import Method, PlanState
from followups.queues.day import Day
from followups.queues.day_beside import Done
from followups.queues.day_rows import ToDo
from followups.queues.wording import method_words, result_words

TAG = '<span class="tag">{}</span>'
SMS_TO = gettext_noop("SMS %(name)s")
BY_METHOD = gettext_noop("%(method)s: %(name)s")
CALL = gettext_noop("Call %(name)s")
NEW = gettext_noop("New card")
LOG = gettext_noop("Log contact with %(name)s")
Word = TypeVar("Word")


class Drawing:
    """What all rows of one page share: the clock, its day, where the log leads back to."""

    def __init__(self, day: Day, *, back: str, tries_from: int, form: SafeString | str) -> None:
        self.day = day
        self.clock = moments.local(day.now)
        self.back = back
        self.form = form
        self.tries_from = tries_from
        self.today = self.clock.date()
        self.said: dict[tuple[object, ...], Any] = {}

    def rows(self, rows: Iterable[ToDo]) -> list[SafeString]:
        """The rows of one section, drawn."""
        return [self.row(row, current=row is self.day.current) for row in rows]

    def done(self) -> list[SafeString]:
        """What is done, in order, drawn."""
        return [self._done(one) for one in self.day.done]

    def _done(self, one: Done) -> SafeString:
        why = " · ".join(filter(None, (result_words(one.result, one.outcome), one.feedback)))

        def make(places: Mapping[str, str]) -> str:
            def put(name: str) -> str:
                return places.get(name, "")

            return draw(
                "followups/_day_done_row.html",
                at=self.when(one.at, "time"),
                level=self.once(floor.intent, one.level),
                small_level=self.once(floor.intent, one.level, "s"),
                url=address_for("home:card", put("card")),
                name=put("name"),
                model=put("model"),
                why=put("why"),
                next=self.when(one.next_at),
            )

        face = ("a contact made", self.today, one.at, one.level, one.next_at)
        return draw_kept(
            face, make, card=one.card_id, name=one.name, model=one.model, why=why
        )  # fmt: skip

    def row(self, row: ToDo, *, current: bool) -> SafeString:
        """A row to do; the current one stands out, with its form.

        Its face is kept: all it says but what is somebody's own. A day is looked at again and
        again, and few of its rows have changed.
        """
        due_at = moments.local(row.due_at)
        pill = self._pill(row, due_at)
        beside = self._beside(row, due_at, pill, current=current)
        below = self._below(row, due_at, pill)
        before = row.last_contact_at if row.last else row.opened_at

        def make(places: Mapping[str, str]) -> str:
            return self._face(row, places, due_at, before, beside, below, current=current)

        face = (
            *("a contact to make", current, self.today, row.due_at, row.untimed, beside, below),
            *(row.level, row.method, row.dials, row.plan_state, row.moves, row.tries),
            *(self.tries_from, row.last, before),
        )
        return draw_kept(
            face,
            make,
            form=self.form if current else "",
            id=row.public_id,
            card=row.card_id,
            back=self.back,
            name=row.name,
            model=row.model,
            why=row.content or row.reason,
            title=row.reason,
            phone=row.phone,
        )

    def _face(
        self,
        row: ToDo,
        places: Mapping[str, str],
        due_at: dt.datetime,
        before: dt.datetime | None,
        beside: SafeString | str,
        below: SafeString | str,
        *,
        current: bool,
    ) -> SafeString:
        """A row with places for what is somebody's own."""

        own = {name: places.get(name, "") for name in ("id", "name", "model", "why", "title")}
        return draw(
            "followups/_day_row.html",
            {"current": current},
            **own,
            **self._ways(row, places),
            form=places.get("form", ""),
            card_url=address_for("home:card", places["card"]),
            level=self.once(floor.intent, row.level),
            small_level=self.once(floor.intent, row.level, "s"),
            tags=self._drawn_tags(row),
            when=self.when(due_at, "slot", untimed=row.untimed),
            beside=beside,
            below=below,
            last=self.once(last_words, row.last) or self.once(_, NEW),
            last_at=self.when(before),
        )

    def _ways(self, row: ToDo, places: Mapping[str, str]) -> dict[str, str]:
        """What a row leads to: a call or the card, and the log."""
        name, method = {"name": places.get("name", "")}, self.once(method_words, row.method)
        dial, icon, label, pattern = _call(row, method, places.get("phone", ""))
        log = address_for("followups:log_contact", places["id"])
        return {
            "dial": dial,
            "icon": icon,
            "label": label,
            "button": self.once(_, pattern) % {**name, "method": method},
            "log_url": f"{log}?{places.get('back', '')}",
            "log_label": self.once(_, LOG) % name,
        }

    def once(self, say: Callable[..., Word], *args: Any) -> Word:
        """What `say` answers for these, asked once for a page: a row says what others say too."""
        key = (say, *args)
        if key not in self.said:
            self.said[key] = say(*args)
        word: Word = self.said[key]
        return word

    def when(
        self, at: dt.datetime | None, style: str = "", *, untimed: bool = False, css: str = ""
    ) -> SafeString | str:
        """A moment as the page's tags draw it."""
        return floor.time_tag(at, self.clock, style, untimed=untimed, css=css)

    def _drawn_tags(self, row: ToDo) -> SafeString | str:
        """What is unusual about a row; most have nothing."""
        tags = self._tags(row)
        return format_html_join("", TAG, ((tag,) for tag in tags)) if tags else ""

    def _tags(self, row: ToDo) -> list[str]:
        tags = [] if row.plan_state == states.APPROVED else [str(PlanState(row.plan_state).label)]
        if row.moves:
            tags.append(ngettext("moved once", "moved %(n)s times", row.moves) % {"n": row.moves})
        if row.tries >= self.tries_from:
            tags.append(_("%(n)s tries") % {"n": row.tries})
        return tags

    def _pill(self, row: ToDo, due_at: dt.datetime) -> SafeString | str:
        """How late it is; empty while there is time."""
        if row.due_at >= self.day.now:
            return ""
        return floor.due_pill(due_at, self.clock, untimed=row.untimed)

    def _beside(
        self, row: ToDo, due_at: dt.datetime, pill: SafeString | str, *, current: bool
    ) -> SafeString | str:
        """On a wide page: how late it is or how soon it is due, else by which way."""
        if not pill and current and not row.untimed:
            return floor.due_pill(due_at, self.clock)
        return pill or self.once(method_box, row.method)

    def _below(self, row: ToDo, due_at: dt.datetime, pill: SafeString | str) -> SafeString | str:
        """On a phone: how pressing it is, or when and how where there is time."""
        pill = pill or floor.due_pill(
            due_at, self.clock, absolute=True, quiet=True, untimed=row.untimed
        )
        if pill:
            return pill
        when = self.when(due_at, "slot", untimed=row.untimed, css="fs-s b")
        return format_html("{}{}", when, self.once(method_box, row.method))


def _call(row: ToDo, method: str, phone: str) -> tuple[str, SafeString, str, str]:
    """Address to dial, icon, words and what a screen reader says; no address leads to the card."""
    if row.method == Method.SMS and row.dials:
        return f"sms:{phone}", floor.method_icon("sms", ""), _("SMS"), SMS_TO
    if row.method == Method.WECHAT or not row.dials:
        return "", floor.method_icon(row.method, ""), method, BY_METHOD
    return f"tel:{phone}", floor.icon("phone"), pgettext("dial", "Call"), CALL


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
