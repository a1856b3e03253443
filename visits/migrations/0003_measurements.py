"""What answers count for in the figures, kept beside the visit; written for those given so far."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

ON_THE_VISIT = ("satisfaction", "recommend", "repurchase")
KEY_AT_MOST = 40
BATCH = 500


def measures_of(body: dict[str, Any]) -> dict[str, str]:
    """Question key → what its answer counts for."""
    questions = (one for part in body.get("sections", ()) for one in part.get("questions", ()))
    found = {str(one.get("key")): str(one.get("measures", "")) for one in questions}
    return {key: name for key, name in found.items() if name and name not in ON_THE_VISIT}


def count_answers(apps: Any, _schema_editor: Any) -> None:
    """Write the measurements of each visit's last edition."""
    responses = apps.get_model("visits", "Response").objects
    measurements = apps.get_model("visits", "Measurement")
    answers = apps.get_model("visits", "Answer").objects
    newer = responses.filter(
        visit=models.OuterRef("visit"), edition__gt=models.OuterRef("edition")
    ).exclude(submitted_at=None)
    last = responses.exclude(submitted_at=None).filter(~models.Exists(newer))
    bodies: dict[int, dict[str, str]] = {}
    rows = []
    for visit_id, response_id, version_id, body in last.values_list(
        "visit_id", "pk", "questions_id", "questions__body"
    ).iterator(chunk_size=BATCH):
        measured = bodies.setdefault(version_id, measures_of(body))
        for answer in answers.filter(response=response_id, question__in=measured):
            choices = dict.fromkeys(str(key)[:KEY_AT_MOST] for key in answer.choices or [""])
            rows += [
                measurements(
                    visit_id=visit_id,
                    measure=measured[answer.question],
                    number=answer.number,
                    choice=choice,
                )
                for choice in choices
            ]
    measurements.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [
        ("visits", "0002_rules_and_questionnaires"),
    ]

    operations = [
        migrations.CreateModel(
            name="Measurement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("measure", models.CharField(max_length=16)),
                ("number", models.SmallIntegerField(blank=True, null=True)),
                ("choice", models.CharField(blank=True, default="", max_length=40)),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="measurements",
                        to="visits.visit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("visit", "measure", "choice"), name="measurement_of_visit_once"
                    )
                ],
            },
        ),
        migrations.RunPython(count_answers, migrations.RunPython.noop),
    ]
