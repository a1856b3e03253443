"""Visits made by rules, their tries, questionnaires with versions, answers and links."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0005_consent"),
        ("people", "0002_sign_in_devices_and_second_steps"),
        ("visits", "0001_first_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="visit",
            name="appointed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="appointment"),
        ),
        migrations.AddField(
            model_name="visit",
            name="end_reason",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=200, verbose_name="reason"
            ),
        ),
        migrations.AddField(
            model_name="visit",
            name="focus",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=200, verbose_name="focus"
            ),
        ),
        migrations.AddField(
            model_name="visit",
            name="made_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="visit",
            name="next_try_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="call again at"),
        ),
        migrations.AddField(
            model_name="visit",
            name="place",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=200, verbose_name="place"
            ),
        ),
        migrations.AddField(
            model_name="visit",
            name="seconds",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="duration"),
        ),
        migrations.AddField(
            model_name="visit",
            name="tries",
            field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.CreateModel(
            name="Questionnaire",
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
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("new_purchase", "New purchase"),
                            ("regular", "Regular"),
                            ("project", "Project"),
                            ("complaint", "After a complaint"),
                            ("event", "After an event"),
                            ("follow_up_feedback", "Feedback on follow-up"),
                        ],
                        max_length=18,
                        verbose_name="kind",
                    ),
                ),
                ("retired", models.BooleanField(default=False, verbose_name="retired")),
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
                "ordering": ["kind", "name", "id"],
            },
        ),
        migrations.CreateModel(
            name="QuestionnaireVersion",
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
                ("number", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Awaiting approval"),
                            ("returned", "Returned"),
                            ("approved", "In use"),
                            ("retired", "Replaced"),
                        ],
                        default="draft",
                        max_length=9,
                    ),
                ),
                ("body", models.JSONField(default=dict)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("comment", models.CharField(blank=True, max_length=300)),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
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
                        related_name="versions",
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
                "ordering": ["questionnaire", "-number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("questionnaire", "number"), name="questionnaire_version_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "approved")),
                        fields=("questionnaire",),
                        name="questionnaire_one_in_use",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("draft", "submitted", "returned"))),
                        fields=("questionnaire",),
                        name="questionnaire_one_being_written",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "submitted", "returned", "approved", "retired"])
                        ),
                        name="questionnaire_state_known",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="visit",
            name="questions",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="visits.questionnaireversion",
            ),
        ),
        migrations.CreateModel(
            name="Response",
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
                ("edition", models.PositiveSmallIntegerField(default=1)),
                ("begun_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "questions",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="responses",
                        to="visits.questionnaireversion",
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
                        related_name="responses",
                        to="visits.visit",
                    ),
                ),
            ],
            options={
                "ordering": ["visit", "-edition"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("visit", "edition"), name="response_edition_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("question", models.CharField(max_length=40)),
                ("number", models.IntegerField(blank=True, null=True)),
                ("choices", models.JSONField(blank=True, default=list)),
                ("text", models.CharField(blank=True, max_length=2000)),
                (
                    "response",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="visits.response",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("response", "question"), name="answer_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SurveyLink",
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
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("expires_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "revoked_by",
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
                        related_name="links",
                        to="visits.visit",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
                "indexes": [models.Index(fields=["expires_at"], name="survey_link_expiry")],
            },
        ),
        migrations.CreateModel(
            name="VisitAttempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("phone", "Phone"),
                            ("wechat", "WeChat"),
                            ("sms", "SMS"),
                            ("in_person", "Showroom visit"),
                            ("onsite", "Home visit"),
                            ("email", "Email"),
                            ("survey", "Online questionnaire"),
                        ],
                        max_length=9,
                        verbose_name="method",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("reached", "Reached"),
                            ("replied", "Replied"),
                            ("sent", "Sent"),
                            ("no_answer", "No answer"),
                            ("absent", "Absent"),
                            ("refused", "Would not talk"),
                            ("wrong_number", "Wrong number"),
                        ],
                        max_length=12,
                        verbose_name="outcome",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                (
                    "seconds",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="duration"),
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
                        related_name="attempts",
                        to="visits.visit",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="VisitorProfile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("qualified", models.BooleanField(default=True, verbose_name="qualified to visit")),
                ("regions", models.CharField(blank=True, max_length=200, verbose_name="regions")),
                (
                    "languages",
                    models.CharField(blank=True, max_length=60, verbose_name="languages"),
                ),
                (
                    "capacity",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="visits a day"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="visitor_profile",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="VisitRule",
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
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "trigger",
                    models.CharField(
                        choices=[
                            ("delivery", "After delivery"),
                            ("regular", "Every few months"),
                            ("project", "After a key project or fleet order"),
                            ("complaint", "After a complaint's answer"),
                            ("campaign", "After a campaign"),
                            ("prospect", "A sample of prospects, about follow-up"),
                            ("list", "By hand, for a list"),
                        ],
                        max_length=9,
                        verbose_name="when",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("new_purchase", "New purchase"),
                            ("regular", "Regular"),
                            ("project", "Project"),
                            ("complaint", "After a complaint"),
                            ("event", "After an event"),
                            ("follow_up_feedback", "Feedback on follow-up"),
                        ],
                        max_length=18,
                        verbose_name="kind",
                    ),
                ),
                ("wait", models.PositiveSmallIntegerField(default=3, verbose_name="due after")),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("working_days", "working days"),
                            ("days", "days"),
                            ("months", "months"),
                        ],
                        default="working_days",
                        max_length=12,
                        verbose_name="unit",
                    ),
                ),
                (
                    "later_wait",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="due after, from the second year on"
                    ),
                ),
                (
                    "share",
                    models.PositiveSmallIntegerField(default=100, verbose_name="share in percent"),
                ),
                (
                    "method",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("phone", "Phone"),
                            ("wechat", "WeChat"),
                            ("sms", "SMS"),
                            ("in_person", "Showroom visit"),
                            ("onsite", "Home visit"),
                            ("email", "Email"),
                            ("survey", "Online questionnaire"),
                        ],
                        max_length=9,
                        verbose_name="method",
                    ),
                ),
                ("focus", models.CharField(blank=True, max_length=200, verbose_name="focus")),
                (
                    "assigns_itself",
                    models.BooleanField(default=True, verbose_name="assigned by suggestion"),
                ),
                ("active", models.BooleanField(default=True, verbose_name="active")),
                ("since", models.DateField(verbose_name="causes from")),
                (
                    "questionnaire",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
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
                "ordering": ["trigger", "wait", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("wait__gte", 1)), name="visit_rule_waits"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("share__range", (1, 100))),
                        name="visit_rule_share_in_percent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VisitCause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=80, unique=True)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("made", "Visit planned"),
                            ("merged", "Merged with another visit"),
                            ("refused", "Customer does not wish it"),
                        ],
                        max_length=7,
                    ),
                ),
                ("on", models.DateField()),
                ("at", models.DateTimeField()),
                (
                    "by",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.card",
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="causes",
                        to="visits.visit",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="causes",
                        to="visits.visitrule",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
                "indexes": [models.Index(fields=["card", "-at"], name="visit_cause_of_card")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "refused"), ("visit__isnull", True)),
                            models.Q(
                                models.Q(("outcome", "refused"), _negated=True),
                                ("visit__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="visit_cause_names_visit",
                    )
                ],
            },
        ),
    ]
