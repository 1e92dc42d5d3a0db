from django.apps import AppConfig


class FulfilmentConfig(AppConfig):
    name = "marketplace.fulfilment"
    label = "fulfilment"

    def ready(self) -> None:
        """Loads what reacts to a settled due and takes steps for two people (payments.registry)."""
        from marketplace.common.personal import register
        from marketplace.fulfilment.personal import RECEIPTS
        from marketplace.fulfilment.services import claims, following, lost_disputes  # noqa: F401

        register(RECEIPTS)
