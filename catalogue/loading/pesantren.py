"""Who sells: real pesantren with sourced facts that cannot be ordered from, and fictional ones that can."""

from typing import Any

from catalogue.loading.rows import PESANTREN, Row, Tally, put, read
from marketplace.pesantren.joining.models import Requirement
from marketplace.pesantren.models import Partner
from marketplace.reference.models import Regency

# What a pesantren says itself once somebody works for it here.
OWN_WORDS = ("about_ind", "about_en", "about_ar", "cut_off_hour")
REQUIREMENTS = PESANTREN.parent / "requirements.csv"


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
        }
        code = row.text("code", required=True)
        if Partner.objects.filter(code=code, members__isnull=False).exists():
            for name in OWN_WORDS:
                del facts[name]
        else:
            facts["sells"] = kind == "contoh"  # a pesantren that joined meanwhile goes on selling
        put(tally, Partner, {"code": code}, facts)
    for row in read(REQUIREMENTS):
        _requirement(tally, row)


def _requirement(tally: Tally, row: Row) -> None:
    """What is asked of everybody who joins."""
    kind = row.text("kind", required=True)
    if kind not in dict(Requirement.KINDS):
        raise row.fault(f'"kind" knows no "{kind}".')
    stage = row.text("needed_for", required=True)
    if stage not in dict(Requirement.STAGES):
        raise row.fault(f'"needed_for" knows no "{stage}".')
    facts: dict[str, Any] = {
        "kind": kind,
        "needed_for": stage,
        "is_required": row.flag("is_required"),
        "source": row.text("source"),
    }
    facts |= {f"text_{code}": row.text(f"text_{code}", required=True) for code in ("id", "en", "ar")}
    facts["place"] = row.number("place", required=True)
    put(tally, Requirement, {"code": row.text("code", required=True)}, facts)
