"""Published cases like a matter at hand, suggested where a ticket is written or read (CP-26)."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import Any

from django.db.models import Case as Choose
from django.db.models import IntegerField, Lookup, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Left, StrIndex
from django.db.models.lookups import GreaterThan

from complaints import states
from complaints.likeness import LONGEST, most_alike, telling_pieces
from complaints.models import Case
from crm.people.models import User

SHOWN = 3
# So many of those that share most with a text are compared with it exactly, beside the newest:
# what all of them have in common tells little.
SHARING, NEWEST = 100, 100


def similar_cases(user: User, text: str, category: str) -> list[Case]:
    """The published cases most like `text`, the likest first, whatever the library holds.

    The database counts in the whole library which share most with it, those of its class first
    among equals; those are compared. Two bounded queries and one for what is shown.
    """
    if not text.strip():
        return []
    rows = Case.objects.visible_to(user).filter(state=states.PUBLISHED).order_by("-created_at")
    brief = rows.annotate(begin=Left("search", LONGEST)).values_list("pk", "begin")
    texts = dict(brief[:NEWEST])
    texts.update(_sharing(brief, text, category))
    likest = most_alike(text, texts, most=SHOWN)
    found = Case.objects.in_bulk(likest)
    return [found[key] for key in likest]


def _sharing(
    brief: QuerySet[Case, tuple[int, str]], text: str, category: str
) -> QuerySet[Case, tuple[int, str]]:
    """Those of the whole library that share most pieces with a text."""
    shared = reduce(add, (_one_if_in(piece) for piece in telling_pieces(text)), Value(0))
    of_class = _one_if(Q(category=category))
    ranked = brief.alias(shared=shared, of_class=of_class)
    return ranked.order_by("-shared", "-of_class", "-created_at")[:SHARING]


def _one_if_in(piece: str) -> Combinable:
    return _one_if(GreaterThan(StrIndex("search", Value(piece)), 0))


def _one_if(condition: Q | Lookup[Any]) -> Choose:
    return Choose(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())
