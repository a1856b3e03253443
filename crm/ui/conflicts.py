"""A save that came second: both texts side by side, and the way to send one's own again."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm, BoundField, CheckboxInput
from django.http import QueryDict
from django.utils.translation import gettext as _

CARRIED_BY_THE_PAGE = frozenset({"csrfmiddlewaretoken", "request_id", "version"})


@dataclass(frozen=True)
class Difference:
    """A field that two people filled differently."""

    label: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class Resend:
    """What one's own text needs to be saved over the other: address, version now, fields."""

    url: str
    version: int
    fields: tuple[tuple[str, str], ...]


def both_texts(typed: BaseForm, stored: BaseForm) -> list[Difference]:
    """The fields where what was typed and what is stored now differ, in the form's order."""
    found = []
    for name in typed.fields:
        if typed[name].is_hidden:
            continue
        mine, theirs = shown(typed[name]), shown(stored[name])
        if mine != theirs:
            found.append(Difference(str(typed[name].label), mine, theirs))
    return found


def shown(bound: BoundField) -> str:
    """A field's value in the words a person reads."""
    value = bound.value()
    if isinstance(bound.field.widget, CheckboxInput):
        return _("yes") if value else _("no")
    choices = dict(flat(getattr(bound.field, "choices", ())))
    if isinstance(value, list | tuple):
        return ", ".join(str(choices.get(str(one), one)) for one in value)
    if value in (None, ""):
        return ""
    return str(choices.get(str(value), value)).replace("\r\n", "\n").strip()


def flat(choices: Iterable[Any]) -> Iterable[tuple[str, Any]]:
    """Choices without their groups."""
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from flat(label)
        else:
            yield str(value), label


def resend(typed: BaseForm, *, url: str, version: int) -> Resend:
    """Send what was typed again, against the version stored now."""
    data = typed.data if isinstance(typed.data, QueryDict) else QueryDict()
    fields = tuple(
        (name, str(value))
        for name, values in data.lists()
        if name not in CARRIED_BY_THE_PAGE
        for value in values
    )
    return Resend(url, version, fields)
