"""The contacts of a timeline as HTML: thirty of them say the same few things in one mould."""

from __future__ import annotations

import datetime as dt

from django.template.defaultfilters import linebreaksbr
from django.utils.safestring import SafeString

from crm.home.timeline import Line
from crm.ui.moulds import draw
from crm.ui.templatetags.floor import time_lines
from followups.models import Direction
from followups.queues.history import Made


def drawn_line(line: Line, clock: dt.datetime) -> SafeString | str:
    """A contact that was made; empty for what the template draws itself."""
    made: Made | None = line.contact
    if made is None:
        return ""
    return draw(
        "home/_made.html",
        {
            "method": made.method,
            "inbound": made.direction == Direction.IN,
            "was_planned": made.planned is not None,
            "tone": made.tone,
            "words": made.words,
            "entered_late": made.entered_late,
        },
        at=time_lines(line.at, clock),
        method_words=made.method_words,
        planned=made.planned or made.reason or "",
        staff=made.staff,
        feedback=linebreaksbr(made.feedback),
        problem=made.problem,
        next_step=made.next_step,
    )
