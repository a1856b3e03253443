"""Where a customer said what they do not wish."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0007_language_of_customers"),
    ]

    operations = [
        migrations.AddField(
            model_name="consent",
            name="heard",
            field=models.CharField(
                blank=True,
                choices=[
                    ("phone", "On the phone"),
                    ("in_person", "In person"),
                    ("message", "In a message or e-mail"),
                    ("writing", "In a letter or on a form"),
                ],
                db_default="",
                default="",
                max_length=9,
            ),
        ),
    ]
