"""Corrective tasks as screens need them, and whose errors come back (CP-10, CP-30)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints import states
from complaints.access.verifying import can_verify_correction
from complaints.models import Correction, CorrectionQuerySet, Ticket
from crm.people import roles
from crm.people.models import Department, Membership, User
from crm.records.states import Saved
from crm.rulebook.numbers import Numbers
from crm.ui.lists import Chip, ListSpec, Sort

MOST_SHOWN = 20


def correction_queue(user: User) -> CorrectionQuerySet:
    """The corrective tasks this person may see, with what a row shows."""
    rows = Correction.objects.visible_to(user)
    return rows.select_related(
        "ticket__about", "owner", "department__head", "at_fault", "given_by", "verified_by", "store"
    )


def correction_list(user: User, now: dt.datetime) -> ListSpec:
    """What the list allows: what is due first."""
    open_ = ~Q(state=states.VERIFIED)
    today = timezone.localdate(now)
    return ListSpec(
        sorts=(Sort("due", _("Due"), ("due_on", "id")),),
        chips=(
            Chip("open", _("Open"), open_),
            Chip("mine", _("Mine"), open_ & Q(owner__in=user.reach.own_ids)),
            Chip("late", _("Overdue"), open_ & Q(due_on__lt=today), "alert-triangle", "late"),
            Chip(
                "started",
                pgettext_lazy("corrective task", "In progress"),
                Q(state=states.STARTED),
            ),
            Chip(
                "verify",
                pgettext_lazy("corrective task", "To be verified"),
                Q(state=states.REPORTED),
            ),
            Chip(
                "verified", pgettext_lazy("corrective task", "Verified"), Q(state=states.VERIFIED)
            ),
        ),
    )


def owners_for(ticket: Ticket, now: dt.datetime) -> QuerySet[User]:
    """Who may be given one: active staff of the store and its departments, not whom it is about."""
    return _staff_and_heads(Q(store=ticket.store_id), now).exclude(pk__in=ticket.subjects)


def verifiers_of(correction: Correction, now: dt.datetime) -> list[User]:
    """Who is asked to verify it: who gave it where they may, else the first who may.

    The department's head before the service supervisor, these before manager and general manager.
    """
    head = correction.department.head if correction.department is not None else None
    posts = Membership.objects.valid_on(timezone.localdate(now))
    here = Q(store=correction.ticket.store_id) | Q(role=roles.GENERAL_MANAGER)
    found = [correction.given_by, *([head] if head is not None else [])]
    for role in (roles.SERVICE_SUPERVISOR, roles.MANAGER, roles.GENERAL_MANAGER):
        holders = posts.filter(here, role=role).values("user")
        found += User.objects.filter(pk__in=holders).order_by("pk")
    able = (one for one in found if one.is_active and can_verify_correction(one, correction))
    return list(able)[:1]


def open_corrections_of(user: User) -> CorrectionQuerySet:
    """What somebody has to put right, until another has verified it."""
    return Correction.objects.open().filter(owner=user)


def correction_takers(user: User, now: dt.datetime) -> QuerySet[User]:
    """Who could take over some of what somebody has to put right."""
    stores = open_corrections_of(user).order_by().values("ticket__store")
    return _staff_and_heads(Q(store__in=stores), now).exclude(pk=user.pk)


def _staff_and_heads(here: Q, now: dt.datetime) -> QuerySet[User]:
    """Active staff of some stores, general managers and the heads of departments."""
    posts = Membership.objects.valid_on(timezone.localdate(now))
    posts = posts.filter(here | Q(role=roles.GENERAL_MANAGER)).exclude(role=roles.ADMIN)
    heads = Department.objects.filter(head__isnull=False).values("head")
    found = User.objects.filter(Q(pk__in=posts.values("user")) | Q(pk__in=heads), is_active=True)
    return found.order_by("name", "pk")


def staff_of(ticket: Ticket, now: dt.datetime) -> QuerySet[User]:
    """Whose error it may have been: everybody who works in the store."""
    posts = Membership.objects.valid_on(timezone.localdate(now)).filter(store=ticket.store_id)
    return User.objects.filter(pk__in=posts.values("user")).order_by("name", "pk")


@dataclass(frozen=True)
class Repeated:
    """How often the errors of one person or department had to be put right."""

    name: str
    times: int
    is_repeated: bool


def errors_by_person(user: User, *, numbers: Numbers, now: dt.datetime) -> list[Repeated]:
    """Errors of the last days by person, within this person's scope, never their own (CP-30)."""
    rows = _errors(user, numbers, now).filter(at_fault__isnull=False)
    rows = rows.exclude(at_fault=user.pk)
    return _counted(rows, "at_fault__name", numbers)


def errors_by_department(user: User, *, numbers: Numbers, now: dt.datetime) -> list[Repeated]:
    """The same by department."""
    rows = _errors(user, numbers, now).filter(department__isnull=False)
    return _counted(rows, "department__name", numbers)


def saved_correction(correction: Correction) -> Saved:
    """What stands now where a corrective task was to be changed."""
    facts = [(str(_("State")), str(correction.get_state_display()))]
    values = {"outcome": correction.outcome, "verdict": correction.verdict}
    resend = {"version": correction.version} if correction.state != states.VERIFIED else None
    return Saved(values, facts=tuple(facts), resend=resend)


def _errors(user: User, numbers: Numbers, now: dt.datetime) -> CorrectionQuerySet:
    since = now - dt.timedelta(days=numbers.errors_days)
    return Correction.objects.visible_to(user).filter(created_at__gte=since)


def _counted(rows: CorrectionQuerySet, name: str, numbers: Numbers) -> list[Repeated]:
    found = rows.order_by().values_list(name).annotate(times=Count("pk")).order_by("-times", name)
    from_ = numbers.errors_repeated_from
    return [Repeated(name, times, times >= from_) for name, times in found[:MOST_SHOWN]]
