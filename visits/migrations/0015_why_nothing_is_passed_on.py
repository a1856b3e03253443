"""Why nothing is passed on after a bad grade: a column of its own, nothing said so far."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("visits", "0014_findings_of_links"),
    ]

    operations = [
        migrations.AddField(
            model_name="visit",
            name="nothing_because",
            field=models.CharField(
                blank=True,
                choices=[
                    ("unwished", "The customer wishes none"),
                    ("settled", "Settled on the spot"),
                    ("known", "A ticket runs already"),
                ],
                db_default="",
                default="",
                max_length=8,
                verbose_name="nothing passed on because",
            ),
        ),
    ]
