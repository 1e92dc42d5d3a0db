"""Keys point down the house, never up; migrations tell of every model."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import ForeignKey, ManyToManyField

# The floor of every room that has models, by Django label (docs/architecture.md).
FLOORS = {
    "common": -1,
    "ledger": 0,
    "address": 0,  # marketplace.reference
    "customer": 0,  # marketplace.people
    "second_factor": 0,  # marketplace.people.second_factor
    "notices": 0,
    "offtakers": 1,
    "partner": 1,  # marketplace.pesantren
    "catalogue": 2,
    "search": 2,
    "joining": 1,  # marketplace.pesantren.joining
    "permits": 2,  # catalogue.permits
    "claims": 2,  # catalogue.claims
    "lots": 2,  # catalogue.lots
    "imports": 2,  # catalogue.imports
    "order": 3,
    "payments": 4,
    "conversations": 4,
    "pooling": 4,
    "fulfilment": 5,
    "exports": 6,
    "complaints": 7,
    "sourcing": 7,
    "programme": 8,
    "basket": 7,
    "lists": 7,
    "shipping": 7,
    "checkout": 7,
}
# Upward keys that Oscar brings along and that we keep, by name.
OSCARS_OWN = {
    "partner.StockRecord.product",
    "order.Order.basket",
    # Oscar's own rows about people: wish lists, alerts of a product, recently seen.
    "customer.ProductAlert.product",
}


def upward() -> Iterator[str]:
    """Every key from one of our rooms to a room that stands above it."""
    for model in apps.get_models():
        label = model._meta.app_label
        if label not in FLOORS:
            continue
        for field in model._meta.get_fields():
            if not isinstance(field, ForeignKey | ManyToManyField):
                continue
            target = field.remote_field.model._meta.app_label
            if FLOORS.get(target, -1) > FLOORS[label]:
                yield f"{label}.{model.__name__}.{field.name}"


def test_every_room_with_models_has_a_floor():
    ours = {
        config.label
        for config in apps.get_app_configs()
        if config.name.startswith(("marketplace", "catalogue", "checkout", "offtakers"))
        and list(config.get_models())
    }
    assert ours - set(FLOORS) == set()
    assert {"ledger", "partner", "order", "fulfilment"} <= ours


def test_no_key_points_upward_but_oscars_own():
    assert set(upward()) == OSCARS_OWN


@pytest.mark.django_db
def test_migrations_tell_of_every_model():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
