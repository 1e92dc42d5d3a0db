from oscar.apps.address import apps


class ReferenceConfig(apps.AddressConfig):
    name = "marketplace.reference"

    def ready(self) -> None:
        """Oscar's views and receivers of this app stay unloaded: our own urls.py opens our own pages."""
        from marketplace.common.personal import register
        from marketplace.reference.personal import ADDRESSES

        register(ADDRESSES)
