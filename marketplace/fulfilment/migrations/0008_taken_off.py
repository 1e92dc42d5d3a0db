"""What of an exporter's own line fell away with units of its goods (decision 0047)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('fulfilment', '0007_short_and_returned'),
    ]

    operations = [
        migrations.AddField(
            model_name='fulfilmentline',
            name='taken_off',
            field=models.BigIntegerField(default=0),
        ),
    ]
