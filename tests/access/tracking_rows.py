"""Who may open what of goods on their way abroad; joined to the table of all."""

from tests.access.table import GO, HIDDEN, MEMBERS, NO_GET, OPEN, PUBLIC, STAFF, Row, everyone, only

DESK = only(OPEN, "export")  # may do; the office reads
TRACKING: dict[str, Row] = {
    "exports:track": Row(everyone(OPEN), ("track_token",)),
    "exports:first": PUBLIC,
    "carriers:dcsa": Row(everyone(NO_GET), post=everyone(HIDDEN)),  # no key is set
    "office:exports": Row(STAFF),
    "office:exports-calendar": Row(everyone(OPEN), ("calendar_token",)),
    "office:exports-events-file": Row(DESK, (), DESK),
    "office:exports-events-template": Row(DESK),
    "office:exports-events": Row(STAFF, ("consignment",), DESK),
    "office:exports-retract": Row(
        DESK, ("consignment", "consignment_event"), only(GO, "export"), {"why": "x"}
    ),
    "office:exports-temperatures": Row(STAFF, ("consignment",), DESK),
    "account:consignments": Row(only(OPEN, "buyer"), ()),
    "account:consignment": Row(only(OPEN, "buyer"), ("consignment",), only(GO, "buyer"), {"shown": "1"}),
    "account:consignment-log": Row(only(HIDDEN, "buyer"), ("consignment",)),  # nothing is to be signed yet
    "account:consignment-paper": Row(only(HIDDEN, "buyer"), ("consignment", "paper_kind")),  # not issued yet
    "workspace:consignments": Row(MEMBERS),
    "workspace:consignment": Row(only(OPEN, "member"), ("consignment",)),
}
