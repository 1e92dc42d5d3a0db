from oscar.apps.order import apps


class OrdersConfig(apps.OrderConfig):
    name = "marketplace.orders"

    def ready(self) -> None:
        """Oscar's views and receivers of this app stay unloaded: our own urls.py opens our own pages."""
        from marketplace.common.personal import register
        from marketplace.orders.personal import ORDERS

        register(ORDERS)
