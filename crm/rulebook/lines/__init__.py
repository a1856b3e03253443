"""The numbers of the rulebook as managers read and set them, by topic. Pure."""

from __future__ import annotations

from crm.rulebook.lines.house import ASSESSMENT, AUDITS, AUTHORITY, FIGURES, PRIVACY
from crm.rulebook.lines.line import TEXT, TIME, Line, Topic, Unit
from crm.rulebook.lines.selling import FOLLOW_UP, REMINDERS
from crm.rulebook.lines.serving import COMPLAINTS, DEPARTMENTS, RETURN_VISITS

TOPICS = (
    *(FOLLOW_UP, REMINDERS, RETURN_VISITS, DEPARTMENTS),
    *(COMPLAINTS, AUTHORITY, AUDITS, FIGURES, ASSESSMENT, PRIVACY),
)
LINES = {line.key: line for topic in TOPICS for line in topic.lines}
TOPIC_OF = {line.key: topic for topic in TOPICS for line in topic.lines}

__all__ = ["LINES", "TEXT", "TIME", "TOPICS", "TOPIC_OF", "Line", "Topic", "Unit"]
