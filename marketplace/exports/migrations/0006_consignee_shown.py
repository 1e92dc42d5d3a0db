from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exports", "0005_tracking")]

    operations = [
        migrations.AddField(
            model_name="consignment",
            name="is_consignee_shown",
            field=models.BooleanField(default=False),
        ),
    ]
