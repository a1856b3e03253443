"""What was heard on a visit beside the answers: other brands, news, a need (RV-05..09, RV-32)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from crm.customers.actions import News, note_news
from crm.people.models import User
from visits.actions.opportunities import propose_opportunity
from visits.models import CompetitorFinding, Visit
from visits.questions import Answers, Form
from visits.rivals import rivals_said

WORDS_AT_MOST = 500
BRANDS_KNOWN = 500


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing a customer said about another brand; `brand` is empty where they named none."""

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


def keep_heard(
    visit: Visit, heard: Heard, *, answered: Sequence[Finding] = (), by: User, now: dt.datetime
) -> None:
    """Store findings, add news to the card, propose the need to the owner; in the caller's save.

    What was `answered` about other brands is kept where no finding was written down beside it.
    The visitor's right is checked by the caller: whoever makes the visit may. Raises
    `ValidationError` by field, `PhoneTaken`.
    """
    if any(not one.brand.strip() for one in heard.findings):
        raise ValidationError({"brand": _("Name the brand and what was said.")})
    keep_findings(visit, heard.findings or answered, by=by, now=now)
    if heard.news is not None:
        note_news(visit.card, heard.news, by=by, now=now)
    if heard.need.strip():
        propose_opportunity(visit, heard.need, by=by, now=now)


def findings_said(form: Form, answers: Answers) -> list[Finding]:
    """What the answers say about other brands, as findings (RV-06 to RV-09)."""
    known = CompetitorFinding.objects.order_by("brand").values_list("brand", flat=True)
    with translation.override(settings.LANGUAGE_CODE):
        unsaid = _("Says in a questionnaire that they looked at it, not what about it.")
    said = rivals_said(form, answers, known.exclude(brand="").distinct()[:BRANDS_KNOWN])
    return [
        Finding(
            brand=one.brand,
            model=one.model,
            kind=CompetitorFinding.Kind.OPINION,
            words=(one.words or unsaid)[:WORDS_AT_MOST],
            influence=one.influence
            if one.influence in CompetitorFinding.Influence
            else CompetitorFinding.Influence.NONE,
        )
        for one in said
    ]


def keep_findings(
    visit: Visit, findings: Sequence[Finding], *, by: User | None, now: dt.datetime
) -> None:
    """Store what was said about other brands; in the caller's save.

    `by` is None where the customer wrote it themselves. Of a visit entered anew what was kept
    stands and is not kept twice. Raises `ValidationError` by field.
    """
    if any(not one.words.strip() for one in findings):
        raise ValidationError({"brand": _("Name the brand and what was said.")})
    if any(one.kind not in CompetitorFinding.Kind.values for one in findings):
        raise ValidationError({"kind": _("Choose a kind.")})
    kept = set(visit.findings.values_list("brand", "words")) if findings else set()
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
        if (one.brand.strip(), one.words.strip()) not in kept
    )
