"""Checks of contacts: what a draw reads, who checks, the list (SA-03, N-29)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm.customers.models import Card, Consent
from crm.people import roles
from crm.people.models import User
from crm.records.states import Saved
from crm.ui.lists import Chip, Filter, ListSpec, Sort
from followups.models import Contact, Method, Outcome, Purpose
from visits import states
from visits.models import AuditSample, ContactCheck, ContactCheckQuerySet, Visit
from visits.queues.auditors import leaders_on, period_of

UNFINISHED = Q(state__in=(states.WAITING, states.ASSIGNED))


def talks_in(sample: AuditSample) -> dict[int, dict[str, int]]:
    """Salesperson → public id → key of the talks they wrote down in the draw's store and month.

    Left out: tries in vain, greetings, and customers who wish no contact or no calls.
    """
    period = period_of(sample)
    unwished = Consent.objects.refusing(Consent.Purpose.CONTACT, channel=Method.PHONE)
    rows = Contact.objects.filter(
        store=sample.store_id,
        occurred_at__gte=period.begin,
        occurred_at__lt=period.end,
        outcome=Outcome.REACHED,
        purpose=Purpose.SALES,
        drawn_check__isnull=True,
    ).exclude(card__customer__in=unwished.order_by().values("customer"))
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for staff, public_id, pk in rows.order_by("pk").values_list("staff", "public_id", "pk"):
        found[staff][public_id] = pk
    return dict(found)


def checks_to_give(store_id: int | None, auditors: Iterable[int]) -> list[ContactCheck]:
    """Checks nobody makes: without an auditor, or whose auditor has left or is away."""
    gone = Q(state=states.ASSIGNED) & ~Q(auditor__in=list(auditors))
    rows = ContactCheck.objects.filter(Q(state=states.WAITING) | gone, store=store_id)
    return list(rows.select_related("contact__card", "auditor").order_by("pk"))


def barred_from_checks(checks: Sequence[ContactCheck], day: dt.date) -> dict[int, frozenset[int]]:
    """Who may not check each contact: who was in touch, who owns the card, who leads either."""
    leaders = leaders_on(day)
    barred = {}
    for one in checks:
        people = {one.staff_id, one.contact.card.owner_id}
        for team in (one.contact.team_id, one.contact.card.team_id):
            people |= leaders.get((None, team), set())
        barred[one.pk] = frozenset(person for person in people if person is not None)
    return barred


def check_queue(user: User) -> ContactCheckQuerySet:
    """The checks this person may see, with everything a row of the list shows."""
    cards = Card.objects.with_case(user.reach).select_related("customer", "product", "owner")
    return (
        ContactCheck.objects.visible_to(user)
        .select_related("staff", "auditor", "store", "sample", "contact")
        .prefetch_related(Prefetch("contact__card", queryset=cards))
    )


def check_list(user: User, today: dt.date) -> ListSpec:
    """What the list allows; who makes none begins with everything."""
    wrong = Q(result=Visit.Audit.INACCURATE)
    chips = [
        Chip("open", pgettext_lazy("audit", "To do"), UNFINISHED),
        Chip("late", gettext_lazy("Overdue"), UNFINISHED & Q(due_on__lt=today), "alert-triangle",
             "late"),
        Chip("wrong", pgettext_lazy("check", "Not so"), wrong),
        Chip("checked", pgettext_lazy("check", "Checked"), Q(state=states.PUBLISHED)),
        Chip("all", gettext_lazy("All")),
    ]  # fmt: skip
    return ListSpec(
        sorts=(
            Sort("due", gettext_lazy("Due"), ("due_on", "id")),
            Sort("contact", gettext_lazy("Contact"), ("-contact__occurred_at", "-id")),
        ),
        chips=chips if user.reach.has(roles.AUDITOR) else chips[::-1],
        filters=(Filter("result", "result", frozenset(Visit.Audit.values)),),
    )


def saved_check(row: ContactCheck) -> Saved:
    """How a check stands now, for whoever came second."""
    facts = [(_("State"), str(row.get_state_display()))]
    open_still = row.state in states.CHECK_MOVES["check"]
    return Saved({}, facts=tuple(facts), resend={"version": row.version} if open_still else None)
