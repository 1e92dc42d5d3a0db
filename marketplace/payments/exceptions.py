class PaymentError(Exception):
    """A payment step that is refused, in words for the office."""


class KnownReference(PaymentError):
    """This bank reference was recorded before."""


class SecondPersonNeeded(PaymentError):
    """Above the limit: one person proposes the step, another confirms it."""


class Claimed(PaymentError):
    """Somebody proposed a step with this money already; it waits for a second person."""


class SamePerson(PaymentError):
    """Who proposed a step cannot decide on it, and nobody else can withdraw it."""


class Changed(PaymentError):
    """What would happen is not what the person saw."""


class KnownFile(PaymentError):
    """This very file was uploaded before, as statement `pk`."""

    def __init__(self, pk: int) -> None:
        super().__init__("This file was uploaded before.")
        self.pk = pk
