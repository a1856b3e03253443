"""What was heard on a visit beside the answers: other brands, news, a need (RV-05..09, RV-32)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.customers.actions import News, note_news
from crm.people.models import User
from visits.actions.opportunities import propose_opportunity
from visits.models import CompetitorFinding, Visit


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing a customer said about another brand."""

    brand: str
    kind: str
    words: str
    model: str = ""
    influence: str = CompetitorFinding.Influence.NONE


@dataclass(frozen=True, kw_only=True)
class Heard:
    """All that came up; `need` is what the customer needs another car for, in their words."""

    findings: Sequence[Finding] = ()
    news: News | None = None
    need: str = ""


def keep_heard(visit: Visit, heard: Heard, *, by: User, now: dt.datetime) -> None:
    """Store findings, add news to the card, propose the need to the owner; in the caller's save.

    The visitor's right is checked by the caller: whoever makes the visit may. Raises
    `ValidationError` by field, `PhoneTaken`.
    """
    _keep_findings(visit, heard.findings, by=by, now=now)
    if heard.news is not None:
        note_news(visit.card, heard.news, by=by, now=now)
    if heard.need.strip():
        propose_opportunity(visit, heard.need, by=by, now=now)


def _keep_findings(
    visit: Visit, findings: Sequence[Finding], *, by: User, now: dt.datetime
) -> None:
    if any(not (one.brand.strip() and one.words.strip()) for one in findings):
        raise ValidationError({"brand": _("Name the brand and what was said.")})
    if any(one.kind not in CompetitorFinding.Kind.values for one in findings):
        raise ValidationError({"kind": _("Choose a kind.")})
    CompetitorFinding.objects.bulk_create(
        CompetitorFinding(
            visit=visit,
            store_id=visit.store_id,
            brand=one.brand.strip(),
            model=one.model.strip(),
            kind=one.kind,
            words=one.words.strip(),
            influence=one.influence,
            heard_on=timezone.localdate(now),
            noted_by=by,
            created_at=now,
        )
        for one in findings
    )
