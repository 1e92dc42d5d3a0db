from oscar.apps.shipping import apps


class ShippingConfig(apps.ShippingConfig):
    name = "checkout.shipping"

    def ready(self) -> None:
        """Oscar's views and receivers of this app stay unloaded: our own urls.py opens our own pages."""
