"""Cases learnt from hard problems: drafted, anonymised, approved by another, published (CP-26)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints import access, states
from complaints.actions.telling import service_desk, tell
from complaints.anonymity import MAIL, NAME, PHONE, PLATE, VIN, betrays, names_of
from complaints.models import Case, Intake, Ticket
from complaints.queues.cases import colleagues_of, search_text
from complaints.queues.corrections import staff_of
from crm.notices import actions as notices
from crm.notices.models import About
from crm.people.models import User
from crm.records import audit
from crm.records.actions import claim_request, free_number, keep_result, transition
from crm.records.queues import earlier_result

PARTS = ("title", "symptoms", "cause", "handling", "lessons")
NEEDED = ("title", "symptoms", "cause", "handling")
LONGEST = {"title": 120}
LONGEST_PART = 4000
BETRAYALS = {
    NAME: gettext_lazy("a name"),
    PHONE: gettext_lazy("a phone number"),
    PLATE: gettext_lazy("a number plate"),
    VIN: gettext_lazy("a vehicle number"),
    MAIL: gettext_lazy("an e-mail address"),
}


def draft_case(
    ticket: Ticket,
    *,
    by: User,
    now: dt.datetime,
    request_id: str = "",
    **parts: str,
) -> Case:
    """Write down what a closed problem taught, without a word about whose it was (RV-38).

    `parts` are by the names in `PARTS`. A form sent twice makes one case and returns it. Raises
    `PermissionDenied`, `ValidationError` by field.
    """
    if not access.can_draft_case(by, ticket):
        raise PermissionDenied
    values = _checked(parts, ticket)
    with transaction.atomic():
        if not claim_request(by, "draft_case", request_id):
            return Case.objects.get(public_id=earlier_result(by, "draft_case", request_id))
        year = timezone.localtime(now).year
        case = Case.objects.create(
            **values,
            case_no=free_number(Case, "case_no", kind="case", prefix="AL", year=year),
            ticket=ticket,
            category=ticket.category,
            subcategory=ticket.subcategory,
            search=search_text(values),
            author=by,
            created_at=now,
            store_id=ticket.store_id,
        )
        audit.record("complaints.draft_case", by=by, obj=case, at=now)
        keep_result(by, "draft_case", request_id, case.public_id)
    return case


def edit_case(
    case: Case,
    *,
    by: User,
    version: int,
    now: dt.datetime,
    request_id: str = "",
    **parts: str,
) -> None:
    """Write a draft or a returned case anew. Raises as `draft_case`, and `Stale`."""
    if not access.can_edit_case(by, case):
        raise PermissionDenied
    values = _checked(parts, case.ticket)
    with transaction.atomic():
        if not claim_request(by, "edit_case", request_id):
            return
        _move(case, "edit", states.DRAFT, version, **values, search=search_text(values))
        audit.record("complaints.edit_case", by=by, obj=case, at=now)


def submit_case(
    case: Case, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Send a case for approval. Raises `PermissionDenied`, `ValidationError`, `Stale`."""
    if not access.can_edit_case(by, case):
        raise PermissionDenied
    _checked({name: getattr(case, name) for name in PARTS}, case.ticket)
    with transaction.atomic():
        if not claim_request(by, "submit_case", request_id):
            return
        _move(case, "submit", states.WAITING, version, comment="")
        if case.ticket is not None:
            occasion = f"case_waiting/{case.public_id}/v{case.version}"
            desk = service_desk(case.ticket)
            tell(case.ticket, "case_waiting", desk, now=now, occasion=occasion)
        audit.record("complaints.submit_case", by=by, obj=case, at=now)


def decide_case(
    case: Case,
    *,
    by: User,
    version: int,
    publish: bool,
    now: dt.datetime,
    comment: str = "",
    request_id: str = "",
) -> None:
    """Publish it for everybody, or send it back with words; never the author (matrix 15).

    Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if not access.can_decide_case(by, case):
        raise PermissionDenied
    comment = comment.strip()
    if not publish and not comment:
        raise ValidationError({"comment": _("Say what is to be changed.")})
    if publish:
        _checked({name: getattr(case, name) for name in PARTS}, case.ticket)
    with transaction.atomic():
        if not claim_request(by, "decide_case", request_id):
            return
        to = states.PUBLISHED if publish else states.RETURNED
        said = {"decided_by": by, "decided_at": now, "comment": comment[:500]}
        _move(case, "decide", to, version, **said)
        _tell_author(case, now=now)
        audit.record("complaints.decide_case", by=by, obj=case, after={"state": to}, at=now)


def retire_case(
    case: Case, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Take a published case out of the library. Raises `PermissionDenied`, `Stale`."""
    if not access.can_retire_case(by, case):
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "retire_case", request_id):
            return
        _move(case, "retire", states.RETIRED, version)
        audit.record("complaints.retire_case", by=by, obj=case, at=now)


def _move(case: Case, verb: str, to: str, version: int, **changes: Any) -> None:
    transition(case, frm=states.CASE_MOVES[verb], to=to, version=version, **changes)


def _checked(parts: dict[str, str], ticket: Ticket | None) -> dict[str, str]:
    """The parts as they are kept; refused where one is missing, too long or betrays somebody."""
    values = {name: parts.get(name, "").strip() for name in PARTS}
    known, wrong = _known(ticket), {}
    for name, text in values.items():
        most = LONGEST.get(name, LONGEST_PART)
        found = betrays(text, known=known)
        if name in NEEDED and not text:
            wrong[name] = _("Say it in a few words.")
        elif len(text) > most:
            wrong[name] = _("At most %(count)d characters.") % {"count": most}
        elif found:
            words = ", ".join(str(BETRAYALS[kind]) for kind in found)
            wrong[name] = _("Leave out who it was: %(what)s.") % {"what": words}
    if wrong:
        raise ValidationError(wrong)
    return values


def _known(ticket: Ticket | None) -> list[str]:
    """Names, numbers, plates and vehicle numbers of the customer and of whoever complained.

    And the names of everybody who had to do with it or works in its store.
    """
    if ticket is None:
        return []
    known = [ticket.ticket_no, ticket.ledger_no or ""]
    for one in colleagues_of(ticket):
        known += names_of(one.name)
    known += staff_of(ticket, ticket.reported_at).values_list("name", flat=True)
    for intake in Intake.objects.filter(ticket=ticket):
        known += [*names_of(intake.name), intake.phone[-11:], intake.plate]
    if ticket.card is not None:
        customer = ticket.card.customer
        known += [phone[-11:] for phone in (customer.phone, customer.phone2) if phone]
        known += [*names_of(customer.name), *ticket.card.plates.split()]
    return known


def _tell_author(case: Case, *, now: dt.datetime) -> None:
    notices.tell(
        to=case.author,
        kind="case_decided",
        occasion=f"case:{case.public_id}/v{case.version}",
        about=About.of(case),
        link=("complaints:case", case.public_id),
        data={"title": case.title, "published": case.state == states.PUBLISHED},
        spared=case.ticket.about_id if case.ticket is not None else None,
        now=now,
    )
