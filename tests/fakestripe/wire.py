"""What the SDK sends: `line_items[0][price_data][currency]=idr` becomes nested dicts and lists of texts."""

import re
from typing import Any
from urllib.parse import parse_qsl

from tests.fakestripe.errors import invalid


def parse(form: str) -> dict[str, Any]:
    root: dict[str, Any] = {}
    for name, value in parse_qsl(form, keep_blank_values=True):
        put(root, re.findall(r"[^\[\]]+|(?<=\[)(?=\])", name), value)
    return {name: value if name == "metadata" else with_lists(value) for name, value in root.items()}


def put(root: dict[str, Any], path: list[str], value: str) -> None:
    """`expand[]` counts on by itself."""
    here = root
    for step in path[:-1]:
        here = here.setdefault(step or str(len(here)), {})
        if not isinstance(here, dict):
            raise invalid(f"Invalid parameter: {step}", "parameter_invalid", path[0])
    here[path[-1] or str(len(here))] = value


def with_lists(value: Any) -> Any:
    """Dicts whose keys are all numbers become lists; what stands under "metadata" stays as it is."""
    if not isinstance(value, dict):
        return value
    inner = {key: part if key == "metadata" else with_lists(part) for key, part in value.items()}
    if inner and all(key.isdigit() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner


def integer(params: dict[str, Any], name: str, default: int | None = None) -> int:
    """A whole number, as Stripe reads one: no point, no exponent."""
    if name not in params:
        if default is None:
            raise invalid(f"Missing required param: {name}.", "parameter_missing", name)
        return default
    text = str(params[name])
    if not re.fullmatch(r"-?[0-9]+", text):
        raise invalid(f"Invalid integer: {text}", "parameter_invalid_integer", name)
    return int(text)
