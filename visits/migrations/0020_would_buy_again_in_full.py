"""Which answer stood behind a plain yes or no to *would buy again*; forward only.

A version of a questionnaire at a time, the last edition of each visit alone; the visits themselves
are not touched, and what is there already is left as it is.
"""

from typing import Any

from django.db import migrations, models

MEASURE, KEY_AT_MOST, BATCH = "repurchase", 40, 500


def asked_in(body: dict[str, Any]) -> list[str]:
    """The keys of the questions whose answer counts for it."""
    questions = (one for part in body.get("sections", ()) for one in part.get("questions", ()))
    return [str(one.get("key")) for one in questions if one.get("measures") == MEASURE]


def count_answers(apps: Any, _schema_editor: Any) -> None:
    """Write the measurement of each visit's last edition."""
    responses = apps.get_model("visits", "Response").objects
    measurements = apps.get_model("visits", "Measurement")
    answers = apps.get_model("visits", "Answer").objects
    newer = responses.filter(
        visit=models.OuterRef("response__visit"), edition__gt=models.OuterRef("response__edition")
    ).exclude(submitted_at=None)
    last = answers.exclude(response__submitted_at=None).filter(~models.Exists(newer))
    versions = apps.get_model("visits", "QuestionnaireVersion").objects
    for pk, body in versions.values_list("pk", "body"):
        given = last.filter(response__questions=pk, question__in=asked_in(body))
        rows = []
        for visit_id, number, choices in given.values_list(
            "response__visit", "number", "choices"
        ).iterator(chunk_size=BATCH):
            choice = str(choices[0])[:KEY_AT_MOST] if choices else ""
            rows.append(
                measurements(visit_id=visit_id, measure=MEASURE, number=number, choice=choice)
            )
        measurements.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [
        ("visits", "0019_editions_of_ready_questions"),
    ]

    operations = [migrations.RunPython(count_answers, migrations.RunPython.noop)]
