"""A listing can say which good it is: goods belong to a class; classes that grow have a harvest; units that are weights
know it. What is known already is filled in here, so that nothing waits for the next load_opop."""

import django.db.models.deletion
from django.db import migrations, models

NET_G = {"kg": 1000, "sak5kg": 5000, "pack250g": 250}
GROWS = ["fresh_produce", "dry_food", "frozen_food", "beverage"]
CLASSES = {
    "fresh_produce": ["manggis", "rambutan", "salak", "jengkol"],
    "sarong": ["sarung"],
    "fashion": ["mukena", "koko", "gamis", "peci"],
    "beverage": ["kopi"],
    "frozen_food": ["udang-beku"],
    "dairy": ["yogurt"],
}


def fill(apps, schema_editor):
    for code, net_g in NET_G.items():
        apps.get_model("catalogue", "Unit").objects.filter(code=code).update(net_g=net_g)
    kinds = apps.get_model("catalogue", "ProductClass").objects
    kinds.filter(slug__in=GROWS).update(grows=True)
    for slug, codes in CLASSES.items():
        goods = apps.get_model("catalogue", "Commodity").objects.filter(code__in=codes)
        goods.update(product_class=kinds.filter(slug=slug).first())
    # The keys are checked now: the index of the new column is made at the end of this transaction.
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0041_held_and_claims")]

    operations = [
        migrations.AddField(
            model_name="commodity",
            name="also",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="commodity",
            name="product_class",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="goods",
                to="catalogue.productclass",
            ),
        ),
        migrations.AddField(
            model_name="productclass",
            name="grows",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="unit",
            name="net_g",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
