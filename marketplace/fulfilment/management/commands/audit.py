from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.fulfilment.audit import audit


class Command(BaseCommand):
    help = "Recomputes books, orders, dues, stock and quantities; prints what differs and fails if anything does."

    def handle(self, *args: Any, **options: Any) -> None:
        faults = audit()
        for fault in faults:
            self.stdout.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} faults found.")
        self.stdout.write("Everything agrees.")
