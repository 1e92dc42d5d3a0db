"""The fake over HTTP: clicked through page by page, its letters, its file, and where it refuses to start."""

import hashlib
import hmac
import http.client
import json
import queue
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
import stripe

from tests.fakestripe.fixtures import SECRET_KEY, WEBHOOK_SECRET
from tests.fakestripe.server import Refused, Server

BASE = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def letters():
    """A webhook of ours: (its address, what it received, the statuses that it answers with first)."""
    received, answers = queue.Queue(), []

    class Webhook(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.put((self.headers["Stripe-Signature"], body))
            self.send_response(answers.pop(0) if answers else 200)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Webhook)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook/", received, answers
    server.shutdown()
    server.server_close()


@pytest.fixture
def server(letters, tmp_path):
    server = Server(webhook=letters[0], secret=WEBHOOK_SECRET, path=tmp_path / "fakestripe.json")
    server.start()
    yield server
    server.shutdown()
    server.server_close()


def new_session(server, name="Kopi <b>"):
    client = stripe.StripeClient(SECRET_KEY, base_addresses={"api": server.url}, max_network_retries=0)
    price = {"currency": "idr", "unit_amount": 15_000_000, "product_data": {"name": name}}
    return client.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "line_items": [{"price_data": price, "quantity": 2}],
            "success_url": "http://shop.example/ok?s={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://shop.example/no",
        }
    )


