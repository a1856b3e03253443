"""Links for customers: made, shown once, and taken back (RV-21, D43, P7)."""

from __future__ import annotations

import datetime as dt
import secrets

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from crm.people.models import User
from crm.records import audit
from crm.records.actions import change, claim_request
from crm.rulebook.queues import rules_for
from visits import access, states
from visits.models import SurveyLink, Visit
from visits.queues.screens import questions_for
from visits.queues.surveys import wishes_none
from visits.survey import closes_at, hash_of, last_day

TOKEN_BYTES = 32
LONGEST_DAYS = 90


def make_link(
    visit: Visit,
    *,
    by: User,
    now: dt.datetime,
    until: dt.date | None = None,
    request_id: str = "",
) -> tuple[SurveyLink, str] | None:
    """A link by which the customer answers this visit's questions, and its token.

    Only a hash is kept: the token is shown or sent now or never. Good until the end of the local
    date `until`, else as long as the rulebook says. None for a form sent twice. Raises
    `PermissionDenied`, `ValidationError` by field.
    """
    if not access.can_invite(by, visit):
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "make_link", request_id):
            return None
        made = new_link(visit, by=by, now=now, until=until)
        begin_visit(visit)
        return made


def begin_visit(visit: Visit) -> None:
    """A customer who was written to, or was handed the link, is being visited (4.6).

    From assigned alone: an appointment stays one. The version stays too, since every form that
    is open on the visit may still be saved: the worker's mail takes nothing from the visitor.
    """
    rows = Visit.objects.filter(pk=visit.pk, state=states.ASSIGNED)
    if rows.update(state=states.IN_PROGRESS):
        visit.state = states.IN_PROGRESS


def new_link(
    visit: Visit, *, by: User, now: dt.datetime, until: dt.date | None = None
) -> tuple[SurveyLink, str]:
    """As `make_link`, for whoever was allowed before: the worker makes those it mails."""
    numbers, calendar = rules_for(visit.store_id)
    on = until or last_day(now, numbers=numbers, calendar=calendar)
    today = calendar.local_day(now)
    questions = questions_for(visit)
    if not today <= on <= today + dt.timedelta(days=LONGEST_DAYS):
        days = {"days": LONGEST_DAYS}
        raise ValidationError({"until": _("From today to %(days)d days ahead.") % days})
    if visit.state not in states.DUE:
        raise ValidationError(_("This visit is over."))
    if wishes_none(visit):
        raise ValidationError(_("The customer wishes no return visits."))
    if questions is None:
        raise ValidationError(_("No questionnaire is in use for this kind of visit."))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        link = SurveyLink.objects.create(
            visit=visit,
            questions=questions,
            token_hash=hash_of(token),
            made_by=by,
            expires_at=closes_at(on, calendar.zone),
            store_id=visit.store_id,
            created_at=now,
        )
        after = {"visit_no": visit.visit_no, "until": on.isoformat()}
        audit.record("visits.make_link", by=by, obj=link, after=after, at=now)
    return link, token


def revoke_link(
    link: SurveyLink, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Take one link back: whoever opens it finds nothing. Raises `PermissionDenied`, `Stale`."""
    if not access.can_revoke(by, link):
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "revoke_link", request_id):
            return
        change(link, version=version, revoked_at=now, revoked_by=by, draft={})
        after = {"visit_no": link.visit.visit_no}
        audit.record("visits.revoke_link", by=by, obj=link, after=after, at=now)


def revoke_links(*, by: User, now: dt.datetime, request_id: str = "") -> int:
    """Take back every live link of the stores one leads service in; returns how many.

    Each stands on the trail by itself. Raises `PermissionDenied`.
    """
    if not access.can_revoke_all(by):
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "revoke_links", request_id):
            return 0
        rows = SurveyLink.objects.visible_to(by).live(now).select_related("visit").order_by("pk")
        revoked = 0
        for link in rows.filter(visit__store__in=access.leads_in(by)):
            own = SurveyLink.objects.unended(now).filter(pk=link.pk)
            ended = {"revoked_at": now, "revoked_by": by, "draft": {}}
            if own.update(version=F("version") + 1, **ended):
                after = {"visit_no": link.visit.visit_no}
                audit.record("visits.revoke_link", by=by, obj=link, after=after, at=now)
                revoked += 1
    return revoked
