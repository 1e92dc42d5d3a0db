from oscar.apps.basket import apps


class BasketConfig(apps.BasketConfig):
    name = "checkout.basket"

    def ready(self) -> None:
        """Oscar's views and receivers of this app stay unloaded: our own urls.py opens our own pages."""
        from checkout.basket.personal import BASKETS
        from marketplace.common.personal import register

        register(BASKETS)
