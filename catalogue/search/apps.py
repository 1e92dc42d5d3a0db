from oscar.apps.search import apps


class SearchConfig(apps.SearchConfig):
    name = "catalogue.search"

    def ready(self) -> None:
        """Oscar's views and receivers of this app stay unloaded: our own urls.py opens our own pages."""
