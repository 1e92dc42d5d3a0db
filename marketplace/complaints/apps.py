from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "marketplace.complaints"
    label = "complaints"

    def ready(self) -> None:
        """Says what this room keeps about people."""
        from marketplace.common.personal import register
        from marketplace.complaints.personal import COMPLAINTS

        register(COMPLAINTS)
