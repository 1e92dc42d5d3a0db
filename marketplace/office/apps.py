from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "marketplace.office"
    label = "office"

    def ready(self) -> None:
        """Coordinators hear of what went wrong with consignments."""
        from marketplace.office import export_mails  # noqa: F401 - registers itself
