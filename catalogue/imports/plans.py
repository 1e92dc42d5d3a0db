"""What one row would do: made when it is checked, and once more, under locks, when it is taken over.

The same forms judge it that judge the pages (catalogue/listing_forms.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from catalogue import states as listing
from catalogue.imports import guard, snapshot
from catalogue.imports.columns import (
    CAPACITY,
    FLAG,
    GROUPS,
    NUMBER,
    PHOTOS,
    PRICE,
    STOCK,
    TERMS,
    TEXTS,
    VERSION,
    Column,
    Layout,
)  # fmt: skip
from catalogue.imports.desk import Desk
from catalogue.imports.faults import Fault
from catalogue.imports.limits import MOST_CELL
from catalogue.imports.models import ImportRow
from catalogue.imports.photos import names_in
from catalogue.imports.reading import UNREADABLE
from catalogue.imports.states import CHANGED, FAULTY, NEW, SAME
from catalogue.listing_forms import (
    CapacityForm,
    DraftForm,
    ListingForm,
    PriceForm,
    StockForm,
    TermsForm,
    step_fault,
)
from catalogue.models import Product
from catalogue.services.listings import MOST_PHOTOS
from marketplace.common.forms import read_number
from marketplace.pesantren.exceptions import WrongSteps
from marketplace.pesantren.models import StockRecord
from marketplace.pesantren.services import check_steps

SHOWN = 120  # characters of a cell on a page


@dataclass
class Plan:
    """The forms are clean wherever there is no fault."""

    layout: Layout
    product: Product | None
    outcome: str = FAULTY
    faults: list[Fault] = field(default_factory=list)
    changes: list[tuple[str, str, str]] = field(default_factory=list)  # label, before, after
    forms: dict[str, Any] = field(default_factory=dict)  # by group; of a draft under "draft"
    answers: dict[str, Any] = field(default_factory=dict)
    photos: list[str] = field(default_factory=list)

    def fault(self, name: str, given: str, said: str) -> None:
        column = self.layout.by_name.get(name)
        right = column.right if column else ""
        self.faults.append(Fault(self.layout.label(name), given[:SHOWN], said, right))


def plan(row: ImportRow, *, desk: Desk, product: Product | None) -> Plan:
    """`product`: the listing of this pesantren with the row's number, if there is one."""
    made = Plan(desk.layout(row.kind_id), product)
    cells = _meant(row, made)
    if row.twin:
        name = NUMBER if cells.get(NUMBER) else "name"
        said = _("Row %(row)s says the same already.") % {"row": row.twin}
        made.fault(name, cells.get(name, ""), said)
    if cells.get(NUMBER):
        _known(made, cells)
    else:
        _new(made, cells, desk)
    _photos(made, cells.get(PHOTOS, ""), desk)
    if made.faults:
        made.outcome = FAULTY
        order = {one.label: place for place, one in enumerate(made.layout.columns)}
        made.faults.sort(key=lambda one: order.get(one.column, -1))
    return made


def number_of(cells: Mapping[str, str]) -> int | None:
    """The listing that a row is about; nothing for a new one, or for what is no number."""
    number = read_number(cells.get(NUMBER, "")[:18])
    return number if number and number < 2**63 else None


def _meant(row: ImportRow, made: Plan) -> dict[str, str]:
    """The cells without the sign that guards them; one that says what no cell may say is a fault, and empty."""
    cells = dict(row.cells)
    for name, text in row.cells.items():
        cells[name] = guard.unguarded(text)
        if cells[name] == text and (said := _bad(text) or _unclear(made.layout.by_name.get(name), text)):
            made.fault(name, text, said)
            cells[name] = ""
    return cells


def _bad(text: str) -> str:
    if len(text) > MOST_CELL:
        return _("This is longer than %(most)s characters.") % {"most": MOST_CELL}
    if UNREADABLE in text:
        return _("There are signs here that cannot be read. Type it anew.")
    return guard.fault(text)


def _unclear(column: Column | None, text: str) -> str:
    """A box on a page is ticked or not; a cell may say anything."""
    if column and column.sort == FLAG and column.plain(text) not in {"", "1"}:
        return _("Write yes or no.")
    return ""


