"""Numbers as managers read them: in force, by default, whose own, set by whom (OT-04)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from crm.people import roles
from crm.people.models import Store, User
from crm.records.models import AuditEvent
from crm.records.states import Saved
from crm.rulebook import access
from crm.rulebook.lines import LINES, TEXT, TIME, TOPIC_OF, TOPICS, Line, Topic
from crm.rulebook.models import Number
from crm.rulebook.numbers import Numbers

ALL = "all"
CHANGES_SHOWN = 10
# Units that stand close to their number; units that are the same in every language.
CLOSE = frozenset({"%"})
UNTRANSLATED = frozenset({"%", "MB"})


@dataclass(frozen=True)
class Place:
    """Where a number holds: in every store, or in one."""

    place: str
    name: str
    store: Store | None = None


@dataclass(frozen=True)
class Held:
    """A number at a place: what is set there, and what holds there."""

    line: Line
    place: Place
    own: Number | None
    common: Number | None

    @property
    def words(self) -> str:
        return _(self.line.words)

    @property
    def is_set(self) -> bool:
        """Whether this place has a value of its own."""
        return self.own is not None and bool(self.own.value)

    @property
    def value(self) -> str:
        """What is in force, as rows keep it."""
        rows = (self.own, self.common)
        return next((row.value for row in rows if row is not None and row.value), self.usual)

    @property
    def usual(self) -> str:
        return str(getattr(Numbers, self.line.key))

    @property
    def in_force(self) -> str:
        return worded(self.line, self.value)

    @property
    def by_default(self) -> str:
        return worded(self.line, self.usual)

    @property
    def without(self) -> str:
        """What would hold here without a value of its own."""
        common = self.common.value if self.common is not None and self.place.store else ""
        return worded(self.line, common or self.usual)

    @property
    def bounds(self) -> str:
        """The least and the most, in words; none of a text."""
        if self.line.unit is TEXT:
            return ""
        least, most = (worded(self.line, str(one)) for one in (self.line.least, self.line.most))
        return _("From %(least)s to %(most)s.") % {"least": least, "most": most}

    @property
    def version(self) -> int:
        return self.own.version if self.own is not None else 1


@dataclass(frozen=True)
class TopicHeld:
    """Numbers that belong together, at a place."""

    topic: Topic
    lines: list[Held]

    @property
    def set_here(self) -> int:
        """How many have a value of this place's own."""
        return sum(held.is_set for held in self.lines)

    @property
    def title(self) -> str:
        return _(self.topic.title)

    @property
    def hint(self) -> str:
        return _(self.topic.hint)


def worded(line: Line, value: str) -> str:
    """A value with its unit, in the reader's language."""
    if line.unit in (TEXT, TIME):
        return value
    unit = line.unit.one if value == "1" else line.unit.many
    words = unit if unit in UNTRANSLATED else pgettext("unit", unit)
    return f"{int(value):,}{'' if unit in CLOSE else ' '}{words}"


def places_of(user: User) -> list[Place]:
    """Where this person reads numbers: everywhere, then store by store."""
    stores = Store.objects.visible_to(user).order_by("code")
    return [Place(ALL, _("All stores")), *(Place(one.public_id, one.name, one) for one in stores)]


def usual_place(user: User) -> str:
    """The store of whoever manages one, else everywhere."""
    main = user.reach.main
    if user.reach.has(roles.GENERAL_MANAGER) or main is None or main.store_id is None:
        return ALL
    found = Store.objects.filter(pk=main.store_id).values_list("public_id", flat=True)
    return found.first() or ALL


def topics_at(place: Place) -> list[TopicHeld]:
    """Every number at a place, by topic; one statement. A store has none of some topics."""
    rows = {(row.key, row.store_id): row for row in _rows(place.store)}
    topics = (
        TopicHeld(topic, [held for line in topic.lines if (held := _held(line, place, rows))])
        for topic in TOPICS
    )
    return [one for one in topics if one.lines]


def number_at(key: str, place: Place) -> Held | None:
    """One number at a place; None where the house knows none of that key, or a store has none."""
    if key not in LINES:
        return None
    rows = {(row.key, row.store_id): row for row in _rows(place.store).filter(key=key)}
    return _held(LINES[key], place, rows)


def _held(line: Line, place: Place, rows: Mapping[tuple[str, int | None], Number]) -> Held | None:
    if place.store is not None and line.everywhere:
        return None
    own = rows.get((line.key, place.store.pk if place.store else None))
    return Held(line, place, own, rows.get((line.key, None)))


def _rows(store: Store | None) -> QuerySet[Number]:
    rows = Number.objects.filter(Q(store__isnull=True) | Q(store=store))
    return rows.select_related("set_by")


def at_each(user: User, key: str) -> list[Held]:
    """One number at every place this person sees; two statements."""
    found = {row.store_id: row for row in Number.objects.filter(key=key).select_related("set_by")}
    rows = {(key, store): row for store, row in found.items()}
    held = (_held(LINES[key], place, rows) for place in places_of(user))
    return [one for one in held if one is not None]


@dataclass(frozen=True)
class ChangeLine:
    """One change of a number, worded."""

    event: AuditEvent
    before: str
    after: str


def changes_of(held: Held) -> list[ChangeLine]:
    """What was set at this place, the latest first."""
    if held.own is None:
        return []
    events = AuditEvent.objects.filter(subject=Number._meta.label, subject_id=str(held.own.pk))
    latest = events.select_related("actor").order_by("-id")[:CHANGES_SHOWN]
    return [
        ChangeLine(event, *(_value_in(side, held.line) for side in (event.before, event.after)))
        for event in latest
    ]


def _value_in(side: Mapping[str, str], line: Line) -> str:
    value = side.get("value", "")
    return worded(line, value) if value else _("default")


def saved_number(held: Held) -> Saved:
    """How the number stands now, for whoever came second."""
    return Saved({"value": held.value}, resend={"version": held.version})


def may_set(user: User, held: Held) -> bool:
    """Whether this person sets this number at this place."""
    return access.can_set_number(user, held.line, held.place.store)


def topic_of(held: Held) -> str:
    """The topic whose page shows this number."""
    return TOPIC_OF[held.line.key].key


def is_guarded(held: Held) -> bool:
    """Whether the general manager alone sets it."""
    return TOPIC_OF[held.line.key].guarded
