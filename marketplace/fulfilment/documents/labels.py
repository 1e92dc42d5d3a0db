"""Labels for cartons as PDF: an A4 sheet of eight, or one by one for a thermal printer (100 × 150 mm).

The QR opens the public passport of the lot. A label names no buyer: it may be read by anybody on the way.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import segno
from django.conf import settings
from django.db.models import Prefetch
from django.utils import translation
from django.utils.translation import gettext as _

from catalogue.cards import quantity_text
from catalogue.lots.models import Lot
from marketplace.common import dates, pdf
from marketplace.fulfilment.documents import parties
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine, FulfilmentLot
from marketplace.pesantren.models import Partner

SHEET, THERMAL = "a4", "100x150"
SIZES = (SHEET, THERMAL)
LONGEST = 110  # characters of a name that fit
MOST = 400  # labels in one file: 50 sheets, about two seconds


@dataclass(frozen=True)
class Carton:
    """One carton of a part: what is in it, from which lot (one at most)."""

    line: FulfilmentLine
    lot: Lot | None
    quantity: int


def cartons(fulfilment: Fulfilment) -> list[Carton]:
    """The cartons of a part, by what the listing says goes into one; goods of two lots never share one.

    Where no carton size is known, what is of one lot is one carton. Three queries.
    """
    lots = FulfilmentLot.objects.select_related(
        "lot__district__regency", "lot__product__product_class", "lot__product__commodity"
    )
    lines = fulfilment.lines.select_related("line__product").prefetch_related(Prefetch("lots", queryset=lots))
    return [one for line in lines.order_by("pk") for one in _cartons_of(line)]


def _cartons_of(line: FulfilmentLine) -> Iterator[Carton]:
    size = line.line.product.carton_quantity if line.line.product else None
    from_lots: list[tuple[Lot | None, int]] = [(row.lot, row.quantity) for row in line.lots.all()]
    for lot, quantity in from_lots or [(None, line.quantity)]:
        full = size or quantity
        while quantity > 0:
            yield Carton(line, lot, min(full, quantity))
            quantity -= full


def of_part(fulfilment: Fulfilment, language: str, size: str, *, first: int = 1) -> bytes:
    """Labels for the cartons of this part from the `first` on (1 is the first), at most MOST."""
    with translation.override(language):
        found = cartons(fulfilment)
        begin = first - 1
        labels = [
            _carton_label(fulfilment, one, number, len(found), language)
            for number, one in enumerate(found[begin : begin + MOST], start=first)
        ]
        lots = {one.lot.code: one.lot for one in found if one.lot}
        return _render(size, language, fulfilment.number, labels, lots.values())


def of_lot(lot: Lot, language: str, size: str, *, count: int, quantity: int | None = None) -> bytes:
    """`count` equal labels of a lot, at most MOST, with how much is in one pack if that is said."""
    with translation.override(language):
        unit = lot.product.unit.name if lot.product.unit else ""
        pack = quantity_text(quantity, unit) if quantity else ""
        label = _label(lot.product.title, pack, lot.partner, lot)
        return _render(size, language, lot.number, [label] * min(count, MOST), [lot])


def _carton_label(part: Fulfilment, one: Carton, number: int, count: int, language: str) -> dict[str, Any]:
    title = parties.title(one.line, language)
    label = _label(title, parties.quantity(one.line, language, one.quantity), part.partner, one.lot)
    of = _("Carton %(number)s of %(count)s") % {"number": number, "count": count}
    return label | {"carton": of, "order": part.number}


def _label(title: str, pack: str, partner: Partner, lot: Lot | None) -> dict[str, Any]:
    """What every label says; `qr` names the picture of its lot."""
    facts: list[list[str]] = []
    if lot:
        facts.append([_("Lot"), lot.number, "figure"])
        facts.append(
            [_("Harvested") if lot.is_grown else _("Made"), dates.between(lot.made_from, lot.made_to)]
        )
        facts.append(
            [_("Grown in") if lot.is_grown else _("Made in"), f"{lot.district}, {lot.district.regency.short}"]
        )
        if lot.best_before:
            facts.append([_("Best before"), dates.day(lot.best_before)])
    qr = lot.code if lot else ""
    names = {"seller": partner.name, "place": str(partner.regency)}
    return {
        "title": str(title)[:LONGEST],
        "pack": pack,
        "facts": facts,
        "qr": qr,
        "carton": "",
        "order": "",
        **names,
    }


def _render(size: str, language: str, number: str, labels: list[Any], lots: Iterable[Lot]) -> bytes:
    data = {
        "language": language,
        "title": _("Labels"),
        "number": number,
        "operator": settings.OPERATOR,
        "size": size,
        "labels": labels,
        "qr": {lot.code: _qr(lot.link(language)) for lot in lots},
        "words": {
            "order": _("Order"),
            "scan": _("Scan: where it is from"),
            "address": _address(),
            "sold": _("Sold by"),
        },
    }
    return pdf.render("labels", data)


def _address() -> str:
    """What one types where no camera is; the code follows."""
    return settings.BASE_URL.partition("://")[2] + "/lot/"


def _qr(link: str) -> str:
    """SVG with its quiet zone of four modules; M survives a scratched label."""
    return str(segno.make(link, error="m", micro=False).svg_inline(border=4, dark="#000", light="#fff"))
