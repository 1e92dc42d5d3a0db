from django.apps import AppConfig


class FulfilmentConfig(AppConfig):
    name = "marketplace.fulfilment"
    label = "fulfilment"

    def ready(self) -> None:
        """Loads the handler that reacts to a settled due (payments.registry)."""
        from marketplace.common.personal import register
        from marketplace.fulfilment.personal import RECEIPTS
        from marketplace.fulfilment.services import following  # noqa: F401

        register(RECEIPTS)
