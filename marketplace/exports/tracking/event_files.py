"""Events and temperatures from CSV files: read whole, each fault with its row. Nothing is written here."""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.exports import states
from marketplace.exports.models import Consignment, Event
from marketplace.exports.services.events import BadEvent, Told, check
from marketplace.exports.services.temperature_logs import Measured
from marketplace.exports.tracking import codes
from marketplace.exports.tracking.places import zone_of
from marketplace.reference.models import Port
from marketplace.reference.queries import port
from marketplace.reference.working_days import JAKARTA

COLUMNS = ["consignment", "code", "classifier", "time", "place", "pieces", "weight_kg", "partial", "reason"]
MOST_BYTES = 1024 * 1024
MOST_ROWS = 2000
MOST_READINGS = 20_000
COLDEST, WARMEST = Decimal(-60), Decimal(70)
CLOCKS_DIFFER = timedelta(minutes=15)  # a watch or a logger may be so far ahead of our clock
# Nothing happens to goods so long before their consignment is made (assumed).
LONG_BEFORE = timedelta(days=180)
YES, NO = {"yes", "ya", "1", "true", "نعم"}, {"", "no", "tidak", "0", "false", "لا"}


class Faulty(ValueError):
    """Why one row, or the whole file, cannot be read; the text is for people."""


@dataclass(frozen=True)
class Row:
    """One row of the file (the header is row 1): an event, or a fault."""

    number: int
    consignment: Consignment | None
    told: Told | None
    fault: str = ""


def template() -> str:
    """The file to fill in, with two examples that name nobody's consignment."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    rows.writerow(["126-12345675", "DEP", "ACT", "2026-12-01 21:40", "CGK", "95", "997.5", "no", ""])
    rows.writerow(["X26-ABCDEF", "ARRI", "EST", "2026-12-20T06:00+04:00", "AEJEA", "", "", "", "weather"])
    return out.getvalue()


def _table(text: str, needs: list[str], most: int) -> Iterator[tuple[int, Mapping[str, str], bool]]:
    """Each row with its number, and whether something stands right of the last column (13,9 between commas)."""
    try:
        dialect = csv.Sniffer().sniff(text.partition("\n")[0], delimiters=",;\t")
    except csv.Error:
        dialect = csv.get_dialect("excel")  # type: ignore[assignment]
    reader = csv.reader(io.StringIO(text, newline=""), dialect)
    try:
        head = [name.strip().lower() for name in next(reader, [])]
        if missing := [name for name in needs if name not in head]:
            raise Faulty(_("These columns are missing: %(names)s.") % {"names": ", ".join(missing)})
        count = 0
        for number, cells in enumerate(reader, start=2):
            if not any(cell.strip() for cell in cells):
                continue
            count += 1
            if count > most:
                raise Faulty(_("At most %(most)s rows fit into one file.") % {"most": most})
            cells += [""] * (len(head) - len(cells))
            row = {name: cell.strip() for name, cell in zip(head, cells, strict=False)}
            yield number, row, any(cell.strip() for cell in cells[len(head) :])
    except csv.Error as error:
        raise Faulty(_("This is no CSV table.")) from error


def as_text(content: bytes) -> str:
    """UTF-8, with or without a mark in front; what Excel saves otherwise. Raises Faulty."""
    if len(content) > MOST_BYTES:
        raise Faulty(_("The file is larger than %(most)s KB.") % {"most": MOST_BYTES // 1024})
    for name in ("utf-8-sig", "cp1252"):
        try:
            found = content.decode(name)
        except UnicodeDecodeError:
            continue
        if "\0" not in found:
            return found
    raise Faulty(_("This is no CSV table."))


def read(text: str) -> list[Row]:
    """All rows with event or fault. Four queries, whatever the number of rows. Raises Faulty."""
    cells = list(_table(text, ["consignment", "code", "time"], MOST_ROWS))
    if not cells:
        raise Faulty(_("The file has no rows."))
    wanted = {row["consignment"] for _number, row, _is_long in cells}
    named = Q(number__in=wanted) | Q(transport_number__in=wanted)
    known: dict[str, list[Consignment]] = {}
    for one in Consignment.objects.filter(named).select_related("origin", "destination"):
        for name in {one.number, one.transport_number} - {""}:
            known.setdefault(name, []).append(one)
    ports: dict[str, Port | None] = {}
    found = [
        Row(number, None, None, _too_long()) if is_long else _row(number, row, known, ports)
        for number, row, is_long in cells
    ]
    return _without_taken_back(found)


def _without_taken_back(rows: list[Row]) -> list[Row]:
    """An event that was taken back stays so: the same row again would be known, and count for nothing."""
    ids = [row.told.source_id for row in rows if row.told]
    gone = Event.objects.filter(source=Event.FILE, source_id__in=ids, retracted_by__isnull=False)
    known = set(gone.values_list("consignment", "source_id"))
    fault = _("This event was taken back before. If it is right after all, record it by hand.")
    return [
        Row(row.number, row.consignment, None, fault)
        if row.consignment and row.told and (row.consignment.pk, row.told.source_id) in known
        else row
        for row in rows
    ]


def _too_long() -> str:
    return _("This row has more cells than the first one. Write decimals with a point, for example 13.9.")


def _row(
    number: int,
    cells: Mapping[str, str],
    known: dict[str, list[Consignment]],
    ports: dict[str, Port | None],
) -> Row:
    found = known.get(cells["consignment"], [])
    if not found:
        return Row(number, None, None, _("No consignment has this number."))
    if len(found) > 1:
        return Row(number, None, None, _("Several consignments have this number. Please write ours (X…)."))
    try:
        told = _told(found[0], cells, ports)
        check(found[0].mode, told)
        check_happened(found[0], told.classifier, told.at)
    except Faulty as fault:
        return Row(number, found[0], None, str(fault))
    except BadEvent as bad:
        words = {
            "code": _("This code does not exist for goods that travel so."),
            "classifier": _("This code cannot be planned or expected, it only happens (ACT)."),
        }
        return Row(number, found[0], None, words[bad.field])
    return Row(number, found[0], told)


def _told(consignment: Consignment, cells: Mapping[str, str], ports: dict[str, Port | None]) -> Told:
    code, classifier = cells["code"].upper(), cells.get("classifier", "").upper() or states.ACT
    if classifier not in {name for name, _label in states.CLASSIFIERS}:
        raise Faulty(_("The classifier is PLN, EST or ACT."))
    place = cells.get("place", "")
    if place not in ports:
        ports[place] = port(place) if place and len(place) <= 5 else None
    at, offset = moment(cells["time"], clock_of(consignment, code, ports[place]))
    partial = cells.get("partial", "").lower()
    if partial not in YES | NO:
        raise Faulty(_("Please write yes or no for partial."))
    facts = [consignment.number, code, classifier, at.isoformat(), place, cells.get("pieces", ""), partial]
    return Told(
        code=code,
        at=at,
        source=Event.FILE,
        source_id=hashlib.sha256("|".join(facts).encode()).hexdigest()[:40],
        classifier=classifier,
        offset_minutes=offset,
        port=ports[place],
        location="" if ports[place] else place[:80],
        pieces=_whole(cells.get("pieces", "")),
        weight_g=_grams(cells.get("weight_kg", "")),
        is_partial=partial in YES,
        reason=cells.get("reason", "")[:120],
    )


def clock_of(consignment: Consignment, code: str, place: Port | None) -> ZoneInfo:
    """The clock at the place where it happened; West Java's where we do not know."""
    known = codes.find(code, consignment.mode)
    if place is None and known is not None and known.place:
        place = consignment.destination if known.is_at_destination else consignment.origin
    return (zone_of(place.code) if place else None) or JAKARTA


