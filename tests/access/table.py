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
ACT = {"get": only(NO_GET, "member"), "args": ("part",)}

TABLE: dict[str, Row] = {
    "healthz": PUBLIC,
    "readyz": PUBLIC,
    "robots": PUBLIC,
    "sitemap": PUBLIC,
    "media": Row(everyone(HIDDEN), args=("private_name",)),  # private files are not served here
    "catalogue:home": PUBLIC,
    "catalogue:index": PUBLIC,
    "catalogue:sector": Row(everyone(OPEN), args=("sector",)),
    "catalogue:detail": Row(everyone(OPEN), args=("slug", "product")),
    "pesantren:list": PUBLIC,
    "pesantren:detail": Row(everyone(OPEN), args=("pesantren",)),
    "search:search": PUBLIC,
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
    "checkout:address": Row({**everyone(GO), "buyer": OPEN}),
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
    "customer:password-reset": PUBLIC,
    "customer:password-reset-sent": PUBLIC,
    "customer:password-reset-confirm": Row(everyone(GONE), args=("uid", "bad_token")),
    "account:home": Row({**everyone(GO), "guest": SIGN_IN}),
    "account:orders": Row(SIGNED_IN),
    "account:order": Row(only(OPEN, "buyer"), args=("order",)),
    # The signed link is the key: whoever holds it opens it, as with a paper receipt (decision 0010).
    "account:guest-order": Row(everyone(OPEN), args=("token",)),
    "account:invoice": Row(everyone(OPEN), args=("token",)),
    "account:cancel": Row(everyone(OPEN), args=("token",), post=everyone(GO)),
    "account:sign": Row(everyone(OPEN), args=("signable_token", "signable_part")),
    "account:photo": Row(everyone(HIDDEN), args=("token", "photo")),  # a photo of another order
    "workspace:home": Row(MEMBERS),
    "workspace:fulfilments": Row(MEMBERS),
    "workspace:products": Row(MEMBERS),
    "workspace:fulfilment": Row(only(OPEN, "member"), args=("part",)),
    "workspace:accept": Row(**ACT, post=only(GO, "member")),
    "workspace:decline": Row(only(OPEN, "member"), ("part",), only(GO, "member"), {"why": "panen gagal"}),
    "workspace:pack": Row(**ACT, post=only(GO, "member")),
    "workspace:hand-over": Row(
        only(OPEN, "member"), ("part",), only(GO, "member"), {"carrier": "JNE", "tracking_number": "1"}
    ),
    "workspace:delivered": Row(only(OPEN, "member"), ("part",), only(GO, "member")),
    "workspace:delivery-note": Row(only(OPEN, "member"), args=("part",)),
    "workspace:photo": Row(only(HIDDEN, "member"), args=("part", "photo")),
    "office:home": Row(STAFF),
    "office:orders": Row(OFFICE),
    "office:order": Row(OFFICE, args=("order",)),
    "office:parts": Row(STAFF),
    "office:part": Row(STAFF, args=("part",)),
    "office:decline-part": Row(OFFICE, ("part",), only(GO, "office"), {"why": "tidak menjawab"}),
    "office:deliver-part": Row(OFFICE, ("part",), only(GO, "office")),
    "office:photo": Row(only(HIDDEN, "office", "export"), args=("part", "photo")),
    "office:transfers": Row(OFFICE),
    "office:transfer": Row(OFFICE, args=("receipt",)),
    "office:match": Row(OFFICE, args=("receipt",)),
    "office:return-transfer": Row(OFFICE, ("receipt",), only(GO, "office"), {"why": "tidak dikenal"}),
    "office:refunds": Row(OFFICE),
    "office:pay-refund": Row(OFFICE, args=("refund",)),
}
