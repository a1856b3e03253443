"""Messages and reminders that did not reach somebody for sure, as one page with pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from crm.notices import states
from crm.notices.models import Delivery, Reminder
from crm.people.models import User
from crm.records.models import AuditEvent
from crm.records.queues import last_changes_of
from crm.ui.counted import CountedChip
from crm.ui.lists import Chip, Listing, ListSpec, Sort

BELLS = "bells"
# How many reminders are shown below the messages; the chip has them all.
FIRST = 10
SEND_LIST = ListSpec(
    sorts=(Sort("newest", _("Newest"), ("-wanted_at", "-id")),),
    chips=(
        Chip("all", _("All")),
        Chip("doubt", _("In doubt"), Q(state=states.UNKNOWN), icon="help"),
        Chip("held", _("Waits for a click"), Q(state=states.HELD), icon="clock"),
        Chip("failed", _("Failed"), Q(state=states.DEAD), icon="alert-triangle"),
    ),
)
BELL_LIST = ListSpec(
    sorts=(Sort("newest", _("Newest"), ("-id",)),),
    chips=(Chip(BELLS, _("Never rang"), icon="bell-off"),),
)


@dataclass(frozen=True)
class Trouble:
    """What the page shows: messages, reminders or both; each chip counts what it leads to."""

    chips: list[CountedChip]
    sends: Listing[Delivery] | None
    bells: Listing[Reminder] | None
    # Where all reminders are, if not here.
    all_bells: str = ""


def sends_in_trouble(user: User) -> QuerySet[Delivery]:
    """Messages this person may decide on: failed, in doubt, or older than a day."""
    found = Delivery.objects.visible_to(user).in_trouble()
    return found.select_related("recipient", "notice", "reminder")


def dead_reminders(user: User) -> QuerySet[Reminder]:
    """Reminders that never rang, of this person or of those they answer for."""
    return Reminder.objects.visible_to(user).dead().select_related("recipient")


def in_trouble(user: User, query: Mapping[str, str]) -> Trouble:
    """What `query` asks for: one page of the messages a chip keeps, or one of the reminders.

    Under "All" the first reminders stand below the messages. Four statements, however many rows.
    """
    sends = SEND_LIST.show(sends_in_trouble(user), query)
    if query.get("show") == BELLS:
        bells = BELL_LIST.show(dead_reminders(user), query)
        off = [replace(chip, is_on=False) for chip in sends.chips]
        return Trouble(_with_bells(off, bells.chips[0]), None, bells)
    short = replace(BELL_LIST, page_size=FIRST).show(dead_reminders(user), {})
    chip = replace(short.chips[0], is_on=False)
    is_all, is_cut = sends.chips[0].is_on, short.total > FIRST
    chips = _with_bells(sends.chips, chip)
    shown = short if is_all and short.total else None
    return Trouble(chips, sends, shown, chip.href if is_cut else "")


def _with_bells(chips: list[CountedChip], bells: CountedChip) -> list[CountedChip]:
    """The reminders' chip behind the messages', and "All" counts both."""
    every, *others = chips
    return [replace(every, count=every.count + bells.count), *others, bells]


def decided_first(left: Sequence[Delivery]) -> dict[str, list[AuditEvent]]:
    """Who decided these messages before they could be let go, in order; "" is the worker."""
    found: dict[str, list[AuditEvent]] = {}
    for event in sorted(last_changes_of(left), key=lambda event: event.at):
        found.setdefault(event.actor.name if event.actor else "", []).append(event)
    return found
