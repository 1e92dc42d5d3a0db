"""manage.py search_quality: how many of 150 queries find what one would expect, against the loaded catalogue."""

import json
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand

from catalogue.search import quality


class Command(BaseCommand):
    help = "Ask the 150 queries of catalogue/data/search_quality.csv; writes var/search_quality.json."

    def handle(self, *args: Any, **options: Any) -> None:
        asked = quality.ask_all()
        for one in asked:
            if not one.is_first:
                place = "in the top three" if one.is_in_three else "missed"
                self.stdout.write(f"{place}: {one.kind} {one.query!r} found {one.found}")
        figures = quality.figures(asked)
        (settings.VAR_DIR / "search_quality.json").write_text(json.dumps(figures) + "\n")
        self.stdout.write(
            "{first} of {queries} in first place, {top_three} in the top three".format(**figures)
        )
