"""Whether others than desk, exporter and buyer read who gets the goods: the buyer's choice, at first nobody does."""

from django.db import transaction

from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.exports.models import Consignment


@transaction.atomic
def show_consignee(*, consignment: Consignment, shown: bool, actor: Actor) -> None:
    """On the public tracking page and to the pesantren whose goods are in it, also after it has ended.

    Side effects: the row, one history row. Nothing where nothing differs.
    """
    row = Consignment.objects.select_for_update(of=("self",), no_key=True).get(pk=consignment.pk)
    if row.is_consignee_shown == shown:
        return
    row.is_consignee_shown = consignment.is_consignee_shown = shown
    row.save(update_fields=["is_consignee_shown"])
    why = "the consignee's name is shown" if shown else "the consignee's name is not shown any more"
    machine.record(row, row.state, row.state, actor=actor, why=why)
