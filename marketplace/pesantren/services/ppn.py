"""Whether a pesantren is registered for PPN (pengusaha kena pajak): the office writes it down from its papers."""

from django.db import transaction

from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.pesantren.models import Partner

REGISTERED, NOT_REGISTERED = "ppn", "no ppn"


@transaction.atomic
def set_registered(*, partner: Partner, registered: bool, actor: Actor, why: str) -> bool:
    """From now on its new quotes and orders say so; what was ordered keeps its terms. False if it was so already.

    Side effects: Partner.tax_registered, history row.
    """
    changed = Partner.objects.filter(pk=partner.pk, tax_registered=not registered).update(
        tax_registered=registered
    )
    if changed:
        words = (NOT_REGISTERED, REGISTERED)
        machine.record(partner, words[not registered], words[registered], actor=actor, why=why)
    partner.tax_registered = registered
    return bool(changed)
