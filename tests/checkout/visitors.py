"""Visitors who buy: over real sockets with own cookies, or through the test client. Pages in English."""

import re
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import unescape
from http.client import HTTPMessage
from http.cookiejar import CookieJar
from typing import Any, Protocol

from django.test import Client

ADDRESS = {
    "name": "Contoh Pembeli",
    "email": "pembeli@example.com",
    "phone": "0812 3456 7890",
    "regency": "32.73",
    "district": "Coblong",
    "village": "Dago",
    "line1": "Jl. Contoh No. 1",
    "postcode": "40135",
    "note": "",
}


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    text: str


class Visitor(Protocol):
    def get(self, path: str) -> Answer: ...

    def post(self, path: str, data: dict[str, Any]) -> Answer: ...


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


class SocketVisitor:
    """One person's browser without a window: real HTTP, own cookie jar, CSRF token from the cookie."""

    def __init__(self, base: str) -> None:
        self.base, self.jar = base, CookieJar()
        self._opener = urllib.request.build_opener(
            _NoRedirect, urllib.request.HTTPCookieProcessor(self.jar), urllib.request.ProxyHandler({})
        )

    def get(self, path: str) -> Answer:
        return self._send(urllib.request.Request(self.base + path))

    def post(self, path: str, data: dict[str, Any]) -> Answer:
        token = next((cookie.value for cookie in self.jar if cookie.name == "csrftoken"), "")
        body = urllib.parse.urlencode(data | {"csrfmiddlewaretoken": token}).encode()
        return self._send(urllib.request.Request(self.base + path, data=body))

    def _send(self, request: urllib.request.Request) -> Answer:
        try:
            with self._opener.open(request, timeout=60) as answer:
                return _answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            return _answer(error.code, error.headers, error.read())

    def twin(self) -> "SocketVisitor":
        """A second tab: the same cookies, its own connection."""
        other = SocketVisitor(self.base)
        for cookie in self.jar:
            other.jar.set_cookie(cookie)
        return other


def _answer(status: int, headers: HTTPMessage, body: bytes) -> Answer:
    return Answer(status, headers.get("Location", ""), unescape(body.decode()))


class ClientVisitor:
    """The same through Django's test client."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, path: str) -> Answer:
        return self._answer(self.client.get(path))

    def post(self, path: str, data: dict[str, Any]) -> Answer:
        return self._answer(self.client.post(path, data))

    def _answer(self, response: Any) -> Answer:
        return Answer(response.status_code, response.get("Location", ""), unescape(response.content.decode()))


def fill_basket(visitor: Visitor, lines: Sequence[tuple[Any, int]]) -> None:
    for product, quantity in lines:
        assert visitor.get(f"/en/basket/add/{product.pk}/").status == 200
        answer = visitor.post(f"/en/basket/add/{product.pk}/", {"quantity": quantity})
        assert (answer.status, answer.location) == (302, "/en/basket/"), answer.text


def to_review(visitor: Visitor, address: dict[str, str] = ADDRESS) -> dict[str, str]:
    """Address and delivery (the preselected ways); returns the hidden fields of the last button."""
    answer = visitor.post("/en/checkout/", address)
    assert answer.location == "/en/checkout/delivery/", answer.text
    answer = visitor.post("/en/checkout/delivery/", chosen_ways(visitor.get("/en/checkout/delivery/").text))
    assert answer.location == "/en/checkout/review/", answer.text
    return hidden(visitor.get("/en/checkout/review/").text)


def chosen_ways(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="radio"[^>]*name="(way-\d+)" value="([\w-]+)" checked>', page))


def hidden(page: str) -> dict[str, str]:
    """place_key and shown as the review page carries them."""
    return {name: _value(page, name) for name in ("place_key", "shown")}


def _value(page: str, name: str) -> str:
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    assert found, f"no {name} on the page"
    return found.group(1)


def place(visitor: Visitor, fields: dict[str, str]) -> Answer:
    return visitor.post("/en/checkout/review/", fields)


def all_at_once(jobs: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """Run all jobs in threads that start together."""
    barrier = threading.Barrier(len(jobs))
    answers: list[Any] = [None] * len(jobs)

    def run(index: int, job: Callable[[], Answer]) -> None:
        barrier.wait(timeout=60)
        answers[index] = job()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert None not in answers, "a buyer never got an answer"
    return answers
