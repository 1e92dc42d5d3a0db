from django.apps import AppConfig


class SourcingConfig(AppConfig):
    name = "marketplace.sourcing"
    label = "sourcing"

    def ready(self) -> None:
        """Says what this room keeps about people, and listens to pools; the nightly audit looks at contracts, too."""
        from marketplace.common.personal import register
        from marketplace.fulfilment import audit
        from marketplace.sourcing import audit as contracts
        from marketplace.sourcing import reacting  # noqa: F401 - registers itself
        from marketplace.sourcing.personal import SOURCING

        register(SOURCING)
        audit.register(contracts.differences)
