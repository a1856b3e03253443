"""A request for help: sales, service and front desk ask a department directly (HP-01, HP-04)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from complaints import access
from complaints.actions.registering import register_ticket
from complaints.models import Ticket
from crm.customers.models import Card
from crm.people.models import Department, User
from crm.promises.actions import make_promise
from crm.records.actions import claim_request, keep_result
from crm.records.queues import earlier_result

FORM = "ask_for_help"
PROMISE_AT_MOST = 300


def ask_for_help(
    card: Card,
    *,
    by: User,
    department: Department | None,
    category: str,
    words: str,
    now: dt.datetime,
    needed_by: dt.datetime | None = None,
    promised: bool = False,
    request_id: str = "",
) -> Ticket:
    """Ask a department about a customer, without anybody in between (PR-11, PR-12).

    With `promised` the customer was told that an answer comes by `needed_by`: a promise of its
    own, in the same save (HP-01). Until the department accepts, it stays with who asked (HP-09).
    A form sent twice makes one request and returns it. Raises `PermissionDenied`,
    `ValidationError` by field.
    """
    if not access.can_ask_help(by):
        raise PermissionDenied
    _check(department, words, needed_by, now, promised=promised)
    with transaction.atomic():
        if not claim_request(by, FORM, request_id):
            return Ticket.objects.get(public_id=earlier_result(by, FORM, request_id))
        ticket = register_ticket(
            card,
            by=by,
            kind=Ticket.Kind.HELP,
            category=category,
            description=words,
            deadline=needed_by,
            lead_department=department,
            now=now,
        )
        if promised and needed_by is not None:
            what = words.strip()[:PROMISE_AT_MOST]
            make_promise(card, by=by, what=what, due_at=needed_by, source=ticket, now=now)
        keep_result(by, FORM, request_id, ticket.public_id)
    return ticket


def _check(
    department: Department | None,
    words: str,
    needed_by: dt.datetime | None,
    now: dt.datetime,
    *,
    promised: bool,
) -> None:
    wrong = {}
    if department is None:
        wrong["department"] = _("Choose a department.")
    if not words.strip():
        wrong["words"] = _("Write down what you need to know or have done.")
    if promised and needed_by is None:
        wrong["needed_by"] = _("Say by when you promised the answer.")
    elif needed_by is not None and needed_by <= now:
        wrong["needed_by"] = _("Choose a time still to come.")
    if wrong:
        raise ValidationError(wrong)
