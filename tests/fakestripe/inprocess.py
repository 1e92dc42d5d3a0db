"""Stripe's own SDK on the fake without a socket: `stripe.StripeClient(key, http_client=InProcess(fake))`."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import stripe

from tests.fakestripe.api import LOST, FakeStripe


class InProcess(stripe.HTTPClient):
    name = "fakestripe"

    def __init__(self, fake: FakeStripe) -> None:
        super().__init__()
        self.fake = fake

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **more: Any
    ) -> tuple[str, int, Mapping[str, str]]:
        parts = urlsplit(url)
        body = post_data.encode() if isinstance(post_data, str) else post_data or b""
        where = f"{parts.path}?{parts.query}"
        answer = self.fake.handle(method.upper(), where, dict(headers or {}), body)
        if answer.status == LOST:
            raise stripe.APIConnectionError(
                "A fault of the fake: the connection was lost.", should_retry=True
            )
        return answer.body.decode(), answer.status, answer.headers

    def _sleep_time_seconds(self, num_retries: int) -> float:
        return 0  # tests need not wait between tries

    def close(self) -> None:
        """Nothing is open."""
