from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "checkout.lists"
    label = "lists"

    def ready(self) -> None:
        from checkout.lists.personal import LISTS
        from marketplace.common.personal import register

        register(LISTS)
