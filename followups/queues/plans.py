"""What waits for whom: plans to decide and to write, contacts to make."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models
from django.db.models import Case, Count, OuterRef, Prefetch, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from crm.customers.models import Card
from crm.people import roles
from crm.people.models import User
from crm.rulebook.numbers import Numbers
from crm.rulebook.queues import Book, book
from crm.ui.lists import Chip, Listing, ListSpec, Sort
from crm.workdays import Calendar
from followups import checks, due, states
from followups.access import can_decide, decides
from followups.models import Contact, Plan, PlanDecision, PlannedContact, PlanQuerySet


class Rulebooks:
    """Numbers and calendars by store, read once however many rows and stores ask."""

    def __init__(self, found: Book | None = None) -> None:
        self._book = found
        self._found: dict[int | None, tuple[Numbers, Calendar]] = {}

    @property
    def book(self) -> Book:
        """The whole rulebook."""
        if self._book is None:
            self._book = book()
        return self._book

    def of(self, store_id: int | None) -> tuple[Numbers, Calendar]:
        """The numbers in force in a store, and its working calendar."""
        if store_id not in self._found:
            numbers = self.book.numbers(store_id)
            self._found[store_id] = numbers, self.book.calendar(store_id, numbers)
        return self._found[store_id]


def with_steps(plans: PlanQuerySet) -> PlanQuerySet:
    """Plans with card, customer, steps in order and the last reason, ready to be checked."""
    last = Contact.objects.filter(card=OuterRef("card"), planned__isnull=False)
    steps = PlannedContact.objects.order_by("due_at", "pk")
    return (
        plans.select_related("card__customer", "card__owner", "card__product", "author", "store")
        .prefetch_related(Prefetch("steps", queryset=steps))
        .annotate(said_before=Subquery(last.values("planned__reason")[:1]))
    )


def check(
    plan: Plan, *, now: dt.datetime, rulebooks: Rulebooks | None = None
) -> list[checks.Check]:
    """What the system checks of a plan's open steps, as of its submission or else now."""
    numbers, calendar = (rulebooks or Rulebooks()).of(plan.card.store_id)
    waiting = plan.state in states.WAITING or not plan.is_live
    said_before = getattr(plan, "said_before", None)
    if not hasattr(plan, "said_before"):
        last = Contact.objects.filter(card=plan.card_id, planned__isnull=False)
        said_before = last.values_list("planned__reason", flat=True).first()
    ground = checks.Ground(
        level=plan.card.level,
        as_of=plan.submitted_at if waiting and plan.submitted_at else now,
        numbers=numbers,
        calendar=calendar,
        said_before=said_before or "",
        exception_reason=plan.exception_reason,
    )
    return checks.check_plan(open_steps(plan), ground)


def open_steps(plan: Plan) -> list[PlannedContact]:
    """The steps still to be carried out, in order."""
    return [step for step in plan.steps.all() if step.state == states.PLANNED]


# Whose turn it is, the author's first.
TURNS = (states.RETURNED, states.DRAFT, states.ADJUSTING, states.SUBMITTED, states.APPROVED)
# A team's queue is a matter of dozens; beyond this the oldest are shown first.
LONGEST_QUEUE = 200


@dataclass(frozen=True)
class Review:
    """A plan waiting for a decision, with what the system found."""

    plan: Plan
    checks: list[checks.Check]
    steps: list[PlannedContact]
    late: bool
    # False for who edited or submitted it: somebody else decides.
    may_decide: bool

    @property
    def passes(self) -> bool:
        """Whether nothing the system checked speaks against it."""
        return checks.all_pass(self.checks)

    @property
    def may_tick(self) -> bool:
        """Whether this person may approve it together with others (FP-18)."""
        return self.may_decide and self.passes


def to_review(user: User) -> PlanQuerySet:
    """Plans waiting for this person's decision, the oldest first; never their own (FP-02).

    Nor what they edited or submitted for somebody else.
    """
    return _waiting(user).exclude(editors__in=user.reach.own_ids)


def _waiting(user: User) -> PlanQuerySet:
    """Plans of others that wait where this person leads, the oldest first."""
    waiting = Plan.objects.visible_to(user).filter(_led(user))
    return waiting.exclude(_own(user)).order_by("submitted_at", "pk")


