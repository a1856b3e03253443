"""Who else worked on a version, and since when it waits: nothing that exists is rewritten."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("visits", "0006_visit_audits"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="questionnaireversion",
            name="editors",
            field=models.ManyToManyField(related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name="questionnaireversion",
            name="submitted_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
