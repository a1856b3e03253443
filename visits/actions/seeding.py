"""The rules and questionnaires a new installation starts with."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from visits.default_questions import SHEETS
from visits.default_questions.editions import edition_of
from visits.default_rules import RULES
from visits.models import Questionnaire, QuestionnaireVersion, VersionState, VisitRule


def seed_visits(today: dt.date) -> bool:
    """Bring in the usual rules and questionnaires where there is none yet (N-19..N-24, RV-31).

    Only what happens from `today` on makes visits. False where somebody has rules already.
    """
    with transaction.atomic():
        if VisitRule.objects.exists() or Questionnaire.objects.exists():
            return False
        sheets = {}
        for sheet in SHEETS:
            sheets[sheet.kind] = Questionnaire.objects.create(name=sheet.name, kind=sheet.kind)
            QuestionnaireVersion.objects.create(
                questionnaire=sheets[sheet.kind],
                number=1,
                state=VersionState.APPROVED,
                body=sheet.body,
                edition=edition_of(sheet.body),
            )
        VisitRule.objects.bulk_create(
            VisitRule(**rule._asdict(), since=today, questionnaire=sheets.get(rule.kind))
            for rule in RULES
        )
    return True
