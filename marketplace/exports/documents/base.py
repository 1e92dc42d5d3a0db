"""What papers share: how figures are written, labels in two languages, boxes of parties. Papers are in English;
where an Indonesian office reads them, the Indonesian word stands beside."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import override

from marketplace.exports.papers.facts import Facts
from marketplace.ledger.money import MINOR_DIGITS
from marketplace.reference.queries import country_name
from marketplace.reference.working_days import JAKARTA

TEMPLATE = "export_paper"
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
MODES = {"air": "By air", "sea": "By sea"}
# English and Indonesian of one label.
WORDS: dict[str, tuple[str, str]] = {
    "buyer": ("Buyer", "Pembeli"),
    "cargo": ("Cargo", "Barang"),
    "clause": ("Cover", "Syarat pertanggungan"),
    "consignee": ("Consignee", "Penerima"),
    "container": ("Container and seal", "Peti kemas dan segel"),
    "country": ("Country of destination", "Negara tujuan"),
    "customs office": ("Customs office of export", "Kantor pabean muat"),
    "departs": ("Planned departure", "Rencana berangkat"),
    "arrives": ("Planned arrival", "Rencana tiba"),
    "cutoff": ("Cut-off", "Batas serah barang"),
    "destination": ("To", "Tempat bongkar"),
    "description": ("Description of goods", "Uraian barang"),
    "export type": ("Type of export", "Jenis ekspor"),
    "exporter": ("Exporter", "Eksportir"),
    "exporter identity": ("NPWP of the exporter", "NPWP eksportir"),
    "exporter name": ("Exporter's name", "Nama eksportir"),
    "facility type": ("Type of facility", "Jenis fasilitas"),
    "fob": ("FOB value", "Nilai FOB"),
    "freight": ("Freight", "Ongkos angkut"),
    "gross": ("Gross", "Bruto"),
    "grown_in": ("Grown or made in", "Tempat tumbuh atau dibuat"),
    "hs": ("HS code", "Pos tarif"),
    "incoterm": ("Incoterms 2020", "Incoterms 2020"),
    "insurance": ("Insurance", "Asuransi"),
    "insured": ("Sum insured, 110 % of CIF value", "Harga pertanggungan, 110 % nilai CIF"),
    "invoice": ("Commercial invoice", "Faktur niaga"),
    "marks": ("Numbers", "Nomor kemasan"),
    "mode": ("Mode", "Cara angkut"),
    "nib": ("NIB", "NIB"),
    "net": ("Net", "Neto"),
    "notify": ("Notify party", "Pihak yang diberi tahu"),
    "npe": ("NPE", "NPE"),
    "origin": ("From", "Tempat muat"),
    "packages": ("Packages", "Kemasan"),
    "packing list": ("Packing list", "Daftar kemasan"),
    "peb": ("PEB", "PEB"),
    "quantity": ("Quantity", "Jumlah"),
    "setpoint": ("Temperature", "Suhu"),
    "signature": ("Name, position, signature, stamp", "Nama, jabatan, tanda tangan, cap"),
    "transport": ("AWB or B/L", "AWB atau B/L"),
    "value": ("Value", "Nilai"),
    "volume": ("Volume", "Volume"),
    "voyage": ("Flight or vessel", "Sarana pengangkut"),
    "booking": ("Booking", "Nomor pemesanan"),
    "carrier": ("Carrier", "Pengangkut"),
    "size": ("Size, cm", "Ukuran, cm"),
}


@dataclass(frozen=True)
class Head:
    """What stands above a paper beside its facts."""

    number: str
    issued_on: date | None
    version: int
    issuer: str
    consignment: str
    is_draft: bool = False

    def as_data(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "date": day(self.issued_on) if self.issued_on else "",
            "version": f"Amendment {self.version - 1}" if self.version > 1 else "",
            "issuer": self.issuer,
            "consignment": self.consignment,
            "draft": self.is_draft,
        }


def word(key: str, both: bool = False) -> list[str]:
    """The English label, and the Indonesian one beside it."""
    english, indonesian = WORDS[key]
    return [english, indonesian if both and indonesian != english else ""]


def day(value: date) -> str:
    """For instance 8 Dec 2026: no figure of it can be taken for another."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def on(text: str) -> str:
    """The day of an ISO date; nothing for nothing."""
    return day(date.fromisoformat(text)) if text else "–"


