"""Reading sellers. Members' own views start from access.pesantren_of(user)."""

from django.db.models import QuerySet

from marketplace.pesantren.models import Partner
from marketplace.reference.models import Regency


def public(viewer: object, code: str) -> Partner | None:
    """The pesantren with this code, for anybody."""
    return Partner.objects.select_related("regency").filter(code=code).first()


def places(viewer: object) -> QuerySet[Regency]:
    """Kabupaten and kota that have a pesantren, for anybody."""
    return Regency.objects.filter(pesantren__isnull=False).distinct().order_by("kind", "name")