def moment(text: str, zone: ZoneInfo) -> tuple[datetime, int]:
    """(moment, offset in minutes) of "2026-12-01 21:40" at the place, or of a time with its own offset."""
    try:
        found = datetime.fromisoformat(text)
        found = found if found.tzinfo else found.replace(tzinfo=zone)
        offset = found.utcoffset()
        return found.astimezone(UTC), round(offset.total_seconds() / 60) if offset else 0
    except (ValueError, OverflowError) as error:
        raise Faulty(_("Please write the time as 2026-12-01 21:40.")) from error


def check_happened(consignment: Consignment, classifier: str, at: datetime) -> None:
    """What people say has happened did not happen tomorrow, nor last year. Raises Faulty.

    A carrier's own letters are not asked: their clocks are theirs, and a contradiction raises an alert.
    """
    if classifier != states.ACT:
        return
    if at > timezone.now() + CLOCKS_DIFFER:
        raise Faulty(_("This time has not come yet, so nothing can have happened then."))
    if at < consignment.created - LONG_BEFORE:
        raise Faulty(_("This time lies long before the consignment was made. Look at day and year again."))


def _whole(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 7):
        raise Faulty(_("Pieces are a whole number."))
    return int(text)


def _number(text: str) -> Decimal:
    try:
        found = Decimal(text.replace(",", "."))
    except InvalidOperation as error:
        raise Faulty(_("“%(text)s” is no number.") % {"text": text[:20]}) from error
    if not found.is_finite() or abs(found) > 10_000_000:
        raise Faulty(_("“%(text)s” is no number.") % {"text": text[:20]})
    return found


def _grams(text: str) -> int | None:
    if not text:
        return None
    if (kilograms := _number(text)) < 0:
        raise Faulty(_("“%(text)s” is no number.") % {"text": text[:20]})
    return round(kilograms * 1000)


def readings(text: str) -> list[Measured]:
    """A temperature log with the columns time and celsius. Raises Faulty, which names the row."""
    found = []
    for number, cells, is_long in _table(text, ["time", "celsius"], MOST_READINGS):
        try:
            if is_long:
                raise Faulty(_too_long())
            found.append(_measured(cells))
        except Faulty as fault:
            raise Faulty(_("Row %(number)s: %(fault)s") % {"number": number, "fault": fault}) from fault
    if not found:
        raise Faulty(_("The file has no rows."))
    return found


def _measured(cells: Mapping[str, str]) -> Measured:
    at, _offset = moment(cells["time"], JAKARTA)
    celsius = _number(cells["celsius"]).quantize(Decimal("0.1"))
    if not COLDEST <= celsius <= WARMEST:
        raise Faulty(_("%(celsius)s °C cannot be.") % {"celsius": celsius})
    if at > timezone.now() + CLOCKS_DIFFER:
        raise Faulty(_("This time has not come yet, so nothing can have been measured then."))
    return Measured(at, celsius)
