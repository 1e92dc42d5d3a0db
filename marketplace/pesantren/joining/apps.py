from django.apps import AppConfig


class JoiningConfig(AppConfig):
    name = "marketplace.pesantren.joining"
    label = "joining"

    def ready(self) -> None:
        from marketplace.common.personal import register
        from marketplace.pesantren.joining.personal import APPLICATIONS

        register(APPLICATIONS)
