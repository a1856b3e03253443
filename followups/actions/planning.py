"""Writing and closing planned contacts, with their reminders; what the other verbs share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.db.models import Exists, F, Subquery
from django.utils.translation import gettext_lazy as _

from crm.customers import actions as customers
from crm.customers.models import Card
from crm.customers.queues import contact_refused
from crm.notices import actions as notices
from crm.notices.models import About
from crm.people.models import User, new_public_id
from crm.records import audit
from crm.records.actions import change_and_read, transition, written
from crm.records.states import Stale
from crm.rulebook.queues import Book
from crm.ui.texts import clean_lines
from crm.workdays import EARLIEST_DAY, LATEST_DAY
from followups import states
from followups.models import Method, Plan, PlannedContact
from followups.steps import Step

TEXT_AT_MOST = 300
UNWISHED = _(
    "The customer wishes no contact at all: nothing can be planned until they wish it again."
)


def allow(right: bool) -> None:  # noqa: FBT001
    """Raise `PermissionDenied` unless the right is there."""
    if not right:
        raise PermissionDenied


def clean_text(value: str, field: str, at_most: int = TEXT_AT_MOST) -> str:
    """`value` without invisible characters; raises `ValidationError` where it is too long."""
    text = clean_lines(value)
    if len(text) > at_most:
        message = _("Too long: at most %(count)d characters.")
        raise ValidationError({field: ValidationError(message, params={"count": at_most})})
    return text


def clean_step(step: Step) -> dict[str, Any]:
    """The columns of a planned contact; raises `ValidationError` beside the wrong field."""
    if step.method not in Method.values:
        raise ValidationError({"method": _("Choose how to contact the customer.")})
    if not EARLIEST_DAY <= step.due_at.date() <= LATEST_DAY:
        raise ValidationError({"due_at": _("Choose a date between 2000 and 2100.")})
    return {
        "due_at": step.due_at,
        "untimed": step.untimed,
        "method": step.method,
        "content": clean_text(step.content, "content"),
        "reason": clean_text(step.reason, "reason"),
    }


def refuse_unwished(card: Card, field: str) -> None:
    """Nothing is planned for whoever wishes no contact at all; says so beside `field` (PS-01)."""
    if contact_refused(card):
        raise ValidationError({field: UNWISHED})


def held(card: Card) -> Subquery:
    """The card's key; its row is locked for the transaction by the statement that asks for it.

    Cards come before plans: signing an order and erasing a customer go the same way, so nobody
    waits for somebody who waits for them.
    """
    rows = Card.objects.filter(pk=card.pk).select_for_update(no_key=True).order_by()
    return Subquery(rows.values("pk"))


def raised_plan(card: Card) -> Plan | None:
    """As `live_plan`, its version raised in the same statement: an approval finds it changed."""
    rows = Plan.objects.live().filter(card=held(card))
    names = [column.attname for column in Plan._meta.concrete_fields]
    for found in change_and_read(rows, names, version=F("version") + 1):
        plan: Plan = Plan.from_db(rows.db, names, found)
        plan.card = card
        return plan
    return None


def live_plan(card: Card) -> Plan | None:
    """The card's live plan, both rows locked until the transaction ends.

    Whoever changes a plan or its steps takes these locks first, so that an approval under way
    and a contact being logged follow each other.
    """
    plan = Plan.objects.live().filter(card=held(card)).select_for_update(no_key=True).first()
    if plan is not None:
        plan.card = card
    return plan


def new_draft(card: Card, *, by: User, now: dt.datetime) -> Plan:
    """Begin the plan of a card that has none; raises `Stale` when somebody began it meanwhile."""
    public_id = new_public_id()
    # Random like the address: a running number would make every save wait for the one before.
    plan = Plan(
        public_id=public_id,
        plan_no=f"P-{public_id}",
        card=card,
        author=by,
        store_id=card.store_id,
        created_at=now,
    )
    try:
        plan.save(force_insert=True)
    except IntegrityError as error:
        raise Stale(card._meta.label, card.pk) from error
    audit.record("followups.begin_plan", by=by, obj=plan, after={"state": plan.state}, at=now)
    return plan


def keep_editor(plan: Plan, by: User) -> bool:
    """Remember who works on a plan still to be approved: they may not decide on it (FP-02).

    Author and owner may not anyway, and are not written down again. True for somebody new.
    """
    waits = plan.state in (*states.EDITABLE, *states.WAITING)
    if not waits or by.pk in (plan.author_id, plan.card.owner_id) or by in plan.editors.all():
        return False
    plan.editors.add(by)
    return True


def plan_contact(
    plan: Plan,
    step: Step,
    *,
    by: User,
    now: dt.datetime,
    moves: int = 0,
    rules: Book | None = None,
) -> PlannedContact:
    """Write one planned contact of the card's owner and arm its reminders (RM-01, FP-12)."""
    card = plan.card
    public_id = new_public_id()
    planned = PlannedContact.objects.create(
        **clean_step(step),
        public_id=public_id,
        planned_no=f"L-{public_id}",
        plan=plan,
        card=card,
        assignee=card.owner or by,
        team_id=card.team_id,
        store_id=card.store_id,
        moves=moves,
        **written(now),
    )
    notices.remind_many([occasion_of(planned)], now=now, rules=rules)
    return planned


