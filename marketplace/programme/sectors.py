"""The ten sectors (bidang usaha) of the programme: the root categories of the catalogue, by their codes."""

from catalogue.models import Category

OTHER = "lainnya"


def sectors() -> dict[str, str]:
    """Code → name in the language of the page, in the order of the catalogue; "other" stands last. One query."""
    rows = Category.objects.filter(depth=1).exclude(code=None).order_by("path")
    found = {str(row.code): str(row.name) for row in rows}
    other = found.pop(OTHER, "Lainnya")
    return {**found, OTHER: other}
