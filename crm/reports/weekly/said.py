"""What customers said: picked when a report is closed, read when somebody opens it (RP-09).

The report keeps which rows were picked and never their words: an erasure reaches these, and nobody
reads what was said of themselves. Mail and files leave the house and have none of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.access import reads_words as reads_ticket
from complaints.models import CustomerWord, Ticket
from crm.people.models import User
from crm.records.fates import HIDDEN
from crm.records.kpis import Belongs, Question
from crm.reports.models import PeriodReport
from crm.ui.moments import written_day
from visits.access import reads_words as reads_visit
from visits.models import Answer, Visit

CONTENT_FROM = 4
VISIT = "response__visit"
OF_ANSWER = Belongs(*(f"{VISIT}__{name}" for name in ("assignee", "team", "store")))
OF_WORD = Belongs("ticket__responsible", "ticket__team", "ticket__store")


def words_picked(ask: Question) -> dict[str, list[int]]:
    """The latest words of a content and of another customer on visits, and on a complaint."""
    said = Answer.objects.filter(response__submitted_at__isnull=False).exclude(text="")
    answers = ask.within(said, f"{VISIT}__completed_at", OF_ANSWER)
    content = answers.filter(**{f"{VISIT}__satisfaction__gte": CONTENT_FROM})
    others = answers.filter(**{f"{VISIT}__satisfaction__lt": CONTENT_FROM})
    words = ask.within(CustomerWord.objects.exclude(words=""), "at", OF_WORD)
    return {
        "answers": [
            *_latest(content, f"{VISIT}__completed_at"),
            *_latest(others, f"{VISIT}__completed_at"),
        ],
        "words": _latest(words, "at"),
    }


def _latest(rows: QuerySet[Any], at: str) -> list[int]:
    return list(rows.order_by(f"-{at}", "-pk").values_list("pk", flat=True)[:1])


@dataclass(frozen=True)
class Quote:
    """A customer's words, whence they are, and where the whole stands."""

    words: str
    whence: str
    href: str


def quotes_for(report: PeriodReport, reader: User) -> list[Quote]:
    """The picked words this reader may read, as they stand today."""
    picked = report.figures.get("said") or {"answers": [], "words": []}
    visits = Visit.objects.visible_to(reader)
    answers = Answer.objects.filter(pk__in=picked["answers"], response__visit__in=visits)
    tickets = Ticket.objects.visible_to(reader)
    words = CustomerWord.objects.filter(pk__in=picked["words"], ticket__in=tickets)
    return [
        *(
            _of_visit(one.text, one.response.visit)
            for one in answers.select_related(f"{VISIT}__card__product", f"{VISIT}__ticket")
            if one.text != HIDDEN and reads_visit(reader, one.response.visit)
        ),
        *(
            _of_ticket(one.words, one.ticket)
            for one in words.select_related("ticket")
            if one.words != HIDDEN and reads_ticket(reader, one.ticket)
        ),
    ]


def _of_visit(words: str, visit: Visit) -> Quote:
    assert visit.completed_at is not None
    day = written_day(timezone.localdate(visit.completed_at), with_year=False)
    whence = _("%(model)s, return visit on %(day)s") if visit.card.model_name else ""
    whence = whence or _("Return visit on %(day)s")
    said = whence % {"model": visit.card.model_name, "day": day}
    return Quote(words, said, reverse("visits:visit", args=[visit.public_id]))


def _of_ticket(words: str, ticket: Ticket) -> Quote:
    whence = _("Complaint %(number)s") % {"number": ticket.ticket_no}
    return Quote(words, whence, reverse("complaints:ticket", args=[ticket.public_id]))
