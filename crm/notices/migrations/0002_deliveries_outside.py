"""Deliveries that leave the house, the channels' limits and what each person chose.

Safe beside a running worker: new columns are empty or have a default of the database, and the
checks on the table of deliveries are added without looking at its rows; 0003 looks at them.
"""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class AddCheck(migrations.AddConstraint):
    """A check that holds for new rows at once and leaves the old ones to be looked at later."""

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, *states)
            return
        model = states[1].apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            statement = self.constraint.create_sql(model, schema_editor)
            schema_editor.execute(f"{statement} NOT VALID", params=None)


STATES = ["pending", "claimed", "fired", "cancelled", "dead", "unknown", "held"]


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0001_first_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Channel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=16, unique=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "per_minute",
                    models.PositiveIntegerField(verbose_name="messages a minute at most"),
                ),
                ("per_day", models.PositiveIntegerField(verbose_name="messages a day at most")),
                (
                    "quiet_from",
                    models.TimeField(blank=True, null=True, verbose_name="silent from"),
                ),
                (
                    "quiet_until",
                    models.TimeField(blank=True, null=True, verbose_name="silent until"),
                ),
                ("next_free_at", models.DateTimeField(blank=True, null=True)),
                ("day", models.DateField(blank=True, null=True)),
                ("sent_today", models.PositiveIntegerField(default=0)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("paused_until", models.DateTimeField(blank=True, null=True)),
                ("last_error", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("per_day__gte", 1), ("per_minute__gte", 1)),
                        name="channel_limits_positive",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Preference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("channels", models.JSONField(blank=True, default=list)),
                (
                    "day_before_at",
                    models.TimeField(blank=True, null=True, verbose_name="the day before, at"),
                ),
                (
                    "minutes_before",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="minutes before"
                    ),
                ),
                ("quiet_from", models.TimeField(blank=True, null=True, verbose_name="quiet from")),
                (
                    "quiet_until",
                    models.TimeField(blank=True, null=True, verbose_name="quiet until"),
                ),
                (
                    "topic",
                    models.CharField(editable=False, max_length=40, unique=True),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="preference",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("quiet_from__isnull", True), ("quiet_until__isnull", True)),
                            models.Q(("quiet_from__isnull", False), ("quiet_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="preference_quiet_hours_whole",
                    )
                ],
            },
        ),
        *(
            migrations.AddField(
                model_name="delivery", name=name, field=models.DateTimeField(blank=True, null=True)
            )
            for name in ("wanted_at", "not_before", "lease_until", "began_at")
        ),
        migrations.AddField(
            model_name="delivery",
            name="crashes",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="delivery",
            name="ended_because",
            field=models.CharField(blank=True, db_default="", max_length=40),
        ),
        migrations.AddField(
            model_name="delivery",
            name="notice",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to="notices.notice",
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="folded_into",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="folded",
                to="notices.delivery",
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="state",
            field=models.CharField(
                choices=[
                    ("pending", "Waiting"),
                    ("claimed", "Being sent"),
                    ("fired", "Sent"),
                    ("cancelled", "Void"),
                    ("dead", "Failed for good"),
                    ("unknown", "Unknown"),
                    ("held", "Waits for a click"),
                ],
                default="pending",
                max_length=10,
            ),
        ),
        AddCheck(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", STATES)), name="delivery_state_is_known"
            ),
        ),
        migrations.RemoveConstraint(model_name="delivery", name="delivery_state_known"),
        AddCheck(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lease_until__isnull", False), ("state", "claimed")),
                    models.Q(
                        models.Q(("state", "claimed"), _negated=True), ("lease_until__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="delivery_leased_while_claimed",
            ),
        ),
    ]
