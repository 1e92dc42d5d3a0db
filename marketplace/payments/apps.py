from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "marketplace.payments"
    label = "payments"

    def ready(self) -> None:
        """Says what this room keeps about people, by which rates prices may be shown in other money, and computes what
        pesantren need before a payout."""
        from catalogue import indicative
        from marketplace.common.personal import register
        from marketplace.payments import requirements  # noqa: F401 - registers itself
        from marketplace.payments.personal import PAYMENTS
        from marketplace.payments.rates import guide

        register(PAYMENTS)
        indicative.use(guide)
