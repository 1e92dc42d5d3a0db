"""Who may open what of promises and leads; joined to the table of all. The office runs the home province; an officer
of another province opens the lists, of its own, and nothing else here."""

from tests.access.table import GO, MEMBERS, OPEN, Row, everyone, only

OFFICERS = only(OPEN, "office", "other_officer")
RUNS = only(OPEN, "office")
DONE = only(GO, "office")
MINE = only(OPEN, "member")
ANSWERED = only(422, "office")
BUYS = only(OPEN, "buyer")
ONE = ("deal_commitment",)
PAPER = ("deal_commitment", "deal_settlement")
DEALS: dict[str, Row] = {
    "deals:confirm": Row(everyone(OPEN), ("deal_token",), everyone(GO), {"do": "yes"}),
    "deals:evidence": Row(everyone(OPEN), ("deal_token", "deal_settlement")),
    "office:commitments": Row(OFFICERS),
    "office:commitments-event": Row(RUNS, ("deal_event",)),
    "office:commitment": Row(RUNS, ONE, DONE, {"do": "close", "close-why": "uji"}),
    "office:commitment-evidence": Row(RUNS, PAPER),
    "office:floor": Row(RUNS, ("deal_event",), RUNS, {"what": ""}),
    "office:floor-send": Row(RUNS, ("deal_event",), ANSWERED, {"what": ""}),
    "office:floor-worker": Row(OFFICERS),
    "office:leads": Row(OFFICERS),
    "office:lead-new": Row(RUNS, ("deal_event",), RUNS, {"company": ""}),
    "office:lead": Row(RUNS, ("deal_lead",), DONE, {"do": "close", "close-why": "uji"}),
    "workspace:commitments": Row(MEMBERS),
    "workspace:commitment": Row(MINE, ONE, only(GO, "member"), {"do": "confirm", "seen": ""}),
    "workspace:commitment-evidence": Row(MINE, PAPER),
    "workspace:floor": Row(MINE, ("deal_event",), MINE, {"what": ""}),
    "workspace:floor-send": Row(MINE, ("deal_event",), only(422, "member"), {"what": ""}),
    "workspace:lead-new": Row(MINE, ("deal_event",), MINE, {"company": ""}),
    "workspace:floor-worker": Row(MINE),
    "account:commitments": Row(BUYS),
    "account:commitment": Row(BUYS, ONE, only(GO, "buyer"), {"do": "confirm", "seen": ""}),
    "account:commitment-evidence": Row(BUYS, PAPER),
}
