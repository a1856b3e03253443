"""The case library as screens need it: the newest first, found by its words."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints import states
from complaints.models import Case, CaseQuerySet, Ticket
from crm.people.models import User
from crm.records.states import Saved
from crm.ui.lists import Chip, Filter, ListSpec, Sort
from crm.ui.texts import clean_line

MOST_WORDS, LONGEST_QUERY = 6, 60


def normal(text: str) -> str:
    """Text as it is searched: one width, lower case, one space between words."""
    return clean_line(unicodedata.normalize("NFKC", text)).lower()


def search_text(parts: Mapping[str, str]) -> str:
    """What the search column of a case holds."""
    return " ".join(normal(text) for text in parts.values() if text)


def case_queue(user: User, query: str = "") -> CaseQuerySet:
    """The cases this person may read; with a query, those that hold each of its words."""
    rows = Case.objects.visible_to(user).select_related("author", "decided_by", "ticket")
    for word in normal(query[:LONGEST_QUERY]).split()[:MOST_WORDS]:
        rows = rows.filter(search__contains=word)
    return rows


def case_list(user: User) -> ListSpec:
    """What the library allows: published first, what waits for approval, one's own."""
    open_ = Q(state__in=(states.DRAFT, states.RETURNED))
    return ListSpec(
        sorts=(Sort("newest", _("Newest"), ("-created_at", "-id")),),
        chips=(
            Chip("published", pgettext_lazy("case", "Published"), Q(state=states.PUBLISHED)),
            Chip("waiting", _("Awaiting approval"), Q(state=states.WAITING), "hourglass-low"),
            Chip("drafts", _("Drafts"), open_),
            Chip("mine", _("Mine"), Q(author=user)),
        ),
        filters=(Filter("category", "category", tuple(Ticket.Category.values)),),
        carried=("q",),
    )


def saved_case(case: Case) -> Saved:
    """What stands now where a case was to be changed."""
    parts = {name: getattr(case, name) for name in ("title", "symptoms", "cause", "handling")}
    values = {**parts, "lessons": case.lessons, "comment": case.comment}
    resend = {"version": case.version} if case.state in states.CASE_MOVES["edit"] else None
    return Saved(values, facts=((str(_("State")), str(case.get_state_display())),), resend=resend)


def colleagues_of(ticket: Ticket) -> list[User]:
    """Everybody who had to do with a ticket: a case names none of them (CP-26)."""
    card = ticket.card
    ids = {ticket.responsible_id, ticket.reporter_id, ticket.solved_by_id, *ticket.subjects}
    ids |= {card.owner_id} if card is not None else set()
    for rows, name in (
        (ticket.entries.order_by(), "by"),
        (ticket.tasks.order_by(), "handler"),
        (ticket.tasks.order_by(), "department__head"),
        (ticket.proposals.order_by(), "decided_by"),
    ):
        ids |= set(rows.values_list(name, flat=True))
    return list(User.objects.filter(pk__in={pk for pk in ids if pk is not None}))
