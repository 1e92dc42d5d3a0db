"""The whole fake in one object: requests in, answers out, under one lock."""

import json
import re
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from tests.fakestripe import checkout, control, pages, refunds, routes, wire
from tests.fakestripe.errors import Refusal
from tests.fakestripe.faults import Fault, Faults
from tests.fakestripe.idempotency import Slots
from tests.fakestripe.webhooks import Postman
from tests.fakestripe.world import API_VERSION, World

LOST = 0  # a status that closes the connection without an answer


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Asked:
    """One request to the API."""

    method: str
    path: str
    params: dict[str, Any]
    headers: dict[str, str]
    number: str = field(default_factory=lambda: f"req_{uuid.uuid4().hex[:14]}")

    @property
    def key(self) -> str | None:
        return self.headers.get("idempotency-key") if self.method == "POST" else None

    @property
    def version(self) -> str:
        return self.headers.get("stripe-version") or API_VERSION

    @property
    def fingerprint(self) -> str:
        return json.dumps([self.method, self.path, self.params], sort_keys=True)

    def answer(self, status: int, text: str, **more: str) -> Answer:
        head = {"Content-Type": "application/json", "Request-Id": self.number, "Stripe-Version": self.version}
        if self.key:
            head["Idempotency-Key"] = self.key
        return Answer(status, {**head, **more}, text.encode())


class FakeStripe:
    """Safe to call from several threads."""

    def __init__(self, world: World, postman: Postman) -> None:
        self.world, self.postman = world, postman
        self.lock = threading.RLock()
        self.slots, self.faults = Slots(), Faults()
        self.log: list[dict[str, Any]] = []
        saved = world.load()
        self.slots.load(saved.get("slots", {}))
        world.listener = postman.post
        for event in reversed(world.of("event")):
            if event["pending_webhooks"]:
                postman.post(event)  # a restart lost nobody's letter

    def handle(self, method: str, url: str, headers: dict[str, str], body: bytes = b"") -> Answer:
        """Answer one request: to the API, to a page, or to the hidden levers under /_fake/."""
        parts = urlsplit(url)
        if parts.path.startswith("/_fake/"):
            with self.lock:
                return Answer(*control.answer(self, method, parts.path.removeprefix("/_fake/"), body))
        if not parts.path.startswith(("/v1/", "/v2/")):
            with self.lock:
                self.tick()
                answer = Answer(*pages.answer(self.world, method, parts.path, body.decode()))
                self.save()
                return answer
        form = parts.query if method in {"GET", "DELETE"} else body.decode()
        small = {name.lower(): value for name, value in headers.items()}
        return self.api(Asked(method, parts.path, wire.parse(form), small))

    def api(self, asked: Asked) -> Answer:
        self.pause(asked, "before")
        with self.lock:
            self.log.append(
                {"method": asked.method, "path": asked.path, "params": asked.params, "key": asked.key}
            )
            try:
                stored = self.opened(asked)
            except Refusal as refusal:
                return asked.answer(refusal.status, json.dumps(refusal.body))
            if stored:
                return asked.answer(*stored, **{"Idempotent-Replayed": "true"})
        fault = self.pause(asked, "during")
        with self.lock:
            status, text, after = self.worked(asked, fault)
        if after and after.delay:
            time.sleep(after.delay)
        return asked.answer(LOST if after and after.status == LOST else status, text)

    def pause(self, asked: Asked, when: str) -> Fault | None:
        """The fault meant for now; one that only waits is over when this returns."""
        with self.lock:
            fault = self.faults.take(when, asked.method, asked.path)
        if fault and fault.delay:
            time.sleep(fault.delay)
        if fault and when == "before" and fault.status:
            asked.headers["fault"] = str(fault.status)
        return fault

    def opened(self, asked: Asked) -> tuple[int, str] | None:
        """The stored answer to an earlier try. Raises `Refusal` for what is not even looked at."""
        if not re.match(r"(Bearer|Basic) \S+", asked.headers.get("authorization", "")):
            raise Refusal(401, "invalid_request_error", "You did not provide an API key.")
        if "fault" in asked.headers:
            raise Refusal(int(asked.headers["fault"]), "api_error", "A fault of the fake, before any work.")
        if asked.key is None:
            return None
        slot = self.slots.open(asked.key, asked.fingerprint, self.world.now())
        return (slot.status, slot.body) if slot else None

    def worked(self, asked: Asked, fault: Fault | None) -> tuple[int, str, Fault | None]:
        """Do it, keep the answer under the key, save."""
        self.tick()
        self.world.request = {"id": asked.number, "idempotency_key": asked.key}
        status, body, stored = self.result(asked, fault)
        after = self.faults.take("after", asked.method, asked.path) if status == 200 else None
        if after and after.status:
            status, body = (
                after.status,
                {"error": {"type": "api_error", "message": "A fault, after the work."}},
            )
        text = json.dumps(body)
        if asked.key and stored:
            self.slots.close(asked.key, status, text)
        elif asked.key:
            self.slots.free(asked.key)
        self.world.request = {"id": None, "idempotency_key": None}
        self.save()
        return status, text, after

    def result(self, asked: Asked, fault: Fault | None) -> tuple[int, dict[str, Any], bool]:
        """(status, body, whether a retry gets the same)."""
        try:
            if fault and fault.status:
                raise Refusal(fault.status, "api_error", "A fault of the fake, during the work.", stored=True)
            return 200, routes.work(self.world, asked.method, asked.path, asked.params, asked.version), True
        except Refusal as refusal:
            return refusal.status, refusal.body, refusal.stored
        except BaseException:
            if asked.key:
                self.slots.free(asked.key)
            raise

    def tick(self) -> None:
        """What time alone brings about."""
        checkout.expire_due(self.world)
        checkout.settle_due(self.world)
        refunds.fail_due(self.world)

    def save(self) -> None:
        self.world.save(slots=self.slots.saved())
