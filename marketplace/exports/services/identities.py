"""How customs and origin offices know an exporter."""

from django.db import transaction

from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.exports.models import ExporterIdentity
from marketplace.pesantren.models import Partner


@transaction.atomic
def keep(*, exporter: Partner, facts: dict[str, str], actor: Actor) -> ExporterIdentity:
    """Record or change it; papers issued before stay as they are until they are reissued.

    Side effects: ExporterIdentity, a history row that names what changed.
    """
    before = ExporterIdentity.objects.select_for_update().filter(exporter=exporter).first()
    changed = [name for name, value in facts.items() if before is None or getattr(before, name) != value]
    kept, _is_new = ExporterIdentity.objects.update_or_create(exporter=exporter, defaults=facts)
    if changed:
        machine.record(kept, "kept" if before else "", "kept", actor=actor, why=", ".join(changed))
    return kept
