from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "marketplace.exports"
    label = "exports"

    def ready(self) -> None:
        """Connects what reacts to changed consignments and to orders; the nightly audit looks at consignments, too."""
        from marketplace.exports import reacting  # noqa: F401 - register themselves
        from marketplace.exports.goods import audit as goods_audit
        from marketplace.exports.tracking import audit as tracking_audit
        from marketplace.exports.tracking import following_orders  # noqa: F401 - register themselves
        from marketplace.fulfilment import audit

        audit.register(goods_audit.differences)
        audit.register(tracking_audit.differences)
