"""Questions and answers of the allocator as JSON, so that every run can be read and repeated later."""

import json
from collections.abc import Collection
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from marketplace.pooling.terms import Allocation, Bottleneck, Limit, Part, Reason, Supply, Wanted

Json = dict[str, Any]


def question(wanted: Wanted, supplies: Collection[Supply]) -> Json:
    """Offers stand in the order of their ids: the same question is the same text."""
    return {
        "wanted": asdict(wanted),
        "supplies": [asdict(one) for one in sorted(supplies, key=lambda one: one.id)],
    }


def read_question(data: Json) -> tuple[Wanted, list[Supply]]:
    return Wanted(**data["wanted"]), [Supply(**one) for one in data["supplies"]]


def answer(allocation: Allocation) -> Json:
    return asdict(allocation)


def read_answer(data: Json) -> Allocation:
    parts = tuple(Part(**{**one, "reason": Reason(one["reason"])}) for one in data["parts"])
    limits = tuple(Bottleneck(Limit(one["limit"]), one["within_reach"]) for one in data["bottlenecks"])
    return Allocation(**{**data, "parts": parts, "bottlenecks": limits})


def digest(data: Json) -> str:
    """Two questions are the same if this is. 64 letters."""
    return sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
