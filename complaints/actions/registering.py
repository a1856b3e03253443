"""Writing a ticket down; departments are asked in the same save (CP-03, RV-33, RV-35)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from complaints import access, alarms, clocks, states
from complaints.actions.checking import check_came, check_words
from complaints.actions.clocks import kinds_at_start, start_clocks
from complaints.actions.knowing import make_known
from complaints.actions.numbering import numbers_of
from complaints.actions.routing import ask
from complaints.actions.telling import tell
from complaints.actions.thread import enter, open_case
from complaints.models import Entry, Ticket
from crm.customers.actions import note
from crm.customers.models import Card
from crm.notices.models import About
from crm.people.models import Department, Store, User
from crm.records import audit
from crm.records.actions import claim_request, keep_result
from crm.records.queues import earlier_result

REASON_AT_MOST = 300


def register_ticket(
    card: Card | None,
    *,
    by: User,
    kind: str,
    category: str,
    description: str,
    now: dt.datetime,
    deadline: dt.datetime | None = None,
    lead_department: Department | None = None,
    about: User | None = None,
    source: models.Model | None = None,
    severity: str = clocks.NORMAL,
    needs_onsite: bool | None = None,
    calm_because: str = "",
    came_at: dt.datetime | None = None,
    store: Store | None = None,
    request_id: str = "",
) -> Ticket:
    """Write down a complaint, a problem found on a visit or a request for help (CP-03, RV-33).

    Whoever registers it answers for it until another has accepted it (PR-21). What departments
    work off goes to its lead at once; a complaint's clocks begin, from `came_at` where it came in
    earlier, and unless said otherwise it is looked at on site (CP-07). Words that alarm make it
    critical unless `calm_because` says why not (CP-34). `store` is for whoever works for all.
    A form sent twice makes one ticket. Raises `PermissionDenied`, `ValidationError` by field.
    """
    if not access.can_register(by):
        raise PermissionDenied
    description, calm_because = description.strip(), calm_because.strip()[:REASON_AT_MOST]
    check_words(kind, category, severity, description, deadline, now)
    place = _place(card, by, store)
    came_at = check_came(came_at, place["store_id"], now)
    with transaction.atomic():
        if not claim_request(by, "register_ticket", request_id):
            return Ticket.objects.get(public_id=earlier_result(by, "register_ticket", request_id))
        ticket = Ticket.objects.create(
            **numbers_of(kind, place["store_id"], came_at, now), **place, **_source(source),
            category=category, about=about, description=description, deadline=deadline,
            severity=_judged(kind, severity, category, description, calm_because),
            needs_onsite=kind == states.COMPLAINT if needs_onsite is None else needs_onsite,
            lead_department=lead_department,
            state=states.begins(kind, led=lead_department is not None),
        )  # fmt: skip
        _begin(ticket, by=by, now=now)
        _say_why(ticket, severity, calm_because, by=by, now=now)
        keep_result(by, "register_ticket", request_id, ticket.public_id)
    return ticket


def register_by_customer(
    card: Card | None,
    *,
    store_id: int | None,
    responsible: User | None,
    description: str,
    now: dt.datetime,
) -> Ticket:
    """A complaint the customer wrote themselves, in the caller's transaction (CP-03).

    Nobody of ours reported it; `responsible` is of customer service, or nobody until one takes it.
    Its class waits for whoever reads it. Raises `ValidationError` by field.
    """
    kind, category, description = states.COMPLAINT, Ticket.Category.OTHER, description.strip()
    check_words(kind, category, clocks.NORMAL, description, None, now)
    ticket = Ticket.objects.create(
        **numbers_of(kind, store_id, now, now),
        card=card,
        store_id=store_id,
        responsible=responsible,
        category=category,
        severity=_judged(kind, clocks.NORMAL, category, description),
        description=description,
        needs_onsite=True,
        state=states.begins(kind, led=False),
    )
    _begin(ticket, by=None, now=now)
    _say_why(ticket, clocks.NORMAL, "", by=None, now=now)
    return ticket


def register_again(
    before: Ticket,
    *,
    kind: str,
    by: User,
    responsible: User,
    description: str,
    now: dt.datetime,
    severity: str = clocks.NORMAL,
) -> Ticket:
    """Another ticket of the same customer, in the caller's transaction (CP-29, CP-32).

    Class, colleague and card are those of the one before, which is its source; `responsible`
    answers for it. Raises `ValidationError` by field.
    """
    description, post = description.strip(), responsible.reach.main
    check_words(kind, before.category, severity, description, None, now)
    ticket = Ticket.objects.create(
        **numbers_of(kind, before.store_id, now, now),
        **_source(before),
        card=before.card,
        store_id=before.store_id,
        team_id=post.team_id if post else None,
        reporter=by,
        responsible=responsible,
        category=before.category,
        subcategory=before.subcategory,
        severity=_judged(kind, severity, before.category, description),
        about=before.about,
        also_about=before.also_about,
        description=description,
        needs_onsite=kind == states.COMPLAINT,
        state=states.begins(kind, led=False),
    )
    _begin(ticket, by=by, now=now)
    _say_why(ticket, severity, "", by=by, now=now)
    return ticket


def _judged(kind: str, severity: str, category: str, words: str, calm_because: str = "") -> str:
    """Critical by what was said, unless its clerk says why not (CP-34)."""
    if kind != states.COMPLAINT or calm_because:
        return severity
    return clocks.CRITICAL if alarms.makes_critical(category, words) else severity


def _say_why(
    ticket: Ticket, chosen: str, calm_because: str, *, by: User | None, now: dt.datetime
) -> None:
    """A line on the thread where the words judged otherwise than the clerk, and why."""
    reasons = alarms.makes_critical(ticket.category, ticket.description)
    if ticket.kind != states.COMPLAINT or not reasons or chosen == clocks.CRITICAL:
        return
    if calm_because:
        said: dict[str, Any] = {"severity": ticket.severity, "reason": reasons[0]}
        enter(ticket, Entry.Kind.SEVERITY, by=by, now=now, words=calm_because, **said)
    else:
        enter(ticket, Entry.Kind.ALARM, by=by, now=now, reason=reasons[0])


def _begin(ticket: Ticket, *, by: User | None, now: dt.datetime) -> None:
    """What follows at once: thread, clocks, lead department, timeline and trail."""
    if ticket.responsible is not None:
        open_case(ticket, user=ticket.responsible)
    came_at = ticket.reported_at
    late: dict[str, Any] = {"came_at": came_at.isoformat()} if came_at < now else {}
    enter(ticket, Entry.Kind.REGISTERED, by=by, now=now, **late)
    start_clocks(ticket, kinds_at_start(ticket), now=came_at)
    if ticket.lead_department is not None and by is not None:
        _lead(ticket, ticket.lead_department, by=by, now=now)
    make_known(ticket, now=now)
    # Nobody reads of a complaint about themselves (CP-15).
    if ticket.card is not None and ticket.about is None:
        card = ticket.card
        note(card, "ticket_registered", by=by, now=now, ticket_no=ticket.ticket_no)
    said = {"kind": ticket.kind, "category": ticket.category, **late}
    audit.record("complaints.register_ticket", by=by, obj=ticket, after=said, at=now)


def _lead(ticket: Ticket, department: Department, *, by: User, now: dt.datetime) -> None:
    """The department is asked to lead; what a complaint asks of it waits for its class."""
    if ticket.kind in states.TO_DEPARTMENTS:
        ask(ticket, department, is_lead=True, task="", due_at=None, by=by, now=now)
        return
    open_case(ticket, department=department)
    tell(ticket, "ticket_routed", department.head, occasion="routed", now=now, is_lead=True)


def _source(source: models.Model | None) -> dict[str, str]:
    if source is None:
        return {}
    about = About.of(source)
    return {
        "source_room": about.room,
        "source_model": about.model,
        "source_id": about.public_id,
    }


def _place(card: Card | None, by: User, store: Store | None) -> dict[str, Any]:
    """Whose work it is where."""
    post = by.reach.main
    of_card = card.store_id if card else store.pk if store else None
    return {
        "card": card,
        "reporter": by,
        "responsible": by,
        "team_id": post.team_id if post else None,
        "store_id": (post.store_id if post else None) or of_card,
    }
