"""Who may open what: every URL of the site × every role.

`OPEN` 200, `SIGN_IN` redirect to the sign-in page, `HIDDEN` 404 (an outsider does not learn that it exists),
`GO` redirect elsewhere, `NO_GET` 405 (the address takes only POST), `GONE` 410 (a link that is used up).
Rooms with many pages have rows of their own beside this file; whole.py joins them. A URL that is missing here fails
the test.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from marketplace.reference.working_days import today

ROLES = (
    "guest", "buyer", "other_buyer", "member", "other_member", "mentor", "office", "export", "other_officer",
)  # fmt: skip
OPEN, GO, HIDDEN, NO_GET, GONE = 200, 302, 404, 405, 410
SIGN_IN = "sign-in"
Expected = int | str


def everyone(code: Expected) -> dict[str, Expected]:
    return dict.fromkeys(ROLES, code)


def only(
    code: Expected, *roles: str, guest: Expected = SIGN_IN, others: Expected = HIDDEN
) -> dict[str, Expected]:
    """`code` for these roles; guests are sent to sign in, everybody else finds nothing."""
    return {**everyone(others), "guest": guest, **dict.fromkeys(roles, code)}


SIGNED_IN = {**everyone(OPEN), "guest": SIGN_IN}
MEMBERS = only(OPEN, "member", "other_member")
# A mentor helps the pesantren of "member" with its goods and permits, and with nothing else.
KEEPERS = only(OPEN, "member", "other_member", "mentor")
KEPT = only(OPEN, "member", "mentor")
POSTED = only(GO, "member", "mentor")
STAFF = only(OPEN, "office", "export")
OFFICE = only(OPEN, "office")


@dataclass(frozen=True)
class Row:
    """`args` names values of the test's world; `post` is what a well-formed POST by each role answers."""

    get: dict[str, Expected]
    args: tuple[str, ...] = ()
    post: dict[str, Expected] | None = None
    data: dict[str, Any] = field(default_factory=dict)


PUBLIC = Row(everyone(OPEN))
INVITED = {"email": "x@example.com", "roles": ["buyer"]}
A_PLACE = {"kind": "branch", "name": "Contoh", "address": "Jl. Contoh 1", "country": "ID"}
A_LINE = {"name": "Contoh", "quantity": "10", "unit": "kg", "start": f"{today():%Y-%m}", "months": "1"}
NEXT_YEAR = (today() + timedelta(days=300)).isoformat()
ACT = {"get": only(NO_GET, "member"), "args": ("part",)}
POST_OF_MEMBERS = only(NO_GET, "member", "other_member")
POST_OF_KEEPERS = only(NO_GET, "member", "other_member", "mentor")
ON_DRAFT = {"get": POST_OF_KEEPERS, "args": ("draft",)}

OF_SELLER = only(OPEN, "member")
SOLD = {"get": only(NO_GET, "member", "other_member"), "post": only(GO, "member")}

