"""A version knows which edition of the ready-made questions it began with."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("visits", "0018_corrections_know_their_visit"),
    ]

    operations = [
        migrations.AddField(
            model_name="questionnaireversion",
            name="edition",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
    ]
