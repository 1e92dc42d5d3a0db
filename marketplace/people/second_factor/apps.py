from django.apps import AppConfig


class SecondFactorConfig(AppConfig):
    name = "marketplace.people.second_factor"
    label = "second_factor"

    def ready(self) -> None:
        from marketplace.common.personal import register
        from marketplace.people.second_factor.personal import SECOND_FACTORS

        register(SECOND_FACTORS)
