"""A salesperson's day: what to do now, what is done, what needs attention (mockup 01)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from crm.customers import access as customers
from crm.customers.models import Card, CaseAccess, Level, OwnershipConflict
from crm.orders.kpis import order_count
from crm.people.models import User
from crm.records.kpis import By, Question, Scope
from crm.records.periods import Period, start_of, week_so_far
from crm.workdays import ONE_DAY, Calendar
from followups import kpis, states
from followups.models import Contact, Method, Outcome, Plan, PlannedContact, Result

# More than anybody can do in a day; the list of customers holds the rest.
LONGEST_DAY = 300
LONGEST_CHOICE = 30
ALL, OVERDUE, LEVEL_H, PHONE, MESSAGES, TOMORROW = "all", "late", "h", "phone", "messages", "next"
WRITTEN = (Method.WECHAT, Method.SMS, Method.EMAIL)


@dataclass(frozen=True)
class Day:
    """Everything planned until tomorrow night, split as the page shows it."""

    overdue: list[PlannedContact]
    today: list[PlannedContact]
    tomorrow: list[PlannedContact]
    done: list[Contact]

    @property
    def to_do(self) -> list[PlannedContact]:
        """What today still holds, the overdue first."""
        return [*self.overdue, *self.today]

    @property
    def total(self) -> int:
        """Done and to do."""
        return len(self.to_do) + len(self.done)

    @property
    def share(self) -> int:
        """How much of the day is done, in percent."""
        return round(100 * len(self.done) / self.total) if self.total else 0

    def shown(self, show: str) -> Day:
        """The day under one chip; what is done stays, tomorrow shows alone."""
        if show == TOMORROW:
            return Day([], [], self.tomorrow, [])
        late = [row for row in self.overdue if _is_under(row, show, late=True)]
        today = [row for row in self.today if _is_under(row, show, late=False)]
        return Day(late, today, [], self.done if show == ALL else [])

    def current(self, public_id: str, now: dt.datetime) -> PlannedContact | None:
        """The row to work on: the one asked for, one due within the half hour, else the first."""
        rows = self.to_do or self.tomorrow
        soon = now + dt.timedelta(minutes=30)
        due_soon = (row for row in self.today if not row.untimed and row.due_at <= soon)
        named = (row for row in rows if row.public_id == public_id)
        return next(named, next(due_soon, rows[0] if rows else None))


def _is_under(row: PlannedContact, show: str, *, late: bool) -> bool:
    return {
        OVERDUE: late,
        LEVEL_H: row.card.level == Level.H,
        PHONE: row.method == Method.PHONE,
        MESSAGES: row.method in WRITTEN,
    }.get(show, True)


def day_of(user: User, now: dt.datetime, zone: dt.tzinfo) -> Day:
    """The day of a person and those they stand in for; two statements.

    The overdue come by level and then by time (LC-12), today's by time.
    """
    today = start_of(now.astimezone(zone).date(), zone)
    tomorrow, after = today + ONE_DAY, today + 2 * ONE_DAY
    rows = list(_planned(user).filter(due_at__lt=after)[:LONGEST_DAY])
    name_rows(rows, user)
    late = sorted((row for row in rows if row.due_at < now), key=_by_level)
    done = (
        Contact.objects.visible_to(user)
        .filter(staff=user, occurred_at__gte=today, occurred_at__lt=tomorrow)
        .select_related("card__customer", "card__product")
        .annotate(has_case=_has_case(user))
        .order_by("occurred_at", "pk")
    )
    finished = list(done[:LONGEST_DAY])
    name_rows(finished, user)
    return Day(
        overdue=late,
        today=[row for row in rows if now <= row.due_at < tomorrow],
        tomorrow=[row for row in rows if row.due_at >= max(tomorrow, now)],
        done=finished,
    )


def _planned(user: User) -> QuerySet[PlannedContact]:
    """Open contacts of a person, each with the result of the contact before it."""
    last = Contact.objects.filter(card=OuterRef("card")).order_by("-occurred_at", "-pk")
    return (
        PlannedContact.objects.open()
        .filter(assignee__in=user.reach.own_ids)
        .select_related("plan", "card__customer", "card__product", "card__owner")
        .annotate(
            has_case=_has_case(user),
            last_method=Subquery(last.values("method")[:1]),
            last_result=Subquery(last.values("result")[:1]),
            last_outcome=Subquery(last.values("outcome")[:1]),
        )
        .order_by("due_at", "pk")
    )


def _has_case(user: User) -> Exists:
    """Whether this person works on an open case of a row's card."""
    cases = CaseAccess.objects.open_for(user.reach)
    return Exists(cases.filter(card=OuterRef("card")))


