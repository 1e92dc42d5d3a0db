"""The ten sectors (bidang usaha) of the programme: the root categories of the catalogue, by their codes."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from catalogue.models import Category  # type: ignore[attr-defined]  # Oscar's own

OTHER = "lainnya"


def _roots() -> QuerySet[Any]:
    return Category.objects.filter(depth=1).exclude(code=None).order_by("path")  # type: ignore[no-any-return]


def sectors() -> dict[str, str]:
    """Code → name in the language of the page, in the order of the catalogue; "other" stands last. One query."""
    found = {str(row.code): str(row.name) for row in _roots()}
    other = found.pop(OTHER, _("Other"))
    return {**found, OTHER: other}


def sector_paths() -> dict[str, str]:
    """Path → code; the path of whatever stands below a sector begins with it."""
    return dict(_roots().values_list("path", "code"))
