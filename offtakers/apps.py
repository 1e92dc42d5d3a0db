from django.apps import AppConfig


class OfftakersConfig(AppConfig):
    name = "offtakers"
    label = "offtakers"

    def ready(self) -> None:
        """Says what this room keeps about people."""
        from marketplace.common.personal import register
        from offtakers.personal import COMPANY

        register(COMPANY)
