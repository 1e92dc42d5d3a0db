from oscar.apps.checkout import apps


class CheckoutConfig(apps.CheckoutConfig):
    name = "checkout"

    def ready(self) -> None:
        """Oscar's views and receivers of this app stay unloaded: our own urls.py opens our own pages."""
