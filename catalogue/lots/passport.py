"""What the public page of a lot shows, prepared here, so that the template only prints. It names no buyer, no order,
no quantity, and a grower only while they agree."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue import season
from catalogue.lots import queries, states
from catalogue.lots.models import Lot, LotCorrection
from catalogue.pictures import Picture, picture
from marketplace.common import dates

LABELS = {
    "made_from": gettext_lazy("First day"),
    "made_to": gettext_lazy("Last day"),
    "district": gettext_lazy("Place"),
    "best_before": gettext_lazy("Best before"),
}


@dataclass(frozen=True)
class ShownPaper:
    label: str
    number: str
    issuer: str
    valid_text: str
    is_example: bool


@dataclass(frozen=True)
class Happened:
    """A correction or a recall, as one line."""

    day: str
    text: str
    why: str


@dataclass(frozen=True)
class Passport:
    lot: Lot
    picture: Picture | None
    day: str
    keeps: str  # how long it keeps, in words; "" where nothing is known
    papers: list[ShownPaper]
    happened: list[Happened]

    @property
    def is_recalled(self) -> bool:
        return self.lot.state == states.RECALLED


def passport(lot: Lot) -> Passport:
    """Expects a lot from queries.by_code. Four queries."""
    images = sorted(lot.product.images.all(), key=lambda image: image.display_order)
    return Passport(
        lot=lot,
        picture=picture(images[0]) if images else None,
        day=dates.between(lot.made_from, lot.made_to),
        keeps=_keeps(lot),
        papers=[_paper(one) for one in queries.papers_of(lot)],
        happened=_happened(lot),
    )


def _keeps(lot: Lot) -> str:
    if lot.best_before:
        return _("Best before %(day)s, says the pesantren.") % {"day": dates.day(lot.best_before)}
    kind = lot.product.commodity
    if kind is None or lot.usual_end is None:
        return ""
    first, dots, last = kind.shelf_life_days.partition("..")
    days = season.span(first, last) if dots else first
    values = {"days": days, "name": kind.name, "celsius": kind.storage_celsius}
    if kind.storage_celsius and "storage_celsius" not in kind.assumed:
        first, dots, last = kind.storage_celsius.partition("..")
        values["celsius"] = season.span(first, last) if dots else first
        return _("%(name)s usually keeps %(days)s days at %(celsius)s °C.") % values
    return _("%(name)s usually keeps %(days)s days.") % values


def _paper(one: queries.Paper) -> ShownPaper:
    if one.since and one.until:
        valid = dates.between(one.since, one.until)
    elif one.until:
        valid = _("valid until %(day)s") % {"day": dates.day(one.until)}
    else:
        valid = _("no last day stated")
    return ShownPaper(one.label, one.number, one.issuer, valid, one.is_example)


def _happened(lot: Lot) -> list[Happened]:
    """Recalls, their end, and corrections after goods had left; the newest first."""
    rows = []
    for move in queries.recalls_of(lot):
        text = _("Recalled") if move.after == states.RECALLED else _("The recall was lifted")
        rows.append((move.at, text, move.why))
    rows += [(one.at, _corrected(one), one.why) for one in lot.corrections.all() if one.is_public]
    rows.sort(key=lambda row: row[0], reverse=True)
    return [Happened(dates.moment(at), text, why) for at, text, why in rows]


def _corrected(one: LotCorrection) -> str:
    """ "Corrected: Place: Soreang, Kabupaten Bandung → Garut Kota, Kabupaten Garut"."""
    changes = [
        _("%(what)s was %(before)s, is %(after)s")
        % {"what": label, "before": _word(one.before[name]), "after": _word(one.after[name])}
        for name, label in LABELS.items()
        if name in one.before
    ]
    return _("Corrected: %(changes)s.") % {"changes": "; ".join(changes)}


def _word(value: str) -> str:
    """A day in words, a place as it is, "–" for nothing."""
    if not value:
        return "–"
    try:
        return dates.day(date.fromisoformat(value))
    except ValueError:
        return value
