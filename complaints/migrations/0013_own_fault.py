"""A line of the thread says why nothing is put right after our own fault."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0012_found_by_words"),
    ]

    operations = [
        migrations.AlterField(
            model_name="entry",
            name="kind",
            field=models.CharField(
                choices=[
                    ("registered", "Registered"),
                    ("classified", "Classified"),
                    ("asked", "Department asked"),
                    ("accepted", "Accepted"),
                    ("refused", "Refused"),
                    ("called_off", "Called off"),
                    ("progress", "Progress"),
                    ("done", "Part done"),
                    ("solved", "Solved"),
                    ("told", "Customer told"),
                    ("confirmed", "Customer content"),
                    ("not_solved", "Customer says not solved"),
                    ("offered", "Hand-over asked"),
                    ("taken", "Hand-over accepted"),
                    ("declined", "Hand-over declined"),
                    ("stage", "Stage planned"),
                    ("stage_done", "Stage done"),
                    ("note", "Internal note"),
                    ("contact", "Spoken with the customer"),
                    ("site_visit", "Visited on site"),
                    ("waived", "No on-site visit"),
                    ("paused", "Waiting for the customer"),
                    ("resumed", "Clocks run again"),
                    ("late", "Limit passed"),
                    ("answered", "Answered and closed"),
                    ("merged", "Merged"),
                    ("proposed", "Solution proposed"),
                    ("submitted", "Solution sent for approval"),
                    ("taken_back", "Solution taken back"),
                    ("approved", "Solution approved"),
                    ("returned", "Solution returned"),
                    ("not_agreed", "Solution refused"),
                    ("replied", "Answered to the customer"),
                    ("content", "Customer content"),
                    ("reopened", "Reopened"),
                    ("closed", "Closed and filed"),
                    ("attached", "Files added"),
                    ("named", "Whom it is about"),
                    ("withdrawn", "Withdrawn by the customer"),
                    ("rejected", "No complaint"),
                    ("alarm", "Made known at once"),
                    ("correction", "Corrective task given"),
                    ("corrected", "Corrective task verified"),
                    ("spared", "Nothing to be put right"),
                    ("linked", "Linked with another ticket"),
                    ("unlinked", "Link with another ticket removed"),
                    ("macro", "Steps carried out together"),
                    ("verified", "Verification"),
                    ("opinion", "The head's opinion on the verification"),
                    ("severity", "Severity judged"),
                    ("unreached", "Customer not reached"),
                    ("converted", "Goes on as a complaint"),
                    ("colleague", "What the colleague says of the outcome"),
                ],
                max_length=10,
            ),
        ),
    ]
