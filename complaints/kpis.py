"""Figures of complaints and other tickets (kpi.md, complaints and return visits)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, DateTimeField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, TruncDate

from complaints import clocks, states
from complaints.clocks import VISIT_WORKING_DAYS
from complaints.models import Clock, Correction, Entry, Ticket
from crm.customers import states as card_states
from crm.orders.kpis import delivered_orders
from crm.records.kpis import NOTHING, Belongs, Part, Question, Rate, Span, Tally
from crm.records.periods import Period, start_of

RESPONSIBLE = Belongs(
    *("responsible", "team", "store", "card__product", "lead_department"), source="card__source"
)
OF_TICKET = Belongs(
    *("ticket__responsible", "ticket__team", "ticket__store"),
    model="ticket__card__product",
    department="ticket__lead_department",
    source="ticket__card__source",
)
PUTS_RIGHT = Belongs(
    *("owner", "ticket__team", "store", "ticket__card__product", "department"),
    source="ticket__card__source",
)
DELIVERED = Belongs("staff", "team", "store", model="product", source="card__source")
PROBLEMS = (Ticket.Kind.COMPLAINT, Ticket.Kind.PROBLEM)
ONE_DAY = timedelta(days=1)


def resolution_rate(ask: Question) -> Rate:
    """Complaints and visit problems reported in the period, and those resolved at its end."""
    rows = ask.within(_tickets().filter(kind__in=PROBLEMS), "reported_at", RESPONSIBLE)
    return Rate((Part(rows, hit=_resolved_at_end()),))


def visit_problems_resolved(ask: Question) -> Rate:
    """Problems found on return visits and reported in the period, and those resolved (RV-33)."""
    rows = _tickets().filter(kind=Ticket.Kind.PROBLEM)
    return Rate((Part(ask.within(rows, "reported_at", RESPONSIBLE), hit=_resolved_at_end()),))


def complaints_of_class(ask: Question, category: str) -> Rate:
    """Complaints of one class reported in the period, and those resolved at its end (RP-09)."""
    rows = _tickets().filter(kind=Ticket.Kind.COMPLAINT, category=category)
    return Rate((Part(ask.within(rows, "reported_at", RESPONSIBLE), hit=_resolved_at_end()),))


def complaint_count(ask: Question) -> Tally:
    """Complaints reported in the period."""
    complaints = _tickets().filter(kind=Ticket.Kind.COMPLAINT)
    return Tally(ask.within(complaints, "reported_at", RESPONSIBLE))


def complaints_cancelled(ask: Question) -> Tally:
    """Complaints reported in the period that turned out to be none or were withdrawn."""
    cancelled = Ticket.objects.filter(kind=Ticket.Kind.COMPLAINT, state__in=states.CANCELLED)
    return Tally(ask.within(cancelled, "reported_at", RESPONSIBLE))


def oldest_open_hours(ask: Question) -> Span:
    """How long the oldest complaint or visit problem has been open when asked."""
    problems = _open_at(ask.now) if ask.is_past else Ticket.objects.unsettled()
    problems = problems.filter(kind__in=PROBLEMS)
    older = problems.filter(ask.same_group(RESPONSIBLE), reported_at__lt=OuterRef("reported_at"))
    rows = ask.at_end(problems, RESPONSIBLE).annotate(asked_at=Value(ask.now, DateTimeField()))
    return Span(rows.filter(~Exists(older)), begin="reported_at", until="asked_at")


def onsite_in_time_rate(ask: Question) -> Rate:
    """Complaints whose on-site limit ends on a day of the period, and those visited by then.

    The limit is two working days after the report's local date.
    """
    limited = _tickets().filter(kind=Ticket.Kind.COMPLAINT, needs_onsite=True)
    reported = [_reported_for(ask, period) for period in ask.periods]
    bounds = [(_midnight(ask, first), _midnight(ask, last)) for first, last in reported]
    rows = ask.between(limited, "reported_at", RESPONSIBLE, bounds)
    rows = rows.annotate(onsite_limit=_onsite_limit(ask, reported[0][0], reported[-1][1]))
    return Rate((Part(rows, hit=Q(onsite_at__lt=F("onsite_limit")) & _visit_known(ask)),))


def _visit_known(ask: Question) -> Q:
    """An on-site visit that was written down by the moment asked, or came with a workbook."""
    if not ask.is_past:
        return Q()
    told = Entry.objects.filter(ticket=OuterRef("pk"), kind=Entry.Kind.SITE_VISIT)
    return Q(Exists(told.filter(at__lte=ask.now))) | ~Q(Exists(told))


def resolved_in_time_rate(ask: Question) -> Rate:
    """Tickets promised for the period, and those resolved no later than promised."""
    rows = ask.within(_tickets(), "deadline", RESPONSIBLE)
    kept = _resolved_at_end() & Q(resolution__lte=F("deadline"))
    return Rate((Part(rows, hit=kept),))


def resolution_hours(ask: Question) -> Span:
    """From report to resolution of problems resolved in the period and still so at its end."""
    rows = ask.within(_tickets().filter(kind__in=PROBLEMS), "resolution", RESPONSIBLE)
    return Span(rows.filter(_resolved_at_end()), begin="reported_at", until="resolution")


def reopen_rate(ask: Question) -> Rate:
    """Tickets resolved or reopened in the period, and those reopened in it.

    Asked one period at a time, since a ticket may be resolved in one and reopened in another.
    """
    span = (ask.period.begin, ask.period.end)
    reopened = Q(reopened_at__gte=span[0], reopened_at__lt=span[1])
    resolved = Q(resolution__gte=span[0], resolution__lt=span[1])
    rows = ask.at_end(_tickets(), RESPONSIBLE).filter(reopened | resolved)
    return Rate((Part(rows, hit=reopened),))


def closing_resolved_rate(ask: Question) -> Rate:
    """Complaints closed in the period, and those closed with the customer's yes and not reopened.

    Each closing counts in its own period (K-37): the first one of a complaint that was reopened as
    unresolved, the new one as resolved. A complaint is reopened only within the window (N-35), so
    whatever follows a closing lies in it. Closings that came with a workbook are not counted.
    """
    later = Entry.objects.filter(
        ticket=OuterRef("ticket"), kind=Entry.Kind.REOPENED, at__gte=OuterRef("at")
    )
    closings = Entry.objects.filter(kind=Entry.Kind.CLOSED, ticket__kind=Ticket.Kind.COMPLAINT)
    rows = ask.within(closings, "at", OF_TICKET).annotate(was_reopened=Exists(later))
    # Without the customer's yes a reason is kept.
    return Rate((Part(rows, hit=Q(words="", was_reopened=False)),))


def content_with_answer_rate(ask: Question) -> Rate:
    """What customers said of an answer in the period, by call, link or visit; and who was content.

    With a card or without one; a complaint reopened by a no counts as not content (CP-22).
    """
    kinds = (Entry.Kind.CONTENT, Entry.Kind.REOPENED)
    said = Entry.objects.filter(kind__in=kinds, ticket__kind=Ticket.Kind.COMPLAINT)
    rows = ask.within(said, "at", OF_TICKET)
    return Rate((Part(rows, hit=Q(kind=Entry.Kind.CONTENT)),))


def complaints_per_100_deliveries(ask: Question) -> Rate:
    """Complaints reported over cars delivered in the period, for every hundred of them."""
    delivered = delivered_orders(ask)
    sold = ask.within(delivered, "delivered_at", DELIVERED)
    reported = Part(complaint_count(ask).rows, in_denominator=False)
    return Rate((Part(sold, hit=NOTHING), reported), times=100)


def complaints_per_100_base_customers(ask: Question) -> Rate:
    """Complaints reported over base customers at the period's end, for every hundred of them.

    A base customer is a card with a car delivered by us before the end, counted once however many
    cars; merged cards are none, nor those erased before the end. Asked one period at a time,
    since a customer is one at the end of many periods.
    """
    erased = Q(card__customer__anonymised_at__isnull=True)
    erased |= Q(card__customer__anonymised_at__lt=ask.period.end)
    gone = Q(card__state=card_states.MERGED) | Q(erased, card__state=card_states.ANONYMISED)
    base = ask.at_end(delivered_orders(ask).exclude(gone), DELIVERED)
    base = base.filter(delivered_at__lt=F("period_end"))
    reported = Part(complaint_count(ask).rows, in_denominator=False)
    return Rate((Part(base, hit=NOTHING, counted="card"), reported), times=100)


def clock_met_rate(ask: Question, kind: str) -> Rate:
    """Clocks of one kind that ran out or would have in the period; those met by then.

    What waited for the customer is in the due moment already. Void clocks are left out, and those
    that stand still.
    """
    ended = Clock.objects.filter(void_at__isnull=True, paused_at__isnull=True, kind=kind)
    rows = ask.within(_of_complaints(ended), "due_at", OF_TICKET)
    return Rate((Part(rows, hit=Q(met_at__lte=F("due_at"))),))


def visits_waived(ask: Question) -> Tally:
    """On-site visits of complaints that were due in the period and waived with a reason."""
    waived = Entry.objects.filter(ticket=OuterRef("ticket"), kind=Entry.Kind.WAIVED)
    rows = Clock.objects.filter(Exists(waived), void_at__isnull=False, kind=clocks.VISIT)
    return Tally(ask.within(_of_complaints(rows), "due_at", OF_TICKET))


def corrections_in_time_rate(ask: Question) -> Rate:
    """Corrective tasks due on a day of the period, and those verified by the end of that day."""
    rows = ask.on_days(Correction.objects.all(), "due_on", PUTS_RIGHT)
    rows = rows.annotate(verified_on=TruncDate("verified_at", tzinfo=ask.zone))
    return Rate((Part(rows, hit=Q(verified_on__lte=F("due_on"))),))


def backlog_of_age(ask: Question, first: int, last: int | None) -> Tally:
    """Complaints and visit problems open at the period's end, by local days since the report."""
    rows = ask.at_end(_tickets().filter(kind__in=PROBLEMS), RESPONSIBLE)
    rows = rows.filter(_unresolved_at(F("period_end")))
    day = ask.period.last
    rows = rows.filter(reported_at__lt=_midnight(ask, day - timedelta(days=first - 1)))
    if last is not None:
        rows = rows.filter(reported_at__gte=_midnight(ask, day - timedelta(days=last)))
    return Tally(rows)


