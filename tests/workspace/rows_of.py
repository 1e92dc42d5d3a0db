"""Every row of one pesantren, found through the keys that lead to it, as it stands now."""

from collections import defaultdict
from typing import Any

from django.db.models import Model
from django.db.models.fields.reverse_related import ManyToManyRel

from marketplace.common.models import StateChange
from marketplace.pesantren.models import Partner

Snapshot = dict[str, list[tuple[Any, ...]]]


def rows_of(partner: Partner) -> Snapshot:
    """By table: all values of its rows, of the rows that belong to those, and of their history."""
    found: dict[type[Model], set[Any]] = defaultdict(set)
    _follow(Partner, {partner.pk}, found)
    kept: Snapshot = {
        model._meta.label: sorted(model._base_manager.filter(pk__in=keys).values_list(), key=repr)
        for model, keys in found.items()
    }
    for model, keys in found.items():
        rows = StateChange.objects.filter(subject_type=model._meta.label_lower, subject_id__in=_whole(keys))
        kept[f"history of {model._meta.label}"] = list(rows.order_by("pk").values_list())
    return kept


def _whole(keys: set[Any]) -> list[int]:
    return [key for key in keys if isinstance(key, int)]


def _follow(model: type[Model], keys: set[Any], found: dict[type[Model], set[Any]]) -> None:
    fresh = keys - found[model]
    if not fresh:
        return
    found[model] |= fresh
    for relation in model._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and not relation.concrete and relation.related_model):
            continue
        if isinstance(relation, ManyToManyRel):
            continue  # its own table is followed by its keys
        other: Any = relation.related_model
        name = relation.field.name
        below = other._base_manager.filter(**{f"{name}__in": fresh}).values_list("pk", flat=True)
        _follow(other, set(below), found)
