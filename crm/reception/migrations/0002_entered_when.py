"""When somebody wrote a reception down; nobody knows it of those written before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reception", "0001_first_tables"),
    ]

    operations = [
        migrations.AddField(
            model_name="receptionentry",
            name="entered_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