def arm_reminders(planned_contacts: Iterable[PlannedContact], *, now: dt.datetime) -> int:
    """Write the reminders of open planned contacts; those already written stay (RM-01).

    Needs `card`, `card.customer`, `assignee` and `plan` of each; give them `select_related`.
    """
    return notices.remind_many([occasion_of(planned) for planned in planned_contacts], now=now)


def occasion_of(planned: PlannedContact) -> notices.Occasion:
    """What a planned contact rings about; its name changes with each change of the row."""
    card = planned.card
    return notices.Occasion(
        occasion=f"contact:{planned.public_id}/v{planned.version}",
        kind="contact_due",
        about=About.of(planned),
        to=planned.assignee,
        due_at=planned.due_at,
        untimed=planned.untimed,
        store_id=planned.store_id,
        team_id=planned.team_id,
        unapproved=planned.plan.state != states.APPROVED,
        subject=thread(card),
        link=("followups:log_contact", planned.public_id),
        data={
            "customer": card.customer.name,
            "level": card.level,
            "method": planned.method,
            "content": planned.content,
            "reason": planned.reason,
        },
    )


def thread(card: Card) -> str:
    """The thread of everything told about a card."""
    return f"card:{card.public_id}"


def close_planned(
    planned: PlannedContact,
    *,
    to: str,
    reason: str,
    now: dt.datetime,
    version: int | None = None,
    **changes: Any,
) -> None:
    """Close one open planned contact and void its reminders; raises `Stale` (RM-09)."""
    transition(
        planned,
        frm=states.PLANNED,
        to=to,
        version=version,
        closed_at=now,
        closed_reason=reason[:200],
        **changes,
    )
    notices.cancel(about=About.of(planned), reason=to, now=now)


def close_open_steps(plan: Plan, *, reason: str, now: dt.datetime) -> int:
    """Cancel what is still open in a plan that ends, and void its reminders (RM-09)."""
    rows = PlannedContact.objects.filter(plan=plan, state=states.PLANNED)
    steps = list(rows.select_for_update(no_key=True).order_by("pk"))
    if not steps:
        return 0
    PlannedContact.objects.filter(pk__in=[step.pk for step in steps]).update(
        state=states.CANCELLED, closed_at=now, closed_reason=reason[:200]
    )
    notices.cancel(about=[About.of(step) for step in steps], reason=reason, now=now)
    return len(steps)


def refresh_next(
    card: Card, *, also: Exists | None = None, as_read: bool = False, **columns: Any
) -> bool:
    """Write the card's next contact, with `last_contact_at` and `tries` where given.

    Answers whether the rows of `also` exist, in the same statement. With `as_read` it raises
    `Stale` when the card has moved on since it was read.
    """
    rows = PlannedContact.objects.open().filter(card=card.pk)
    next_at = Subquery(rows.order_by("due_at").values("due_at")[:1])
    columns["next_contact_at"] = next_at
    return customers.note_contact_dates(card, also=also, as_read=as_read, **columns)
