"""What a sales team does about the feedback on its follow-up, and whether it helped (RV-42)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.notices import actions as notices
from crm.notices.models import About
from crm.people import roles
from crm.people.models import Team, User
from crm.records import audit
from crm.records.actions import claim_request, keep_result, transition
from crm.records.queues import earlier_result
from crm.reports import access, states
from crm.reports.models import TeamResponse

WORDS_AT_MOST = 1000
LAST_SECOND = dt.time(23, 59, 59)


def ask_team(
    team: Team,
    *,
    by: User,
    first: dt.date,
    last: dt.date,
    words: str,
    answer_by: dt.date,
    now: dt.datetime,
    request_id: str = "",
) -> TeamResponse:
    """Pass the feedback of a period on to the team's supervisor, who answers by a day.

    What single customers said goes to nobody who is rated: `words` are service's own. A form sent
    twice asks once. Raises `PermissionDenied`, `ValidationError` by field.
    """
    if not access.can_ask_team(by, team):
        raise PermissionDenied
    wrong = {}
    if last < first:
        wrong["last"] = _("The last day comes before the first.")
    if answer_by < timezone.localdate(now):
        wrong["answer_by"] = _("Choose a day still to come.")
    if wrong:
        raise ValidationError(wrong)
    words = _needed(words, "words")
    with transaction.atomic():
        if not claim_request(by, "ask_team", request_id):
            found = earlier_result(by, "ask_team", request_id)
            return TeamResponse.objects.get(public_id=found)
        asked = TeamResponse.objects.create(
            team=team,
            store_id=team.store_id,
            first=first,
            last=last,
            words=words,
            asked_by=by,
            answer_by=answer_by,
            created_at=now,
        )
        _ring(asked, now=now)
        after = {"team": team.name, "answer_by": answer_by}
        audit.record("reports.ask_team", by=by, obj=asked, after=after, at=now)
        keep_result(by, "ask_team", request_id, asked.public_id)
    return asked


def answer_team(
    response: TeamResponse,
    *,
    by: User,
    version: int,
    done: str,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """The supervisor says what was done. Raises `PermissionDenied`, `ValidationError`, `Stale`."""
    if not access.can_answer_team(by, response):
        raise PermissionDenied
    done = _needed(done, "done")
    with transaction.atomic():
        if not claim_request(by, "answer_team", request_id):
            return
        said = {"done": done, "answered_by": by, "answered_at": now}
        transition(response, frm=states.ASKED, to=states.ANSWERED, version=version, **said)
        notices.cancel(about=About.of(response), reason="answered", now=now)
        notices.tell(
            to=response.asked_by,
            kind="team_answered",
            occasion=f"response:{response.public_id}/v{response.version}",
            about=About.of(response),
            link=("reports:response", response.public_id),
            data={"team": response.team.name, "by": by.name},
            now=now,
        )
        audit.record("reports.answer_team", by=by, obj=response, at=now)


def check_response(
    response: TeamResponse,
    *,
    by: User,
    version: int,
    effect: str,
    works: bool,
    now: dt.datetime,
    again_by: dt.date | None = None,
    request_id: str = "",
) -> None:
    """Service or the management says what has changed; "not yet" asks the team again by a day.

    Never who answered. Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if not access.can_check_response(by, response):
        raise PermissionDenied
    effect = _needed(effect, "effect")
    if not works and (again_by is None or again_by < timezone.localdate(now)):
        raise ValidationError({"again_by": _("Choose a day still to come.")})
    with transaction.atomic():
        if not claim_request(by, "check_response", request_id):
            return
        to = states.SEEN if works else states.ASKED
        said = {"effect": effect, "checked_by": by, "checked_at": now}
        day = {} if works or again_by is None else {"answer_by": again_by}
        transition(response, frm=states.ANSWERED, to=to, version=version, **said, **day)
        notices.cancel(about=About.of(response), reason="checked", now=now)
        if not works:
            _ring(response, now=now)
        audit.record("reports.check_response", by=by, obj=response, after={"works": works}, at=now)


def _ring(response: TeamResponse, *, now: dt.datetime) -> None:
    """The supervisor of the team is told at once, and again when the day is over."""
    team = response.team
    desk = notices.Desk(roles.SALES_SUPERVISOR, team.store_id, team.pk)
    due_at = timezone.make_aware(dt.datetime.combine(response.answer_by, LAST_SECOND))
    occasion = f"response:{response.public_id}/v{response.version}"
    link = ("reports:response", response.public_id)
    data = {"team": team.name}
    about = About.of(response)
    notices.tell(
        to=desk,
        kind="team_asked",
        occasion=occasion,
        about=about,
        link=link,
        data=data,
        due_at=due_at,
        now=now,
    )
    notices.ring(
        occasion=f"{occasion}/late",
        step="late",
        kind="team_asked",
        about=about,
        to=desk,
        at=due_at,
        link=link,
        data=data,
        due_at=due_at,
        now=now,
    )


def _needed(words: str, field: str) -> str:
    words = words.strip()
    if not words:
        raise ValidationError({field: _("Say it in a few words.")})
    if len(words) > WORDS_AT_MOST:
        message = _("At most %(count)d characters.") % {"count": WORDS_AT_MOST}
        raise ValidationError({field: message})
    return words