def _led(user: User) -> Q:
    """What waits where this person leads, their own too."""
    reach = user.reach
    led = Q(card__team__in=reach.teams_as(roles.SALES_SUPERVISOR))
    managed = Q(card__store__in=reach.stores_as(roles.MANAGER))
    return (led | managed) & Q(state__in=states.WAITING)


def _own(user: User) -> Q:
    own = user.reach.own_ids
    return Q(author__in=own) | Q(card__owner__in=own)


def plans_in_hand(user: User) -> PlanQuerySet:
    """What the figure beside plans counts: plans to write on, and others' to decide on.

    Own plans and those edited or submitted for somebody else are decided by others (FP-02); whom
    this person stands in for counts as themselves.
    """
    own, plans = user.reach.own_ids, Q(pk__in=[])
    if user.reach.has(roles.SALESPERSON):
        plans |= Q(author__in=own, state__in=(states.DRAFT, states.RETURNED))
    if decides(user):
        plans |= _led(user) & ~_own(user) & ~Q(editors__in=own)
    return Plan.objects.filter(plans)


def reviews(user: User, now: dt.datetime, *, whole: bool = False) -> list[Review]:
    """The approval queue with every check made, in a fixed number of statements.

    What this person worked on stands in it too, for somebody else to decide. The oldest come
    first, and of a very long queue only they, unless the `whole` is asked for.
    """
    rulebooks = Rulebooks()
    found = []
    waiting = with_steps(_waiting(user)).prefetch_related("editors")
    for plan in waiting if whole else waiting[:LONGEST_QUEUE]:
        numbers, calendar = rulebooks.of(plan.card.store_id)
        late = plan.submitted_at is not None and now > due.decision_limit(
            plan.submitted_at, numbers=numbers, calendar=calendar
        )
        kept = check(plan, now=now, rulebooks=rulebooks)
        may = can_decide(user, plan)
        found.append(Review(plan, kept, open_steps(plan), late, may))
    return found


def waiting_beyond(user: User, shown: int) -> int:
    """How many plans wait that a queue of so many leaves out; asks only where it may be cut."""
    return _waiting(user).count() - shown if shown >= LONGEST_QUEUE else 0


def decided(user: User, kind: str, since: dt.datetime) -> models.QuerySet[PlanDecision]:
    """Decisions of one kind since a moment on the plans this person may see, newest first."""
    return (
        PlanDecision.objects.filter(
            plan__in=Plan.objects.visible_to(user), kind=kind, at__gte=since, undone_at=None
        )
        .select_related("plan__card__customer", "plan__card__product", "plan__author", "by")
        .order_by("-at", "-pk")
    )


def last_results(card: Card, count: int = 2) -> list[Contact]:
    """The latest contacts of a card, newest first."""
    return list(card.contacts.select_related("staff").order_by("-occurred_at", "-pk")[:count])


def plan_list(user: User, query: Mapping[str, str]) -> Listing[Plan]:
    """Plans in scope, under chips by state; what needs its author stands first."""
    own = Q(author__in=user.reach.own_ids) | Q(card__owner__in=user.reach.own_ids)
    spec = ListSpec(
        sorts=(
            Sort("turn", _("To work on first"), ("turn", "-changed_at", "-pk")),
            Sort("recent", _("Last changed"), ("-changed_at", "-pk")),
            Sort("name", _("Customer"), ("card__customer__name", "pk")),
        ),
        chips=(
            Chip("all", _("All")),
            Chip("mine", _("To work on"), own & Q(state__in=states.EDITABLE)),
            Chip("waiting", _("Awaiting approval"), Q(state__in=states.WAITING)),
            Chip("approved", _("Approved"), Q(state=states.APPROVED)),
            Chip("ended", _("Ended"), Q(state__in=(states.COMPLETED, states.CANCELLED))),
        ),
    )
    steps = PlannedContact.objects.filter(plan=OuterRef("pk"), state=states.PLANNED)
    rows = (
        Plan.objects.visible_to(user)
        .select_related("card__customer", "card__product", "author", "reviewer")
        .annotate(
            turn=Case(
                *(When(state=state, then=rank) for rank, state in enumerate(TURNS)),
                default=len(TURNS),
            ),
            changed_at=Coalesce("reviewed_at", "submitted_at", "created_at"),
            step_count=Coalesce(
                Subquery(steps.order_by().values("plan").annotate(n=Count("pk")).values("n")), 0
            ),
            next_at=Subquery(steps.order_by("due_at").values("due_at")[:1]),
        )
    )
    return spec.show(rows, query)
