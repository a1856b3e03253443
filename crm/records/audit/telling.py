"""Events as people read them: what happened to which row, from what to what, in their language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import CharField, Field, Model, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from crm.people import roles
from crm.people.models import Role, User
from crm.records.audit.apart import read
from crm.records.audit.field_words import FIELDS, VALUES
from crm.records.audit.reading import NUMBERS, PUBLIC_ID
from crm.records.audit.words import OBJECTS, ROOMS, words_for, words_of
from crm.records.models import AuditEvent

NOTHING = "—"
FINGERPRINTS = frozenset({"hash", "sha256"})
# Where a page of the row is, and whose roles open it; a link into a refusal helps nobody.
PAGES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "customers.Card": ("home:card", (roles.GENERAL_MANAGER, roles.PRIVACY_OFFICER)),
    "people.User": ("home:user_page", (roles.PRIVACY_OFFICER, roles.ADMIN)),
    "followups.Plan": ("followups:plan", (roles.GENERAL_MANAGER,)),
    "visits.Visit": ("visits:visit", (roles.GENERAL_MANAGER,)),
    "visits.Questionnaire": ("visits:questionnaire", (roles.GENERAL_MANAGER,)),
    "complaints.Ticket": ("complaints:ticket", (roles.GENERAL_MANAGER,)),
}
# Places are named by a public id in some events and by their key in others.
PLACES = {"store": "people.Store", "team": "people.Team", "department": "people.Department"}
BESIDE = {"customers.Card": "customers.Customer"}
NAMES = {**NUMBERS, "people.User": "name", **dict.fromkeys(PLACES.values(), "name")}
Names = Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class Change:
    """One field: its words, what stood there and what stands there now."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Told:
    """One event as a page shows it; `page` is the name of the row's page where it may be opened."""

    event: AuditEvent
    what: str
    kind: str
    name: str
    page: str
    changes: list[Change]


def told(events: Iterable[AuditEvent], reader: User) -> list[Told]:
    """These events in words; one statement names every row they are about."""
    found = list(events)
    names = names_in(found)
    return [tell(event, names, reader) for event in found]


def tell(event: AuditEvent, names: Names, reader: User) -> Told:
    """One event in words."""
    page, openers = PAGES.get(event.subject, ("", ()))
    kind = OBJECTS.get(event.subject, "")
    return Told(
        event=event,
        what=words_for(event.action),
        kind=str(kind),
        name=names.get((event.subject, event.subject_id), event.subject_id),
        page=page if reader.reach.has(*openers) else "",
        changes=list(changes_of(event, names)),
    )


def changes_of(event: AuditEvent, names: Names) -> Iterator[Change]:
    """What the event says, field by field, in the order it was written."""
    model = model_of(event.subject)
    was, is_now = read(event, "before"), read(event, "after")
    for key in {**was, **is_now}:
        before, after = was.get(key), is_now.get(key)
        if key == "address" and after == event.address:
            continue  # stands beside the person already
        yield Change(
            label_of(key, model),
            shown(before, key, model, names) if key in was else "",
            shown(after, key, model, names) if key in is_now else "",
        )


def model_of(subject: str) -> type[Model] | None:
    """The model an event is about; None where this release has none of that name."""
    try:
        return apps.get_model(subject)
    except (LookupError, ValueError):
        return None


def field_of(model: type[Model] | None, key: str) -> Field[Any, Any] | None:
    """The column of that name."""
    try:
        found = model._meta.get_field(key) if model else None
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, Field) else None


def label_of(key: str, model: type[Model] | None) -> str:
    """A field in words: our own, else the column's, else its name."""
    label = model._meta.label if model else ""
    ours = FIELDS.get(f"{label}.{key}") or FIELDS.get(key)
    if ours is not None:
        return str(ours)
    # What is known of the person behind a card is told of the card.
    for one in (model, model_of(BESIDE.get(label, ""))):
        field = field_of(one, key)
        if field is not None and isinstance(field.verbose_name, Promise):
            return capfirst(str(field.verbose_name))
    return str(OBJECTS.get(key) or ROOMS.get(key) or key.replace("_", " "))


def shown(value: Any, key: str, model: type[Model] | None, names: Names) -> str:
    """A value as people read it."""
    if value is None or value in ("", [], {}):
        return NOTHING
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dict):
        pairs = (
            (label_of(one, model), shown(what, one, model, names)) for one, what in value.items()
        )
        return "; ".join(f"{label} {what}" for label, what in pairs)
    if isinstance(value, list):
        if key == "fields":
            return ", ".join(label_of(str(one), model) for one in value)
        return ", ".join(shown(one, key, model, names) for one in value)
    text = str(value)
    if key in FINGERPRINTS:
        return f"{text[:16]}…"
    return words_of(text, key) or in_words(text, key, model) or named(text, key, names) or text


def in_words(text: str, key: str, model: type[Model] | None) -> str:
    """A choice, a role, a date or a moment; empty where the text is none of these."""
    choices = dict(Role.choices) if key in {"role", "roles", "asked_of"} else VALUES.get(key, {})
    if model is not None:
        choices = {**choices_of(model, key), **choices}
    if text in choices:
        return str(choices[text])
    return moment(text) if re.match(r"\d{4}-\d\d-\d\d", text) else ""


def choices_of(model: type[Model], key: str) -> dict[str, Any]:
    """The choices of a column of that name: of this row, else of one that hangs on it."""
    own = field_of(model, key)
    rows = [model] if own is not None else model._meta.app_config.get_models()
    found = (field_of(one, key) for one in rows)
    return {
        k: v for field in found if field is not None and field.choices for k, v in field.flatchoices
    }


def moment(text: str) -> str:
    """A date or a moment in the store's zone; empty for any other text."""
    try:
        day = parse_date(text) if len(text) == len("2026-03-12") else None
        at = None if day else parse_datetime(text)
    except ValueError:
        return ""
    if at is not None:
        aware = timezone.make_aware(at) if timezone.is_naive(at) else at
        return date_format(timezone.localtime(aware), "Y-m-d H:i")
    return day.isoformat() if day else ""


def named(text: str, key: str, names: Names) -> str:
    """The name of a person or place a value points at."""
    label = PLACES.get(key, "people.User")
    return names.get((label, text), "")


def names_in(events: list[AuditEvent]) -> Names:
    """(model, id) → number or name, for every row the events are about or point at."""
    wanted: dict[str, set[str]] = {label: {NOTHING} for label in NAMES}
    for event in events:
        if event.subject in wanted:
            wanted[event.subject].add(event.subject_id)
        for values in (read(event, "before"), read(event, "after")):
            for key, value in values.items():
                text = str(value)
                if key in PLACES:
                    wanted[PLACES[key]].add(text)
                elif isinstance(value, str) and PUBLIC_ID.fullmatch(text):
                    wanted["people.User"].add(text)
    arms = [arm for label, ids in wanted.items() for arm in arms_of(label, ids)]
    return {(label, key): name for label, key, name in arms[0].union(*arms[1:], all=True)}


def arms_of(label: str, ids: set[str]) -> Iterator[Any]:
    """The rows of one kind by public id, and places by their key too."""
    rows = apps.get_model(label)._default_manager.order_by()
    kind, name = Value(label, CharField()), Cast(NAMES[label], CharField())
    yield rows.filter(public_id__in=ids).values_list(kind, "public_id", name)
    if label in PLACES.values():
        keys = [int(one) for one in ids if one.isascii() and one.isdigit() and len(one) < 19]
        key = Cast("pk", CharField())
        yield rows.filter(pk__in=[*keys, 0]).values_list(kind, key, name)
