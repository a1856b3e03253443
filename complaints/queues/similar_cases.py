"""Published cases like a matter at hand, suggested where a ticket is written or read (CP-26)."""

from __future__ import annotations

from django.db.models.functions import Left

from complaints import states
from complaints.likeness import LONGEST, most_alike
from complaints.models import Case
from crm.people.models import User

SHOWN = 3
# So many of the newest are compared, whatever the library holds.
OF_THE_CLASS, OF_ALL = 200, 100


def similar_cases(user: User, text: str, category: str) -> list[Case]:
    """The published cases most like `text`, the likest first; those of its class are favoured.

    Two bounded queries over the newest cases and one for what is shown.
    """
    if not text.strip():
        return []
    rows = Case.objects.visible_to(user).filter(state=states.PUBLISHED).order_by("-created_at")
    brief = rows.annotate(begin=Left("search", LONGEST)).values_list("pk", "begin")
    texts = dict(brief.filter(category=category)[:OF_THE_CLASS])
    texts.update(brief.exclude(category=category)[:OF_ALL])
    likest = most_alike(text, texts, most=SHOWN)
    found = Case.objects.in_bulk(likest)
    return [found[key] for key in likest]
