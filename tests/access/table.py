"""Who may open what: every URL of the site × every role.

`OPEN` 200, `SIGN_IN` redirect to the sign-in page, `HIDDEN` 404 (an outsider does not learn that it exists),
`GO` redirect elsewhere, `NO_GET` 405 (the address takes only POST), `GONE` 410 (a link that is used up).
A URL that is missing here fails the test.
"""

from dataclasses import dataclass, field
from typing import Any

ROLES = ("guest", "buyer", "other_buyer", "member", "other_member", "office", "export")
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
INVITED = {"email": "x@example.com", "role": "buyer"}
ACT = {"get": only(NO_GET, "member"), "args": ("part",)}
POST_OF_MEMBERS = only(NO_GET, "member", "other_member")
ON_DRAFT = {"get": POST_OF_MEMBERS, "args": ("draft",)}

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
    "pesantren:list": PUBLIC,
    "pesantren:detail": Row(everyone(OPEN), args=("pesantren",)),
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
    "workspace:money": Row(MEMBERS),
    "workspace:bank-account": Row(only(OPEN, "member"), args=("pesantren",)),
    "workspace:withdraw-account": Row(
        only(NO_GET, "member", "other_member"), ("pesantren",), only(GO, "member")
    ),
    "workspace:statement-months": Row(only(OPEN, "member"), args=("pesantren",)),
    "workspace:statement": Row(only(OPEN, "member"), args=("pesantren", "year", "month")),
    "workspace:statement-pdf": Row(only(OPEN, "member"), args=("pesantren", "year", "month")),
    "workspace:statement-csv": Row(only(OPEN, "member"), args=("pesantren", "year", "month")),
    "workspace:products": Row(MEMBERS),
    "workspace:new-listing": Row(MEMBERS),
    "workspace:listing": Row(only(OPEN, "member"), args=("product",)),
    "workspace:draft": Row(only(OPEN, "member"), args=("draft",)),
    "workspace:keep-draft": Row(**ON_DRAFT, post=only(OPEN, "member"), data={"name": "Sarung"}),
    "workspace:listing-photos": Row(only(OPEN, "member"), ("product",), only(422, "member"), {"key": "x"}),
    "workspace:move-photo": Row(POST_OF_MEMBERS, ("draft", "listing_photo"), only(GO, "member")),
    "workspace:change-listing": Row(
        only(OPEN, "member"), ("product", "listing_change"), only(GO, "member"), {"stock": "90", "seen": "99"}
    ),
    "workspace:move-listing": Row(POST_OF_MEMBERS, ("draft", "listing_step"), only(GO, "member")),
    "account:join": Row(SIGNED_IN, post=only(OPEN, "buyer", others=OPEN), data={"nspp": "1"}),
    "account:join-withdraw": Row(
        {**everyone(NO_GET), "guest": SIGN_IN}, post=only(HIDDEN, "other_buyer", "buyer"), data={}
    ),
    "office:pesantren-list": Row(OFFICE),
    "office:pesantren": Row(OFFICE, args=("pesantren",)),
    "office:sign-in-link": Row(only(NO_GET, "office"), ("pesantren", "membership"), only(OPEN, "office")),
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
    "workspace:insights": Row(only(OPEN, "member"), args=("pesantren",)),
    "workspace:permits": Row(MEMBERS),
    "workspace:add-permit": Row(MEMBERS),
    "workspace:withdraw-permit": Row(POST_OF_MEMBERS, ("permit",), only(GO, "member")),
    "workspace:permit-evidence": Row(only(OPEN, "member"), args=("permit",)),
    "office:permits": Row(OFFICE),
    "office:permit": Row(OFFICE, args=("permit",)),
    "office:permit-evidence": Row(OFFICE, args=("permit",)),
    "office:confirm-permit": Row(only(NO_GET, "office"), ("permit",), only(GO, "office")),
    "office:refuse-permit": Row(OFFICE, ("permit",), only(GO, "office"), {"why": "buram"}),
    "workspace:days-off": Row(
        only(OPEN, "member"),
        ("pesantren",),
        only(GO, "member"),
        {"first": "2027-01-04", "last": "2027-01-05"},
    ),
    "workspace:fulfilment": Row(only(OPEN, "member"), args=("part",)),
    "workspace:accept": Row(**ACT, post=only(GO, "member")),
    "workspace:decline": Row(only(OPEN, "member"), ("part",), only(GO, "member"), {"why": "panen gagal"}),
    "workspace:pack": Row(**ACT, post=only(GO, "member")),
    "workspace:hand-over": Row(
        only(OPEN, "member"), ("part",), only(GO, "member"), {"carrier": "JNE", "tracking_number": "1"}
    ),
    "workspace:delivered": Row(only(OPEN, "member"), ("part",), only(GO, "member")),
    "workspace:credit-note": Row(only(OPEN, "member"), args=("part", "credit_note")),
    "workspace:delivery-note": Row(only(OPEN, "member"), args=("part",)),
    "workspace:photo": Row(only(HIDDEN, "member"), args=("part", "photo")),
    "office:home": Row(STAFF),
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
    "account:company": Row(SIGNED_IN),
    "account:company-edit": Row({**SIGNED_IN, "buyer": GO}),  # the buyer's company is verified: facts stand
    "account:company-proof": Row(only(OPEN, "buyer")),
    "account:company-bills": Row(only(OPEN, "buyer")),
    "account:company-invite": Row(only(OPEN, "buyer"), (), only(GO, "buyer"), INVITED),
    "account:company-withdraw": Row(everyone(NO_GET), ("invitation",), only(GO, "buyer")),
    "account:company-remove": Row(everyone(NO_GET), ("company_member",), only(GO, "buyer")),
    "account:company-join": Row({**everyone(GONE), "guest": SIGN_IN}, args=("bad_token",)),
    "office:companies": Row(OFFICE),
    "office:company": Row(OFFICE, args=("company",)),
    "office:company-proof": Row(OFFICE, args=("company",)),
    "office:verify-company": Row(only(NO_GET, "office"), ("company",), only(GO, "office")),
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
