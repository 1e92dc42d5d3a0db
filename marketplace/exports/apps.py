from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "marketplace.exports"
    label = "exports"

    def ready(self) -> None:
        """Connects what reacts to changed consignments and to orders; the nightly audit looks at consignments, too."""
        from marketplace.exports import audit as goods_audit
        from marketplace.exports import following_orders, reacting, tracking_audit  # noqa: F401 - register themselves
        from marketplace.fulfilment import audit

        audit.register(goods_audit.differences)
        audit.register(tracking_audit.differences)
