"""Adds a column, fills it, and then finds that it cannot go on. Forward only."""

from django.db import migrations, models


def fill(apps, schema_editor):
    apps.get_model("vehicles", "Product").objects.update(doors=5)


def give_up(apps, schema_editor):
    raise ValueError("a product has no doors")


class Migration(migrations.Migration):
    dependencies = [("vehicles", "0001_first_tables")]

    operations = [
        migrations.AddField("product", "doors", models.PositiveIntegerField(default=4)),
        migrations.RunPython(fill),
        migrations.RunPython(give_up),
    ]
