"""What a lost customer bought instead.

Added by SQL: SQLite would copy the table anew, with its indexes that only PostgreSQL words so.
"""

from django.db import migrations, models

ADD = "ALTER TABLE customers_card ADD COLUMN lost_to varchar(60) DEFAULT '' NOT NULL"


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0010_latest_contacts_first"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(ADD)],
            state_operations=[
                migrations.AddField(
                    model_name="card",
                    name="lost_to",
                    field=models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=60,
                        verbose_name="bought instead",
                    ),
                ),
            ],
        ),
    ]
