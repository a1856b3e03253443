"""What answers count for, kept beside the visit for the figures (RV-40)."""

from __future__ import annotations

from visits.models import Measurement, Visit
from visits.questions import MEASURES, Answers, Form

# These stand on the visit itself; would buy again as yes or no there, and in full here.
ON_THE_VISIT = frozenset({"satisfaction", "recommend"})
KEY_AT_MOST = 40


def keep_measurements(visit: Visit, form: Form, answers: Answers) -> None:
    """Write down what these answers measure, in the place of an earlier edition's.

    Call it inside the transaction that keeps the answers.
    """
    Measurement.objects.filter(visit=visit).delete()
    Measurement.objects.bulk_create(measurements_of(visit, form, answers))


def measurements_of(visit: Visit, form: Form, answers: Answers) -> list[Measurement]:
    """What these answers measure, not yet saved."""
    rows = []
    for measure in sorted(MEASURES.keys() - ON_THE_VISIT):
        given = form.measured(measure, answers)
        if given is None:
            continue
        choices = dict.fromkeys(key[:KEY_AT_MOST] for key in given.choices or ("",))
        rows += [
            Measurement(visit=visit, measure=measure, number=given.number, choice=choice)
            for choice in choices
        ]
    return rows
