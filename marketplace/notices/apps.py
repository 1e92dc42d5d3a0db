from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "marketplace.notices"
    label = "notices"

    def ready(self) -> None:
        """Says what this room keeps about people."""
        from marketplace.common.personal import register
        from marketplace.notices.personal import MAILS

        register(MAILS)
