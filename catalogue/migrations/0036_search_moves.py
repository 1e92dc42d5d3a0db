"""Search has a narrow table of its own now (search.Entry), and synonyms are rows (search.Synonym).

The text-search configurations of 0035 stay: the new table uses them.
"""

from django.db import migrations

FORWARD = """
    DROP FUNCTION opop_product_search_touch() CASCADE;
    DROP FUNCTION opop_product_search_set() CASCADE;
    DROP FUNCTION opop_product_search(catalogue_product);
    ALTER TABLE catalogue_product DROP COLUMN search;
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0035_search")]
    operations = [
        migrations.RunSQL(FORWARD),
        migrations.RemoveField("commodity", "synonyms"),
    ]
