"""Which requests are modelled, and by what."""

import re
from collections.abc import Callable
from typing import Any

from tests.fakestripe import checkout, contract, refunds
from tests.fakestripe.errors import invalid, not_modelled
from tests.fakestripe.wire import integer
from tests.fakestripe.world import API_VERSION, Row, World

KINDS = {
    "checkout/sessions": "checkout.session",
    "payment_intents": "payment_intent",
    "charges": "charge",
    "refunds": "refund",
    "balance_transactions": "balance_transaction",
    "disputes": "dispute",
    "events": "event",
}
FILTERS = ("payment_intent", "charge", "type", "source", "currency", "status")
CREATED = {
    "gt": lambda made, asked: made > asked,
    "gte": lambda made, asked: made >= asked,
    "lt": lambda made, asked: made < asked,
    "lte": lambda made, asked: made <= asked,
}
METHOD_TYPES_GONE = "2026-09-30"  # since Endive
ID = r"(?P<id>[a-z]+_\w+)"
COLLECTION = f"(?P<collection>{'|'.join(KINDS)})"
Work = Callable[[World, dict[str, Any], dict[str, str]], Row]


def get(world: World, params: dict[str, Any], where: dict[str, str]) -> Row:
    return world.get(where["id"], KINDS[where["collection"]])


def listing(world: World, params: dict[str, Any], where: dict[str, str]) -> Row:
    """Newest first, page by page, narrowed by what Stripe can narrow by."""
    rows = world.of(KINDS[where["collection"]])
    for name in FILTERS:
        if name in params:
            rows = [row for row in rows if row.get(name) == params[name]]
    created = params.get("created", {})
    for name, seconds in (created if isinstance(created, dict) else {}).items():
        rows = [row for row in rows if CREATED[name](row["created"], int(seconds))]
    if "starting_after" in params:
        last = world.rows.get(params["starting_after"])
        if last is None:
            raise invalid(
                f"No such object: '{params['starting_after']}'", "resource_missing", "starting_after"
            )
        rows = [row for row in rows if row["_order"] < last["_order"]]
    most = integer(params, "limit", 10)
    if not 1 <= most <= 100:
        raise invalid("This value must be between 1 and 100.", "parameter_invalid_integer", "limit")
    data = [world.shown(row) for row in rows[:most]]
    return {"object": "list", "url": f"/v1/{where['collection']}", "has_more": len(rows) > most, "data": data}


def expire(world: World, params: dict[str, Any], where: dict[str, str]) -> Row:
    return checkout.expire(world, world.get(where["id"], "checkout.session"))


# Method, path, what does it, the SDK's TypedDict of its parameters.
ROUTES: list[tuple[str, str, Work, str | None]] = [
    (
        "POST",
        "checkout/sessions",
        lambda world, params, where: checkout.create(world, params),
        "SessionCreateParams",
    ),
    ("POST", f"checkout/sessions/{ID}/expire", expire, "SessionExpireParams"),
    ("POST", "refunds", lambda world, params, where: refunds.create(world, params), "RefundCreateParams"),
    ("GET", COLLECTION, listing, None),
    ("GET", f"{COLLECTION}/{ID}", get, None),
]


def work(world: World, method: str, path: str, params: dict[str, Any], version: str) -> Row:
    """Do what is asked and give the answer with what was to be expanded. Raises `Refusal`."""
    for verb, pattern, does, params_class in ROUTES:
        found = re.fullmatch(f"/v1/{pattern}", path)
        if verb == method and found:
            check(params, params_class, version)
            return world.shown(does(world, params, found.groupdict()), params.get("expand", ()))
    raise not_modelled(f"{method} {path}")


def check(params: dict[str, Any], params_class: str | None, version: str) -> None:
    """Refuse parameters that this version does not have; the SDK only speaks for its own version."""
    if (
        params_class == "SessionCreateParams"
        and "payment_method_types" in params
        and version >= METHOD_TYPES_GONE
    ):
        raise invalid(
            "`payment_method_types` is no longer supported; use dynamic payment methods, "
            "`allowed_payment_method_types` or `excluded_payment_method_types`.",
            "payment_method_types_no_longer_supported",
            "payment_method_types",
        )
    if params_class and version == API_VERSION:
        unknown = contract.unknown(params, contract.parameters_class(params_class))
        if unknown:
            raise invalid(f"Received unknown parameter: {unknown}", "parameter_unknown", unknown)
