"""What people press in the races of `tests/fault/actors.py`, each as they saw the row."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import models

from crm.exchange import states as exchange
from crm.exchange.models import ExportJob, ImportJob
from crm.home.actions import erasures
from crm.home.models import Erasure
from crm.people.models import User
from tests import people
from tests.people import NOW, Cast
from visits import actions as visits
from visits.models import QuestionnaireVersion

Verb = Callable[[Any], object]


def seen_by(by: User, *verbs: Callable[..., object]) -> list[tuple[User, Verb]]:
    """Verbs that take a row, a person and the version seen."""

    def pressed(verb: Callable[..., object]) -> Verb:
        return lambda row: verb(row, by=by, version=row.version, now=NOW)

    return [(by, pressed(verb)) for verb in verbs]


# --- customers who want to be forgotten ----------------------------------------------------


def wish_in(state: str) -> Callable[[Cast], Erasure]:
    """A wish in this state, of a customer nothing hinders to forget."""

    def make(cast: Cast) -> Erasure:
        # Files of other races stand in the way as long as they are at work.
        ImportJob.objects.at_work().update(state=exchange.FAILED)
        ExportJob.objects.filter(state__in=exchange.EXPORT_AT_WORK).update(state=exchange.FAILED)
        decided = {"decided_by": cast.pan, "decided_at": NOW} if state == "approved" else {}
        return people.make_erasure(people.make_card(cast.lin), cast.wu, state=state, **decided)

    return make


def on_wish(cast: Cast) -> list[tuple[User, Verb]]:
    refuse = partial(erasures.refuse_erasure, comment="订单还没交车")
    return seen_by(cast.pan, erasures.approve_erasure, refuse)


def on_approved_wish(cast: Cast) -> list[tuple[User, Verb]]:
    erase = erasures.erase_customer
    return [*seen_by(cast.xu, erase), *seen_by(cast.shen, erase)]


# --- questionnaires ------------------------------------------------------------------------


def questions_in(state: str) -> Callable[[Cast], QuestionnaireVersion]:
    """A version beside one in use, in this state of writing."""

    def make(cast: Cast) -> QuestionnaireVersion:
        sheet = people.make_questionnaire(cast.pudong)
        return people.make_version(sheet, cast.xu, state)

    return make


def on_questions(cast: Cast) -> list[tuple[User, Verb]]:
    more = partial(visits.add_ready_section, section="needs")
    return [*seen_by(cast.xu, visits.submit_version, more), *seen_by(cast.mona, more)]


def on_submitted_questions(cast: Cast) -> list[tuple[User, Verb]]:
    back = partial(visits.return_version, comment="太长")
    return [
        *seen_by(cast.shen, visits.approve_version, back),
        *seen_by(cast.bai, visits.approve_version),
        *seen_by(cast.xu, visits.take_back_version),
    ]


def in_use_of(row: models.Model) -> int:
    """One version in use, whoever decided."""
    sheet = QuestionnaireVersion.objects.filter(pk=row.pk).values("questionnaire")
    rows = QuestionnaireVersion.objects.filter(questionnaire__in=sheet, state="approved")
    return rows.count()
