"""The manager by which Django reads who is signed in; no table changes."""

import django.db.models.manager
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("people", "0002_sign_in_devices_and_second_steps")]

    operations = [
        migrations.AlterModelManagers(
            name="user", managers=[("signed_in", django.db.models.manager.Manager())]
        )
    ]
