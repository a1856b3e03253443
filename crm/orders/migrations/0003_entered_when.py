"""When somebody wrote an order down; nobody knows it of those written before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0002_found_by_vin"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="entered_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