def _of_complaints(rows: QuerySet[Any]) -> QuerySet[Any]:
    counted = rows.filter(ticket__kind=Ticket.Kind.COMPLAINT)
    return counted.exclude(ticket__state__in=states.CANCELLED)


def _tickets() -> QuerySet[Any]:
    """Tickets that count, with the moment of their last `resolution`."""
    return Ticket.objects.exclude(state__in=states.CANCELLED).annotate(
        resolution=Coalesce("resolved_at", "closed_at")
    )


def _resolved_at_end() -> Q:
    """Resolved before the period's end and not reopened between."""
    not_reopened = (
        Q(reopened_at__isnull=True)
        | Q(reopened_at__lt=F("resolution"))
        | Q(reopened_at__gte=F("period_end"))
    )
    return Q(resolution__lt=F("period_end")) & not_reopened


def _open_at(moment: datetime) -> QuerySet[Any]:
    """Tickets reported before a moment gone by and open then, whatever came of them since."""
    return _tickets().filter(_unresolved_at(moment), reported_at__lt=moment)


def _unresolved_at(end: datetime | F) -> Q:
    """Not resolved before that moment, or reopened between."""
    reopened = Q(reopened_at__gte=F("resolution"), reopened_at__lt=end)
    return Q(resolution__isnull=True) | Q(resolution__gte=end) | reopened


