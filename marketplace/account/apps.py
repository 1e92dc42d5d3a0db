from django.apps import AppConfig


class AccountConfig(AppConfig):
    name = "marketplace.account"
    label = "account"

    def ready(self) -> None:
        """Listen to the news about people."""
        from marketplace.account import mails  # noqa: F401
