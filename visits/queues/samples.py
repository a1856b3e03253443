"""Draws as pages need them: who was drawn from how many, and whether the draw repeats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from crm.people.models import User
from visits import sampling, states
from visits.models import AuditSample, AuditStratum, ContactCheck, Visit, VisitAudit

DONE = Q(state__in=states.AUDITS_TOLD)


def sample_lines(user: User) -> QuerySet[AuditSample]:
    """The draws this person may see, the latest first, each with how many of how many."""
    return (
        AuditSample.objects.visible_to(user)
        .select_related("store")
        .annotate(
            completed=Coalesce(Sum("strata__completed"), 0),
            drawn=Coalesce(Sum("strata__drawn"), 0),
        )
        .order_by("-first", "store__code")
    )


@dataclass(frozen=True)
class StratumLine:
    """One person of a draw: what was drawn, what became of it, and whether the seed still says
    the same."""

    stratum: AuditStratum
    published: int
    unreached: int
    accurate: int
    repeats: bool


@dataclass(frozen=True)
class SampleFacts:
    """A whole draw."""

    sample: AuditSample
    lines: list[StratumLine]

    @property
    def completed(self) -> int:
        """Visits or contacts it was drawn from."""
        return sum(line.stratum.completed for line in self.lines)

    @property
    def drawn(self) -> int:
        """Visits or contacts drawn."""
        return sum(line.stratum.drawn for line in self.lines)

    @property
    def published(self) -> int:
        """Audits published so far."""
        return sum(line.published for line in self.lines)

    @property
    def repeats(self) -> bool:
        """Whether the seed and the recorded visits draw exactly what was drawn."""
        return all(line.repeats for line in self.lines)


def sample_facts(sample: AuditSample) -> SampleFacts:
    """A draw by person, repeated from its seed (SA-01)."""
    drawn: dict[int, set[str]] = {}
    rows: QuerySet[Any] = VisitAudit.objects.filter(sample=sample)
    person, drawn_by = "visitor", "visit__public_id"
    if sample.about == AuditSample.About.CONTACTS:
        rows = ContactCheck.objects.filter(sample=sample)
        person, drawn_by = "staff", "contact__public_id"
    for who, one in rows.values_list(person, drawn_by):
        drawn.setdefault(who, set()).add(one)
    counts = {
        row[person]: row
        for row in rows.order_by()
        .values(person)
        .annotate(
            published=Count("pk", filter=DONE),
            unreached=Count("pk", filter=Q(state__in=(states.NOT_REACHED, states.REFUSED))),
            accurate=Count("pk", filter=DONE & Q(result=Visit.Audit.ACCURATE)),
        )
    }
    nothing = {"published": 0, "unreached": 0, "accurate": 0}
    lines = []
    for stratum in sample.strata.select_related("visitor").order_by("visitor__name", "pk"):
        found = counts.get(stratum.visitor_id, nothing)
        lines.append(
            StratumLine(
                stratum,
                found["published"],
                found["unreached"],
                found["accurate"],
                repeats(sample, stratum) == drawn.get(stratum.visitor_id, set()),
            )
        )
    return SampleFacts(sample, lines)


def repeats(sample: AuditSample, stratum: AuditStratum) -> set[str]:
    """What the recorded seed, rate and visits draw, worked out anew."""
    count = sampling.size_of(len(stratum.visits), rate=sample.rate, least=sample.least)
    return set(sampling.draw(sample.seed, stratum.visits, count=count))
