"""A customer of whom every table knows something, with an unusual word in every column of theirs.

`plant` walks the models; columns that stay on a ground of their own get a plain number.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models

from complaints.models import Ticket
from crm.customers.models import Card
from crm.home.queues.erasures import TABLES, fates_of
from crm.people.models import PublicIdField, User
from crm.records.fates import Kind
from tests import people
from tests.people import NOW, Cast

CANARY = "zqx-"  # no random id holds a hyphen
_words = itertools.count(1)
WORDY = (models.CharField, models.TextField, models.JSONField, models.FileField)
# States in which nothing hinders an erasure.
SETTLED = {
    "orders.Order": {"state": "delivered", "signed_at": NOW, "delivered_at": NOW},
    "complaints.Ticket": {"state": "closed", "closed_at": NOW, "resolved_at": NOW},
    "complaints.DepartmentTask": {"state": "done", "done_at": NOW},
    "promises.Promise": {
        "state": "kept",
        "answered_at": NOW,
        "granted": True,
        "made_at": NOW,
        "due_at": NOW + dt.timedelta(days=1),
    },
    "visits.Visit": {"state": "completed", "completed_at": NOW, "satisfaction": 5},
    "visits.VisitAudit": {
        "state": "settled",
        "result": "accurate",
        "published_at": NOW,
        "heard_at": NOW,
        "appealed_at": NOW,
        "settled_at": NOW,
    },
    "visits.ContactCheck": {"state": "published", "result": "accurate", "checked_at": NOW},
    "visits.CheckTry": {"outcome": "no_answer"},
    "visits.Draw": {"seed": "", "prizes": 1},
    "visits.VisitRule": {"wait": 1, "share": 100},
    "visits.VisitCause": {"outcome": "made"},
    "visits.AuditTry": {"outcome": "no_answer"},
    "visits.VisitMail": {"state": "sent", "sent_at": NOW},
    "customers.OwnershipConflict": {"state": "ruled", "ruled_at": NOW},
    "customers.Recovery": {"stage": 1, "closed_at": NOW},
    "followups.Plan": {"state": "completed"},
    "followups.PlannedContact": {"state": "done"},
    "notices.Notice": {"state": "new"},
    "complaints.Case": {"state": "draft"},
}


# Columns of somebody who may not be the one beside them in the same row.
SOMEBODY_ELSE = {"colleague"}
OTHERS = "somebody else"


def canary() -> str:
    """A word nobody else writes; no two are the same."""
    return f"{CANARY}{next(_words):04d}"


def is_wordy(column: models.Field[Any, Any]) -> bool:
    """Whether a column may hold words, a file or a date of birth."""
    if column.is_relation or column.flatchoices or isinstance(column, PublicIdField):
        return False
    return isinstance(column, WORDY) or "birth" in column.name


def made(model: type[models.Model], known: dict[Any, models.Model], **given: Any) -> models.Model:
    """A row of a model: canaries in its words, rows of `known` behind its keys."""
    fields = {**SETTLED.get(model._meta.label, {}), **given}
    for column in model._meta.concrete_fields:
        if column.name in fields or column.primary_key or isinstance(column, PublicIdField):
            continue
        if column.is_relation:
            found = known.get(column.related_model)
            if not column.null or (found is not None and column.related_model is not User):
                fields[column.name] = known[OTHERS] if column.name in SOMEBODY_ELSE else found
        else:
            fields |= value_for(column, model)
    return model._default_manager.create(**fields)


def stays(model: type[models.Model]) -> set[str]:
    """The columns of a model that stay on a ground of their own."""
    tables = [table for table in TABLES if table.model == model._meta.label]
    return {name for table in tables[:1] for name in fates_of(table, Kind.KEEP)}


def value_for(column: models.Field[Any, Any], model: type[models.Model]) -> dict[str, Any]:
    """What stands in a column: a canary where words may, else what it must hold."""
    if column.name in stays(model) and is_wordy(column) and model._meta.label != "complaints.Case":
        if isinstance(column, models.JSONField):
            return {}
        longest = getattr(column, "max_length", None) or 80
        return {column.name: f"N{next(_words)}"[:longest] if longest > 1 else ""}
    if isinstance(column, models.JSONField):
        return {column.name: {"words": canary(), "state": "kept", "times": 3}}
    if is_wordy(column) and isinstance(column, models.CharField | models.TextField):
        longest = getattr(column, "max_length", None) or 80
        return {column.name: canary()[: min(longest, 80)] if longest >= 7 else ""}
    if isinstance(column, models.DateField) and not isinstance(column, models.DateTimeField):
        return {column.name: NOW.date()}
    return {} if column.null or column.has_default() else {column.name: plain(column)}


def plain(column: models.Field[Any, Any]) -> Any:
    """The least a column without words takes."""
    if column.flatchoices:
        return column.flatchoices[0][0]
    if isinstance(column, models.DateTimeField):
        return NOW
    return Decimal(1) if isinstance(column, models.DecimalField) else 1


def plant(cast: Cast, tables: list[str]) -> Card:
    """One customer with a row in each of these tables."""
    card = people.make_card(cast.lin, canary(), phone="+8613877665544", state="delivered")
    known: dict[Any, models.Model] = {
        User: cast.wu,
        OTHERS: cast.zhou,
        type(cast.pudong): cast.pudong,
        type(cast.team_one): cast.team_one,
        type(cast.technical): cast.technical,
        Card: card,
        type(card.customer): card.customer,
    }
    for found in (card, card.customer):
        columns = [one for one in found._meta.concrete_fields if is_wordy(one)]
        keep = {"card_no", "phone", "phone2", "search", "lunar_birthday", "name"}
        values: dict[str, Any] = {}
        for one in columns:
            if one.name not in keep:
                values |= value_for(one, type(found))
        values |= {"phone2": "+8613566778899"} if found is card.customer else {}
        type(found)._default_manager.filter(pk=found.pk).update(**values)
        found.refresh_from_db()
    Card.objects.filter(pk=card.pk).update(search=card.searchable())
    todo = [apps.get_model(name) for name in tables]
    for model in sorted(todo, key=lambda one: one._meta.label):
        _make(model, known)
    return card


def _make(model: type[models.Model], known: dict[Any, models.Model]) -> models.Model:
    """A row of the model, after the rows it needs."""
    if model in known:
        return known[model]
    known[model] = None  # type: ignore[assignment]
    for column in model._meta.concrete_fields:
        other = column.related_model
        needed = not column.null or other in OF_TICKETS
        if isinstance(other, type) and other is not model and needed and other not in known:
            _make(other, known)
    del known[model]
    known[model] = made(model, known, **OWN.get(model._meta.label, lambda _k: {})(known))
    return known[model]


def _users(known: dict[Any, models.Model]) -> dict[str, Any]:
    found = list(User.objects.order_by("pk")[:4])
    return {"owner": found[0], "claimant": found[1], "ruled_for": found[0], "ruled_by": found[2]}


def _user(*names: str) -> Any:
    return lambda known: dict.fromkeys(names, known[User])


OF_TICKETS = (Ticket,)
OWN: dict[str, Any] = {
    "complaints.DepartmentTask": _user("handler"),
    "promises.Promise": _user("answered_by"),
    "complaints.Stage": _user("done_by"),
    "customers.Ownership": lambda _known: {"since": NOW, "until": NOW},
    "customers.OwnershipConflict": _users,
    "complaints.Case": lambda _known: {"case_no": "AL-1"},
    "visits.QuestionnaireVersion": lambda _known: {"body": {}},
    "visits.ContactCheck": lambda _known: {"auditor": User.objects.get(username="vera")},
    "visits.VisitAudit": lambda _known: {"auditor": User.objects.get(username="vera")},
}


@cache
def columns() -> list[tuple[str, str]]:
    """Table and column, of all the database has; read once, they stay the same for a run."""
    look = connection.introspection
    with connection.cursor() as cursor:
        return [
            (table, column.name)
            for table in look.table_names(cursor)
            for column in look.get_table_description(cursor, table)
        ]


def everywhere(word: str) -> Iterator[str]:
    """Every column of every table, and every file, that holds this word."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table, column in columns():
            cursor.execute(
                f"SELECT count(*) FROM {quote(table)} WHERE CAST({quote(column)} AS text) LIKE %s",
                [f"%{word}%"],
            )
            if count := cursor.fetchone()[0]:
                yield f"{table}.{column}: {count}"
    for path in Path(settings.MEDIA_ROOT).rglob("*"):
        if path.is_file() and word.encode() in path.read_bytes():
            yield str(path)


def later(days: int = 1) -> dt.datetime:
    return NOW + dt.timedelta(days=days)
