"""What a visitor hears and what an on-site visit needs; when answers are to be entered by."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0005_consent"),
        ("people", "0003_who_is_signed_in"),
        ("visits", "0003_measurements"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="visit",
            name="entry_due_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.CreateModel(
            name="OnSiteVisit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "situation",
                    models.BooleanField(
                        default=False, verbose_name="I know the customer's situation"
                    ),
                ),
                (
                    "documents",
                    models.BooleanField(default=False, verbose_name="Documents are packed"),
                ),
                (
                    "sheet",
                    models.BooleanField(default=False, verbose_name="The questionnaire is printed"),
                ),
                ("gift", models.BooleanField(default=False, verbose_name="The gift is ready")),
                ("thanked_at", models.DateTimeField(blank=True, null=True)),
                ("thanked_how", models.CharField(blank=True, max_length=120, verbose_name="how")),
                (
                    "thanked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "visit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="onsite",
                        to="visits.visit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CompetitorFinding",
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
                ("brand", models.CharField(max_length=60, verbose_name="brand")),
                ("model", models.CharField(blank=True, max_length=60, verbose_name="model")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("event", "Event"),
                            ("promotion", "Promotion"),
                            ("price", "Price change"),
                            ("opinion", "Opinion of the car"),
                        ],
                        max_length=9,
                        verbose_name="kind",
                    ),
                ),
                ("words", models.CharField(max_length=500, verbose_name="what was said")),
                (
                    "influence",
                    models.CharField(
                        choices=[
                            ("none", "None"),
                            ("wavering", "Makes them waver"),
                            ("deciding", "Decides for the other"),
                        ],
                        default="none",
                        max_length=8,
                        verbose_name="influence",
                    ),
                ),
                ("heard_on", models.DateField(verbose_name="heard on")),
                (
                    "noted_by",
                    models.ForeignKey(
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
                        related_name="findings",
                        to="visits.visit",
                    ),
                ),
            ],
            options={
                "ordering": ["-heard_on", "-id"],
                "indexes": [
                    models.Index(fields=["store", "-heard_on"], name="finding_of_store"),
                    models.Index(fields=["brand"], name="finding_of_brand"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("brand", ""), _negated=True),
                            models.Q(("words", ""), _negated=True),
                        ),
                        name="finding_says_something",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Opportunity",
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
                ("words", models.CharField(max_length=500, verbose_name="what the customer needs")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("taken", "Taken up"),
                            ("dismissed", "Not followed"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("answer_by", models.DateTimeField(verbose_name="answer by")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "card",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.card",
                    ),
                ),
                (
                    "responsible",
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
                    "taken_as",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.card",
                    ),
                ),
                (
                    "visit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opportunity",
                        to="visits.visit",
                    ),
                ),
            ],
            options={
                "ordering": ["answer_by", "id"],
                "indexes": [models.Index(fields=["store", "state"], name="opportunity_of_store")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("open", "taken", "dismissed"))),
                        name="opportunity_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "taken"), _negated=True),
                            ("taken_as__isnull", False),
                            _connector="OR",
                        ),
                        name="opportunity_taken_names_card",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VisitGift",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.CharField(max_length=80, verbose_name="gift")),
                (
                    "value",
                    models.DecimalField(decimal_places=2, max_digits=14, verbose_name="value"),
                ),
                (
                    "given_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="handed over"),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="gifts",
                        to="visits.visit",
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("value__gte", 0)), name="visit_gift_costs_nothing_less"
                    )
                ],
            },
        ),
    ]
