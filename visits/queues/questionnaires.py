"""Questionnaires as pages need them: the list, the versions of one, who came second."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Prefetch, QuerySet
from django.utils.translation import gettext as _

from crm.people.models import User
from crm.records.states import Saved
from crm.ui.lists import PAGE_SIZE
from visits import states
from visits.models import Questionnaire, QuestionnaireVersion, VisitRule


def sheet_page(user: User, page: int) -> Page[Questionnaire]:
    """The questionnaires one may see, those in use first; each with its answers counted.

    `now_asked` holds the version in use, `under_way` the one being written, as lists.
    """
    versions = QuestionnaireVersion.objects.select_related("author", "decided_by")
    rows = (
        Questionnaire.objects.visible_to(user)
        .select_related("store")
        .annotate(answers=Count("versions__responses"))
        .prefetch_related(
            Prefetch("versions", versions.filter(state=states.APPROVED), to_attr="now_asked"),
            Prefetch(
                "versions", versions.filter(state__in=states.BEING_WRITTEN), to_attr="under_way"
            ),
        )
        .order_by("retired", "kind", "name", "pk")
    )
    return Paginator(rows, PAGE_SIZE).get_page(page)


def versions_of(sheet: Questionnaire) -> QuerySet[QuestionnaireVersion]:
    """Its versions, the latest first, each with its answers counted."""
    rows = sheet.versions.select_related("author", "decided_by")
    return rows.annotate(answers=Count("responses")).order_by("-number")


def rules_asking(user: User, sheet: Questionnaire) -> QuerySet[VisitRule]:
    """The rules in force that ask it."""
    return VisitRule.objects.visible_to(user).filter(questionnaire=sheet, active=True)


def versions_for_page(user: User) -> QuerySet[QuestionnaireVersion]:
    """Versions with everything their page shows."""
    rows = QuestionnaireVersion.objects.visible_to(user)
    related = ("questionnaire__store", "author", "decided_by")
    return rows.select_related(*related).prefetch_related("editors")


def saved_version(version: QuestionnaireVersion, values: dict[str, Any]) -> Saved:
    """How a version stands now, for a form that came second; sent again while it may be written."""
    facts = ((_("State"), str(version.get_state_display())),)
    writable = version.state in states.VERSION_MOVES["write"]
    return Saved(values, facts=facts, resend={"version": version.version} if writable else None)
