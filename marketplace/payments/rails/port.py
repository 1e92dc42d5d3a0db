"""What a way to pay pesantren must be able to do."""

from dataclasses import dataclass
from typing import Protocol

from marketplace.payments.models import PayoutBatch

MOST_BYTES = 1_000_000
MOST_LINES = 6_000  # every pesantren of the programme, and some


@dataclass(frozen=True)
class Result:
    """What became of one transfer; `line` is where the file says so."""

    line: int
    reference: str
    is_paid: bool
    bank_reference: str = ""
    why: str = ""


class PayoutRail(Protocol):
    """Orders go out as a file, results come back as one."""

    def write(self, batch: PayoutBatch) -> bytes:
        """The orders; the same batch always gives the same bytes."""

    def read(self, content: bytes) -> list[Result]:
        """The results. Raises statements.FileError with everything that is wrong."""
