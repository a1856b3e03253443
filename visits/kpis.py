"""Figures of return visits and of what customers answered (kpi.md, return visits)."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Length

from crm.records.kpis import Belongs, Part, Question, Rate
from visits import states
from visits.models import Visit

OWNER = Belongs("owner", "owner_team", "owner_store")
VISITOR = Belongs("assignee", "team", "store")
SATISFIED = (4, 5)


def satisfaction_rate(ask: Question) -> Rate:
    """Customers visited in the period, and those whose latest rating is 4 or 5.

    Complaint visits are left out. Who gave no rating stays below the line.
    """
    return _satisfied(ask, OWNER, ~Q(kind=Visit.Kind.COMPLAINT))


def visit_satisfaction_rate(ask: Question) -> Rate:
    """Satisfaction by visitor."""
    return _satisfied(ask, VISITOR, ~Q(kind=Visit.Kind.COMPLAINT))


def handling_satisfaction_rate(ask: Question) -> Rate:
    """Customers with a complaint visit in the period, and those content with the handling."""
    return _satisfied(ask, VISITOR, Q(kind=Visit.Kind.COMPLAINT))


def visit_completion_rate(ask: Question) -> Rate:
    """Customers with a visit due in the period, and those visited before the end."""
    rows = ask.on_days(Visit.objects.exclude(state=states.CANCELLED), "due_on", VISITOR)
    done = Q(state=states.COMPLETED, completed_at__lt=F("period_end"))
    return Rate((Part(rows, hit=done, counted="card"),))


def record_accuracy(ask: Question) -> Rate:
    """Visits completed in the period that were audited, and those found accurate."""
    rows = _completed(ask, VISITOR, ~Q(audit=""))
    return Rate((Part(rows, hit=Q(audit=Visit.Audit.ACCURATE)),))


def audited_share(ask: Question) -> Rate:
    """Visits completed in the period, and those audited."""
    return Rate((Part(_completed(ask, VISITOR), hit=~Q(audit="")),))


def repurchase_rate(ask: Question) -> Rate:
    """Customers asked in the period whether they would buy again, and who last said yes."""
    answered = Q(repurchase__isnull=False)
    yes = Q(repurchase=True) & _is_latest(ask, OWNER, answered)
    return Rate((Part(_completed(ask, OWNER, answered), hit=yes, counted="card"),))


def nps(ask: Question) -> Rate:
    """Customers whose latest recommendation is 9 or 10, less those at 6 or below, in percent."""
    answered = Q(recommend__isnull=False)
    latest = _is_latest(ask, OWNER, answered)
    part = Part(
        _completed(ask, OWNER, answered),
        hit=Q(recommend__gte=9) & latest,
        miss=Q(recommend__lte=6) & latest,
        counted="card",
    )
    return Rate((part,), times=100)


def _completed(ask: Question, belongs: Belongs, which: Q | None = None) -> QuerySet[Any]:
    """Visits completed in the period."""
    done = Visit.objects.filter(which or Q(), state=states.COMPLETED)
    return ask.within(done, "completed_at", belongs)


def _satisfied(ask: Question, belongs: Belongs, which: Q) -> Rate:
    """Customers of these visits, and those whose latest rating among them is 4 or 5."""
    rated = which & Q(satisfaction__isnull=False)
    happy = Q(satisfaction__in=SATISFIED) & _is_latest(ask, belongs, rated)
    return Rate((Part(_completed(ask, belongs, which), hit=happy, counted="card"),))


def _is_latest(ask: Question, belongs: Belongs, answered: Q) -> Q:
    """No later answer of the same customer in the same period and group.

    Of two at the same moment the greater visit number is the later: the longer one, else the
    one that sorts behind.
    """
    number = Length("visit_no")
    same = Visit.objects.annotate(digits=number).filter(
        answered,
        ask.same_group(belongs),
        state=states.COMPLETED,
        card=OuterRef("card"),
        completed_at__lt=OuterRef("period_end"),
    )
    at_once = Q(completed_at=OuterRef("completed_at"))
    longer = Q(digits__gt=Length(OuterRef("visit_no")))
    behind = Q(digits=Length(OuterRef("visit_no")), visit_no__gt=OuterRef("visit_no"))
    later = Q(completed_at__gt=OuterRef("completed_at")) | (at_once & (longer | behind))
    return Q(~Exists(same.filter(later)))
