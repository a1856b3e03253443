"""Figures of return visits and of what customers answered (kpi.md, return visits)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Length

from crm.records.kpis import Belongs, Figure, Part, Question, Rate
from visits import states
from visits.models import CompetitorFinding, Measurement, Opportunity, Response, Visit
from visits.questions import SAID_NO, SAID_YES, UNSURE

OWNER = Belongs("owner", "owner_team", "owner_store", "card__product", source="card__source")
VISITOR = Belongs("assignee", "team", "store", "card__product", source="card__source")
HEARD = Belongs(
    *("visit__owner", "visit__owner_team", "visit__owner_store"),
    model="visit__card__product",
    source="visit__card__source",
)
SATISFIED = (4, 5)
NOT_OF_COMPLAINTS = ~Q(kind=Visit.Kind.COMPLAINT)
# How the answers of a visit came in (SoD 9): by the customer's own link, told to a colleague, or
# brought in from elsewhere without answers to questions.
LINK, COLLEAGUE, ELSEWHERE = "link", "colleague", "elsewhere"


def satisfaction_rate(ask: Question) -> Rate:
    """Customers visited in the period, and those whose latest rating is 4 or 5.

    Complaint visits are left out. Who gave no rating stays below the line.
    """
    return _satisfied(ask, OWNER, NOT_OF_COMPLAINTS)


def visit_satisfaction_rate(ask: Question) -> Rate:
    """Satisfaction by visitor."""
    return _satisfied(ask, VISITOR, NOT_OF_COMPLAINTS)


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


def satisfaction_of_rated(ask: Question) -> Rate:
    """Customers who gave a rating in the period, and those whose latest is 4 or 5 (K-02b)."""
    return _rated(ask, OWNER, NOT_OF_COMPLAINTS)


def rated_share(ask: Question) -> Rate:
    """Customers visited in the period, and those who gave a rating at least once (K-02b)."""
    rows = _completed(ask, OWNER, NOT_OF_COMPLAINTS)
    return Rate((Part(rows, hit=Q(satisfaction__isnull=False), counted="card"),))


def follow_up_satisfaction(ask: Question) -> Rate:
    """Customers who rated in a visit about the follow-up by sales, and the content (RV-42)."""
    return _rated(ask, OWNER, Q(kind=Visit.Kind.FOLLOW_UP_FEEDBACK))


def grade_share(grade: int) -> Callable[[Question], Figure]:
    """Customers who gave a rating in the period, and those whose latest is this grade (RV-03)."""
    return lambda ask: _rated(ask, OWNER, NOT_OF_COMPLAINTS, grades=(grade,))


def satisfaction_by(way: str) -> Callable[[Question], Figure]:
    """As `satisfaction_of_rated`, of the answers that came in one way (SoD 9)."""
    return lambda ask: _rated(ask, OWNER, NOT_OF_COMPLAINTS & _came_in(way))


def content_with(measure: str) -> Callable[[Question], Figure]:
    """Customers who graded this in the period, and those whose latest grade is 4 or 5."""
    belongs = VISITOR if measure == "visitor" else OWNER

    def read(ask: Question) -> Rate:
        graded = Measurement.objects.filter(visit=OuterRef("pk"), measure=measure)
        asked = Q(Exists(graded))
        content = Q(Exists(graded.filter(number__in=SATISFIED)))
        rows = _completed(ask, belongs, asked)
        hit = content & _is_latest(ask, belongs, asked)
        return Rate((Part(rows, hit=hit, counted="card"),))

    return read


def reason_share(choice: str) -> Callable[[Question], Figure]:
    """Customers who named any reason in the period, and those who named this one."""

    def read(ask: Question) -> Rate:
        reasons = Measurement.objects.filter(visit=OuterRef("pk"), measure="reason")
        rows = _completed(ask, OWNER, Q(Exists(reasons)))
        named = Q(Exists(reasons.filter(choice=choice)))
        return Rate((Part(rows, hit=named, counted="card"),))

    return read


def again_share(option: str) -> Callable[[Question], Figure]:
    """Customers asked in the period whether they would buy again, whose latest answer is this one.

    Yes is what `repurchase_rate` counts. No is whatever is neither that nor one of the unsure
    ones, so that the four add up to everybody asked, imported answers among them (RV-40).
    """

    def read(ask: Question) -> Rate:
        said = Measurement.objects.filter(visit=OuterRef("pk"), measure="repurchase")
        answered = Q(repurchase__isnull=False)
        this = {
            SAID_YES: Q(repurchase=True),
            SAID_NO: Q(repurchase=False) & ~Q(Exists(said.filter(choice__in=UNSURE))),
        }.get(option, Q(repurchase=False) & Q(Exists(said.filter(choice=option))))
        hit = this & _is_latest(ask, OWNER, answered)
        return Rate((Part(_completed(ask, OWNER, answered), hit=hit, counted="card"),))

    return read


def needs_share(ask: Question) -> Rate:
    """Customers visited in the period, and those who said then that they need another car."""
    told = Opportunity.objects.filter(visit=OuterRef("pk"))
    return Rate((Part(_completed(ask, OWNER), hit=Q(Exists(told)), counted="card"),))


def needs_taken(ask: Question) -> Rate:
    """Needs heard on visits completed in the period, and those that were taken up (RV-05)."""
    told = Opportunity.objects.filter(visit=OuterRef("pk"))
    taken = Q(Exists(told.filter(state=states.TAKEN)))
    return Rate((Part(_completed(ask, OWNER, Q(Exists(told))), hit=taken),))


def brand_share(brand: str) -> Callable[[Question], Figure]:
    """What customers said about other brands in the period, and what they said of this one."""
    return lambda ask: _heard(ask, Q(brand=brand))


def influence_share(influence: str) -> Callable[[Question], Figure]:
    """What customers said about other brands, and what of it moves them so far (RV-08)."""
    return lambda ask: _heard(ask, Q(influence=influence))


def _heard(ask: Question, which: Q) -> Rate:
    """Findings heard on the period's days, by the owner at the visit."""
    return Rate((Part(ask.on_days(CompetitorFinding.objects.all(), "heard_on", HEARD), hit=which),))


def _came_in(way: str) -> Q:
    """Visits whose answers came in this way."""
    kept = Response.objects.filter(visit=OuterRef("pk"), submitted_at__isnull=False)
    by_link = Q(Exists(kept.filter(entered_by__isnull=True)))
    return {
        LINK: by_link,
        COLLEAGUE: Q(Exists(kept)) & ~by_link,
        ELSEWHERE: ~Q(Exists(kept)),
    }[way]


def _rated(
    ask: Question, belongs: Belongs, which: Q, *, grades: tuple[int, ...] = SATISFIED
) -> Rate:
    """Customers who gave a rating in these visits, and those whose latest is one of `grades`."""
    rated = which & Q(satisfaction__isnull=False)
    hit = Q(satisfaction__in=grades) & _is_latest(ask, belongs, rated)
    return Rate((Part(_completed(ask, belongs, rated), hit=hit, counted="card"),))


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
