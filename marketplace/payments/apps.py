from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "marketplace.payments"
    label = "payments"

    def ready(self) -> None:
        """Says what this room keeps about people."""
        from marketplace.common.personal import register
        from marketplace.payments.personal import PAYMENTS

        register(PAYMENTS)
