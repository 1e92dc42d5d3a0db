"""Who may open what of business meetings and exhibitions; joined to the table of all.

An officer of another province opens office:events and office:event-add, which show and make what is of the own
province, and finds nothing else here: OWN and DONE are for "office" alone.
"""

from tests.access.table import GO, HIDDEN, MEMBERS, NO_GET, OF_SELLER, OPEN, Row, everyone, only

OFFICERS = only(OPEN, "office", "other_officer")
OWN = only(OPEN, "office")
DONE = only(GO, "office")
POSTED = only(NO_GET, "office", "other_officer")  # it takes only POST, from whoever runs a programme
OF_MEMBERS = only(NO_GET, "member", "other_member")
BY_KEY = everyone(OPEN)

EVENTS: dict[str, Row] = {
    "office:events": Row(OFFICERS),
    "office:event-add": Row(OFFICERS, (), OFFICERS),
    "office:event": Row(OWN, ("event",)),
    "office:event-edit": Row(OWN, ("event",), OWN),
    "office:event-move": Row(POSTED, ("event",), DONE, {"to": "running"}),
    "office:event-exhibitors": Row(OWN, ("event",)),
    "office:event-invite": Row(OWN, ("event",), DONE),
    "office:event-exhibitor": Row(OWN, ("event", "exhibitor"), DONE, {"booth": "C1"}),
    "office:event-exhibitor-goods": Row(OWN, ("event", "exhibitor"), DONE),
    "office:event-exhibitor-answer": Row(POSTED, ("event", "exhibitor"), DONE, {"comes": "yes"}),
    "office:event-exhibitor-link": Row(POSTED, ("event", "exhibitor"), DONE),
    "office:event-guest-link": Row(POSTED, ("event", "event_guest"), DONE),
    "office:event-guests": Row(OWN, ("event",)),
    "office:event-guest-add": Row(OWN, ("event",), OWN),
    "office:event-guest": Row(OWN, ("event", "event_guest"), OWN),
    "office:event-guest-invite": Row(POSTED, ("event", "event_guest"), DONE),
    "office:event-guest-remove": Row(POSTED, ("event", "event_guest"), DONE),
    "office:event-guest-answer": Row(POSTED, ("event", "event_guest"), DONE, {"comes": "yes"}),
    "office:event-times": Row(OWN, ("event",), OWN),
    "office:event-time": Row(POSTED, ("event", "event_slot"), DONE, {"step": "break"}),
    "office:event-schedule": Row(OWN, ("event",), DONE, {"step": "clear"}),
    "office:event-unmet": Row(OWN, ("event",)),
    "office:event-meeting-add": Row(OWN, ("event",), OWN),
    "office:event-meeting": Row(OWN, ("event", "event_meeting"), DONE, {"step": "cancel"}),
    "office:event-check-in": Row(OWN, ("event",), only(HIDDEN)),  # without anybody's id
    "office:event-badges": Row(OWN, ("event",), DONE),
    "office:event-badges-pdf": Row(OWN, ("event",)),
    "office:event-catalogue": Row(OWN, ("event",), DONE),
    "office:event-catalogue-pdf": Row(OWN, ("event",)),
    "workspace:events": Row(MEMBERS),
    "workspace:event": Row(OF_SELLER, ("exhibitor",)),
    "workspace:answer-event": Row(OF_MEMBERS, ("exhibitor",), only(GO, "member"), {"comes": "yes"}),
    "workspace:event-goods": Row(OF_SELLER, ("exhibitor",), only(GO, "member")),
    "workspace:event-wishes": Row(OF_SELLER, ("exhibitor",), only(GO, "member")),
    "workspace:mark-meeting": Row(OF_MEMBERS, ("exhibitor", "event_meeting"), only(GO, "member")),
    "workspace:event-badge": Row(OF_SELLER, ("exhibitor",)),
    "workspace:event-catalogue": Row(OF_SELLER, ("exhibitor",)),
    "account:events": Row(only(OPEN, "buyer")),
    "events:guest": Row(BY_KEY, ("event_key",)),
    "events:guest-answer": Row(everyone(NO_GET), ("event_key",), everyone(GO), {"comes": "yes"}),
    "events:guest-wishes": Row(BY_KEY, ("event_key",), everyone(GO)),
    "events:guest-looks": Row(BY_KEY, ("event_key",), everyone(GO)),
    "events:guest-badge": Row(BY_KEY, ("event_key",)),
    "events:guest-catalogue": Row(BY_KEY, ("event_key",)),
    "events:agenda": Row(BY_KEY, ("event_key",)),
    "events:badge": Row(everyone(OPEN), ("badge_token",), only(GO, "office", guest=HIDDEN)),
}
