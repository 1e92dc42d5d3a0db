"""The fictional exporter of the demonstration: a cooperative that composes one offer from many pesantren."""

from typing import Any

from marketplace.common.actor import SYSTEM
from marketplace.pesantren.models import Member, Partner
from marketplace.reference.models import Regency
from marketplace.sourcing.services import exporters
from marketplace.workspace.demo_companies import BANDUNG
from marketplace.workspace.demo_people import DemoPerson

CODE = "contoh-eksportir"


def put(person: DemoPerson, user: Any) -> None:
    """This person works for the exporter, which is made if it is new. Twice changes nothing."""
    partner, _ = Partner.objects.get_or_create(
        code=CODE,
        defaults={
            "name": person.exporter,
            "regency": Regency.objects.get(code=BANDUNG),
            "sells": True,
            "is_fictional": True,
        },
    )
    Member.objects.get_or_create(partner=partner, user=user)
    exporters.make_exporter(partner=partner, actor=SYSTEM, why="demonstrasi")
