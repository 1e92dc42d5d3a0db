"""Who sells: real pesantren with sourced facts that cannot be ordered from, and fictional ones that can."""

from catalogue.loading.rows import PESANTREN, Tally, put, read
from marketplace.pesantren.models import Partner
from marketplace.reference.models import Regency


def load(tally: Tally) -> None:
    regencies = {regency.code: regency for regency in Regency.objects.all()}
    for row in read(PESANTREN):
        kind = row.text("kind", required=True)
        if kind not in ("real", "contoh"):
            raise row.fault(f'"kind" should be "real" or "contoh", not "{kind}".')
        facts = row.texts("about") | {
            "name": row.text("name", required=True),
            "regency": row.pick("regency_code", regencies),
            "source": row.text("source"),
            "cut_off_hour": row.number("cut_off_hour"),
            "is_fictional": kind == "contoh",
            "sells": kind == "contoh",
        }
        put(tally, Partner, {"code": row.text("code", required=True)}, facts)
