from django.apps import AppConfig


class LotsConfig(AppConfig):
    name = "catalogue.lots"
    label = "lots"

    def ready(self) -> None:
        from catalogue.lots.personal import CONSENTS
        from marketplace.common.personal import register

        register(CONSENTS)
