from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "catalogue.imports"
    label = "imports"

    def ready(self) -> None:
        from catalogue.imports.personal import FILES
        from marketplace.common.personal import register

        register(FILES)
