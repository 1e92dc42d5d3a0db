"""Somebody's browser without a window, with an address of its own (X-Forwarded-For), so that no limit is met."""

import gzip
import http.client
import re
import time
from dataclasses import dataclass
from html import unescape
from http.cookies import SimpleCookie
from itertools import count
from urllib.parse import urlencode

NUMBERS = count(1)
PATIENCE = 120


class Failed(Exception):
    """A page answered otherwise than it has to; the text says which."""


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    text: str
    queries: int
    ms: float


class Visitor:
    def __init__(self, port: int) -> None:
        number = next(NUMBERS)
        self.port, self.cookies = port, dict[str, str]()
        self.address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"

    def get(self, path: str) -> Answer:
        return self._send("GET", path, None)

    def post(self, path: str, data: dict[str, str]) -> Answer:
        token = self.cookies.get("csrftoken", "")
        return self._send("POST", path, urlencode(data | {"csrfmiddlewaretoken": token}))

    def _send(self, method: str, path: str, body: str | None) -> Answer:
        headers = {
            "X-Forwarded-For": self.address,
            "Accept-Encoding": "gzip",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        began = time.perf_counter()
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        content = response.read()
        ms = (time.perf_counter() - began) * 1000
        connection.close()
        for header in response.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(header).items()}
        return Answer(
            response.status, response.headers.get("Location", ""), _text(response, content),
            int(response.headers.get("X-Queries", 0)), ms,
        )  # fmt: skip


def _text(response: http.client.HTTPResponse, content: bytes) -> str:
    if response.headers.get("Content-Encoding") == "gzip":
        content = gzip.decompress(content)
    return content.decode("utf-8", "replace")


def field(page: str, name: str) -> str:
    """The value of an input of the page."""
    for tag in re.findall(r"<input[^>]*>", page):
        if f' name="{name}"' in tag and (value := re.search(r' value="([^"]*)"', tag)):
            return unescape(value[1])
    raise Failed(f"The page has no field {name}.")


def ways(page: str) -> dict[str, str]:
    """The preselected ways of delivery."""
    return dict(re.findall(r'<input type="radio"[^>]*name="(way-\d+)" value="([\w-]+)" checked>', page))
