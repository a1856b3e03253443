"""Choices of the lists get an address and a version; managers add, word, retire and move them."""

import secrets
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


def give_ids(apps: Any, _schema_editor: Any) -> None:
    """A random id for every choice there is."""
    options = apps.get_model("rulebook", "Option").objects
    for option in options.filter(public_id=None):
        option.public_id = "".join(secrets.choice(LETTERS) for _letter in range(14))
        option.save(update_fields=["public_id"])


class Migration(migrations.Migration):
    dependencies = [
        ("rulebook", "0004_closing_days"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="option",
            name="public_id",
            field=models.CharField(editable=False, max_length=22, null=True),
        ),
        migrations.RunPython(give_ids, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="option",
            name="public_id",
            field=models.CharField(editable=False, max_length=22, unique=True),
        ),
        migrations.AddField(
            model_name="option",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name="option",
            name="set_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="option",
            name="set_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="option",
            name="code",
            field=models.CharField(max_length=60, verbose_name="code"),
        ),
        migrations.AlterField(
            model_name="option",
            name="label_zh_hans",
            field=models.CharField(blank=True, max_length=60, verbose_name="Simplified Chinese"),
        ),
        migrations.AlterField(
            model_name="option",
            name="label_zh_hant",
            field=models.CharField(blank=True, max_length=60, verbose_name="Traditional Chinese"),
        ),
        migrations.AlterField(
            model_name="option",
            name="label_en",
            field=models.CharField(blank=True, max_length=60, verbose_name="English"),
        ),
        migrations.AlterField(
            model_name="option",
            name="position",
            field=models.PositiveIntegerField(default=0, verbose_name="place"),
        ),
        migrations.AlterField(
            model_name="option",
            name="retired",
            field=models.BooleanField(default=False, verbose_name="retired"),
        ),
    ]
