"""The contacts of a timeline as HTML: thirty of them say the same few things in one mould."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.template.defaultfilters import linebreaksbr
from django.utils.safestring import SafeString

from crm.home.timeline import Line
from crm.ui.moments import local
from crm.ui.moulds import draw, draw_kept
from crm.ui.templatetags.floor import time_lines
from followups.models import Direction
from followups.queues.history import Made


def drawn_line(line: Line, clock: dt.datetime) -> SafeString | str:
    """A contact that was made; empty for what the template draws itself."""
    made: Made | None = line.contact
    if made is None:
        return ""
    shape = {
        "method": made.method,
        "inbound": made.direction == Direction.IN,
        "was_planned": made.planned is not None,
        "tone": made.tone,
        "words": made.words,
        "entered_late": made.entered_late,
    }

    def make(places: Mapping[str, str]) -> str:
        at = time_lines(line.at, clock)
        return draw("home/_made.html", shape, at=at, method_words=made.method_words, **places)

    # Of an earlier day only the date is told, of today's how long ago it was.
    today = clock.date()
    as_of = clock.replace(second=0, microsecond=0) if local(line.at).date() == today else today
    return draw_kept(
        ("a contact on the timeline", line.at, as_of, *shape.values()),
        make,
        planned=made.planned or made.reason or "",
        staff=made.staff,
        feedback=linebreaksbr(made.feedback),
        problem=made.problem,
        next_step=made.next_step,
    )
