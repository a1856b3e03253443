"""What audits found wrong, as tasks with their steps: two new tables."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0002_departments_and_cases"),
        ("customers", "0006_indexes_of_sqlite"),
        ("people", "0003_who_is_signed_in"),
        ("visits", "0007_version_editors"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.CharField(editable=False, max_length=22, unique=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("due_on", models.DateField(verbose_name="due on")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "To do"),
                            ("done", "To verify"),
                            ("verified", "Verified"),
                            ("called_off", "Called off"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        blank=True, default="", max_length=1000, verbose_name="what is to be done"
                    ),
                ),
            ],
            options={
                "ordering": ["due_on", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("open", "done", "verified", "called_off"))
                        ),
                        name="correction_state_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CorrectionStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("given", "Given"),
                            ("handed_over", "Handed over"),
                            ("done", "Done"),
                            ("verified", "Verified"),
                            ("not_yet", "Not put right yet"),
                            ("called_off", "Called off"),
                        ],
                        max_length=11,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("words", models.CharField(blank=True, max_length=1000)),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.AddField(
            model_name="correction",
            name="audit",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="correction",
                to="visits.visitaudit",
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="done_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="store",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.store",
                verbose_name="store",
            ),
        ),
        migrations.AddField(
            model_name="correctionstep",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="correctionstep",
            name="correction",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="steps",
                to="visits.correction",
            ),
        ),
        migrations.AddField(
            model_name="correctionstep",
            name="to",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="correction",
            index=models.Index(fields=["owner", "state", "due_on"], name="correction_of_owner"),
        ),
        migrations.AddIndex(
            model_name="correction",
            index=models.Index(fields=["store", "state", "due_on"], name="correction_of_store"),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("done", "verified")), _negated=True),
                    ("done_by__isnull", False),
                    _connector="OR",
                ),
                name="correction_done_by_somebody",
            ),
        ),
    ]
