"""Questionnaires as pages need them: the list, the versions of one, who came second."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Prefetch, QuerySet
from django.utils.translation import gettext as _

from crm.people.models import User
from crm.records.states import Saved
from crm.ui.lists import PAGE_SIZE
from visits import states
from visits.default_questions import SHEETS
from visits.default_questions.editions import edition_of, is_newer
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


def with_newer_ready(sheets: Iterable[Questionnaire]) -> set[int]:
    """Those that came with the product, are in use or waiting, and have not begun a version with
    the ready-made questions of today (RV-31).

    A draft thrown away counts for nothing. While a version is being written nothing is offered.
    """
    open_ones = {one.pk: one for one in sheets if not one.retired}
    rows = QuestionnaireVersion.objects.filter(questionnaire__in=open_ones)
    had: dict[int, set[str]] = defaultdict(set)
    came: set[int] = set()
    busy: set[int] = set()
    for pk, author, state, edition in rows.values_list(
        "questionnaire", "author", "state", "edition"
    ):
        had[pk].add(edition)
        came |= {pk} if author is None else set()
        busy |= {pk} if state in states.BEING_WRITTEN else set()
    bodies = {sheet.kind: sheet.body for sheet in SHEETS}
    offered = {pk for pk in came - busy if is_newer(bodies.get(open_ones[pk].kind), had[pk])}
    # Versions made before editions were kept are known by their questions alone.
    for pk, body in rows.filter(questionnaire__in=offered, edition="").values_list(
        "questionnaire", "body"
    ):
        if not is_newer(bodies[open_ones[pk].kind], {edition_of(body)}):
            offered.discard(pk)
    return offered


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
