"""The house's own lists as managers read them (CC-29)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from crm.records.models import AuditEvent
from crm.records.states import Saved
from crm.rulebook.models import Option, OptionKind, TicketClass
from crm.rulebook.queues.reading import label_of

UP, DOWN = "up", "down"
CHANGES_SHOWN = 10
HINTS = {
    OptionKind.CHANNEL: _("Asked for when a card is opened."),
    OptionKind.LOST_REASON: _("Why customers were lost, in reports and workbooks."),
    OptionKind.PAYMENT_METHOD: _("How a payment was made, in workbooks."),
    OptionKind.TICKET_SUBCLASS: _("What a problem or complaint is about, within its class."),
}


@dataclass(frozen=True)
class OptionLine:
    """A choice on its list."""

    option: Option
    is_first: bool
    is_last: bool

    @property
    def words(self) -> str:
        return label_of(self.option)

    @property
    def elsewhere(self) -> list[str]:
        """Its words in the other languages, as far as they differ."""
        row = self.option
        ways = (row.label_zh_hans, row.label_zh_hant, row.label_en)
        return [words for words in dict.fromkeys(ways) if words and words != self.words]


@dataclass(frozen=True)
class Group:
    """The choices of a list that belong together: those of a class, or all."""

    title: str
    lines: list[OptionLine]


@dataclass(frozen=True)
class OptionList:
    """A list: what is offered, in order, and what is retired."""

    kind: OptionKind
    groups: list[Group]
    retired: list[OptionLine]

    @property
    def hint(self) -> str:
        return str(HINTS[self.kind])

    @property
    def is_by_class(self) -> bool:
        return self.kind == OptionKind.TICKET_SUBCLASS


def option_list(kind: str) -> OptionList:
    """One list, the first where there is none of that kind; one statement."""
    found = OptionKind(kind) if kind in OptionKind.values else OptionKind.CHANNEL
    rows = list(Option.objects.filter(kind=found))
    offered = [row for row in rows if not row.retired]
    classes = dict(TicketClass.choices) if found == OptionKind.TICKET_SUBCLASS else {"": ""}
    groups = [
        Group(str(title), [_line(row, rows) for row in offered if class_of(row) == key])
        for key, title in classes.items()
    ]
    retired = [OptionLine(row, True, True) for row in rows if row.retired]  # noqa: FBT003
    return OptionList(found, [group for group in groups if group.lines], retired)


def _line(row: Option, rows: Sequence[Option]) -> OptionLine:
    before, after = neighbours_of(row, rows)
    return OptionLine(row, is_first=before is None, is_last=after is None)


def neighbours_of(option: Option, rows: Iterable[Option]) -> tuple[Option | None, Option | None]:
    """Which choices on offer stand before and after this one, within its class."""
    beside = [
        row
        for row in rows
        if row.pk == option.pk or (not row.retired and class_of(row) == class_of(option))
    ]
    at = next((place for place, row in enumerate(beside) if row.pk == option.pk), None)
    if at is None:
        return None, None
    return (
        beside[at - 1] if at else None,
        beside[at + 1] if at + 1 < len(beside) else None,
    )


def class_of(option: Option) -> str:
    """The class of a sub-class, `other` where its code names none; empty on other lists."""
    if option.kind != OptionKind.TICKET_SUBCLASS:
        return ""
    head, dot, _tail = option.code.partition(".")
    return head if dot and head in TicketClass.values else str(TicketClass.OTHER)


def option_of(public_id: str) -> Option | None:
    """One choice, retired ones too."""
    return Option.objects.select_related("set_by").filter(public_id=public_id).first()


def changes_of_option(option: Option) -> list[AuditEvent]:
    """What became of a choice, the latest first."""
    events = AuditEvent.objects.filter(subject=Option._meta.label, subject_id=str(option.pk))
    return list(events.select_related("actor").order_by("-id")[:CHANGES_SHOWN])


def saved_option(public_id: str) -> Saved:
    """How a choice is worded now, for whoever came second."""
    row = Option.objects.get(public_id=public_id)
    values = {"zh_hans": row.label_zh_hans, "zh_hant": row.label_zh_hant, "en": row.label_en}
    return Saved(values, resend={"version": row.version})
