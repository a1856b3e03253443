"""What every page's shell shows: menu with badges, bottom bar, bell, worker banner, the person.

Everything is read only when the shell asks for it, so that a fragment pays nothing. A page
pays one statement for all counts and the worker's pulse.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.customers.access import can_list_cards, can_open_card
from crm.exchange.queues.listings import lists_of
from crm.home.context_processors.menu import (
    PLACES,
    SECTIONS,
    WITHOUT_WORK_PAGE,
    Place,
    address_of,
)
from crm.home.queues import badges
from crm.notices.queues import WorkerStatus, pulse_and, read_pulse, read_unseen, unseen_and
from crm.people import roles
from crm.people.models import Role, User
from crm.reception.access import can_log_reception
from crm.rulebook.access import can_set_numbers
from crm.rulebook.queues.calendar import provisional_year
from crm.ui.statements import rows_of, values_of


@dataclass(frozen=True)
class Entry:
    """A place as drawn: words, address, icon, count, whether one is there now."""

    label: str
    url: str
    icon: str
    badge: int = 0
    badge_late: bool = False
    current: bool = False
    fab: bool = False


@dataclass(frozen=True)
class Group:
    """Entries under one heading."""

    title: str
    entries: tuple[Entry, ...]


class Shell:
    """The shell of one request; each part is read once, and only if the page draws it."""

    def __init__(self, request: HttpRequest, user: User) -> None:
        self.request = request
        self.user = user
        # What the page has counted itself: its badge says the same, and is not counted again.
        self.told: dict[str, int] = getattr(request, "counted", {})

    @cached_property
    def pulse(self) -> tuple[WorkerStatus, dict[str, int]]:
        """How the worker is doing, all badges and the bell, in one statement."""
        user, now = self.user, timezone.now()
        today, told = timezone.localdate(now), frozenset(self.told)

        def parts(now: dt.datetime) -> dict[str, QuerySet[Any]]:
            asked = badges(user, now=now, today=today)
            return {name: rows for name, rows in asked.items() if name not in told}

        key = ("pulse", user.pk, user.reach, today, told)
        rows = values_of(key, lambda now: pulse_and(parts(now)), now=now)
        if rows:
            return read_pulse(rows[0])
        return read_unseen(rows_of(("unseen", *key), lambda now: unseen_and(parts(now)), now=now))

    @cached_property
    def counts(self) -> dict[str, int]:
        """The figures by the names the places know; one badge for all that failed to be told."""
        found = self.pulse[1] | self.told
        return {**found, "sends": found.get("sends", 0) + found.get("dead", 0)}

    @cached_property
    def places(self) -> list[Place]:
        """The places this person may go to, without their first page."""
        first, *others = PLACES
        found = [one for one in others if one.may(self.user)]
        main = self.user.reach.main
        return [first, *found] if main and main.role in WITHOUT_WORK_PAGE else found

    @cached_property
    def here(self) -> str:
        """The address of the place the page belongs to: the longest that begins its path."""
        path = self.request.path
        known = [address_of(place.name) for place in self.places]
        fits = [url for url in known if path == url or (url != "/" and path.startswith(url))]
        return max(fits, key=len, default="")

    def entry(self, place: Place) -> Entry:
        """One place as drawn."""
        url = address_of(place.name)
        count = self.counts.get(place.count, 0) if place.count else 0
        return Entry(
            label=str(place.label),
            url=url,
            icon=place.icon,
            badge=count,
            badge_late=place.late and count > 0,
            current=url == self.here,
        )

    @cached_property
    def menu(self) -> tuple[Group, ...]:
        """The side bar, by section; a section without entries is left out."""
        groups = []
        for key, title in SECTIONS.items():
            entries = tuple(self.entry(place) for place in self.places if place.section == key)
            if entries:
                groups.append(Group(str(title), entries))
        return tuple(groups)

    @cached_property
    def bottom_bar(self) -> tuple[Entry, ...]:
        """Five entries for a thumb, recording in the middle where the role records."""
        more = Entry(_("More"), "#side", "menu-2")
        entries = [entry for group in self.menu for entry in group.entries]
        board = address_of("reports:dashboard")  # the first page of whoever may open it
        entries.sort(key=lambda entry: entry.url != board)
        middle = self.recording()
        if middle is None:
            return (*entries[:4], more)
        sides = [entry for entry in entries if entry.url != middle.url][:3]
        bar = [*sides[:2], middle, *sides[2:], more]
        return tuple(entry if entry is middle else replace(entry, fab=False) for entry in bar)

    def recording(self) -> Entry | None:
        """What the middle of the bottom bar does: log a contact, a reception, open a card."""
        if self.can_log_contact():
            return Entry(_("Log"), address_of("followups:choose_contact"), "pencil-plus", fab=True)
        if can_log_reception(self.user):
            return Entry(_("Log"), address_of("reception:log_reception"), "plus", fab=True)
        if self.can_open_card():
            return Entry(
                _("New customer"), address_of("followups:open_card"), "user-plus", fab=True
            )
        return None

    def unread_count(self) -> int:
        """What the bell shows."""
        return self.counts.get("unread", 0)

    @cached_property
    def worker_banner(self) -> dict[str, str]:
        """The line that says reminders are late or have stopped; no level while all is well."""
        status = self.pulse[0]
        level = "" if status.level == "ok" else status.level
        return {"level": level, "text": banner_words(status)}

    @cached_property
    def provisional_year(self) -> str:
        """The next year whose working days are not entered, for whoever enters them."""
        if not can_set_numbers(self.user):
            return ""
        return str(provisional_year(timezone.localdate()) or "")

    def care_due(self) -> int:
        """How many customers this person is to greet or thank today."""
        return self.counts.get("care", 0)

    def can_open_card(self) -> bool:
        return can_open_card(self.user)

    def can_log_contact(self) -> bool:
        reach = self.user.reach
        return reach.has(roles.SALESPERSON) or bool(reach.stands_in_for)

    def can_search(self) -> bool:
        return can_list_cards(self.user)

    def store_name(self) -> str:
        main = self.user.reach.main
        return main.store_name if main else ""

    def role_name(self) -> str:
        main = self.user.reach.main
        return str(Role(main.role).label) if main else _("No role yet")


def banner_words(status: WorkerStatus) -> str:
    """How late reminders are, in one or two sentences; empty while the worker is well."""
    if status.level == "ok":
        return ""
    if status.level == "red":
        words = _("The reminder worker is not running. Ask the administrator to start it.")
    else:
        words = _("Reminders are late.")
    if not status.late:
        return words
    minutes = (status.oldest_s or 0) // 60
    backlog = ngettext(
        "%(count)d reminder waits, the oldest for %(minutes)d min.",
        "%(count)d reminders wait, the oldest for %(minutes)d min.",
        status.late,
    ) % {"count": status.late, "minutes": minutes}
    return _("%(state)s %(backlog)s") % {"state": words, "backlog": backlog}


def shell(request: HttpRequest) -> dict[str, Any]:
    """The shell's part of the context; empty on signed-out pages. Each value is a callable."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    page = Shell(request, user)
    parts: Iterable[tuple[str, Callable[[], Any]]] = (
        ("menu", lambda: page.menu),
        ("bottom_bar", lambda: page.bottom_bar),
        ("worker_banner", lambda: page.worker_banner),
        ("provisional_year", lambda: page.provisional_year),
        ("unread_count", page.unread_count),
        ("care_due", page.care_due),
        ("can_open_card", page.can_open_card),
        ("can_log_contact", page.can_log_contact),
        ("can_search", page.can_search),
        ("store_name", page.store_name),
        ("may_take_out", lambda: lists_of(user)),
        ("role_name", page.role_name),
    )
    return {**dict(parts), "theme": user.theme, "shortcuts_on": user.shortcuts_on}