def _by_level(row: PlannedContact) -> tuple[int, dt.datetime, int]:
    """By level, the hottest first and none last; then by time."""
    return "HABC".find(row.card.level) if row.card.level else 4, row.due_at, row.pk


def name_rows(rows: Iterable[PlannedContact | Contact], user: User) -> None:
    """Give each row `name`: the customer as this person may read it (security.md 1.3)."""
    for row in rows:
        row.card.has_case = row.has_case  # type: ignore[attr-defined,union-attr]
        row.name = customers.shown_name(user, row.card)  # type: ignore[union-attr]


def dress(rows: Iterable[PlannedContact], user: User) -> list[Card]:
    """Give each row what it shows: `dials`, and the last result in words as `last_words`.

    Returns the cards whose number stands in full on the page: they are logged as shown.
    """
    shown = []
    for row in rows:
        row.dials = bool(row.card.customer.phone) and customers.dials(user, row.card)  # type: ignore[attr-defined]
        row.last_words = last_words(row)  # type: ignore[attr-defined]
        if row.dials:  # type: ignore[attr-defined]
            shown.append(row.card)
    return shown


def last_words(row: PlannedContact) -> str:
    """How and with what result the customer was contacted last: 电话 · 再考虑."""
    method, result = getattr(row, "last_method", ""), getattr(row, "last_result", "")
    outcome = getattr(row, "last_outcome", "")
    if not method:
        return ""
    came_of_it = Result(result).label if result else Outcome(outcome).label
    words = {"method": Method(method).label, "result": came_of_it}
    return _("%(method)s · %(result)s") % words


@dataclass(frozen=True)
class DayChip:
    """One filter of the day with its count."""

    key: str
    label: str
    count: int
    is_on: bool
    icon: str = ""
    tone: str = ""

    @property
    def href(self) -> str:
        return f"?show={self.key}" if self.key != ALL else "?"


def chips(day: Day, show: str) -> list[DayChip]:
    """The filters over a day: all, overdue, H, phone, WeChat and SMS, tomorrow."""
    words = (
        (ALL, _("All")),
        (OVERDUE, _("Overdue")),
        (LEVEL_H, _("Level H")),
        (PHONE, _("Phone")),
        (MESSAGES, _("WeChat and SMS")),
        (TOMORROW, _("Tomorrow")),
    )
    on = show if show in dict(words) else ALL
    found = []
    for key, label in words:
        shown = day.shown(key)
        count = len(shown.tomorrow) if key == TOMORROW else len(shown.to_do)
        found.append(DayChip(key, label, count, key == on))
    return found


# --- the rail --------------------------------------------------------------------------------


def returned_plans(user: User) -> QuerySet[Plan]:
    """Plans given back to this person, the latest first."""
    rows = Plan.objects.visible_to(user).filter(state=states.RETURNED)
    own = Q(author__in=user.reach.own_ids) | Q(card__owner__in=user.reach.own_ids)
    return rows.filter(own).select_related("card__customer", "reviewer").order_by("-reviewed_at")


def conflicts_of(user: User) -> QuerySet[OwnershipConflict]:
    """Customers of this person that are claimed twice and not ruled on yet."""
    own = user.reach.own_ids
    rows = OwnershipConflict.objects.visible_to(user).open()
    mine = rows.filter(Q(owner__in=own) | Q(claimant__in=own))
    return mine.select_related("card__customer", "owner", "claimant")


@dataclass(frozen=True)
class Week:
    """A person's week so far, each rate with its numerator and denominator."""

    period: Period
    on_time: tuple[int, int]
    response: tuple[int, int]
    orders: int


def week_of_person(user: User, now: dt.datetime, calendar: Calendar) -> Week:
    """The rates of one person from Monday to today (kpi.md)."""
    period = week_so_far(now.astimezone(calendar.zone).date(), calendar.zone)
    ask = Question((period,), calendar, Scope(By.PERSON, user.pk))
    return Week(
        period,
        on_time=kpis.on_time_rate(ask).counts(),
        response=kpis.response_rate(ask).counts(),
        orders=order_count(ask).rows.count(),
    )


# --- whom to log -------------------------------------------------------------------------------


def to_choose(user: User, query: str) -> list[Card]:
    """Customers to log a contact with: those found, else those due first."""
    rows = Card.objects.visible_to(user).with_case(user.reach)
    rows = (
        rows.found_by(query) if query else rows.followed_up().filter(owner__in=user.reach.own_ids)
    )
    ordered = rows.select_related("customer", "product").order_by("next_contact_at", "pk")
    return list(ordered[:LONGEST_CHOICE])
