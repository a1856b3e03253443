"""Findings on other brands that customers write themselves by a link: noted by nobody."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_who_is_signed_in"),
        ("visits", "0013_files_of_mails"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="competitorfinding",
            name="finding_says_something",
        ),
        migrations.AlterField(
            model_name="competitorfinding",
            name="brand",
            field=models.CharField(blank=True, max_length=60, verbose_name="brand"),
        ),
        migrations.AlterField(
            model_name="competitorfinding",
            name="noted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="competitorfinding",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True), name="finding_says_something"
            ),
        ),
    ]
