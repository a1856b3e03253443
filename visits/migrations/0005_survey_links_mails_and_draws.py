"""Links keep the questions and what was answered so far; mails to customers; draws of prizes."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_who_is_signed_in"),
        ("visits", "0004_heard_and_on_site"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="surveylink",
            name="draft",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="surveylink",
            name="questions",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="visits.questionnaireversion",
            ),
        ),
        migrations.AlterField(
            model_name="surveylink",
            name="expires_at",
            field=models.DateTimeField(verbose_name="open until"),
        ),
        migrations.CreateModel(
            name="Draw",
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
                ("prize", models.CharField(max_length=120, verbose_name="prize")),
                ("prizes", models.PositiveSmallIntegerField(verbose_name="number of prizes")),
                ("since", models.DateField(verbose_name="from")),
                ("until", models.DateField(verbose_name="until")),
                ("seed", models.CharField(blank=True, max_length=64)),
                ("entries", models.PositiveIntegerField(blank=True, null=True)),
                ("drawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "announced_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "drawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "questionnaire",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draws",
                        to="visits.questionnaire",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.store",
                        verbose_name="store",
                    ),
                ),
            ],
            options={
                "ordering": ["-until", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__gte", models.F("since"))),
                        name="draw_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("prizes__gte", 1)), name="draw_has_prizes"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("drawn_at__isnull", True), ("seed", "")),
                            models.Q(
                                ("drawn_at__isnull", False),
                                ("drawn_by__isnull", False),
                                models.Q(("seed", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="draw_keeps_its_seed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DrawWinner",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.PositiveSmallIntegerField()),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="winners",
                        to="visits.draw",
                    ),
                ),
                (
                    "response",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="visits.response",
                    ),
                ),
            ],
            options={
                "ordering": ["draw", "place"],
                "constraints": [
                    models.UniqueConstraint(fields=("draw", "place"), name="draw_place_once"),
                    models.UniqueConstraint(fields=("draw", "response"), name="draw_won_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="VisitMail",
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
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "E-mail"), ("sms", "Text message")],
                        max_length=5,
                        verbose_name="channel",
                    ),
                ),
                ("language", models.CharField(max_length=8, verbose_name="language")),
                ("subject", models.CharField(blank=True, max_length=120, verbose_name="subject")),
                ("body", models.TextField(max_length=4000, verbose_name="text")),
                (
                    "with_link",
                    models.BooleanField(default=True, verbose_name="with the questionnaire"),
                ),
                ("reply_by", models.DateField(blank=True, null=True, verbose_name="reply by")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "To be sent"),
                            ("sending", "Being sent"),
                            ("sent", "Sent"),
                            ("failed", "Not sent"),
                            ("unknown", "Perhaps sent"),
                        ],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("began_at", models.DateTimeField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("last_error", models.CharField(blank=True, max_length=200)),
                (
                    "replied_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="replied at"),
                ),
                ("reply", models.TextField(blank=True, max_length=2000, verbose_name="reply")),
                (
                    "link",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mails",
                        to="visits.surveylink",
                    ),
                ),
                (
                    "reminds",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminder",
                        to="visits.visitmail",
                    ),
                ),
                (
                    "replied_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.store",
                        verbose_name="store",
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mails",
                        to="visits.visit",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
            },
        ),
        migrations.AddIndex(
            model_name="visitmail",
            index=models.Index(
                condition=models.Q(("state__in", ("waiting", "sending"))),
                fields=["began_at"],
                name="visit_mail_to_send",
            ),
        ),
        migrations.AddConstraint(
            model_name="visitmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("waiting", "sending", "sent", "failed", "unknown"))
                ),
                name="visit_mail_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="visitmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "sent"), _negated=True),
                    ("sent_at__isnull", False),
                    _connector="OR",
                ),
                name="visit_mail_sent_has_moment",
            ),
        ),
    ]
