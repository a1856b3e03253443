"""A salesperson's day: what to do now, what is done, what needs attention (mockup 01)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.translation import gettext as _

from crm.customers import access as customers
from crm.customers.models import Card, CaseAccess, Level, OwnershipConflict
from crm.orders.kpis import order_count
from crm.people.models import User
from crm.records.kpis import By, Part, Question, Scope, counts_of
from crm.records.periods import Period, start_of, week_so_far
from crm.ui.lists import Chip, Listing, ListSpec, Sort
from crm.workdays import ONE_DAY, Calendar
from followups import kpis, states
from followups.models import Contact, Method, Outcome, Plan, PlannedContact, Result

LONGEST_DONE = 100
ALL, OVERDUE, LEVEL_H, PHONE, MESSAGES, TOMORROW = "all", "late", "h", "phone", "messages", "next"
# What a row and the rules about its name and number look at.
ROW_COLUMNS = (
    *("public_id", "due_at", "untimed", "method", "reason", "content", "moves", "version"),
    *("assignee", "plan__state", "plan__version"),
    *("card__public_id", "card__state", "card__level", "card__store", "card__team"),
    *("card__model_text", "card__tries", "card__last_contact_at", "card__opened_at"),
    *("card__next_contact_at", "card__customer__name", "card__customer__phone"),
    *("card__owner__name", "card__product__name"),
)
WRITTEN = (Method.WECHAT, Method.SMS, Method.EMAIL)


@dataclass(frozen=True)
class Day:
    """One page of what is planned until tomorrow night, split as the page shows it."""

    listing: Listing[PlannedContact]
    overdue: list[PlannedContact]
    today: list[PlannedContact]
    tomorrow: list[PlannedContact]
    done: list[Contact]

    @property
    def show(self) -> str:
        """The chip that is on."""
        return next(chip.key for chip in self.listing.chips if chip.is_on)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows each chip would show, whatever the page holds of them."""
        return {chip.key: chip.count for chip in self.listing.chips}

    @property
    def rows(self) -> list[PlannedContact]:
        """The rows of the page in order."""
        return [*self.overdue, *self.today, *self.tomorrow]

    @property
    def total(self) -> int:
        """Done and to do."""
        return self.counts[ALL] + len(self.done)

    @property
    def share(self) -> int:
        """How much of the day is done, in percent."""
        return round(100 * len(self.done) / self.total) if self.total else 0

    @property
    def numbers(self) -> dict[str, int]:
        """What the headings say: under the first chip the whole of a section, else the page's."""
        if self.show == ALL:
            late = self.counts[OVERDUE]
            return {"overdue": late, "today": self.counts[ALL] - late}
        return {"overdue": len(self.overdue), "today": len(self.today)}

    def current(self, public_id: str, now: dt.datetime) -> PlannedContact | None:
        """The row to work on: the one asked for, one due within the half hour, else the first."""
        soon = now + dt.timedelta(minutes=30)
        due_soon = (row for row in self.today if not row.untimed and row.due_at <= soon)
        named = (row for row in self.rows if row.public_id == public_id)
        return next(named, next(due_soon, next(iter(self.rows), None)))


def day_of(user: User, now: dt.datetime, zone: dt.tzinfo, query: Mapping[str, str]) -> Day:
    """The day of a person and those they stand in for as the address asks; three statements.

    The overdue come by level and then by time (LC-12), today's by time; fifty a page. What is
    done stands under the first chip of the first page.
    """
    today = start_of(now.astimezone(zone).date(), zone)
    tomorrow, after = today + ONE_DAY, today + 2 * ONE_DAY
    listing = _list(now, tomorrow).show(_planned(user, now).filter(due_at__lt=after), query)
    rows = list(listing.page)
    name_rows(rows, user)
    day = Day(
        listing,
        overdue=[row for row in rows if row.due_at < now],
        today=[row for row in rows if now <= row.due_at < tomorrow],
        tomorrow=[row for row in rows if row.due_at >= max(tomorrow, now)],
        done=[],
    )
    return replace(day, done=_done(user, today, tomorrow))