def moment(text: str) -> str:
    """A moment of the facts, on the clock of West Java."""
    if not text:
        return "–"
    local = datetime.fromisoformat(text).astimezone(JAKARTA)
    return f"{day(local.date())}, {local:%H:%M} WIB"


def amount(minor: int, currency: str) -> str:
    """For instance 1,200.00; the currency stands in the heading."""
    digits = MINOR_DIGITS[currency]
    whole, rest = divmod(minor, 10**digits)
    return f"{whole:,}" if digits == 0 else f"{whole:,}.{rest:0{digits}d}"


def kg(grams: int) -> str:
    """Kilograms with one to three decimals, without rounding."""
    whole, rest = divmod(grams, 1000)
    decimals = f"{rest:03d}".rstrip("0") or "0"
    return f"{whole:,}.{decimals}"


def m3(cm3: int) -> str:
    """Cubic metres to the litre, rounded up: a carrier does."""
    whole, rest = divmod(-(-cm3 // 1000), 1000)
    return f"{whole:,}.{rest:03d}"


def marks(line: Facts) -> str:
    first, last = line["first_mark"], line["last_mark"]
    return str(first) if first == last else f"{first}–{last}"


def packages(line: Facts) -> str:
    return f"{line['packages']:,} {line['packing'].replace('_', ' ')}{'' if line['packages'] == 1 else 's'}"


def quantity(line: Facts) -> str:
    return f"{line['quantity']:,} {line['unit']}"


def codes(line: Facts, between: str = " / ") -> str:
    """Our HS code and the destination's."""
    return between.join(filter(None, [line["hs_origin"], line["hs_destination"]])) or "–"


def vessel(transport: Facts) -> str:
    """Carrier, and flight or ship."""
    return " ".join(filter(None, [transport["carrier"], transport["voyage"]]))


def size(line: Facts) -> str:
    """Length × width × height of one package."""
    return " × ".join(f"{one // 10}" for one in line["size_mm"]) if all(line["size_mm"]) else "–"


def box(key: str, party: Facts, both: bool = False, more: Iterable[str] = ()) -> list[Any]:
    """A party: label, then its lines."""
    lines = [party.get("name", ""), party.get("address", ""), country(party.get("country", "")), *more]
    return [*word(key, both), [line for line in lines if line] or ["–"]]


def country(code: str) -> str:
    """Its English name."""
    with override("en"):
        return country_name(code) if code else ""


def cell(key: str, value: str, both: bool = False) -> list[str]:
    """One fact with its label."""
    return [*word(key, both), value or "–"]


def column(
    key: str, width: str = "auto", both: bool = False, end: bool = False, more: str = ""
) -> dict[str, Any]:
    """One column of a table; `end`: figures, at the right."""
    english, indonesian = word(key, both)
    return {"head": f"{english}{more}", "beside": indonesian, "width": width, "end": end}


def way(part: Facts, both: bool = False) -> list[list[str]]:
    """How the goods travel."""
    terms, transport, dates = part["consignment"], part["transport"], part["dates"]
    found = [
        cell("incoterm", f"{terms['incoterm']} {terms['place']}", both),
        cell("mode", MODES[terms["mode"]], both),
        cell("origin", place(transport["origin"]), both),
        cell("destination", place(transport["destination"]), both),
    ]
    if "departs_at" in dates:
        found.append(cell("departs", moment(dates["departs_at"]), both))
    return found


def place(port: Facts) -> str:
    return f"{port['name']} ({port['code']})"


def plain(title: str, beside: str = "", **blocks: Any) -> dict[str, Any]:
    """All blocks of templates/pdf/export_paper.typ, empty unless given."""
    empty: dict[str, Any] = {
        "boxes": [],
        "facts": [],
        "columns": [],
        "rows": [],
        "foot": [],
        "sums": [],
        "marked": [],
        "notes": [],
        "signatures": [word("signature")],
    }
    return {"title": title, "beside": beside, **empty, **blocks}
