"""A try in vain has no length; a call that was made keeps its own on the visit."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("visits", "0011_rules_of_a_store"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="visitattempt",
            name="seconds",
        ),
    ]
