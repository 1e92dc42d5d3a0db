"""Every kind of paper that the office confirms has its bit, so that buyers can choose by it (BPOM, SKP, PKRT, SNI …)."""

import importlib

from django.db import migrations

FACTS, EITHER = (
    getattr(importlib.import_module("catalogue.search.migrations.0005_capacity"), name)
    for name in ("FACTS", "EITHER")
)
SIX = "ARRAY['halal', 'pirt', 'organic', 'phyto', 'gap', 'brand']"
ALL = SIX[:-1] + ", 'md', 'skp', 'cosmetic', 'pkrt', 'fertiliser', 'sni']"
ANEW = "SELECT opop_index_facts(ARRAY(SELECT product_id FROM search_entry));"


def view(papers: str) -> str:
    return str(FACTS).format(enough=EITHER.format(row="r")).replace(SIX, papers) + ANEW


class Migration(migrations.Migration):
    dependencies = [("search", "0005_capacity")]
    operations = [migrations.RunSQL(view(ALL), view(SIX))]
