"""What goes wrong on demand: answers of 500, slow answers, connections lost after the work was done."""

import re
from dataclasses import dataclass


@dataclass
class Fault:
    """`when`: before (nothing happened, nothing stored), during (nothing happened, the 500 is stored and
    replayed) or after (the work is done). `status` 0 closes the connection, None only waits `delay` seconds."""

    path: str  # a regular expression that the path is searched for
    when: str = "before"
    method: str = "POST"
    status: int | None = 500
    times: int = 1
    skip: int = 0
    delay: float = 0


class Faults:
    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def take(self, when: str, method: str, path: str) -> Fault | None:
        """The first fault that is meant for this request; it counts down."""
        for fault in self.waiting:
            if (fault.when, fault.method) == (when, method) and re.search(fault.path, path):
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None
