from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exports", "0004_exporter_identity")]

    operations = [
        migrations.AddField(
            model_name="consignment",
            name="eta_told",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="alert",
            name="kind",
            field=models.CharField(
                choices=[
                    ("paper_late", "A paper is late"),
                    ("cutoff_near", "The cut-off is near"),
                    ("silence", "No news for too long"),
                    ("eta_late", "It will arrive after the buyer's window"),
                    ("shelf_life", "The goods may not arrive fresh"),
                    ("excursion", "Too warm or too cold on the way"),
                    ("permit_ends", "A permit or paper ends before arrival"),
                    ("breach", "Left without a paper that was due"),
                    ("contradict", "Two events contradict each other"),
                    ("hand_over", "A part of an order could not be handed over"),
                ],
                max_length=12,
            ),
        ),
    ]
