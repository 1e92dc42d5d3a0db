"""Rows of what an exporter sells: offers, contracts and deliveries called off. Joined in whole.py."""

from tests.access.table import GO, MEMBERS, NO_GET, OF_SELLER, OFFICE, SOLD, Row, only

# "member" works for an exporter, "other_member" for a pesantren that is none and has signed nothing.
SELLING: dict[str, Row] = {
    "office:ppn": Row(OFFICE, ("pesantren",), only(GO, "office"), {"why": "SPPKP contoh"}),
    "office:exporter": Row(OFFICE, ("pesantren",), only(GO, "office"), {"why": "surat dilihat"}),
    "workspace:offers": Row(OF_SELLER),
    "workspace:offer": Row(OF_SELLER, ("demand_to_offer",), OF_SELLER, {"look": "1"}),
    "workspace:supply": Row(OF_SELLER, ("demand_to_offer", "supplier"), only(GO, "member"), {"text": "Halo"}),
    "workspace:offer-version": Row(OF_SELLER, ("demand_to_offer", "offer_version")),
    "workspace:offer-costs": Row(
        OF_SELLER, ("demand_taken", "taken_version"), only(GO, "member"), {"freight": "1"}
    ),
    "workspace:move-offer": Row(
        only(NO_GET, "member"), ("demand_to_offer", "offer_version", "offer_step"), only(GO, "member")
    ),
    "workspace:contracts": Row(MEMBERS),
    "workspace:contract": Row(OF_SELLER, ("selling",)),
    "workspace:contract-paper": Row(OF_SELLER, ("selling",)),
    "workspace:stamped-copy": Row(OF_SELLER, ("selling", "selling_signature")),
    "workspace:contract-terms": Row(OF_SELLER, ("selling",), OF_SELLER, {"deposit": "x"}),
    "workspace:sign-contract": Row(OF_SELLER, ("selling",), OF_SELLER, {"name": ""}),
    "workspace:buy-supply": Row(**SOLD, args=("selling",)),
    "workspace:end-contract": Row(OF_SELLER, ("selling",), only(GO, "member"), {"why": "gagal panen"}),
    "workspace:contract-calendar": Row(OF_SELLER, ("selling",)),
    "workspace:make-up": Row(**SOLD, args=("selling", "selling_line")),
    "workspace:amend-contract": Row(OF_SELLER, ("selling",), OF_SELLER, {"text": ""}),
    "workspace:amendment-paper": Row(OF_SELLER, ("selling", "selling_amendment")),
    "workspace:sign-amendment": Row(OF_SELLER, ("selling", "selling_amendment"), OF_SELLER, {"name": ""}),
    "workspace:end-amendment": Row(
        OF_SELLER, ("selling", "selling_amendment"), only(GO, "member"), {"why": "batal"}
    ),
    "workspace:call-offs": Row(MEMBERS),
    "workspace:call-off": Row(OF_SELLER, ("selling_call_off",)),
    "workspace:ask-shares": Row(**SOLD, args=("selling_call_off",)),
    "workspace:order-call-off": Row(**SOLD, args=("selling_call_off",)),
    "workspace:cancel-call-off": Row(OF_SELLER, ("selling_call_off",), only(GO, "member"), {"why": "batal"}),
}
