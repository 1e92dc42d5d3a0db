from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "marketplace.programme"
    label = "programme"

    def ready(self) -> None:
        """What this room keeps about people; the nightly audit looks at what promises became, too."""
        from marketplace.common.personal import register
        from marketplace.fulfilment import audit
        from marketplace.programme.commitments import audit as promises
        from marketplace.programme.commitments.personal import EVIDENCE, PROMISES
        from marketplace.programme.events.personal import EVENT_GUESTS
        from marketplace.programme.registrations.personal import CONTACT, FILES, WORK

        register(WORK, CONTACT, FILES, EVENT_GUESTS, PROMISES, EVIDENCE)
        audit.register(promises.differences)
