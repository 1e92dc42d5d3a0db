"""What counts as a claim, and by which words and answers it is seen."""

from catalogue.claims.models import Claim, Sign
from catalogue.loading.rows import DATA, Row, Tally, put, read
from catalogue.permits.kinds import Kind


def load(tally: Tally) -> None:
    for row in read(DATA / "claims.csv"):
        _claim(tally, row)
    known = {claim.code: claim for claim in Claim.objects.all()}
    for row in read(DATA / "claim_signs.csv"):
        _sign(tally, row, known)


def _claim(tally: Tally, row: Row) -> None:
    permits = row.words("permits")
    if unknown := set(permits) - set(Kind.values):
        raise row.fault(f'"permits" knows no "{sorted(unknown)[0]}".')
    facts = {f"text_{code}": row.text(f"text_{code}", required=True) for code in ("id", "en", "ar")}
    put(tally, Claim, {"code": row.text("code", required=True)}, facts | {"permits": permits})


def _sign(tally: Tally, row: Row, known: dict[str, Claim]) -> None:
    kind = row.text("kind", required=True)
    if kind not in (Sign.WORD, Sign.ATTRIBUTE):
        raise row.fault(f'"kind" should be "word" or "attribute", not "{kind}".')
    key = {"kind": kind, "text": row.text("text", required=True)}
    facts = {
        "claim": row.pick("claim", known),
        "source": row.text("source", required=True),
        "is_assumed": row.flag("is_assumed"),
    }
    put(tally, Sign, key, facts)