def _read_forms(made: Plan, cells: Mapping[str, str]) -> None:
    """Every error of the forms, each beside its cell; a cell that is a fault already is not judged twice."""
    judged = {one.column for one in made.faults}
    for form in made.forms.values():
        for name, errors in form.errors.items():
            column = name if name in made.layout.by_name else "name"
            if made.layout.label(column) not in judged:
                made.fault(column, cells.get(column, ""), " ".join(errors))


def _new(made: Plan, cells: Mapping[str, str], desk: Desk) -> None:
    made.outcome = NEW
    _as_draft(made, cells)
    if known := desk.names.get(desk.fold(cells.get("name", ""))):
        said = _("You have a product with this name already: number %(number)s.") % {"number": known}
        made.fault("name", cells["name"], said)


def _as_draft(made: Plan, cells: Mapping[str, str]) -> None:
    layout = made.layout
    made.answers = layout.answers(cells)
    made.forms["draft"] = DraftForm(made.answers, kind=layout.kind, options=layout.options, with_steps=True)
    _read_forms(made, cells)


def _known(made: Plan, cells: dict[str, str]) -> None:
    """A row with a number: only what is neither as exported nor as it is now is changed."""
    product, base = made.product, snapshot.read_version(cells.get(VERSION, ""))
    record = snapshot.record_of(product) if product else None
    if product is None:
        made.fault(
            NUMBER,
            cells[NUMBER],
            _("You have no product with this number. Empty the cell to make a new one."),
        )
    elif product.product_class_id != made.layout.kind.pk:
        said = _("This product is of another kind: %(kind)s.") % {"kind": product.product_class}
        made.fault(NUMBER, cells[NUMBER], said)
    elif base is None:
        made.fault(
            VERSION, cells.get(VERSION, ""), _("Take this row from a new export; its version is not there.")
        )
    elif record is None and product.state != listing.DRAFT:
        made.fault(NUMBER, cells[NUMBER], _("This product has no price yet. Change it on its page."))
    else:
        _compare(made, cells, base, product, record)


def _compare(
    made: Plan, cells: dict[str, str], base: dict[str, str], product: Product, record: StockRecord | None
) -> None:
    now = snapshot.cells_of(product, made.layout)
    mine = {**now, **cells}  # a column that the file has not stays as it is
    begin = snapshot.begin_of(cells[VERSION])
    sums, present = (snapshot.sums_of(one, made.layout, begin) for one in (mine, now))
    todo = [group for group in GROUPS if sums[group] not in (base[group], present[group])]
    if begin == snapshot.FIRST:
        todo = _with_late(made, todo, now, mine)
    if moved := [group for group in todo if present[group] != base[group]]:
        _moved(made, moved, now, mine)
        return
    made.outcome = CHANGED if todo else SAME
    made.changes = _changes(made, todo, now, mine)
    if record is None:
        if todo or cells.get(PHOTOS):
            made.outcome = CHANGED
            _as_draft(made, mine)
        return
    _ask(made, todo, mine, record)
    _read_forms(made, mine)


def _with_late(made: Plan, todo: list[str], now: Mapping[str, str], mine: Mapping[str, str]) -> list[str]:
    """An old file to which somebody added a newer column: what stands there is changed as well."""
    late = {one.group for one in _differing(made, list(GROUPS), now, mine) if one.is_late}
    return [group for group in GROUPS if group in todo or group in late]


def _moved(made: Plan, groups: list[str], now: Mapping[str, str], mine: Mapping[str, str]) -> None:
    for group in groups:
        column = next(one for one in _differing(made, [group], now, mine))
        said = _(
            "Somebody changed this after your export: now it is “%(now)s”. Export anew and change it there."
        )
        made.fault(column.name, mine.get(column.name, ""), said % {"now": now[column.name][:SHOWN]})


def _differing(made: Plan, groups: list[str], now: Mapping[str, str], mine: Mapping[str, str]) -> list[Any]:
    return [
        one
        for one in made.layout.columns
        if one.group in groups and one.plain(now[one.name]) != one.plain(mine.get(one.name, ""))
    ]