def click(url, **form):
    """(status, where to, page): GET without a form, POST with one."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=5)
    head = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
    connection.request("POST" if form else "GET", parts.path, urlencode(form) if form else None, head)
    answer = connection.getresponse()
    page = answer.read().decode()
    connection.close()
    return answer.status, answer.getheader("Location"), page


def pull(server, lever, **asked):
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=5)
    connection.request("POST", f"/_fake/{lever}", json.dumps(asked), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    said = json.loads(answer.read())
    connection.close()
    return answer.status, said


def types(received, count):
    return [json.loads(received.get(timeout=5)[1])["type"] for _ in range(count)]


def test_from_a_declined_card_over_the_banks_question_to_the_shop(server):
    session = new_session(server)
    status, _, page = click(session.url)
    assert status == 200
    assert "Fake Stripe: no real money" in page
    assert "4000 0027 6000 3184" in page
    assert "Kopi &lt;b&gt; × 2" in page
    assert '<p id="total">IDR 300,000.00</p>' in page
    assert set(re.findall(r'id="(\w+)"', page)) == {"total", "card", "pay", "bank", "cancel"}
    status, _, page = click(session.url, card="4000 0000 0000 0002", method="card")
    assert status == 402
    assert '<p id="error" role="alert">Your card was declined.</p>' in page
    assert 'value="4000 0000 0000 0002"' in page
    status, bank, _ = click(session.url, card="4000002760003184", method="card")
    assert status == 303
    assert {"approve", "reject"} <= set(re.findall(r'id="(\w+)"', click(bank)[2]))
    page = click(bank, answer="no")[2]
    assert 'id="error"' in page
    assert f'action="/c/pay/{session.id}"' in page  # another card is tried where cards are taken
    _, bank, _ = click(session.url, card="4000 0027 6000 3184", method="card")
    assert click(bank, answer="yes")[:2] == (303, f"http://shop.example/ok?s={session.id}")
    assert 'id="closed"' in click(session.url)[2]
    assert 'id="closed"' in click(session.url, card="4242424242424242", method="card")[2]


def test_bank_and_nonsense(server):
    session = new_session(server)
    assert "Your card number is invalid." in click(session.url, card="<script>", method="card")[2]
    assert click(session.url, method="bank")[0] == 303
    assert pull(server, "settle", session=session.id) == (200, {"ok": True})
    assert pull(server, "settle", session=session.id)[0] == 400
    assert click(f"{server.url}/c/pay/cs_test_nobody")[0] == 404


def test_letters_are_signed_and_tried_again(server, letters):
    _, received, answers = letters
    answers.append(500)
    click(new_session(server).url, card="4242 4242 4242 4242", method="card")
    found = [received.get(timeout=5) for _ in range(5)]
    for signature, body in found:
        stripe.Webhook.construct_event(body, signature, WEBHOOK_SECRET)
        seconds, digest = re.fullmatch(r"t=(\d+),v1=(\w+)", signature).groups()
        by_hand = hmac.new(WEBHOOK_SECRET.encode(), f"{seconds}.".encode() + body, hashlib.sha256)
        assert digest == by_hand.hexdigest()
    events = [json.loads(body) for _, body in found]
    twice = [event["id"] for event in events].count(events[0]["id"])
    assert (len({event["id"] for event in events}), twice) == (4, 2)  # the refused one came again


@pytest.mark.parametrize(
    ("mode", "released", "wanted"),
    [
        ("duplicate", 0, ["expired", "expired"]),
        ("hold", 2, ["expired", "payment_intent.created"]),
        ("reverse", 2, ["payment_intent.created", "expired"]),
    ],
)
def test_letters_go_astray(server, letters, mode, released, wanted):
    pull(server, "webhooks", mode=mode)
    one = new_session(server)
    server.fake.handle("POST", f"/v1/checkout/sessions/{one.id}/expire", {"Authorization": "Bearer x"})
    if released:
        two = new_session(server)
        click(two.url, card="4000002760003184", method="card")
        server.fake.postman.held.pop()  # payment_intent.requires_action
        assert pull(server, "release") == (200, {"released": released})
    assert [kind.removeprefix("checkout.session.") for kind in types(letters[1], len(wanted))] == wanted


@pytest.mark.parametrize("mode", ["stale", "bad_signature"])
def test_a_letter_that_must_be_refused(server, letters, mode):
    pull(server, "webhooks", mode=mode)
    click(new_session(server).url, method="bank")
    signature, body = letters[1].get(timeout=5)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, signature, WEBHOOK_SECRET)


def test_a_dropped_letter_never_comes_and_a_lost_answer_is_lost(server, letters):
    pull(server, "webhooks", mode="drop")
    pull(server, "faults", faults=[{"path": "sessions", "when": "after", "status": 0}])
    with pytest.raises(stripe.APIConnectionError):
        new_session(server)
    sessions = server.fake.world.of("checkout.session")
    assert len(sessions) == 1
    click(sessions[0]["url"], method="bank")
    assert letters[1].empty()


def test_a_restart_knows_the_sessions_and_posts_what_lay_waiting(letters, tmp_path):
    path = tmp_path / "fakestripe.json"
    first = Server(secret=WEBHOOK_SECRET, path=path)
    first.start()
    session = new_session(first)
    click(session.url, method="bank")
    first.shutdown()
    first.server_close()
    second = Server(webhook=letters[0], secret=WEBHOOK_SECRET, path=path)
    second.start()
    wanted = ["payment_intent.created", "payment_intent.processing", "checkout.session.completed"]
    assert types(letters[1], 3) == wanted
    assert pull(second, "settle", session=session.id) == (200, {"ok": True})
    second.shutdown()
    second.server_close()


@pytest.mark.parametrize(
    ("head", "path"),
    [
        ({"Host": "shop.example", "Content-Type": "application/json"}, "/_fake/reset"),
        ({"Content-Type": "text/plain"}, "/_fake/reset"),
        ({"Host": "shop.example:80"}, "/v1/events"),
    ],
)
def test_a_page_elsewhere_reaches_nothing(server, head, path):
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=5)
    connection.request("POST", path, "{}", head)
    assert connection.getresponse().status == 403
    connection.close()


def test_not_in_production_and_only_on_this_machine(server, monkeypatch):
    assert server.server_address[0] == "127.0.0.1"
    monkeypatch.setenv("PRODUCTION", "1")
    with pytest.raises(Refused, match="PRODUCTION"):
        Server(secret=WEBHOOK_SECRET)
    asked = [sys.executable, "-m", "tests.fakestripe", "--port", "0"]
    said = subprocess.run(asked, cwd=BASE, capture_output=True, text=True, timeout=20)
    assert (said.returncode, "PRODUCTION" in said.stderr) == (1, True)
