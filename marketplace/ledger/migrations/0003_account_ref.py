"""An index to find the accounts of one order."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_append_only")]

    operations = [
        migrations.AddIndex(
            model_name="account",
            index=models.Index(fields=["ref"], name="ledger_account_ref", opclasses=["varchar_pattern_ops"]),
        )
    ]
