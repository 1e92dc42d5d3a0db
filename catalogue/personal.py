"""People who can be recognised in photos of goods (see common/personal.py)."""

from typing import Any

from django.utils.translation import gettext_lazy

from catalogue.models import PhotoConsent
from marketplace.common.personal import Holding, Rows


def _export(person: Any) -> Rows:
    """What this person recorded. The names in it are other people's, who ask for their own."""
    rows = PhotoConsent.objects.filter(recorded_by=person).select_related("image").order_by("pk")
    return [
        {"listing": row.image.product_id, "agreed_on": row.agreed_on, "recorded_at": row.recorded_at}
        for row in rows
    ]


def _erase(person: Any) -> None:
    PhotoConsent.objects.filter(recorded_by=person).update(recorded_by=None)


PHOTOS = Holding(
    code="photo-consents",
    what=gettext_lazy("Who agreed that a person can be recognised in a photo of goods, when and how"),
    purpose=gettext_lazy(
        "So that nobody is shown who did not agree; for a santri or a child the guardian agrees."
    ),
    basis=gettext_lazy("Consent"),
    kept=gettext_lazy("As long as the photo: whoever no longer agrees asks the pesantren, which removes it"),
    export=_export,
    erase=_erase,
)
