"""A pesantren that supplies may say the smallest part that is worth its while; what was sent before asked for none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sourcing", "0003_fell_away_and_packs")]
    operations = [
        migrations.AddField(
            model_name="quoteline",
            name="minimum",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
