from django.db import migrations


class Migration(migrations.Migration):
    """Oscar gives its dashboard rights to is_staff users here. Ours has neither; the name stays for upgrades."""

    dependencies = [("customer", "0007_auto_20200801_0817")]
    operations: list = []
