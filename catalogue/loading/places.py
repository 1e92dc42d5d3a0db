"""Indonesia, West Java and its 27 kabupaten and kota."""

from oscar.apps.address.models import Country

from catalogue.loading.rows import REGENCIES, Tally, put, read
from marketplace.reference.models import Province, Regency

KINDS = {"Kabupaten": Regency.KABUPATEN, "Kota": Regency.KOTA}
INDONESIA = {
    "iso_3166_1_a3": "IDN",
    "iso_3166_1_numeric": "360",
    "printable_name": "Indonesia",
    "name": "Republic of Indonesia",
    "is_shipping_country": True,
}


def load(tally: Tally) -> None:
    put(tally, Country, {"iso_3166_1_a2": "ID"}, INDONESIA)
    province = put(tally, Province, {"code": "32"}, {"name": "Jawa Barat"})
    for row in read(REGENCIES):
        kind = row.text("kind", required=True)
        if kind not in KINDS:
            raise row.fault(f'"kind" should be Kabupaten or Kota, not "{kind}".')
        facts = {
            "province": province,
            "kind": KINDS[kind],
            "name": row.text("name", required=True),
            "latitude": row.decimal("latitude"),
            "longitude": row.decimal("longitude"),
        }
        put(tally, Regency, {"code": row.text("kemendagri_code", required=True)}, facts)
