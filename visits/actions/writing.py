"""Writing the draft of a questionnaire: its sections and questions (RV-31).

Each change is one conditional UPDATE of the draft as its writer saw it; a version that was
submitted or approved is not changed by anything here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.people.models import User
from crm.records import audit
from crm.records.actions import claim_request, transition
from crm.records.states import Stale
from visits import access, composing, states
from visits.composing import Body, Part
from visits.default_questions import READY_SECTIONS
from visits.models import QuestionnaireVersion

# The new body, and what the trail says of it before and after.
Written = tuple[Part, dict[str, Any], dict[str, Any]]


def put_section(
    draft: QuestionnaireVersion, *, key: str, title: Mapping[str, str], **seen: Any
) -> None:
    """Give a section its title in each language; without a key one is added at the end.

    `seen` is what every change here takes: `by`, `version`, `now`, `request_id`. Raises
    `PermissionDenied`, `ValidationError` where there is no room, `Stale`.
    """

    def written(body: Body) -> Written:
        rows = body.get("sections", [])
        taken = {str(one["key"]) for one in rows}
        old: Mapping[str, str] = next((one["title"] for one in rows if one["key"] == key), {})
        if key and key not in taken:
            raise LookupError(key)
        section = {"key": key or composing.new_key("section", taken), "title": dict(title)}
        return composing.put_section(body, section), _named(old), _named(title)

    _write(draft, written, **seen)


def put_question(
    draft: QuestionnaireVersion, *, question: Mapping[str, Any], section: str, **seen: Any
) -> None:
    """Write one question; without a key it is added, with a key nobody of its versions had.

    Its options without a key are new ones. The type of a question stays what it is: answers of
    another type would be those of another question. Raises as `put_section`.
    """

    def written(body: Body) -> Written:
        made, key = dict(question), str(question["key"])
        old = next((one for one in composing.questions_in(body) if one["key"] == key), None)
        if key and old is None:
            raise LookupError(key)
        if old is not None and old["type"] != made["type"]:
            raise ValidationError(_("The type of a question stays what it is."))
        asked = _ever_asked(draft)
        made["key"] = key or composing.new_key("question", {one["key"] for one in asked})
        if "options" in made:
            made["options"] = _with_keys(made["options"], made["key"], asked)
        before = _asking(old["text"]) if old else {}
        return composing.put_question(body, made, section), before, _asking(made["text"])

    _write(draft, written, **seen)


def add_ready_section(draft: QuestionnaireVersion, *, section: str, **seen: Any) -> None:
    """Add a section the product brings, without what is asked already. Raises as `put_section`."""

    def written(body: Body) -> Written:
        found = next((one for one in READY_SECTIONS if one["key"] == section), None)
        if found is None:
            raise LookupError(section)
        return composing.put_ready(body, found), {}, _named(found["title"])

    _write(draft, written, **seen)


def arrange_version(
    draft: QuestionnaireVersion, *, part: str, key: str, how: str, **seen: Any
) -> None:
    """Move a section or question (`part`) up or down, or take it out. Raises as `put_section`."""

    def written(body: Body) -> Written:
        if part == "section":
            rows = body.get("sections", [])
            named = next((_named(one["title"]) for one in rows if one["key"] == key), {})
            made = composing.arrange_section(body, key, how)
        else:
            asked = composing.questions_in(body)
            named = next((_asking(one["text"]) for one in asked if one["key"] == key), {})
            made = composing.arrange_question(body, key, how)
        if how == composing.REMOVE:
            return made, named, {}
        return made, {}, {**named, "moved": how}

    _write(draft, written, **seen)


def _named(title: Mapping[str, str]) -> dict[str, Any]:
    return {"section": title["zh_hans"]} if title else {}


def _asking(text: Mapping[str, str]) -> dict[str, Any]:
    return {"question": text.get("zh_hans", "")}


def _ever_asked(draft: QuestionnaireVersion) -> list[Part]:
    """Every question of every version of the questionnaire."""
    bodies = QuestionnaireVersion.objects.filter(questionnaire=draft.questionnaire_id)
    found = bodies.values_list("body", flat=True)
    return [one for body in (*found, draft.body) for one in composing.questions_in(body)]


def _with_keys(options: list[Part], question: str, asked: list[Part]) -> list[Part]:
    """New options get a key that none of this question's options had in any version."""
    same = (one for one in asked if one["key"] == question)
    taken = {str(option["key"]) for one in same for option in one.get("options", ())}
    made = []
    for option in options:
        key = option["key"] or composing.new_key("option", taken)
        taken.add(key)
        made.append({**option, "key": key})
    return made


def _write(
    draft: QuestionnaireVersion,
    written: Callable[[Body], Written],
    *,
    by: User,
    version: int,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    if not access.can_write_questionnaire(by, draft.questionnaire):
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "write_version", request_id):
            return
        try:
            body, before, after = written(draft.body)
        except LookupError as error:
            raise Stale(draft._meta.label, draft.pk) from error
        except ValueError as error:
            most = {
                "sections": composing.SECTIONS_AT_MOST,
                "questions": composing.QUESTIONS_AT_MOST,
            }
            message = _("No more fit: at most %(sections)d sections and %(questions)d questions.")
            raise ValidationError(message, params=most) from error
        transition(
            draft,
            frm=states.VERSION_MOVES["write"],
            to=states.DRAFT,
            version=version,
            body=body,
        )
        keep_editor(draft, by)
        audit.record("visits.write_version", by=by, obj=draft, before=before, after=after, at=now)


def keep_editor(draft: QuestionnaireVersion, by: User) -> None:
    """Remember who worked on a version: they may not approve it."""
    if by.pk != draft.author_id:
        draft.editors.add(by)
