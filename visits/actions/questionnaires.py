"""Questionnaires as a whole: made, begun anew, thrown away unused, retired (RV-31)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from crm.notices import actions as notices
from crm.notices.models import About
from crm.people.models import Store, User, new_public_id
from crm.records import audit
from crm.records.actions import change, claim_request
from crm.records.queues import earlier_result
from crm.records.states import Stale
from visits import access, states
from visits.default_questions.editions import edition_of
from visits.models import Questionnaire, QuestionnaireVersion, VisitRule

NAME_AT_MOST = 80


def create_questionnaire(
    *,
    by: User,
    name: str,
    kind: str,
    store: Store | None,
    body: Mapping[str, Any],
    now: dt.datetime,
    request_id: str = "",
) -> Questionnaire:
    """Make a questionnaire with its first draft; without a store it is for all.

    Raises `PermissionDenied` where the person does not write for that store, `ValidationError`
    by field.
    """
    if not access.writes_for(by, store.pk if store else None):
        raise PermissionDenied
    form, public_id = "create_questionnaire", new_public_id()
    with transaction.atomic():
        if not claim_request(by, form, request_id, public_id):
            earlier = earlier_result(by, form, request_id)
            return Questionnaire.objects.get(public_id=earlier)
        sheet = Questionnaire(
            public_id=public_id, name=name, kind=kind, store=store, created_at=now
        )
        sheet.full_clean(validate_unique=False)
        sheet.save()
        _draft(sheet, body, by=by, now=now)
        after = {"name": sheet.name, "kind": sheet.kind}
        audit.record("visits.create_questionnaire", by=by, obj=sheet, after=after, at=now)
    return sheet


def begin_version(
    sheet: Questionnaire,
    *,
    by: User,
    version: int,
    body: Mapping[str, Any],
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Begin the next draft with these questions; what is in use stays so until it is approved.

    Raises `PermissionDenied`, `ValidationError` for a retired questionnaire, `Stale` where
    somebody else began one.
    """
    if not access.can_write_questionnaire(by, sheet):
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "begin_version", request_id):
            return
        _refuse_retired(sheet)
        change(sheet, version=version, retired=False)
        if sheet.versions.filter(state__in=states.BEING_WRITTEN).exists():
            raise Stale(sheet._meta.label, sheet.pk)
        draft = _draft(sheet, body, by=by, now=now)
        after = {"number": draft.number}
        audit.record("visits.begin_version", by=by, obj=sheet, after=after, at=now)


def _refuse_retired(sheet: Questionnaire) -> None:
    if sheet.retired:
        raise ValidationError(_("This questionnaire is retired."))


def _draft(
    sheet: Questionnaire, body: Mapping[str, Any], *, by: User, now: dt.datetime
) -> QuestionnaireVersion:
    last = sheet.versions.aggregate(last=Max("number"))["last"] or 0
    return QuestionnaireVersion.objects.create(
        questionnaire=sheet,
        number=last + 1,
        body=dict(body),
        edition=edition_of(body),
        author=by,
        store_id=sheet.store_id,
        created_at=now,
    )


def discard_version(
    draft: QuestionnaireVersion,
    *,
    by: User,
    version: int,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Throw a draft away that was never asked; a questionnaire that had only it goes as well.

    Raises `PermissionDenied`, `Stale` where it was submitted or changed meanwhile.
    """
    sheet = draft.questionnaire
    if not access.can_write_questionnaire(by, sheet):
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "discard_version", request_id):
            return
        rows = QuestionnaireVersion.objects.select_for_update().filter(
            pk=draft.pk, state__in=states.VERSION_MOVES["write"], version=version
        )
        if (found := rows.first()) is None:
            raise Stale(draft._meta.label, draft.pk)
        notices.cancel(about=About.of(found), reason="discarded", now=now)
        before = {"name": sheet.name, "number": found.number}
        audit.record("visits.discard_version", by=by, obj=found, before=before, at=now)
        found.delete()
        if not sheet.versions.exists():
            sheet.delete()


def rename_questionnaire(
    draft: QuestionnaireVersion,
    *,
    name: str,
    by: User,
    version: int,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Give a questionnaire another name while its next version is being written.

    `version` is that of the questionnaire. Raises `PermissionDenied`, `ValidationError` by field,
    `Stale` where the draft was submitted or the name changed meanwhile.
    """
    sheet = draft.questionnaire
    if not access.can_write_questionnaire(by, sheet):
        raise PermissionDenied
    name = name.strip()
    if not name or len(name) > NAME_AT_MOST:
        raise ValidationError({"name": _("1 to %(count)d characters.") % {"count": NAME_AT_MOST}})
    with transaction.atomic():
        if not claim_request(by, "rename_questionnaire", request_id):
            return
        rows = QuestionnaireVersion.objects.select_for_update().filter(
            pk=draft.pk, state__in=states.VERSION_MOVES["write"]
        )
        if not rows.exists():
            raise Stale(draft._meta.label, draft.pk)
        before = {"name": sheet.name}
        change(sheet, version=version, name=name)
        audit.record(
            "visits.rename_questionnaire",
            by=by,
            obj=sheet,
            before=before,
            after={"name": name},
            at=now,
        )


def retire_questionnaire(
    sheet: Questionnaire, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Let a questionnaire be asked no more; its answers stay. Visits planned with it ask it still.

    Raises `PermissionDenied` for who does not decide on it, `ValidationError` while a rule in
    force asks it, `Stale`.
    """
    if not access.decides_questionnaire(by, sheet):
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "retire_questionnaire", request_id):
            return
        asking = VisitRule.objects.filter(questionnaire=sheet, active=True)
        if names := list(asking.values_list("name", flat=True)):
            message = _("Rules in force still ask it: %(rules)s")
            raise ValidationError(message, params={"rules": _("; ").join(names)})
        _set_retired(sheet, retired=True, by=by, version=version, now=now)


def reopen_questionnaire(
    sheet: Questionnaire, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Let a retired questionnaire be asked again. Raises `PermissionDenied`, `Stale`."""
    if not access.decides_questionnaire(by, sheet):
        raise PermissionDenied
    with transaction.atomic():
        if claim_request(by, "reopen_questionnaire", request_id):
            _set_retired(sheet, retired=False, by=by, version=version, now=now)


def _set_retired(
    sheet: Questionnaire, *, retired: bool, by: User, version: int, now: dt.datetime
) -> None:
    before = {"retired": sheet.retired}
    change(sheet, version=version, retired=retired)
    audit.record(
        "visits.retire_questionnaire" if retired else "visits.reopen_questionnaire",
        by=by,
        obj=sheet,
        before=before,
        after={"retired": retired},
        at=now,
    )
