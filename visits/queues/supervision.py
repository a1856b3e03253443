"""Plan against reality, accuracy and opinions for each visitor (SA-01, SA-02, SA-13).

Every number is a set of rows named by a key, so that the page that counts and the page that
lists them cannot disagree.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Avg, Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models import Ticket
from crm.people import roles
from crm.people.models import User
from crm.records.intervals import wilson
from crm.records.kpis import By, Question
from crm.records.periods import Period
from crm.rulebook.queues import rules_for
from crm.ui import moments
from followups.models import Method
from visits import kpis, states
from visits.models import Measurement, Visit
from visits.questions import ABOUT_THE_VISIT, BAD_GRADES

DONE = Q(state=states.COMPLETED)
OPEN = Q(state__in=states.DUE)
PLAN, RECORDS, OPINIONS, COMPLAINTS = "plan", "records", "opinions", "complaints"


@dataclass(frozen=True)
class Measure:
    """One number of the page: its key in the address, its words, the rows it counts.

    `among` says which rows: visits due in the period, or completed in it.
    """

    key: str
    label: Any
    among: str
    keeps: Q = field(default_factory=Q)


def measures(today: dt.date) -> dict[str, Measure]:
    """Every number by its key; `today` is the store's local date.

    In time is what was made by the day it was due: what was made on paper counts by that moment
    where it was entered by its date as well (N-26).
    """
    kept = Q(made_at__date__lte=F("due_on"), completed_at__lte=F("entry_due_at"))
    in_time = Q(completed_at__date__lte=F("due_on")) | kept
    late_entry = Q(entry_due_at__isnull=True) | Q(completed_at__gt=F("entry_due_at"))
    late = Q(late_entry | Q(made_at__date__gt=F("due_on")), completed_at__date__gt=F("due_on"))
    skipped = (states.CANCELLED, states.NOT_REACHED, states.DECLINED)
    found = (
        Measure("due", _("Due"), PLAN),
        Measure("in_time", _("In time"), PLAN, DONE & in_time),
        Measure("late", pgettext_lazy("visit", "Late"), PLAN, DONE & late),
        Measure("overdue", _("Overdue"), PLAN, OPEN & Q(due_on__lt=today)),
        Measure("coming", _("Not due yet"), PLAN, OPEN & Q(due_on__gte=today)),
        Measure("skipped", pgettext_lazy("visit", "Skipped"), PLAN, Q(state__in=skipped)),
        Measure("redated", _("Re-dated"), PLAN, Q(appointed_at__date__gt=F("due_on"))),
        Measure("completed", pgettext_lazy("visit", "Completed"), RECORDS),
        Measure("audited", _("Audited"), RECORDS, ~Q(audit="")),
        Measure("accurate", _("Accurate"), RECORDS, Q(audit=Visit.Audit.ACCURATE)),
        Measure("inaccurate", _("Inaccurate"), RECORDS, Q(audit=Visit.Audit.INACCURATE)),
        Measure("opinions", _("Opinion of the visit"), OPINIONS),
        Measure("complaints", _("Complaints"), COMPLAINTS),
    )
    return {one.key: one for one in found}


@dataclass
class VisitorLine:
    """One visitor: the counts by key, the mean opinion, and how sure the accuracy is."""

    visitor: User
    counts: dict[str, int]
    enough: int
    opinion: float | None = None
    bad: int = 0
    timed: int = 0
    length: dt.timedelta | None = None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % Wilson interval of the accuracy, in percent; None where nothing was audited."""
        found = wilson(self.counts["accurate"], self.counts["audited"])
        return None if found is None else (100 * found[0], 100 * found[1])

    @property
    def length_words(self) -> str:
        """How long a call takes on average."""
        return "" if self.length is None else moments.span(self.length)

    @property
    def is_enough(self) -> bool:
        """Whether enough was audited to judge anybody by."""
        return self.counts["audited"] >= self.enough


def within(user: User) -> Q:
    """The visits of the stores this person supervises."""
    reach = user.reach
    if reach.has(roles.GENERAL_MANAGER):
        return Q(assignee__isnull=False)
    stores = reach.stores_as(roles.SERVICE_SUPERVISOR, roles.MANAGER)
    return Q(store__in=stores, assignee__isnull=False)


def due_in(user: User, period: Period) -> QuerySet[Visit]:
    """Visits with a visitor that were to be made on the period's days."""
    return Visit.objects.filter(within(user), due_on__range=(period.first, period.last))


def completed_in(user: User, period: Period) -> QuerySet[Visit]:
    """Visits completed in the period."""
    moments = {"completed_at__gte": period.begin, "completed_at__lt": period.end}
    return Visit.objects.filter(DONE, within(user), **moments)


