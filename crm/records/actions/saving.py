"""Verbs every room uses: a guarded transition, a form saved once, drafts, running numbers."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Collection, Sequence
from typing import Any
from urllib.parse import unquote_plus

from django.core.exceptions import EmptyResultSet
from django.db import connection, models, transaction
from django.db.models import Exists, F
from django.db.models.sql import UpdateQuery
from django.utils import timezone

from crm.people.models import User
from crm.records.models import AuditWords, Counter, Draft, RequestToken
from crm.records.queues import request_key
from crm.records.states import Stale

# How many numbers one statement looks for: SQLite takes no more than some thousand.
BATCH = 900
# One statement that says whether it was first; a copy under way elsewhere is waited for.
CLAIM = """INSERT INTO records_requesttoken (user_id, form, request_id, result, at)
    VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"""


def transition(
    obj: models.Model,
    *,
    frm: str | Collection[str],
    to: str,
    version: int | None = None,
    **changes: Any,
) -> None:
    """Move `obj` from one of the states `frm` to `to` by one conditional UPDATE (habit 4, D30).

    With `version`, the row must also still be the one the person saw. On success the instance
    carries the new state, version and changes. Raises `Stale` when somebody else was first.
    """
    states = [frm] if isinstance(frm, str) else list(frm)
    rows = type(obj)._default_manager.filter(pk=obj.pk, state__in=states)
    if version is not None:
        rows = rows.filter(version=version)
    if not rows.update(state=to, version=F("version") + 1, **changes):
        raise Stale(obj._meta.label, int(obj.pk))
    _carry(obj, version, {"state": to, **changes})


def change(obj: models.Model, *, version: int | None = None, **changes: Any) -> None:
    """Write `changes` to `obj` if it is still at `version`; raises `Stale` otherwise (D32)."""
    rows = type(obj)._default_manager.filter(pk=obj.pk)
    if version is not None:
        rows = rows.filter(version=version)
    if not rows.update(version=F("version") + 1, **changes):
        raise Stale(obj._meta.label, int(obj.pk))
    _carry(obj, version, changes)


def _carry(obj: models.Model, seen: int | None, changes: dict[str, Any]) -> None:
    """Let the instance say what the row says; it is read again only where that is not known."""
    computed = any(hasattr(value, "resolve_expression") for value in changes.values())
    if seen is None or computed:
        obj.refresh_from_db(fields=["version", *changes])
        return
    for name, value in {**changes, "version": seen + 1}.items():
        setattr(obj, name, value)


def change_and_read(
    rows: models.QuerySet[Any], read: Sequence[str | Exists], **changes: Any
) -> list[tuple[Any, ...]]:
    """Change rows and read columns of them as they are then, and whether other rows exist.

    One statement for what would be an UPDATE and a SELECT after it.
    """
    query: Any = rows.order_by().query.chain(UpdateQuery)
    query.add_update_values(changes)
    compiler = query.get_compiler(connection=connection)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return []
    columns = [
        query.get_meta().get_field(one).get_col(query.get_initial_alias())
        if isinstance(one, str)
        else one.resolve_expression(query)
        for one in read
    ]
    returned = [compiler.compile(column) for column in columns]
    answer = ", ".join(text for text, _params in returned)
    given = (*params, *(param for _text, more in returned for param in more))
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} RETURNING {answer}", given)
        found = cursor.fetchall()
    return list(compiler.apply_converters(found, compiler.get_converters(columns)))


def claim_request(user: User, form: str, request_id: str, result: str = "") -> bool:
    """True the first time this person sends this form with this id, False on a replay (D33).

    Call it first inside the action's transaction: it rolls back with the rest, and a second
    copy sent meanwhile waits for the first and then finds itself a replay. `result` is what
    `earlier_result` says then, where it is known before.
    """
    key = request_key(request_id)
    if not key:
        return True
    at = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [user.pk, form, key, result, at])
        return bool(cursor.rowcount == 1)


def one_at_a_time(user: User) -> None:
    """Wait until nothing else of this person's that counts against a budget is under way.

    For the transaction in which it stands; on SQLite one writes at a time anyway.
    """
    if connection.features.has_select_for_update:
        User.objects.select_for_update(no_key=True).order_by().values_list("pk").get(pk=user.pk)


def keep_result(user: User, form: str, request_id: str, result: str) -> None:
    """Remember what a form sent with this id made, so that its replay says the same."""
    rows = RequestToken.objects.filter(user=user, form=form, request_id=request_key(request_id))
    rows.update(result=result)


def written(now: dt.datetime) -> dict[str, dt.datetime]:
    """The moments of a row somebody writes down here now, whenever it happened (CL-12)."""
    return {"entered_at": now, "created_at": now}


def keep_draft(
    user: User, form: str, subject_id: str, body: dict[str, Any], *, now: dt.datetime
) -> Draft:
    """Keep what `user` has typed so far; an older draft of the same form is replaced."""
    draft, _made = Draft.objects.update_or_create(
        user=user, form=form, subject_id=subject_id, defaults={"body": body, "saved_at": now}
    )
    return draft


def drop_draft(user: User, form: str, subject_id: str) -> None:
    """Forget a draft after its form was saved."""
    Draft.objects.filter(user=user, form=form, subject_id=subject_id).delete()


def next_numbers(kind: str, year: int, count: int) -> range:
    """The next `count` running numbers of `kind` in `year`, unique over all hosts.

    Must run inside the transaction that uses them.
    """
    with transaction.atomic():
        Counter.objects.get_or_create(kind=kind, year=year)
        Counter.objects.filter(kind=kind, year=year).update(last=F("last") + count)
        last = Counter.objects.values_list("last", flat=True).get(kind=kind, year=year)
    return range(last - count + 1, last + 1)


def free_number(model: type[models.Model], field: str, *, kind: str, prefix: str, year: int) -> str:
    """The next number `<prefix>-<year>-0001` that no row has in the column `field`.

    Numbers that came from elsewhere are stepped behind at once. Must run inside the transaction
    that uses the number.
    """
    return free_numbers(model, field, kind=kind, prefix=prefix, year=year, count=1)[0]


def free_numbers(
    model: type[models.Model], field: str, *, kind: str, prefix: str, year: int, count: int
) -> list[str]:
    """As `free_number`, for `count` rows at once."""
    rows, head = model._default_manager.all(), f"{prefix}-{year}-"
    own = next_numbers(kind, year, count)
    numbers = [f"{head}{number:04d}" for number in own]
    parts = (numbers[at : at + BATCH] for at in range(0, count, BATCH))
    if any(rows.filter(**{f"{field}__in": part}).exists() for part in parts):
        taken = rows.filter(**{f"{field}__startswith": head}).values_list(field, flat=True)
        tails = (value.removeprefix(head) for value in taken)
        last = max(
            int(tail) for tail in tails if tail.isascii() and tail.isdigit() and len(tail) < 10
        )
        Counter.objects.filter(kind=kind, year=year, last__lt=last).update(last=last)
        own = next_numbers(kind, year, count)
        numbers = [f"{head}{number:04d}" for number in own]
    return numbers


def forget_words(ids: Collection[str], words: Collection[str]) -> int:
    """Cut what was typed out of the trail, and drop the drafts, of these rows (D48).

    `ids` are public ids; `words` are looked for where a row is not named: in filters of lists
    taken out and in drafts of rows to come. The sealed events stay as they are. Returns how many
    events lost their words.
    """
    loose = AuditWords.objects.exclude(event__subject_id__in=ids)
    named = [
        row.pk
        for row in loose.filter(event__subject__startswith="exchange.").iterator(500)
        if holds_any(row.words, words)
    ]
    gone, _by_model = AuditWords.objects.filter(
        models.Q(event__subject_id__in=ids) | models.Q(pk__in=named)
    ).delete()
    drafts = Draft.objects.filter(subject_id="").iterator(500)
    typed = [draft.pk for draft in drafts if holds_any(draft.body, words)]
    Draft.objects.filter(models.Q(subject_id__in=ids) | models.Q(pk__in=typed)).delete()
    return gone


def holds_any(value: Any, words: Collection[str]) -> bool:
    """Whether one of `words` stands in any text of a JSON value, also in the part of an address.

    Case, width and the grouping of digits make no difference.
    """
    if isinstance(value, dict):
        return any(holds_any(one, words) for one in value.values())
    if isinstance(value, list):
        return any(holds_any(one, words) for one in value)
    if not isinstance(value, str):
        return False
    sought = [_folded(word) for word in words]
    return any(_stands_in(text, sought) for text in {value, unquote_plus(value)})


def _stands_in(value: str, sought: Sequence[str]) -> bool:
    text = _folded(value)
    digits = re.sub(r"[^0-9]", "", text)
    return any(word in text or (word.isdigit() and word in digits) for word in sought)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
