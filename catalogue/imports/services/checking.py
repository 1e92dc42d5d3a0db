"""A worker reads a file once, whole, and then judges its rows some at a time; nothing of a listing is written."""

import logging
from collections.abc import Iterable
from time import monotonic

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from catalogue.imports import states
from catalogue.imports.columns import NUMBER, Layout
from catalogue.imports.desk import Desk
from catalogue.imports.faults import Fault, FileError
from catalogue.imports.models import ImportRow, ListingImport
from catalogue.imports.plans import number_of, plan
from catalogue.imports.reading import Contents, Row, read
from catalogue.imports.services.files import forget_files
from catalogue.models import ProductClass
from marketplace.common.actor import SYSTEM

log = logging.getLogger(__name__)
MOST_TRIES = 3
CHUNK = 250  # rows that are judged and kept together
CHUNK_SECONDS = 15  # photos take longer than cells
DATABASE_AWAY = (OperationalError, InterfaceError)


def read_file(run: ListingImport) -> None:
    """Keep the rows of a file. Safe to run twice and to kill; a file that killed three workers is refused.

    Side effects: the rows, state, history row; a file that cannot be read is refused with the reason, and goes.
    """
    with transaction.atomic():
        held = held_in(run, states.UPLOADED)
        if held is None:
            return
        ListingImport.objects.filter(pk=held.pk).update(tries=held.tries + 1)
    with transaction.atomic(), translation.override(run.language):
        held = held_in(run, states.UPLOADED)
        if held is None:
            return
        if held.tries > MOST_TRIES:
            _refuse(held, _("This file cannot be read. Save it anew, or send it in parts."))
            return
        kinds = {one.slug: one for one in ProductClass.objects.all()}
        known = {slug: Layout(kind).known for slug, kind in kinds.items()}
        try:
            with held.file.open("rb") as file:
                contents = read(file, known)
        except FileError as error:
            _refuse(held, str(error))
        else:
            _keep(held, contents, kinds)


def held_in(run: ListingImport, state: str) -> ListingImport | None:
    """The row, ours until the transaction ends; nothing if another worker has it (who goes on) or it has moved on."""
    rows = ListingImport.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    return rows.filter(pk=run.pk, state=state).first()


def _refuse(run: ListingImport, why: str) -> None:
    states.IMPORT.move(run, states.REFUSED, actor=SYSTEM, why=why, ended_at=timezone.now())
    ListingImport.objects.filter(pk=run.pk).update(why=why[:1000])
    forget_files(run=run)


def _keep(run: ListingImport, contents: Contents, kinds: dict[str, ProductClass]) -> None:
    twins = _twins(contents.rows)
    ImportRow.objects.bulk_create(
        (
            ImportRow(
                run=run, place=place, kind=kinds[row.kind], sheet=row.sheet, line=row.line, twin=twins[place],
                cells=row.cells, name=row.cells.get("name", "")[:100],
            )
            for place, row in enumerate(contents.rows)
        ),
        batch_size=500,
    )  # fmt: skip
    rows, notes = len(contents.rows), contents.notes
    states.IMPORT.move(run, states.CHECKING, actor=SYSTEM, rows=rows, done=0, notes=notes)


def _twins(rows: Iterable[Row]) -> list[int | None]:
    """For each row the line that says the same before: the same number, or, without one, the same name."""
    seen: dict[tuple[str, str], int] = {}
    found = []
    for row in rows:
        number = row.cells.get(NUMBER, "")
        key = (NUMBER, number) if number else ("name", Desk.fold(row.cells.get("name", "")))
        found.append(seen.get(key) if key[1] else None)
        seen.setdefault(key, row.line)
    return found


def check_on(run: ListingImport, *, until: float) -> bool:
    """Judge the rows that are left, until the clock (time.monotonic) says `until`; true once all are judged.

    Any number of workers, killed at any moment. Side effects: the rows' verdicts, state, history row.
    """
    with translation.override(run.language), Desk(run) as desk:
        while monotonic() < until:
            if _check_some(run, desk):
                return True
    return False


@transaction.atomic
def _check_some(run: ListingImport, desk: Desk) -> bool:
    """One chunk in a transaction of its own, with the place in the file; true when nothing is left for this worker."""
    held = held_in(run, states.CHECKING)
    if held is None:
        return True
    rows = list(held.lines.filter(place__gte=held.done).order_by("place")[:CHUNK])
    if not rows:
        states.IMPORT.move(held, states.CHECKED, actor=SYSTEM)
        return True
    products = desk.products(filter(None, (number_of(row.cells) for row in rows)))
    end, judged = monotonic() + CHUNK_SECONDS, []
    for row in rows:
        number = number_of(row.cells)
        row.product = products.get(number) if number else None
        _judge(row, desk)
        judged.append(row)
        if monotonic() > end:
            break
    verdict = [
        "outcome",
        "faults",
        "changes",
        "product",
    ]  # an upsert: five times quicker than bulk_update here
    ImportRow.objects.bulk_create(judged, update_conflicts=True, unique_fields=["id"], update_fields=verdict)
    ListingImport.objects.filter(pk=held.pk).update(done=held.done + len(judged))
    return False


def _judge(row: ImportRow, desk: Desk) -> None:
    try:
        made = plan(row, desk=desk, product=row.product)
    except DATABASE_AWAY:
        raise
    except Exception:  # one row that we stumble over must not hold up the others
        log.exception("Row %s of import %s could not be judged", row.place, row.run_id)
        said = _("This row could not be checked. We have noted it; please type this product on its page.")
        row.outcome, row.faults = states.FAULTY, [Fault("", row.name, said).stored()]
        return
    row.outcome, row.faults = made.outcome, [one.stored() for one in made.faults]
    row.changes = [list(one) for one in made.changes] if not made.faults else []