def visitor_lines(user: User, period: Period, now: dt.datetime) -> list[VisitorLine]:
    """Every visitor with something due, done or said of in the period, by name (SA-13)."""
    numbers, calendar = rules_for(None)
    wanted = measures(calendar.local_day(now))
    counts: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(wanted, 0))
    plan = {one.key: Count("pk", filter=one.keeps) for one in wanted.values() if one.among == PLAN}
    due: QuerySet[Any] = due_in(user, period)
    for found in due.order_by().values("assignee").annotate(**plan):
        counts[found["assignee"]] |= {key: found[key] for key in plan}
    question = Question((period,), calendar, by=By.PERSON)
    for rate, above, below in (
        (kpis.record_accuracy(question), "accurate", "audited"),
        (kpis.audited_share(question), "audited", "completed"),
    ):
        part = rate.parts[0]
        summed = type(part)(part.rows.filter(within(user)), hit=part.hit).summed(0)
        for row in summed:
            counts[row["counted_for"]] |= {above: row["above"], below: row["below"]}
    for one in counts.values():
        one["inaccurate"] = one["audited"] - one["accurate"]
    said = _opinions(user, period)
    for visitor, opinion in said.items():
        counts[visitor]["opinions"] = opinion["many"]
    about = complaints_in(user, period).order_by().values_list("about").annotate(many=Count("pk"))
    for visitor, many in about:
        counts[visitor]["complaints"] = many
    people = User.objects.in_bulk(counts)
    lengths = _lengths(user, period)
    return [
        VisitorLine(
            people[pk],
            counts[pk],
            numbers.audit_enough,
            said.get(pk, {}).get("mean"),
            said.get(pk, {}).get("bad", 0),
            *lengths.get(pk, (0, None)),
        )
        for pk in sorted(people, key=lambda pk: (people[pk].name, pk))
    ]


def totals(lines: list[VisitorLine]) -> dict[str, int]:
    """Every number over all visitors."""
    keys = lines[0].counts if lines else {}
    return {key: sum(line.counts[key] for line in lines) for key in keys}


def opinions() -> QuerySet[Measurement]:
    """What customers answered to the question about the visit itself (D19)."""
    return Measurement.objects.filter(measure=ABOUT_THE_VISIT, number__isnull=False)


def _opinions(user: User, period: Period) -> dict[int, Mapping[str, Any]]:
    """Visitor → how many opinions, their mean, and how many are bad (SA-02)."""
    found = (
        opinions()
        .filter(visit__in=completed_in(user, period))
        .order_by()
        .values("visit__assignee")
        .annotate(
            many=Count("pk"),
            mean=Avg("number"),
            bad=Count("pk", filter=Q(number__in=BAD_GRADES)),
        )
    )
    return {row["visit__assignee"]: row for row in found}


def _lengths(user: User, period: Period) -> dict[int, tuple[int, dt.timedelta]]:
    """Visitor → how many calls were timed, and how long they took on average (RV-18)."""
    timed = completed_in(user, period).filter(seconds__isnull=False, method=Method.PHONE)
    rows = timed.order_by().values_list("assignee").annotate(many=Count("pk"), mean=Avg("seconds"))
    return {visitor: (many, dt.timedelta(seconds=round(mean))) for visitor, many, mean in rows}


def complaints_in(user: User, period: Period) -> QuerySet[Ticket]:
    """Complaints about somebody who visits, as far as this person may read them (CP-15)."""
    visitors = Visit.objects.filter(within(user)).values("assignee")
    return Ticket.objects.visible_to(user).filter(
        kind=Ticket.Kind.COMPLAINT,
        about__in=visitors,
        reported_at__gte=period.begin,
        reported_at__lt=period.end,
    )


def rows_of(
    user: User, measure: Measure, period: Period, visitor: User | None
) -> tuple[QuerySet[Any], int]:
    """The rows behind one number that this person may read, and how many it counts in all."""
    if measure.among == COMPLAINTS:
        tickets = complaints_in(user, period)
        about = tickets.filter(about=visitor) if visitor else tickets
        listed = about.select_related("card__customer", "about")
        return listed.order_by("-reported_at", "-pk"), about.count()
    every = due_in(user, period) if measure.among == PLAN else completed_in(user, period)
    every = every.filter(measure.keeps, **({"assignee": visitor} if visitor else {}))
    if measure.among == OPINIONS:
        said = opinions().filter(visit=OuterRef("pk")).values("number")[:1]
        every = every.annotate(opinion=Subquery(said)).filter(opinion__isnull=False)
    seen = Visit.objects.visible_to(user).values("pk")
    rows = every.filter(pk__in=seen).select_related("card__customer", "card__product", "assignee")
    return rows.order_by("due_on", "pk"), every.count()


def visitor_of(user: User, public_id: str) -> User | None:
    """The visitor of that id among those whose visits this person supervises."""
    visits = Visit.objects.filter(within(user)).values("assignee")
    return User.objects.get_queryset().filter(public_id=public_id, pk__in=visits).first()
