"""What the buyer pays an exporter for one unit (decision 0047)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('order', '0025_sold_by'),
    ]

    operations = [
        migrations.AddField(
            model_name='line',
            name='sold_price',
            field=models.BigIntegerField(null=True),
        ),
    ]
