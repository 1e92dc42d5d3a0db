from django.apps import AppConfig


class AccountConfig(AppConfig):
    name = "marketplace.account"
    label = "account"

    def ready(self) -> None:
        """Listen to the news about people, companies, sourcing and goods on their way; say what an approver decides."""
        from marketplace.account import approving, company_mails, export_mails, mails, sourcing_mails  # noqa: F401
