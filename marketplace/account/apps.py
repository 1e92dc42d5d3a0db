from django.apps import AppConfig


class AccountConfig(AppConfig):
    name = "marketplace.account"
    label = "account"

    def ready(self) -> None:
        """Listen to the news about people and companies."""
        from marketplace.account import company_mails, mails  # noqa: F401
