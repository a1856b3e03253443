"""A customer's bad opinion of a visit is a task as what an audit found is: both know their visit."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def name_visits(apps, schema_editor):
    """Every correction so far comes of an audit: its visit is the audit's."""
    audits = apps.get_model("visits", "VisitAudit").objects.filter(pk=OuterRef("audit"))
    apps.get_model("visits", "Correction").objects.filter(visit=None).update(
        visit=Subquery(audits.values("visit")[:1])
    )


class Migration(migrations.Migration):
    dependencies = [
        ("visits", "0016_checks_of_contacts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="correction",
            name="visit",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="visits.visit",
            ),
        ),
        migrations.AlterField(
            model_name="correction",
            name="audit",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="correction",
                to="visits.visitaudit",
            ),
        ),
        migrations.AlterField(
            model_name="correctionstep",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunPython(name_visits, migrations.RunPython.noop, elidable=False),
    ]
