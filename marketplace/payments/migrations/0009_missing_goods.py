"""A reason of refunds: less came than was ordered."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0008_provider_lines'),
    ]

    operations = [
        migrations.AlterField(
            model_name='refund',
            name='reason',
            field=models.CharField(choices=[('declined', 'The pesantren could not deliver'), ('rejected', 'Goods not accepted by the buyer'), ('missing', 'Less came than was ordered'), ('over', 'More was transferred than asked'), ('late', 'The transfer came after the deadline'), ('short', 'Less was transferred than asked before the deadline'), ('unknown', 'The transfer could not be matched to an order'), ('cancelled', 'The order was cancelled'), ('claim', 'A claim after the goods were accepted'), ('twice', 'The order was paid already')], max_length=20),
        ),
    ]
