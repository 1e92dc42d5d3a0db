from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "marketplace.workspace"
    label = "workspace"

    def ready(self) -> None:
        """Mails of sourcing to pesantren and exporters follow its signals."""
        from marketplace.workspace import exporter_mails, sourcing_mails  # noqa: F401 - connect themselves
