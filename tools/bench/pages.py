"""The pages: what is asked for each, a little different every time, as many times as somebody wants."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import count, cycle
from typing import Any

from tools.bench import market
from tools.bench.visitor import Answer, Failed, Visitor, field, ways

Request = Callable[[], Answer]  # everything before it has happened: only the request itself is measured
# At 100,000 products each has 900 to 15,500 hits.
WORDS = [
    "kopi",
    "sarung",
    "mukena",
    "keripik",
    "beras",
    "madu",
    "batik",
    "ikan",
    "kopi robusta",
    "keripik singkong",
]
MISTYPED = [
    "koppi",
    "sarnug",
    "mukenna",
    "kripek",
    "berras",
    "maddu",
    "battik",
    "ikann",
    "kopi robsta",
    "kripek sngkong",
]
ADDRESS = {
    "name": "Contoh Pembeli", "email": "pembeli@example.com", "phone": "0812 3456 7890", "regency": "32.73",
    "district": "Coblong", "village": "Dago", "line1": "Jl. Contoh No. 1", "postcode": "40135", "note": "",
}  # fmt: skip


class Pages:
    """What a visitor of this shop can ask."""

    def __init__(self, port: int, settings: dict[str, str]) -> None:
        self.port, self.settings = port, settings
        self.goods = cycle(market.goods(settings, 40))

    def all(self) -> dict[str, Iterator[Request]]:
        return {
            "base": self._same("/bench/base/"),
            "list": self._same("/products/"),
            "list_page_100": self._same("/products/?page=100"),
            "facets": self._each(self._filtered()),
            "search": self._each(f"/search/?q={word.replace(' ', '+')}" for word in cycle(WORDS)),
            "search_typo": self._each(f"/search/?q={word.replace(' ', '+')}" for word in cycle(MISTYPED)),
            "product": self._each(path for _pk, path, _least in self.goods),
            "add_to_basket": self._adding(),
            "place_order": self._placing(),
            "workspace_orders": self._at_work("/workspace/orders/"),
        }

    def _same(self, path: str) -> Iterator[Request]:
        return self._each(cycle([path]))

    def _each(self, paths: Iterator[str] | Any) -> Iterator[Request]:
        visitor = Visitor(self.port)
        for path in paths:
            yield partial(_shown, visitor, path)

    def _filtered(self) -> Iterator[str]:
        """Three filters, one of them never the same, so that no kept count answers."""
        kinds = cycle(["courier", "cargo", "vehicle", "pickup"])
        for number in count():
            yield f"/products/?delivery={next(kinds)}&minimum=100&price_to={90_000 + number * 1000}"

    def _at_work(self, path: str) -> Iterator[Request]:
        visitor = Visitor(self.port)
        visitor.cookies["sessionid"] = market.signed_in(self.settings)
        while True:
            yield partial(_shown, visitor, path)

    def _adding(self) -> Iterator[Request]:
        """A new guest's first goods."""
        for pk, path, least in self.goods:
            visitor = Visitor(self.port)
            _expect(200, path, visitor.get(path))
            yield partial(_added, visitor, pk, least)

    def _placing(self) -> Iterator[Request]:
        """The last button, after the whole way to it."""
        for pk, path, least in self.goods:
            visitor = Visitor(self.port)
            _expect(200, path, visitor.get(path))
            _added(visitor, pk, least)
            _expect(302, "address", visitor.post("/checkout/", ADDRESS))
            page = _expect(200, "delivery", visitor.get("/checkout/delivery/")).text
            _expect(302, "delivery", visitor.post("/checkout/delivery/", ways(page)))
            page = _expect(200, "review", visitor.get("/checkout/review/")).text
            fields = {name: field(page, name) for name in ("place_key", "shown")}
            yield partial(_placed, visitor, fields)


def _added(visitor: Visitor, pk: int, least: int) -> Answer:
    return _expect(302, "basket", visitor.post(f"/basket/add/{pk}/", {"quantity": str(least)}))


def _shown(visitor: Visitor, path: str) -> Answer:
    return _expect(200, path, visitor.get(path))


def _placed(visitor: Visitor, fields: dict[str, str]) -> Answer:
    answer = visitor.post("/checkout/review/", fields)
    if "/thanks/" not in answer.location:
        raise Failed(f"No order was placed: {answer.status} {answer.location} {answer.text[:500]}")
    return answer


def _expect(status: int, what: str, answer: Answer) -> Answer:
    if answer.status != status:
        raise Failed(f"{what} answered {answer.status} {answer.location}: {answer.text[-800:]}")
    return answer
