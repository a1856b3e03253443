"""The house's own lists: a choice is added, worded anew, retired, brought back, moved (CC-29)."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from crm.people.models import User
from crm.records import audit
from crm.records.actions import change, claim_request
from crm.records.states import Stale
from crm.rulebook import access
from crm.rulebook.models import Option, OptionKind, TicketClass
from crm.rulebook.queues.options import UP, class_of, neighbours_of

CODE_AT_MOST = 60
FOR_A_NUMBER = 4


class Labels(NamedTuple):
    """The words of a choice; where one language has none, those in 简体 are shown."""

    zh_hans: str
    zh_hant: str = ""
    en: str = ""

    def columns(self) -> dict[str, str]:
        return {f"label_{language}": words for language, words in self._asdict().items()}


def add_option(
    kind: str,
    labels: Labels,
    *,
    ticket_class: str = "",
    by: User,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Put a choice at the end of a list; a sub-class belongs to a class.

    Its code is made of its words and stays. Raises `PermissionDenied`, `ValidationError` by
    field.
    """
    _check_may(by)
    _check_class(kind, ticket_class)
    with transaction.atomic():
        if not claim_request(by, "add_option", request_id):
            return
        rows = list(Option.objects.select_for_update().filter(kind=kind))
        _check_words(labels, [row for row in rows if class_of(row) == ticket_class])
        last = max((row.position for row in rows), default=0)
        option = Option.objects.create(
            kind=kind,
            code=_code(labels, ticket_class, {row.code for row in rows}),
            position=last + 1,
            set_by=by,
            set_at=now,
            **labels.columns(),
        )
        after = {"kind": kind, "code": option.code, **labels.columns()}
        audit.record("rulebook.add_option", by=by, obj=option, after=after, at=now)


def rename_option(
    option: Option,
    labels: Labels,
    *,
    by: User,
    version: int,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Word a choice anew, on old rows as well; its code stays.

    Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    _check_may(by)
    with transaction.atomic():
        if not claim_request(by, "rename_option", request_id):
            return
        rows = Option.objects.select_for_update().filter(kind=option.kind).exclude(pk=option.pk)
        _check_words(labels, [row for row in rows if class_of(row) == class_of(option)])
        after = labels.columns()
        before = {name: getattr(option, name) for name in after}
        change(option, version=version, set_by=by, set_at=now, **after)
        audit.record(
            "rulebook.rename_option", by=by, obj=option, before=before, after=after, at=now
        )


def retire_option(
    option: Option, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Offer a choice no more; rows that have it keep it and show its words.

    The last one stays, or nobody could choose. Raises `PermissionDenied`, `ValidationError`,
    `Stale`.
    """
    _check_may(by)
    with transaction.atomic():
        if not claim_request(by, "retire_option", request_id):
            return
        offered = Option.objects.select_for_update().filter(kind=option.kind, retired=False)
        if all(row.pk == option.pk for row in offered):
            raise ValidationError(_("The last choice of a list stays on offer."))
        _set_retired(option, "retire_option", retired=True, by=by, version=version, now=now)


def bring_back_option(
    option: Option, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Offer a retired choice again. Raises `PermissionDenied`, `Stale`."""
    _check_may(by)
    with transaction.atomic():
        if claim_request(by, "bring_back_option", request_id):
            _set_retired(
                option, "bring_back_option", retired=False, by=by, version=version, now=now
            )


def move_option(
    option: Option, how: str, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Let a choice change places with the one before (`up`) or after it (`down`).

    At the end of its list it stays where it is. Raises `PermissionDenied`, `Stale`.
    """
    _check_may(by)
    with transaction.atomic():
        if not claim_request(by, "move_option", request_id):
            return
        rows = list(Option.objects.select_for_update().filter(kind=option.kind))
        other = neighbours_of(option, rows)[0 if how == UP else 1]
        if other is None:
            return
        at = {row.pk: place for place, row in enumerate(rows)}
        at[option.pk], at[other.pk] = at[other.pk], at[option.pk]
        change(option, version=version, set_by=by, set_at=now)
        for row in rows:
            row.position = at[row.pk]
        Option.objects.bulk_update(rows, ["position"])
        audit.record("rulebook.move_option", by=by, obj=option, after={"moved": how}, at=now)


def _check_may(user: User) -> None:
    if not access.can_set_options(user):
        raise PermissionDenied


def _check_class(kind: str, ticket_class: str) -> None:
    wanted = TicketClass.values if kind == OptionKind.TICKET_SUBCLASS else [""]
    if kind not in OptionKind.values or ticket_class not in wanted:
        raise ValidationError({"ticket_class": _("Choose from the list.")})


def _check_words(labels: Labels, others: list[Option]) -> None:
    """Raise `ValidationError` where a word is missing or names another choice beside it."""
    if not labels.zh_hans:
        raise ValidationError({"zh_hans": _("Required.")})
    taken = {words.casefold() for row in others for words in _names(row)}
    for language, words in labels._asdict().items():
        if words and words.casefold() in taken:
            raise ValidationError({language: _("This choice is on the list already.")})


def _names(row: Option) -> list[str]:
    ways = (row.code, row.label_zh_hans, row.label_zh_hant, row.label_en)
    return [words for words in ways if words]


def _code(labels: Labels, ticket_class: str, taken: set[str]) -> str:
    """What rows will keep: the English words, else those in 简体, once in the list."""
    start = f"{ticket_class}." if ticket_class else ""
    words = slugify(labels.en).replace("-", "_") or labels.zh_hans
    base = f"{start}{words}"[: CODE_AT_MOST - FOR_A_NUMBER]
    code, number = base, 1
    while code in taken:
        number += 1
        code = f"{base}_{number}"
    return code


def _set_retired(
    option: Option, verb: str, *, retired: bool, version: int, by: User, now: dt.datetime
) -> None:
    if option.retired == retired:
        raise Stale(Option._meta.label, option.pk)
    changes: dict[str, Any] = {"retired": retired, "set_by": by, "set_at": now}
    change(option, version=version, **changes)
    before, after = {"retired": not retired}, {"retired": retired}
    audit.record(f"rulebook.{verb}", by=by, obj=option, before=before, after=after, at=now)
