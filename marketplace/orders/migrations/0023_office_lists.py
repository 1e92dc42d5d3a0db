"""Indexes for the office's list of orders: by state, and by a part of the buyer's name."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("order", "0022_opop")]

    operations = [
        TrigramExtension(),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["status", "-date_placed"], name="order_status_placed"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("buyer_name"), name="gin_trgm_ops"
                ),
                name="order_buyer_name",
            ),
        ),
    ]
