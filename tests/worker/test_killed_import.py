"""kill -9 before and after statements of an import: every row is checked and taken over, none twice."""

from itertools import count
from uuid import uuid4

import pytest

from catalogue.imports import services
from catalogue.imports.models import ListingImport
from catalogue.models import Product
from marketplace.common.actor import SYSTEM
from tests.factories.catalogue import make_pesantren, make_user
from tests.factories.imports import GOOD, as_csv, as_zip, checked, make_kind, table, uploaded
from tests.worker.conftest import Machine
from tests.worker.test_killed_anywhere import dies_at_each_step
from tests.workspace.photos import a_photo

pytestmark = [pytest.mark.worker, pytest.mark.parametrize("machine", ["files"], indirect=True)]


def test_while_it_reads_and_checks_and_while_it_takes_over(machine: Machine) -> None:
    make_kind()
    mine, person, names = make_pesantren("contoh-satu"), make_user("member@example.com"), count()
    photos = as_zip({"a.jpg": a_photo(size=(40, 30))})
    runs: list[ListingImport] = []

    def content() -> bytes:
        rows = [{**GOOD, "name": f"Barang {next(names)}", "photos": "a.jpg" if n else ""} for n in range(2)]
        return as_csv(table(rows))

    def state() -> str:
        return ListingImport.objects.get(pk=runs[-1].pk).state

    def read() -> list[int]:
        runs.append(uploaded(mine, person, content(), photos, key=uuid4()))
        return [runs[-1].pk]

    def take() -> list[int]:
        runs.append(checked(mine, person, content(), photos, key=uuid4()))
        services.confirm(run=runs[-1], actor=SYSTEM)
        return [runs[-1].pk]

    assert dies_at_each_step(machine, "imports.go_on", read, lambda: state() == "checked") >= 1
    assert not Product.objects.exists()
    first = len(runs)
    assert dies_at_each_step(machine, "imports.go_on", take, lambda: state() == "taken") >= 1
    assert Product.objects.count() == 2 * len(runs[first:])
    assert {one.state for one in Product.objects.all()} == {"draft", "on_sale"}
