"""An index for mails that were given up: few among very many."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_opop")]

    operations = [
        migrations.AddIndex(
            model_name="mail",
            index=models.Index(
                condition=models.Q(("next_try", None), ("sent", None)), fields=["created"], name="mail_given_up"
            ),
        )
    ]
