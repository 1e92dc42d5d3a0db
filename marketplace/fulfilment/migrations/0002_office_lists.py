"""An index for the office's list of parts and its queue."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fulfilment", "0001_opop")]

    operations = [
        migrations.AddIndex(
            model_name="fulfilment",
            index=models.Index(fields=["state", "offered_at"], name="fulfilment_state_offered"),
        )
    ]
