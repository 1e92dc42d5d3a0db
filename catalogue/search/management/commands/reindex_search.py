"""manage.py reindex_search: after a bulk load that ran with the database's opop.bulk = 'on'."""

from typing import Any

from django.core.management import BaseCommand

from catalogue.search import services


class Command(BaseCommand):
    help = (
        "Make the search index, its words and its suggestions anew. Lists answer as before until it is done."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        made = services.reindex()
        if options["verbosity"]:
            self.stdout.write(f"{made} listings can be found.")
