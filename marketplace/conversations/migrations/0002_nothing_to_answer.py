"""A pesantren may say that nothing is left to answer."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0001_opop'),
    ]

    operations = [
        migrations.AddField(
            model_name='thread',
            name='seller_done_to',
            field=models.DateTimeField(null=True),
        ),
    ]