def _midnight(ask: Question, day: date) -> Any:
    return start_of(day, ask.zone)


def _reported_for(ask: Question, period: Period) -> tuple[date, date]:
    """Local dates of report, the last one not included, whose limit ends in the period."""
    return _reported_by(ask, period.first), _reported_by(ask, period.last + ONE_DAY)


def _reported_by(ask: Question, limit: date) -> date:
    """The first local date of report whose on-site limit ends on `limit` or later."""
    day = limit - ONE_DAY
    while ask.calendar.add_working_days(day - ONE_DAY, VISIT_WORKING_DAYS) >= limit:
        day -= ONE_DAY
    return day


def _onsite_limit(ask: Question, first: date, beyond: date) -> Case | Value:
    """The end of a ticket's on-site limit, for reports from `first` up to before `beyond`."""
    limits: dict[date, date] = {}
    for number in range((beyond - first).days):
        day = first + timedelta(days=number)
        limits[ask.calendar.add_working_days(day, VISIT_WORKING_DAYS)] = day
    kind = DateTimeField()
    whens = [
        When(
            reported_at__lt=_midnight(ask, reported + ONE_DAY),
            then=Value(_midnight(ask, last + ONE_DAY), kind),
        )
        for last, reported in limits.items()
    ]
    return Case(*whens, output_field=kind)
