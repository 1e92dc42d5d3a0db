from django.apps import AppConfig


class OfftakersConfig(AppConfig):
    name = "offtakers"
    label = "offtakers"

    def ready(self) -> None:
        """Says what this room keeps about people, and what it asks approvers for."""
        from marketplace.common.personal import register
        from offtakers import approvals, limit
        from offtakers.personal import COMPANY, CONTACTS

        register(COMPANY, CONTACTS)
        approvals.register(limit.KIND)
