"""The SDK is its own contract: its TypedDicts name every parameter, its classes every field of the pinned version.

It moves with the pin of `stripe`; no file of Stripe's specification is kept here.
"""

import functools
import re
import sys
from typing import Any


def parameters_class(name: str) -> type:
    import stripe.params
    import stripe.params.checkout

    found = getattr(stripe.params.checkout if name.startswith("Session") else stripe.params, name)
    assert isinstance(found, type)
    return found


@functools.lru_cache(None)
def known(params: type) -> dict[str, list[type]]:
    """{parameter: the TypedDicts that may stand there}."""
    from stripe._request_options import RequestOptions

    options = set(RequestOptions.__annotations__) - {"expand"}
    names = vars(sys.modules[params.__module__])
    return {
        key: [names[word] for word in re.findall(r"\b([A-Z]\w+Params\w+)", str(note)) if word in names]
        for key, note in params.__annotations__.items()
        if key not in options
    }


def unknown(sent: dict[str, Any], params: type, prefix: str = "") -> str | None:
    """The first parameter that Stripe would not know, in its bracket notation."""
    fields = known(params)
    for key, value in sent.items():
        name = f"{prefix}[{key}]" if prefix else key
        if key not in fields:
            return name
        many = isinstance(value, list)
        for number, one in enumerate(value if many else [value]):
            if fields[key] and isinstance(one, dict):
                where = f"{name}[{number}]" if many else name
                found = [unknown(one, inner, where) for inner in fields[key]]
                if None not in found:
                    return found[0]
    return None


def lacking(row: dict[str, Any], resource: type) -> list[str]:
    """Fields that the SDK's class always has and this object has not."""
    return [
        key
        for key, note in resource.__annotations__.items()
        if not re.search("Optional|NotRequired|ClassVar", str(note)) and key not in row and key != "deleted"
    ]