def _done(user: User, begin: dt.datetime, end: dt.datetime) -> list[Contact]:
    """What this person logged between two moments, in order."""
    rows = (
        Contact.objects.visible_to(user)
        .filter(staff=user, occurred_at__gte=begin, occurred_at__lt=end)
        .select_related("card__customer", "card__product")
        .annotate(has_case=_has_case(user))
        .order_by("occurred_at", "pk")
    )
    found = list(rows[:LONGEST_DONE])
    name_rows(found, user)
    return found


def _list(now: dt.datetime, tomorrow: dt.datetime) -> ListSpec:
    """The filters over a day: all, overdue, H, phone, WeChat and SMS, tomorrow."""
    to_do = Q(due_at__lt=max(tomorrow, now))
    return ListSpec(
        sorts=(Sort("work", _("To work on first"), ("rank", "due_at", "pk")),),
        chips=(
            Chip(ALL, _("All"), to_do),
            Chip(OVERDUE, _("Overdue"), Q(due_at__lt=now)),
            Chip(LEVEL_H, _("Level H"), to_do & Q(card__level=Level.H)),
            Chip(PHONE, _("Phone"), to_do & Q(method=Method.PHONE)),
            Chip(MESSAGES, _("WeChat and SMS"), to_do & Q(method__in=WRITTEN)),
            Chip(TOMORROW, _("Tomorrow"), Q(due_at__gte=max(tomorrow, now))),
        ),
    )


def _planned(user: User, now: dt.datetime) -> QuerySet[PlannedContact]:
    """Open contacts of a person, each with the result of the contact before it.

    `rank` puts the overdue first, the hottest level on top.
    """
    last = Contact.objects.filter(card=OuterRef("card")).order_by("-occurred_at", "-pk")
    late = [
        When(due_at__lt=now, card__level=level, then=Value(rank))
        for rank, level in enumerate(Level.values)
    ]
    return (
        PlannedContact.objects.open()
        .filter(assignee__in=user.reach.own_ids)
        .select_related("plan", "card__customer", "card__product", "card__owner")
        .only(*ROW_COLUMNS)
        .annotate(
            rank=Case(*late, When(due_at__lt=now, then=Value(8)), default=Value(9)),
            has_case=_has_case(user),
            last_method=Subquery(last.values("method")[:1]),
            last_result=Subquery(last.values("result")[:1]),
            last_outcome=Subquery(last.values("outcome")[:1]),
        )
    )


def _has_case(user: User) -> Exists:
    """Whether this person works on an open case of a row's card."""
    cases = CaseAccess.objects.open_for(user.reach)
    return Exists(cases.filter(card=OuterRef("card")))


def name_rows(rows: Iterable[PlannedContact | Contact], user: User) -> None:
    """Give each row `name`: the customer as this person may read it (security.md 1.3)."""
    for row in rows:
        row.name = shown_to(row, user)  # type: ignore[union-attr]


def shown_to(row: PlannedContact | Contact, user: User) -> str:
    """The customer of a row of the day as this person may read it."""
    row.card.has_case = row.has_case  # type: ignore[attr-defined,union-attr]
    return customers.shown_name(user, row.card)


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
    orders: tuple[int, int]


def week_of_person(user: User, now: dt.datetime, calendar: Calendar) -> Week:
    """The rates of one person from Monday to today (kpi.md)."""
    period = week_so_far(now.astimezone(calendar.zone).date(), calendar.zone)
    ask = Question((period,), calendar, Scope(By.PERSON, user.pk))
    parts = {
        "on_time": kpis.on_time_rate(ask).parts,
        "response": kpis.response_rate(ask).parts,
        "orders": (Part(order_count(ask).rows),),
    }
    return Week(period, **counts_of(parts))
