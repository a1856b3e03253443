"""The register form: complaints and opinions, written down by whoever hears them (CP-03, CP-29)."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from complaints import clocks
from complaints.actions.attaching import Uploads, add_to, limits_of
from complaints.actions.promising import promise_answer
from complaints.actions.registering import register_ticket
from complaints.actions.telling import service_desk, tell
from complaints.actions.thread import enter
from complaints.models import Entry, Intake, Ticket
from crm.customers.models import Card
from crm.people import roles
from crm.people.models import Department, Store, User
from crm.records.actions import claim_request, keep_result, kept_files
from crm.records.queues import earlier_result

BY_FORM = (
    Ticket.Kind.COMPLAINT,
    Ticket.Kind.SUGGESTION,
    Ticket.Kind.INQUIRY,
    Ticket.Kind.PRAISE,
)
REASON_AT_MOST = 300
# What comes this way goes to the person in charge at once (CP-06).
OFFICIAL = (
    Intake.Channel.REGULATOR,
    Intake.Channel.MANUFACTURER,
    Intake.Channel.AUTHORITY,
)


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the register form asks beside the matter itself (CP-04); `phone` is E.164."""

    channel: str
    name: str = ""
    phone: str = ""
    plate: str = ""
    subject: str = ""
    cause: str = ""
    demand: str = ""
    emotion: str = ""
    calmed: bool = False
    confirmed: bool = False


def lodge_complaint(
    card: Card | None,
    *,
    by: User,
    kind: str,
    category: str,
    description: str,
    told: Told,
    now: dt.datetime,
    severity: str = clocks.NORMAL,
    about: User | None = None,
    answer_by: dt.datetime | None = None,
    no_visit_because: str = "",
    calm_because: str = "",
    files: Uploads = (),
    source: models.Model | None = None,
    lead_department: Department | None = None,
    came_at: dt.datetime | None = None,
    store: Store | None = None,
    request_id: str = "",
) -> Ticket:
    """Write it down with how it came in; the clocks begin with the save.

    Without a card the complainant is named. `answer_by` promises the customer a date and nothing
    else (CP-20). A complaint is looked at on site unless `no_visit_because` says why that makes no
    sense (CP-07). Words that alarm make it critical unless `calm_because` says why not (CP-34).
    `files` are kept as originals. `source` is the row it came from, such as the visit on which it
    was said. `came_at` is when a letter or message came that is written down later; `store` is
    where it belongs if neither writer nor card says so. A form sent twice makes one ticket and
    returns it.
    Raises `PermissionDenied`, `ValidationError` by field.
    """
    _check(kind, card, by, told, about, store)
    limits = limits_of(by.reach.main.store_id if by.reach.main else None)
    with kept_files(files, limits) as kept, transaction.atomic():
        if not claim_request(by, "lodge_complaint", request_id):
            return Ticket.objects.get(public_id=earlier_result(by, "lodge_complaint", request_id))
        ticket = register_ticket(
            card, by=by, kind=kind, category=category, description=description, severity=severity,
            about=about, deadline=answer_by, lead_department=lead_department, source=source,
            needs_onsite=kind == Ticket.Kind.COMPLAINT and not no_visit_because.strip(),
            calm_because=calm_because, came_at=came_at, store=store, now=now,
        )  # fmt: skip
        _keep(ticket, told, no_visit_because.strip()[:REASON_AT_MOST], by=by, now=now)
        add_to(ticket, kept, limits, by=by, now=now)
        _pass_on(ticket, told.channel, by=by, now=now)
        keep_result(by, "lodge_complaint", request_id, ticket.public_id)
    return ticket


def works_in_a_store(user: User) -> bool:
    """Whether what this person writes down belongs to their own store."""
    return user.reach.main is not None and user.reach.main.store_id is not None


def _keep(ticket: Ticket, told: Told, no_visit_because: str, *, by: User, now: dt.datetime) -> None:
    """How it came in, why nobody goes there, and what the customer was promised."""
    Intake.objects.create(ticket=ticket, store_id=ticket.store_id, created_at=now, **asdict(told))
    if no_visit_because and ticket.kind == Ticket.Kind.COMPLAINT:
        enter(ticket, Entry.Kind.WAIVED, by=by, now=now, words=no_visit_because)
    if ticket.deadline is not None:
        promise_answer(ticket, by=by, due_at=ticket.deadline, now=now)


def _pass_on(ticket: Ticket, channel: str, *, by: User, now: dt.datetime) -> None:
    """Service hears of what others wrote down, its supervisor of what came from an authority.

    Or from the manufacturer, whoever wrote it down (CP-06); the manager of what is critical
    (CP-34).
    """
    served = by.reach.has(roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR)
    led = by.reach.has(roles.SERVICE_SUPERVISOR)
    if not served or (channel in OFFICIAL and not led):
        tell(ticket, "complaint_registered", service_desk(ticket), now=now, by=by.name)
    tell_of_critical(ticket, now=now)


def tell_of_critical(ticket: Ticket, *, now: dt.datetime) -> None:
    """The manager hears of a critical complaint at once (CP-34)."""
    if ticket.severity == clocks.CRITICAL:
        tell(ticket, "complaint_critical", service_desk(ticket, roles.MANAGER), now=now)


def _check(
    kind: str, card: Card | None, by: User, told: Told, about: User | None, store: Store | None
) -> None:
    wrong = {}
    if card is None and store is None and not works_in_a_store(by):
        wrong["store"] = _("Say which store it belongs to.")
    if kind not in BY_FORM:
        wrong["kind"] = _("Choose a kind.")
    if told.channel not in Intake.Channel.values:
        wrong["channel"] = _("Choose how it came.")
    if card is None and not told.name.strip():
        wrong["name"] = _("Who says so? Without a customer's card a name is needed.")
    if about is not None and about.pk == by.pk:
        wrong["about"] = _("Let a colleague write down a complaint about yourself.")
    if wrong:
        raise ValidationError(wrong)
