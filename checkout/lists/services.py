"""Keeping lists of goods. The owner's or the list's row is locked first, so that limits hold in two tabs."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction

from checkout.lists.models import SavedLine, SavedList

MOST_LISTS = 50
MOST_LINES = 200


class ListsFull(Exception):
    """This person has MOST_LISTS lists."""


class LinesFull(Exception):
    """The list would have more than MOST_LINES lines."""


class SameName(Exception):
    """This person has a list of this name already."""


@transaction.atomic
def make(*, owner: Any, name: str) -> SavedList:
    """A new, empty list. Side effects: one SavedList. Raises ListsFull, SameName."""
    mine = _locked(owner)
    if mine.count() >= MOST_LISTS:
        raise ListsFull
    if mine.filter(name__iexact=name).exists():
        raise SameName
    return SavedList.objects.create(owner=owner, name=name)


@transaction.atomic
def rename(*, saved_list: SavedList, name: str) -> None:
    """Side effects: the SavedList. Raises SameName."""
    mine = _locked(saved_list.owner)
    if mine.filter(name__iexact=name).exclude(pk=saved_list.pk).exists():
        raise SameName
    mine.filter(pk=saved_list.pk).update(name=name)


@transaction.atomic
def save(*, saved_list: SavedList, quantities: Mapping[int, int]) -> None:
    """Note so much of each product (by its key); what stands there already gets the new quantity.

    Side effects: SavedLines. Raises LinesFull, SavedList.DoesNotExist (deleted meanwhile).
    """
    SavedList.objects.select_for_update().get(pk=saved_list.pk)
    known = set(saved_list.lines.values_list("product_id", flat=True))
    if len(known | quantities.keys()) > MOST_LINES:
        raise LinesFull
    rows = [
        SavedLine(saved_list=saved_list, product_id=product, quantity=quantity)
        for product, quantity in quantities.items()
    ]
    SavedLine.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["saved_list", "product"], update_fields=["quantity"]
    )


@transaction.atomic
def save_new(*, owner: Any, name: str, quantities: Mapping[int, int]) -> SavedList:
    """make() and save() in one. Raises ListsFull, SameName, LinesFull; then there is no list."""
    made = make(owner=owner, name=name)
    save(saved_list=made, quantities=quantities)
    return made


def change(*, line: SavedLine, quantity: int) -> None:
    """Set the quantity; 0 takes the line out. Side effects: the SavedLine."""
    found = SavedLine.objects.filter(pk=line.pk)
    if quantity:
        found.update(quantity=quantity)
    else:
        found.delete()


def delete(*, saved_list: SavedList) -> None:
    """Side effects: the list and its lines go."""
    SavedList.objects.filter(pk=saved_list.pk).delete()


def _locked(owner: Any) -> Any:
    """The lists of this person, whose row is locked."""
    get_user_model()._default_manager.select_for_update(no_key=True).get(pk=owner.pk)
    return SavedList.objects.filter(owner=owner)