TABLE: dict[str, Row] = {
    "healthz": PUBLIC,
    "readyz": PUBLIC,
    "robots": PUBLIC,
    "sitemap": PUBLIC,
    "media": Row(everyone(HIDDEN), args=("private_name",)),  # private files are not served here
    "payments:webhook": Row(everyone(NO_GET), post=everyone(400)),  # signed by the card provider, or refused
    "places:districts": Row(everyone(HIDDEN)),  # without ?regency=
    "catalogue:home": PUBLIC,
    "catalogue:index": PUBLIC,
    "catalogue:sector": Row(everyone(OPEN), args=("sector",)),
    "catalogue:detail": Row(everyone(OPEN), args=("slug", "product")),
    "catalogue:seen": Row(everyone(NO_GET), args=("product",), post=everyone(204)),
    "pesantren:list": PUBLIC,
    "pesantren:detail": Row(everyone(OPEN), args=("pesantren",)),
    "lots:passport": Row(everyone(OPEN), args=("lot",)),  # whoever has the code of the label
    "search:search": PUBLIC,
    "search:suggest": PUBLIC,
    "pages:help": PUBLIC,
    "pages:terms": PUBLIC,
    "pages:privacy": PUBLIC,
    "basket:summary": PUBLIC,
    "basket:add": Row(everyone(OPEN), ("product",), everyone(GO), {"quantity": "1"}),
    "basket:update": Row(
        everyone(GO), ("basket_line",), {**everyone(HIDDEN), "buyer": GO}, {"quantity": "2"}
    ),
    "basket:remove": Row(everyone(NO_GET), ("basket_line",), {**everyone(HIDDEN), "buyer": GO}),
    # Nothing in the basket: back to it. The buyer has a line in it.
    "checkout:address": Row(everyone(GO)),  # the buyer, who keeps an address, is led to checkout:kept
    "checkout:kept": Row({**everyone(GO), "buyer": OPEN}),  # the buyer keeps an address
    "checkout:delivery": Row(everyone(GO)),
    "checkout:review": Row(everyone(GO)),
    "checkout:thanks": Row({**everyone(GO), "buyer": OPEN}),  # the order placed last
    "customer:login": Row({**everyone(GO), "guest": OPEN}),
    "customer:logout": Row({**everyone(OPEN), "guest": GO}, post=everyone(GO)),  # GET asks, POST does
    "customer:register": Row({**everyone(GO), "guest": OPEN}),
    "customer:registered": PUBLIC,
    "customer:profile": Row(SIGNED_IN),
    "customer:change-email": Row(SIGNED_IN),
    "customer:confirm-email": Row(everyone(GONE), args=("bad_token",)),
    "customer:change-password": Row(SIGNED_IN),
    "customer:sign-in-code": Row(everyone(SIGN_IN)),  # only just after a right password
    "customer:second-factor": Row(SIGNED_IN),
    "customer:second-factor-set-up": Row(SIGNED_IN),
    "customer:second-factor-renew": Row({**everyone(GO), "guest": SIGN_IN}),  # nobody here has an app
    "customer:second-factor-off": Row({**everyone(GO), "guest": SIGN_IN}),
    "customer:second-factor-check": Row({**everyone(GO), "guest": SIGN_IN}),
    "customer:second-factor-go-on": Row({**everyone(GO), "guest": SIGN_IN}),
    "customer:data": Row(SIGNED_IN),
    "customer:ask-copy": Row({**everyone(NO_GET), "guest": NO_GET}, post={**everyone(GO), "guest": SIGN_IN}),
    "customer:copy-file": Row({**everyone(HIDDEN), "guest": SIGN_IN}, args=("photo",)),
    "customer:delete-account": Row(SIGNED_IN),
    "customer:keep-account": Row(everyone(NO_GET), post={**everyone(GO), "guest": SIGN_IN}),
    "customer:password-reset": PUBLIC,
    "customer:password-reset-sent": PUBLIC,
    "customer:password-reset-confirm": Row(everyone(GONE), args=("uid", "bad_token")),
    "account:home": Row({**everyone(GO), "guest": SIGN_IN}),
    "account:orders": Row(SIGNED_IN),
    "account:order": Row(only(OPEN, "buyer"), args=("order",)),
    "account:again": Row(everyone(NO_GET), ("token",), everyone(GO)),
    "account:addresses": Row(SIGNED_IN),
    "account:address-new": Row(SIGNED_IN),
    "account:address-edit": Row(only(OPEN, "buyer"), args=("address",)),
    "account:address-default": Row(everyone(NO_GET), ("address",), only(GO, "buyer")),
    "account:address-delete": Row(only(OPEN, "buyer"), args=("address",)),
    "account:lists": Row(SIGNED_IN),
    "account:list": Row(only(OPEN, "buyer"), args=("saved_list",)),
    "account:list-rename": Row(only(OPEN, "buyer"), args=("saved_list",)),
    "account:list-delete": Row(only(OPEN, "buyer"), args=("saved_list",)),
    "account:list-to-basket": Row(everyone(NO_GET), ("saved_list",), only(GO, "buyer")),
    "account:list-add": Row(SIGNED_IN, ("product",), everyone(GO), {"quantity": "2"}),
    "account:list-from-basket": Row({**everyone(GO), "guest": SIGN_IN, "buyer": OPEN}),
    # The signed link is the key: whoever holds it opens it, as with a paper receipt (decision 0010).
    "account:guest-order": Row(everyone(OPEN), args=("token",)),
    "account:invoice": Row(everyone(OPEN), args=("token",)),
    "account:credit-note": Row(everyone(OPEN), args=("credit_note_token", "credit_note")),
    "account:cancel": Row(everyone(OPEN), args=("token",), post=everyone(GO)),
    "account:pay": Row(everyone(NO_GET), args=("token",), post=everyone(GO)),
    "account:paid": Row(everyone(OPEN), args=("token", "attempt")),
    "account:sign": Row(everyone(OPEN), args=("signable_token", "signable_part")),
    "account:photo": Row(everyone(HIDDEN), args=("token", "photo")),  # a photo of another order
    # An order of an account is talked about in the account; a guest's by its link.
    "account:guest-conversation": Row(
        everyone(OPEN), ("guest_token", "pesantren"), everyone(GO), {"text": "Halo"}
    ),
    "account:conversations": Row(SIGNED_IN),
    # A visitor may write, and signs in when sending.
    "account:conversation": Row(
        everyone(OPEN), ("pesantren",), {**everyone(GO), "guest": SIGN_IN}, {"text": "Halo"}
    ),
    "account:my-complaints": Row(SIGNED_IN),
    "account:complaints": PUBLIC,
    "account:complain": PUBLIC,
    "account:complain-part": Row(everyone(OPEN), args=("signable_token", "signable_part")),
    # The signed link is the key, as with an order.
    "account:complaint": Row(everyone(OPEN), args=("complaint_token",)),
    "account:withdraw-complaint": Row(everyone(OPEN), ("complaint_token",), everyone(GO)),
    "workspace:part-conversation": Row(only(OPEN, "member"), ("part",), only(GO, "member"), {"text": "Halo"}),
    "workspace:conversations": Row(MEMBERS),
    "workspace:conversation": Row(only(OPEN, "member"), ("thread",), only(GO, "member"), {"text": "Halo"}),
    "workspace:complaints": Row(MEMBERS),
    "workspace:complaint": Row(only(OPEN, "member"), ("complaint",), only(GO, "member"), {"text": "Halo"}),
    "workspace:home": Row(MEMBERS),
    "workspace:fulfilments": Row(MEMBERS),
    "workspace:requests": Row(MEMBERS),
    "workspace:how-we-match": Row(MEMBERS),
    "workspace:request": Row(only(OPEN, "member"), args=("request",)),
    "workspace:quote-request": Row(
        only(OPEN, "member"), ("request", "pesantren"), only(OPEN, "member"), {"valid_days": "x"}
    ),
    "workspace:request-file": Row(only(OPEN, "member"), ("request", "request_file")),
    "workspace:refuse-request": Row(POST_OF_MEMBERS, ("request", "pesantren"), only(GO, "member")),
    "workspace:quote": Row(only(OPEN, "member"), args=("quote_sent",)),
    "workspace:send-quote": Row(POST_OF_MEMBERS, ("quote_draft",), only(GO, "member")),
    "workspace:withdraw-quote": Row(POST_OF_MEMBERS, ("quote_sent",), only(GO, "member")),
    "workspace:talk": Row(only(OPEN, "member"), ("talk",), only(GO, "member"), {"text": "Halo"}),
    "workspace:shares": Row(MEMBERS),
    "workspace:share": Row(only(OPEN, "member"), ("share",), only(GO, "member"), {"confirm": "1"}),
    "workspace:money": Row(MEMBERS),
    "workspace:bank-account": Row(only(OPEN, "member"), args=("pesantren",)),
    "workspace:withdraw-account": Row(
        only(NO_GET, "member", "other_member"), ("pesantren",), only(GO, "member")
    ),
    "workspace:statement-months": Row(only(OPEN, "member"), args=("pesantren",)),
    "workspace:statement": Row(only(OPEN, "member"), args=("pesantren", "year", "month")),
    "workspace:statement-pdf": Row(only(OPEN, "member"), args=("pesantren", "year", "month")),
    "workspace:statement-csv": Row(only(OPEN, "member"), args=("pesantren", "year", "month")),
    "workspace:photo-guide": Row(KEEPERS),
    "workspace:photo-people": Row(
        only(OPEN, "member"), ("draft", "listing_photo"), only(GO, "member"), {"nobody": "1"}
    ),
    "workspace:lots": Row(only(OPEN, "member"), args=("product",)),
    "workspace:new-lot": Row(only(OPEN, "member"), ("product",), only(OPEN, "member"), {"show": "districts"}),
    "workspace:lot-again": Row(POST_OF_MEMBERS, ("product",), only(GO, "member")),
    "workspace:lot": Row(only(OPEN, "member"), args=("lot",)),
    "workspace:correct-lot": Row(only(OPEN, "member"), ("lot",), only(OPEN, "member"), {"quantity": "x"}),
    "workspace:recall-lot": Row(only(OPEN, "member"), ("lot",), only(GO, "member"), {"why": "busuk"}),
    "workspace:move-lot": Row(POST_OF_MEMBERS, ("lot", "lot_step"), only(GO, "member")),
    "workspace:lot-labels": Row(only(GO, "member"), args=("lot",)),  # without how many: back to the lot
    "workspace:growers": Row(only(OPEN, "member"), ("pesantren",), only(OPEN, "member"), {"name": ""}),
    "workspace:withdraw-grower": Row(POST_OF_MEMBERS, ("grower",), only(GO, "member")),
    "workspace:pack-lots": Row(only(OPEN, "member"), ("packed_part",), only(GO, "member")),
    "workspace:part-labels": Row(only(OPEN, "member"), args=("packed_part",)),
    "workspace:products": Row(KEEPERS),
    "workspace:new-listing": Row(KEEPERS),
    "workspace:listing": Row(KEPT, args=("product",)),
    "workspace:draft": Row(KEPT, args=("draft",)),
    "workspace:keep-draft": Row(**ON_DRAFT, post=KEPT, data={"name": "Sarung"}),
    "workspace:listing-photos": Row(KEPT, ("product",), only(422, "member", "mentor"), {"key": "x"}),
    "workspace:move-photo": Row(POST_OF_KEEPERS, ("draft", "listing_photo"), POSTED),
    "workspace:change-listing": Row(
        KEPT, ("product", "listing_change"), POSTED, {"stock": "90", "seen": "99"}
    ),
    "workspace:weeks": Row(KEPT, args=("made",)),
    "workspace:change-week": Row(KEPT, ("made", "week"), POSTED, {"units": "9"}),
    "workspace:move-listing": Row(POST_OF_KEEPERS, ("draft", "listing_step"), POSTED),
    "account:join": Row(SIGNED_IN, post=only(OPEN, "buyer", others=OPEN), data={"nspp": "1"}),
    "account:join-withdraw": Row(
        {**everyone(NO_GET), "guest": SIGN_IN}, post=only(HIDDEN, "other_buyer", "buyer"), data={}
    ),
    "office:pesantren-list": Row(OFFICE),
    "office:pesantren": Row(OFFICE, args=("pesantren",)),
    "office:sign-in-link": Row(only(NO_GET, "office"), ("pesantren", "membership"), only(OPEN, "office")),
    "office:two-step": Row(OFFICE),
    "office:two-step-person": Row(OFFICE, ("two_step_person",), only(GO, "office"), {"why": "hilang"}),
    "office:two-step-decide": Row(
        only(NO_GET, "office"), ("two_step_waits", "two_step_step"), only(GO, "office")
    ),
    "office:applications": Row(OFFICE),
    "office:application": Row(OFFICE, args=("application",)),
    "office:judge": Row(OFFICE, ("application", "requirement"), only(GO, "office"), {"state": "met"}),
    "office:approve-application": Row(only(NO_GET, "office"), ("application",), only(GO, "office")),
    "office:decide-application": Row(
        OFFICE, ("application", "application_step"), only(GO, "office"), {"why": "foto"}
    ),
    "workspace:team": Row(
        only(OPEN, "member"), ("pesantren",), only(GO, "member"), {"note": "Contoh", "role": "helper"}
    ),
    "workspace:take-back-invitation": Row(
        POST_OF_MEMBERS, ("pesantren", "member_invitation"), only(GO, "member")
    ),
    "workspace:remove-member": Row(POST_OF_MEMBERS, ("pesantren", "membership"), only(GO, "member")),
    "workspace:join-team": Row(SIGNED_IN, ("member_token",), {**everyone(GO), "guest": SIGN_IN}),
    "workspace:mentoring": Row(only(OPEN, "mentor")),
    "workspace:stop-mentoring": Row(only(NO_GET, "mentor"), ("mentorship",), only(GO, "mentor")),
    "workspace:answer-mentor": Row(
        POST_OF_MEMBERS, ("pesantren", "mentorship", "mentor_step"), only(GO, "member")
    ),
    "office:mentors": Row(OFFICE),
    "office:end-mentor": Row(only(NO_GET, "office"), ("mentor",), only(GO, "office")),
    "office:offer-mentor": Row(only(NO_GET, "office"), ("pesantren",), only(GO, "office")),
    "office:stop-mentor": Row(only(NO_GET, "office"), ("pesantren", "mentorship"), only(GO, "office")),
    "workspace:about": Row(only(OPEN, "member"), ("pesantren",), only(GO, "member"), {"about": "Contoh"}),
    "workspace:withdraw-about": Row(POST_OF_MEMBERS, ("pesantren",), only(GO, "member")),
    "workspace:insights": Row(only(OPEN, "member"), args=("pesantren",)),
    "workspace:listing-files": Row(only(OPEN, "member"), args=("pesantren",)),
    "workspace:listings-xlsx": Row(only(OPEN, "member"), args=("pesantren",)),
    "workspace:listings-csv": Row(only(OPEN, "member"), args=("pesantren", "kind")),
    "workspace:listing-template": Row(only(GO, "member"), args=("pesantren",)),  # of which kind is not said
    "workspace:listing-import": Row(only(OPEN, "member"), args=("listing_import",)),
    "workspace:confirm-import": Row(POST_OF_MEMBERS, ("listing_import",), only(GO, "member")),
    "workspace:drop-import": Row(POST_OF_MEMBERS, ("listing_import",), only(GO, "member")),
    "workspace:withdraw-claim": Row(POST_OF_KEEPERS, ("product", "claim"), POSTED),
    "office:queues": Row(OFFICE),
    "office:claims": Row(OFFICE),
    "office:claim": Row(OFFICE, args=("claim",)),
    "office:confirm-claim": Row(only(NO_GET, "office"), ("claim",), only(GO, "office")),
    "office:refuse-claim": Row(OFFICE, ("claim",), only(GO, "office"), {"why": "tanpa bukti"}),
    "office:suspend-pesantren": Row(OFFICE, ("pesantren",), only(GO, "office"), {"why": "diam"}),
    "office:lift-pesantren": Row(only(NO_GET, "office"), ("pesantren",), only(GO, "office")),
    "workspace:permits": Row(KEEPERS),
    "workspace:add-permit": Row(KEEPERS),
    "workspace:withdraw-permit": Row(POST_OF_KEEPERS, ("permit",), POSTED),
    "workspace:permit-evidence": Row(KEPT, args=("permit",)),
    "office:permits": Row(OFFICE),
    "office:permit": Row(OFFICE, args=("permit",)),
    "office:permit-evidence": Row(OFFICE, args=("permit",)),
    "office:confirm-permit": Row(only(NO_GET, "office"), ("permit",), only(GO, "office")),
    "office:refuse-permit": Row(OFFICE, ("permit",), only(GO, "office"), {"why": "buram"}),
    "workspace:days-off": Row(
        KEPT,
        ("pesantren",),
        POSTED,
        {"first": "2027-01-04", "last": "2027-01-05"},
    ),
    "workspace:fulfilment": Row(only(OPEN, "member"), args=("part",)),
    "workspace:accept": Row(**ACT, post=only(GO, "member")),
    "workspace:decline": Row(only(OPEN, "member"), ("part",), only(GO, "member"), {"why": "panen gagal"}),
    "workspace:pack": Row(**ACT, post=only(GO, "member")),
    "workspace:hand-over": Row(
        only(OPEN, "member"), ("part",), only(GO, "member"), {"carrier": "JNE", "tracking_number": "1"}
    ),
    "workspace:short": Row(only(OPEN, "member"), ("part",), only(GO, "member"), {"why": "panen kurang"}),
    "workspace:pick-list": Row(only(OPEN, "member"), args=("part",)),
    "workspace:to-pack": Row(only(OPEN, "member"), args=("pesantren",)),
    "workspace:to-pack-pdf": Row(only(OPEN, "member"), args=("pesantren",)),
    "workspace:returned": Row(only(OPEN, "member"), ("return",), only(GO, "member"), {"answer": "nothing"}),
    "workspace:conversation-done": Row(POST_OF_MEMBERS, ("thread",), only(GO, "member")),
    "workspace:delivered": Row(only(OPEN, "member"), ("part",), only(GO, "member")),
    "workspace:credit-note": Row(only(OPEN, "member"), args=("part", "credit_note")),
    "workspace:delivery-note": Row(only(OPEN, "member"), args=("part",)),
    "workspace:photo": Row(only(HIDDEN, "member"), args=("part", "photo")),
    "office:home": Row(only(OPEN, "office", "export", "other_officer")),
    "office:orders": Row(OFFICE),
    "office:searches": Row(OFFICE),
    "office:order": Row(OFFICE, args=("order",)),
    "office:order-journals": Row(OFFICE, args=("order",)),
    "office:held": Row(OFFICE),
    "office:keep-held": Row(OFFICE, args=("long_held",)),
    "office:books": Row(OFFICE),
    "office:book-account": Row(OFFICE, args=("book_account",)),
    "office:trial-balance": Row(OFFICE),
    "office:journals-csv": Row(only(400, "office")),  # without its two days
    "office:parts": Row(STAFF),
    "office:demands": Row(STAFF),
    "office:contracts": Row(OFFICE),
    "office:contract": Row(OFFICE, ("contract",)),
    "office:part": Row(STAFF, args=("part",)),
    "office:decline-part": Row(OFFICE, ("part",), only(GO, "office"), {"why": "tidak menjawab"}),
    "office:deliver-part": Row(OFFICE, ("part",), only(GO, "office")),
    "office:credit-note": Row(OFFICE, args=("part",)),
    "office:fees": Row(OFFICE),
    "office:add-fee": Row(OFFICE),
    "office:end-fee": Row(OFFICE, args=("fee_rule",)),
    "office:photo": Row(only(HIDDEN, "office", "export"), args=("part", "photo")),
    "office:transfers": Row(OFFICE),
    "office:transfer": Row(OFFICE, args=("receipt",)),
    "office:match": Row(OFFICE, args=("receipt",)),
    "office:credit-note-pdf": Row(OFFICE, args=("credit_note",)),
    "office:pesantren-money": Row(OFFICE, args=("pesantren",)),
    "office:pesantren-money-pdf": Row(OFFICE, args=("pesantren",)),
    "office:pesantren-money-csv": Row(OFFICE, args=("pesantren",)),
    "office:provider-transfer": Row(only(NO_GET, "office"), ("receipt",), only(GO, "office")),
    "office:return-transfer": Row(OFFICE, ("receipt",), only(GO, "office"), {"why": "tidak dikenal"}),
    "office:complaints": Row(OFFICE),
    "office:complaint": Row(OFFICE, ("complaint",), only(GO, "office"), {"text": "Halo"}),
    "office:close-complaint": Row(OFFICE, ("complaint",), only(GO, "office"), {"why": "selesai"}),
    "office:complaint-messages": Row(OFFICE, args=("complaint",)),
    "account:demand-new": PUBLIC,  # a guest may fill it in
    "account:demands": Row(only(OPEN, "buyer")),
    "account:demand": Row(only(OPEN, "buyer"), ("demand",)),
    "account:demand-open": Row(everyone(NO_GET), ("demand_draft",), only(GO, "buyer")),
    "account:demand-cancel": Row(everyone(NO_GET), ("demand",), only(GO, "buyer")),
    "account:demand-lines": Row(
        only(OPEN, "buyer"), ("demand_draft",), only(GO, "buyer"), {"do": "add", **A_LINE}
    ),
    "account:demand-line": Row(
        only(OPEN, "buyer"), ("demand_draft", "demand_line_at"), only(GO, "buyer"), {"do": "line", **A_LINE}
    ),
    "account:demand-file-add": Row(everyone(NO_GET), ("demand_draft",), only(OPEN, "buyer")),
    "account:demand-file-remove": Row(everyone(NO_GET), ("demand_draft", "demand_file"), only(GO, "buyer")),
    "account:demand-sheet": Row(only(OPEN, "buyer")),
    "account:demand-terms": Row(only(OPEN, "buyer"), ("demand_draft",), only(OPEN, "buyer")),
    "account:demand-file": Row(only(OPEN, "buyer"), ("demand_draft", "demand_file")),
    "account:demand-compare": Row(only(OPEN, "buyer"), ("demand",)),
    "account:quote": Row(only(OPEN, "buyer"), ("quote",), only(GO, "buyer"), {"do": "accept"}),
    "account:quote-sample": Row(only(OPEN, "buyer"), ("quote",), only(OPEN, "buyer")),
    "account:quote-counter": Row(only(OPEN, "buyer"), ("quote",), only(OPEN, "buyer")),
    "account:contracts": Row(only(OPEN, "buyer")),
    "account:contract": Row(only(OPEN, "buyer"), ("contract",)),
    "account:contract-paper": Row(only(OPEN, "buyer"), ("contract",)),
    "account:contract-sign": Row(only(OPEN, "buyer"), ("contract",), only(OPEN, "buyer")),
    "account:contract-stamped": Row(only(HIDDEN), ("contract", "contract_side")),  # none was sent
    "account:contract-amend": Row(only(OPEN, "buyer"), ("contract",), only(OPEN, "buyer"), {"text": ""}),
    "account:contract-amendment-stamped": Row(only(HIDDEN), ("contract", "amendment", "contract_side")),
    "account:contract-amendment": Row(only(OPEN, "buyer"), ("contract", "amendment")),
    "account:contract-amendment-sign": Row(
        only(OPEN, "buyer"), ("contract", "amendment"), only(OPEN, "buyer")
    ),
    "account:contract-amendment-end": Row(
        only(OPEN, "buyer"), ("contract", "amendment"), only(OPEN, "buyer"), {"why": ""}
    ),
    "account:call-off": Row(only(OPEN, "buyer"), ("contract",), only(OPEN, "buyer")),
    "account:volume-again": Row(everyone(NO_GET), ("token",), everyone(GO)),
    "account:company": Row(SIGNED_IN),
    "account:buy-abroad": PUBLIC,
    "account:company-new": Row(SIGNED_IN),
    "account:company-new-abroad": Row(SIGNED_IN),
    "account:company-edit": Row(only(GO, "buyer")),  # the buyer's company is verified: facts stand
    "account:company-switch": Row({**everyone(NO_GET), "guest": NO_GET}, (), only(HIDDEN)),
    "account:company-renew": Row(only(OPEN, "buyer")),
    "account:company-trading": Row(only(OPEN, "buyer"), (), only(GO, "buyer"), {"currency": "IDR"}),
    "account:company-limit": Row(only(OPEN, "buyer"), (), only(GO, "buyer"), {"above": ""}),
    "account:company-places": Row(only(OPEN, "buyer")),
    "account:company-place-new": Row(only(OPEN, "buyer"), (), only(GO, "buyer"), A_PLACE),
    "account:company-place": Row(only(OPEN, "buyer"), ("company_place",), only(GO, "buyer"), A_PLACE),
    "account:company-place-remove": Row(everyone(NO_GET), ("company_place",), only(GO, "buyer")),
    "account:company-approvals": Row(only(OPEN, "buyer")),
    "account:company-approval": Row(
        only(OPEN, "buyer"), ("company_approval",), only(GO, "buyer"), {"do": "agree"}
    ),
    "account:company-roles": Row(
        only(OPEN, "buyer"), ("company_member",), only(GO, "buyer"), {"roles": ["buyer"]}
    ),
    "account:company-proof": Row(only(OPEN, "buyer")),
    "account:company-bills": Row(only(OPEN, "buyer")),
    "account:company-invite": Row(only(OPEN, "buyer"), (), only(GO, "buyer"), INVITED),
    "account:company-withdraw": Row(everyone(NO_GET), ("invitation",), only(GO, "buyer")),
    "account:company-remove": Row(everyone(NO_GET), ("company_member",), only(GO, "buyer")),
    "account:company-join": Row({**everyone(GONE), "guest": SIGN_IN}, args=("bad_token",)),
    "office:companies": Row(OFFICE),
    "office:company": Row(OFFICE, args=("company",)),
    "office:company-proof": Row(OFFICE, args=("company", "proof_which")),
    "office:verify-company": Row(OFFICE, ("company",), only(GO, "office"), {"until": NEXT_YEAR}),
    "office:lift-company": Row(only(NO_GET, "office"), ("company",), only(GO, "office")),
    "office:refuse-company": Row(OFFICE, ("company",), only(GO, "office"), {"why": "tidak cocok"}),
    "office:suspend-company": Row(OFFICE, ("company",), only(GO, "office"), {"why": "menunggak"}),
    "office:company-terms": Row(
        OFFICE, ("company",), only(GO, "office"), {"tempo_days": "14", "credit_limit": "1000", "why": "x"}
    ),
    "office:receivables": Row(OFFICE),
    "office:receivables-csv": Row(OFFICE),
    "office:receivables-company": Row(OFFICE, args=("company",)),
    "office:couriers": Row(OFFICE),
    "office:add-courier": Row(OFFICE),
    "office:courier": Row(OFFICE, args=("courier",)),
    "office:edit-courier": Row(OFFICE, args=("courier",)),
    "office:add-tariff": Row(OFFICE, args=("courier",)),
    "office:edit-tariff": Row(OFFICE, args=("courier", "tariff")),
    "office:end-tariff": Row(OFFICE, args=("courier", "tariff")),
    "office:ready": Row(OFFICE, post=only(OPEN, "office")),
    "office:statements": Row(OFFICE),
    "office:statement-sample": Row(OFFICE, args=("layout",)),
    "office:statement": Row(OFFICE, args=("statement",)),
    "office:start-statement": Row(only(NO_GET, "office"), ("statement",), only(GO, "office")),
    "office:refuse-statement": Row(only(NO_GET, "office"), ("statement",), only(GO, "office")),
    "office:bank-line": Row(OFFICE, ("line",), only(GO, "office")),
    "office:approvals": Row(OFFICE),
    "office:approval": Row(OFFICE, args=("approval",)),
    "office:confirm-approval": Row(only(NO_GET, "office"), ("approval",), only(GO, "office")),
    "office:reject-approval": Row(
        only(NO_GET, "office"), ("approval",), only(GO, "office"), {"why": "salah"}
    ),
    "office:withdraw-approval": Row(only(NO_GET, "office"), ("approval",), only(GO, "office")),
    "office:refunds": Row(OFFICE),
    "office:pay-refund": Row(OFFICE, args=("refund",)),
    "office:payouts": Row(OFFICE),
    "office:draft-payouts": Row(only(NO_GET, "office"), (), only(GO, "office")),
    "office:payout-accounts": Row(OFFICE),
    "office:payout-account": Row(OFFICE, args=("payout_account",)),
    "office:payout-batch": Row(OFFICE, ("payout_batch",), only(OPEN, "office")),
    "office:payout-file": Row(only(HIDDEN, "office"), args=("payout_batch",)),  # not approved yet
    "office:move-batch": Row(only(NO_GET, "office"), ("payout_batch", "batch_step"), only(GO, "office")),
    "office:payout": Row(OFFICE, args=("payout",)),
    "office:card-payments": Row(OFFICE),
    "office:disputes": Row(OFFICE),
    "office:dispute": Row(OFFICE, ("dispute",), only(GO, "office")),
    "account:proforma": Row(everyone(OPEN), args=("export_token",)),
    "office:proforma": Row(OFFICE, args=("order",)),
    "office:overseas": Row(OFFICE),
    "office:letters": Row(OFFICE),
    "office:letter": Row(OFFICE, args=("letter",)),
    "office:move-letter": Row(only(NO_GET, "office"), ("letter",), only(GO, "office"), {"to": "presented"}),
    "office:add-letter": Row(OFFICE, args=("balance",)),
    "office:rates": Row(OFFICE, post=only(OPEN, "office")),
    "office:exchanges": Row(OFFICE),
    "office:exchange": Row(
        OFFICE, ("rate_lock",), only(OPEN, "office"), {"received": "1", "bank_reference": "X"}
    ),
}
