"""Every column of the open data: its name, its unit and what it means. Names stay; columns are added at the end."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Column:
    name: str
    meaning: Any
    unit: str = ""


RUPIAH = "IDR"
SOURCE = [
    Column("source", _("Who published it")),
    Column("source_url", _("Where it was read")),
]
EXAMPLE = Column("is_example", _("True: invented parties of a demonstration stand behind it"), "true/false")
WINDOW = [
    Column("window_first", _("First day of the window; empty: not known"), "ISO 8601"),
    Column("window_last", _("Last day of the window; empty: not known"), "ISO 8601"),
]
WHERE = [
    Column("regency_code", _("Code of the kabupaten or kota (Kemendagri)")),
    Column("regency", _("Its name, always with Kab. or Kota")),
]
SECTOR = [
    Column("sector_code", _("Code of the sector (bidang usaha)")),
    Column("sector", _("Its name in Indonesian")),
]
OUTCOMES = [
    Column("outcome_id", _("What a source says came of it, in Indonesian")),
    Column("outcome_en", _("The same in English")),
    Column("outcome_ar", _("The same in Arabic")),
]

COLUMNS: dict[str, list[Column]] = {
    "figures": [
        Column("year", _("Year of the programme")),
        Column(
            "code",
            _("Which figure: registered, auditioned, accepted, finalists, winners, target, potential …"),
        ),
        Column("label_id", _("Its name in Indonesian")),
        Column("label_en", _("Its name in English")),
        Column("value", _("The figure itself"), "unit"),
        Column("unit", _("rupiah, pesantren or companies")),
        Column("is_about", _("True: the source says “about”"), "true/false"),
        Column("participants", _("How many pesantren stand behind a sum of money"), "pesantren"),
        Column("value_per_pesantren", _("The sum divided by its participants, rounded to a rupiah"), RUPIAH),
        *WINDOW,
        Column("window_id", _("The window in words, in Indonesian")),
        Column("window_en", _("The same in English")),
        Column("window_ar", _("The same in Arabic")),
        Column(
            "window_kind",
            _(
                "event: some days; longer: counted over months; unknown: not published. Do not compare across kinds."
            ),
        ),
        *SOURCE,
        Column(
            "participants_are_of_year",
            _("True: the source names no participants beside the sum; we divided by those of the year"),
            "true/false",
        ),
    ],
    "winners": [
        Column("year", _("Year of the programme")),
        Column("title", _("What was won")),
        Column("level", _("Province, kabupaten/kota or nation")),
        Column("name", _("Name of the pesantren, or of the programme")),
        *WHERE,
        Column("what", _("Sector or product")),
        Column("amount_rupiah", _("The prize; empty: not published"), RUPIAH),
        *SOURCE,
        EXAMPLE,
    ],
    "exhibitions": [
        Column("year", _("Year of the programme")),
        Column("kind", _("temu_bisnis: a business meeting; exhibition")),
        Column("name", _("Name of the event")),
        Column("country_code", _("Country"), "ISO 3166-1"),
        Column("city", _("City")),
        Column("first", _("First day; empty: not known"), "ISO 8601"),
        Column("last", _("Last day; empty: not known"), "ISO 8601"),
        Column("pesantren", _("How many pesantren came; empty: not published"), "pesantren"),
        *OUTCOMES,
        *SOURCE,
    ],
    "first-export": [
        Column("released", _("Day on which the goods were released"), "ISO 8601"),
        Column("seller", _("Seller")),
        Column("product", _("Goods")),
        Column("quantity", _("Quantity; empty: not published"), "unit"),
        Column("unit", _("Unit of the quantity")),
        Column("buyer", _("Buyer, as the press named it")),
        *SOURCE,
    ],
    "sectors": [
        Column("year", _("Year of the programme")),
        *SECTOR,
        Column("participants", _("How many pesantren of that sector took part"), "pesantren"),
        *SOURCE,
    ],
    "role-models": [
        Column("name", _("Name of the pesantren")),
        *WHERE,
        *SECTOR,
        Column("what_id", _("What others can learn there, in Indonesian")),
        Column("what_en", _("The same in English")),
        Column("what_ar", _("The same in Arabic")),
        *SOURCE,
        EXAMPLE,
    ],
    "regencies": [
        *WHERE,
        Column("participants", _("Pesantren in the programme on this platform, all years"), "pesantren"),
        Column("sellers", _("Pesantren that sell here now"), "pesantren"),
        Column(
            "has_example_participants", _("True: invented pesantren are among the participants"), "true/false"
        ),
    ],
    "sums": [
        Column("key", _("Year, sector, code of the kabupaten or kota, or country; empty: all")),
        Column("label", _("Its name in Indonesian")),
        Column("committed_rupiah", _("Committed: confirmed by both sides"), RUPIAH),
        Column("reported_rupiah", _("Reported: settled elsewhere, both sides say, with evidence"), RUPIAH),
        Column("realised_rupiah", _("Realised: accepted by the buyer and paid in our books"), RUPIAH),
        Column("committed_per_pesantren", _("Committed, divided by the participants"), RUPIAH),
        Column("reported_per_pesantren", _("Reported, divided by the participants"), RUPIAH),
        Column("realised_per_pesantren", _("Realised, divided by the participants"), RUPIAH),
        Column("commitments", _("How many commitments are counted")),
        Column("buyers", _("How many buyers are counted")),
        Column("participants", _("Pesantren that exhibited: the divisor"), "pesantren"),
        *WINDOW,
        Column("has_hidden", _("True: a sum is not shown, because too few stand behind it"), "true/false"),
        EXAMPLE,
    ],
    "realisation": [
        Column("event", _("Number of the event")),
        Column("name", _("Name of the event")),
        Column("ended", _("Its last day"), "ISO 8601"),
        Column(
            "percent_after_3_months",
            _("Of what was committed, realised after three months; empty: not over, or not shown"),
            "%",
        ),
        Column("percent_after_6_months", _("Realised after six months"), "%"),
        Column("percent_after_12_months", _("Realised after twelve months"), "%"),
        Column("has_hidden", _("True: a sum is not shown, because too few stand behind it"), "true/false"),
        EXAMPLE,
    ],
}
