"""A version submitted, taken back, approved or returned: nobody approves their own (RV-31)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from crm.notices import actions as notices
from crm.notices.models import About
from crm.notices.roles import Desk
from crm.people import roles
from crm.people.models import User
from crm.records import audit
from crm.records.actions import claim_request, transition
from visits import access, states
from visits.actions.writing import keep_editor
from visits.models import QuestionnaireVersion
from visits.questions import faults, form_of


def submit_version(
    draft: QuestionnaireVersion,
    *,
    by: User,
    version: int,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Ask for approval; whoever decides is told.

    Raises `PermissionDenied`; `ValidationError` while something keeps it from use, nothing
    differs from what is asked now, or nothing was changed since it was returned; `Stale`.
    """
    if not access.can_write_questionnaire(by, draft.questionnaire):
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "submit_version", request_id):
            return
        if draft.state == states.RETURNED:
            raise ValidationError(_("Change something before submitting it again."))
        _refuse_unfit(draft)
        in_use = draft.questionnaire.in_use
        if in_use is not None and form_of(in_use.body) == form_of(draft.body):
            raise ValidationError(_("Nothing differs from the version in use."))
        transition(
            draft,
            frm=states.VERSION_MOVES["submit"],
            to=states.SUBMITTED,
            version=version,
            submitted_at=now,
            comment="",
        )
        keep_editor(draft, by)
        audit.record("visits.submit_version", by=by, obj=draft, after=_facts(draft), at=now)
        _tell(draft, "questionnaire_waiting", _desk_of(draft), now)


def _refuse_unfit(draft: QuestionnaireVersion) -> None:
    """Raise where these questions may not be asked."""
    if draft.questionnaire.retired:
        raise ValidationError(_("This questionnaire is retired."))
    if faults(form_of(draft.body)):
        raise ValidationError(_("Not ready yet: see what is said beside the questions."))


def take_back_version(
    draft: QuestionnaireVersion,
    *,
    by: User,
    version: int,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Take a version back to write on, before anybody decided. Raises as `submit_version`."""
    if not access.can_write_questionnaire(by, draft.questionnaire):
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "take_back_version", request_id):
            return
        moves = states.VERSION_MOVES["take_back"]
        transition(draft, frm=moves, to=states.DRAFT, version=version, submitted_at=None)
        keep_editor(draft, by)
        notices.cancel(about=About.of(draft), reason="taken back", now=now)
        audit.record("visits.take_back_version", by=by, obj=draft, after=_facts(draft), at=now)


def approve_version(
    draft: QuestionnaireVersion,
    *,
    by: User,
    version: int,
    now: dt.datetime,
    comment: str = "",
    request_id: str = "",
) -> None:
    """Put a version into use as it was seen; what was in use is replaced in the same moment.

    Its writers are told. Raises `PermissionDenied` for who worked on it, `ValidationError` where
    it may not be asked, `Stale`.
    """
    if not access.can_decide_version(by, draft):
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "approve_version", request_id):
            return
        _refuse_unfit(draft)
        # Taken back with everything else where somebody was first.
        replaced = draft.questionnaire.versions.filter(state=states.APPROVED)
        replaced.update(state=states.RETIRED, version=F("version") + 1)
        _decide(draft, "approve", by=by, version=version, comment=comment, now=now)


def return_version(
    draft: QuestionnaireVersion,
    *,
    by: User,
    version: int,
    comment: str,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Give a version back with words; its writers are told. Raises as `approve_version`."""
    if not access.can_decide_version(by, draft):
        raise PermissionDenied
    if not comment:
        raise ValidationError({"comment": _("Write what to change.")})
    with transaction.atomic():
        if claim_request(by, "return_version", request_id):
            _decide(draft, "return", by=by, version=version, comment=comment, now=now)


def _decide(
    draft: QuestionnaireVersion,
    verb: str,
    *,
    by: User,
    version: int,
    comment: str,
    now: dt.datetime,
) -> None:
    state = states.APPROVED if verb == "approve" else states.RETURNED
    transition(
        draft,
        frm=states.VERSION_MOVES[verb],
        to=state,
        version=version,
        decided_by=by,
        decided_at=now,
        comment=comment,
    )
    notices.cancel(about=About.of(draft), reason=state, now=now)
    audit.record(f"visits.{verb}_version", by=by, obj=draft, after=_facts(draft), at=now)
    for hand in _hands(draft):
        _tell(draft, f"questionnaire_{state}", hand, now)


def _facts(draft: QuestionnaireVersion) -> dict[str, object]:
    return {"name": draft.questionnaire.name, "number": draft.number, "state": draft.state}


def _hands(draft: QuestionnaireVersion) -> set[User]:
    """Author and editors."""
    return {*draft.editors.all(), *([draft.author] if draft.author else [])}


def _desk_of(draft: QuestionnaireVersion) -> Desk:
    """The store's manager; the general manager where it is for all stores or the manager's own."""
    store = draft.store_id
    own = any(store in one.reach.stores_as(roles.MANAGER) for one in _hands(draft))
    return Desk(roles.GENERAL_MANAGER if store is None or own else roles.MANAGER, store_id=store)


def _tell(draft: QuestionnaireVersion, kind: str, to: User | Desk, now: dt.datetime) -> None:
    author = draft.author.name if draft.author else ""
    notices.tell(
        to=to,
        kind=kind,
        occasion=f"questionnaire:{draft.public_id}/v{draft.version}/{kind}",
        about=About.of(draft),
        link=("visits:version", draft.public_id),
        data={"name": draft.questionnaire.name, "number": draft.number, "author": author},
        now=now,
    )