def _changes(
    made: Plan, groups: list[str], now: Mapping[str, str], mine: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    return [
        (one.label, str(one.shown(now[one.name]))[:SHOWN], str(one.shown(mine[one.name]))[:SHOWN])
        for one in _differing(made, groups, now, mine)
    ]


def _ask(made: Plan, todo: list[str], mine: Mapping[str, str], record: StockRecord) -> None:
    """Fill in the form of each page that would change something, and let it judge."""
    layout, answers = made.layout, made.layout.answers(mine)
    if TEXTS in todo:
        made.forms[TEXTS] = ListingForm(answers, kind=layout.kind, options=layout.options)
    weekly = mine.get("weekly_capacity", "").strip()
    if CAPACITY in todo:
        way = CapacityForm.MADE if weekly else CapacityForm.COUNT
        made.forms[CAPACITY] = CapacityForm({**answers, "way": way}, harvest=False)
    if not weekly and (STOCK in todo or CAPACITY in todo):
        made.forms[STOCK] = _stock_form(answers, record)
    elif STOCK in todo and mine.get("stock", "").strip():
        made.fault("stock", mine["stock"], _("This is made to order: leave the stock empty."))
    if TERMS in todo:
        made.forms[TERMS] = _terms_form(made, answers, record, checks=PRICE not in todo)
    if PRICE in todo:
        terms = made.forms.get(TERMS)
        if terms is None or terms.is_valid():
            first, each = terms_of(terms, record)
            made.forms[PRICE] = PriceForm(answers, minimum=first, multiple=each)


def terms_of(form: TermsForm | None, record: StockRecord) -> tuple[int, int]:
    """Smallest order and multiple as they will be."""
    if form is None:
        return record.minimum, record.multiple
    return form.cleaned_data["minimum"], form.cleaned_data["multiple"]


def _stock_form(answers: Mapping[str, Any], record: StockRecord) -> forms.Form:
    form = StockForm(answers)
    reserved = record.num_allocated or 0
    if form.is_valid() and form.cleaned_data["stock"] < reserved:
        said = _("Open orders need %(n)s. Decline one of them first if they are not there.")
        form.add_error("stock", said % {"n": reserved})
    return form


def _terms_form(made: Plan, answers: Mapping[str, Any], record: StockRecord, *, checks: bool) -> TermsForm:
    """What the file has of the page's questions; terms for export stay as they are. `checks`: so do the price steps,
    and must fit."""
    form = TermsForm(answers)
    for name in set(form.fields) - set(made.layout.names(TERMS)):
        del form.fields[name]
    if form.is_valid() and checks:
        first, each = terms_of(form, record)
        try:
            check_steps(minimum=first, multiple=each, price=int(record.price), steps=tiers_of(record))
        except WrongSteps as wrong:
            form.add_error("minimum", step_fault(wrong))
    return form


def tiers_of(record: StockRecord) -> list[tuple[int, int]]:
    return [(tier.quantity, tier.price) for tier in record.tiers.all()]


def _photos(made: Plan, cell: str, desk: Desk) -> None:
    """Each photo by its name; and what becomes of a draft: with a photo it goes on sale."""
    made.photos = names_in(cell)
    if made.photos and desk.photos is None:
        made.fault(PHOTOS, cell, _("No ZIP with photos came. Send it along, or empty this cell."))
    elif len(made.photos) > MOST_PHOTOS:
        made.fault(PHOTOS, cell, _("A listing has at most %(n)s photos.") % {"n": MOST_PHOTOS})
    elif desk.photos is not None:
        for name in made.photos:
            if said := desk.photos.fault(name):
                made.fault(PHOTOS, name, said)
    if made.faults or made.outcome == FAULTY:
        return
    if made.photos:
        made.changes.append((made.layout.label(PHOTOS), "", ", ".join(made.photos)[:SHOWN]))
        made.outcome = CHANGED if made.outcome == SAME else made.outcome
    if "draft" in made.forms:
        shows = made.photos or _has_photo(made.product)
        goes = _("On sale, if no permit is missing and no claim has to be confirmed first")
        made.changes.append((_("State"), "", goes if shows else _("Draft: a photo is missing")))


def _has_photo(product: Product | None) -> bool:
    return product is not None and product.images.exists()
