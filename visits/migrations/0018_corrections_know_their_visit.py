"""Every correction has its visit; one visit's bad opinion is looked into once."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("visits", "0017_opinions_looked_into"),
    ]

    operations = [
        migrations.AlterField(
            model_name="correction",
            name="visit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="visits.visit",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("audit__isnull", True)),
                fields=("visit",),
                name="correction_opinion_of_visit_once",
            ),
        ),
    ]
