"""Five thousand rows are read and checked within a minute, and a longer file asks the database no more for each row.

The seconds land in var/imports.json; docs/workspace.md quotes them.
"""

import json
from pathlib import Path
from time import monotonic, process_time
from typing import Any

import pytest
from django.conf import settings

from catalogue.imports import limits, queries, states, writing
from catalogue.imports.columns import Layout
from tests.budgets.conftest import load_per_core
from tests.factories.catalogue import make_member, make_pesantren, make_product, make_user
from tests.factories.imports import GOOD, as_csv, as_xlsx, checked, lines, make_kind, on_sale, table, worked

pytestmark = pytest.mark.django_db
MOST_SECONDS = 60
ROW = {
    **GOOD,
    "description": "Gurih dan renyah, dibuat santri. " * 6,
    "lead_days": "2",
    "a_shelf_life": "3 bulan",
}
COLUMNS = ["number", *ROW, "from_1", "price_1", "photos", "version"]


@pytest.mark.parametrize("layout", ["csv", "xlsx"])
def test_five_thousand_rows_within_a_minute(layout: str) -> None:
    make_kind()
    mine, person = make_pesantren("contoh-satu"), make_user("member@example.com")
    make_member(person, mine)
    rows = [
        {**ROW, "name": f"Barang contoh {n}", "from_1": "50", "price_1": "19000"}
        for n in range(limits.MOST_ROWS)
    ]
    rows[4_000]["price"] = "murah"
    made = {"csv": as_csv, "xlsx": as_xlsx}[layout](table(rows, columns=COLUMNS))
    begun, worked_before, busy = monotonic(), process_time(), load_per_core()
    run = checked(mine, person, made)
    while run.state == states.CHECKING:
        run = worked(run)
    seconds, processor, busy = monotonic() - begun, process_time() - worked_before, max(busy, load_per_core())
    _keep(f"5000 rows, {layout}", seconds=seconds, processor=processor, programs_per_core=busy)
    assert (run.state, queries.counts(run)[0]) == (
        states.CHECKED, {"faulty": 1, "new": 4_999, "changed": 0, "same": 0},
    )  # fmt: skip
    assert processor < MOST_SECONDS, "however busy the machine is"
    assert seconds < MOST_SECONDS * max(1, busy)


def _keep(what: str, **figures: float) -> None:
    path = Path(settings.VAR_DIR) / "imports.json"
    found = json.loads(path.read_text()) if path.exists() else {}
    found[what] = {name: round(figure, 1) for name, figure in figures.items()}
    path.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")


def test_an_export_asks_no_more_for_more_rows(django_assert_num_queries: Any) -> None:
    kind, mine = make_kind(), make_pesantren("contoh-satu")
    on_sale(mine, kind, steps=[(10, 19_000)])
    layout = Layout(kind)
    with django_assert_num_queries(5):
        assert len(list(writing.csv_listings(mine, layout))) == 5
    for n in range(6):
        on_sale(mine, kind, f"Opak {n}", steps=[(10, 19_000)])
    make_product(mine)  # of another class
    with django_assert_num_queries(5):
        assert len(list(writing.csv_listings(mine, layout))) == 11


def test_checking_asks_no_more_for_more_rows(django_assert_max_num_queries: Any) -> None:
    kind, mine, person = make_kind(), make_pesantren("contoh-satu"), make_user("member@example.com")
    for n in range(12):
        on_sale(mine, kind, f"Opak {n}")
    text = "".join(writing.csv_listings(mine, Layout(kind))).replace(";2;", ";4;")
    with django_assert_max_num_queries(60):
        run = checked(mine, person, text.encode())
    assert [row.outcome for row in lines(run)] == [states.CHANGED] * 12
