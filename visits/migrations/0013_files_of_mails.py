"""Files that go along with a mail to a customer: a table of its own, nothing kept so far."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0009_files_of_visits"),
        ("visits", "0012_tries_without_length"),
    ]

    operations = [
        migrations.AddField(
            model_name="visitmail",
            name="files",
            field=models.ManyToManyField(blank=True, related_name="+", to="records.attachment"),
        ),
    ]
