"""When somebody wrote a contact down or planned it; nobody knows it of the earlier ones."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("followups", "0005_contacts_of_a_plan"),
    ]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="entered_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="plannedcontact",
            name="entered_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
