"""The hosted pages: plain HTML, no script, stable ids, usable on a phone and by ear."""

import re
from html import escape
from urllib.parse import parse_qs

from tests.fakestripe import checkout, money, payments
from tests.fakestripe.world import Row, World

Page = tuple[int, dict[str, str], bytes]
HEAD = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}
STYLE = """
body { margin: 0; font: 1.125rem/1.5 system-ui, sans-serif; color: #1b1b1b; background: #fff; }
main { max-width: 34rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
.fake { padding: .75rem; border: 2px solid #8a1c1c; color: #8a1c1c; font-weight: bold; }
#total { font-size: 1.75rem; font-weight: bold; }
#error, #closed { padding: .75rem; border-left: .3rem solid #8a1c1c; background: #fdf0f0; }
label { display: block; font-weight: bold; }
input, button { box-sizing: border-box; width: 100%; min-height: 3rem; margin: .25rem 0 1rem; padding: .5rem .75rem;
  font: inherit; border: 2px solid #555; border-radius: .375rem; }
button { color: #fff; background: #23418e; border-color: #23418e; cursor: pointer; }
button.second { color: #23418e; background: #fff; }
a { color: #23418e; display: inline-block; padding: .6rem 0; }
:focus-visible { outline: 3px solid #d97706; outline-offset: 2px; }
dt { font-weight: bold; }
dd { margin: 0 0 .5rem; }
"""
TEST_NUMBERS = [
    ("4242 4242 4242 4242", "pays"),
    ("4000 0000 0000 0002", "is declined"),
    ("4000 0027 6000 3184", "the bank asks first (3-D Secure)"),
    ("4000 0000 0000 0259", "pays, then the buyer disputes it"),
    ("4000 0000 0000 5126", "pays; a later refund fails"),
]


def answer(world: World, method: str, path: str, body: str) -> Page:
    """/c/pay/<session> and /3ds/<payment intent>."""
    form = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
    checkout_page = re.fullmatch(r"/c/pay/(cs_test_\w+)", path)
    bank_page = re.fullmatch(r"/3ds/(pi_\w+)", path)
    sent = method == "POST"
    if checkout_page and (session := world.rows.get(checkout_page[1])):
        return pay(world, session, form) if sent else show(session)
    if bank_page and (session := session_of(world, bank_page[1])):
        return decide(world, session, form) if sent else ask(session)
    return html("Not found", "<p>Nothing is here.</p>", status=404)


def session_of(world: World, intent: str) -> Row | None:
    return next((row for row in world.of("checkout.session") if row["payment_intent"] == intent), None)


def html(title: str, body: str, *, status: int = 200) -> Page:
    text = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} – fake Stripe</title><link rel="icon" href="data:,"><style>{STYLE}</style></head>
<body><main><p class="fake">Fake Stripe: no real money</p><h1>{escape(title)}</h1>
{body}
</main></body></html>"""
    return status, HEAD, text.encode()


def go(where: str) -> Page:
    return 303, {"Location": where, "Cache-Control": "no-store"}, b""


def show(session: Row, *, error: str = "", card: str = "4242 4242 4242 4242", status: int = 200) -> Page:
    if session["status"] != "open":
        return html(
            "Payment closed", '<p id="closed" role="alert">This payment page is no longer available.</p>'
        )
    items = "".join(
        f"<li>{escape(str(item['description']))} × {item['quantity']}</li>"
        for item in session["_items"]["data"]
    )
    numbers = "".join(f"<dt>{number}</dt><dd>{escape(does)}</dd>" for number, does in TEST_NUMBERS)
    total = money.shown(session["amount_total"], session["currency"])
    told = f'<p id="error" role="alert">{escape(error)}</p>' if error else ""
    marked = ' aria-invalid="true" aria-describedby="error"' if error else ""
    body = f"""{told}<ul>{items}</ul><p id="total">{escape(total)}</p>
<form method="post" action="/c/pay/{session["id"]}"><label for="card">Card number</label>
<input id="card" name="card" inputmode="numeric" autocomplete="off" value="{escape(card)}"{marked}>
<button id="pay" name="method" value="card">Pay</button>
<button id="bank" class="second" name="method" value="bank">Pay by bank transfer (arrives later)</button></form>
{way_back(session)}<h2>Test numbers</h2><dl>{numbers}</dl>"""
    return html("Pay", body, status=status)


def way_back(session: Row) -> str:
    back = session["cancel_url"] or ""
    return (
        f'<p><a id="cancel" href="{escape(back)}">Back to the shop</a></p>' if back.startswith("http") else ""
    )


def pay(world: World, session: Row, form: dict[str, str]) -> Page:
    """Try what was entered; a declined card stays in its field."""
    card = form.get("card", "")
    number = payments.BANK if form.get("method") == "bank" else re.sub(r"[\s-]", "", card)
    outcome, where = checkout.pay(world, session, number)
    if outcome in {"paid", "3ds"}:
        return go(where)
    return show(session, error=where, card=card, status=402 if outcome == "declined" else 200)


def ask(session: Row) -> Page:
    """What the buyer's bank would ask."""
    if session["status"] != "open":
        return show(session)
    total = money.shown(session["amount_total"], session["currency"])
    return html(
        "Your bank asks",
        f"""<p>Do you approve this payment?</p><p id="total">{escape(total)}</p>
<form method="post"><button id="approve" name="answer" value="yes">Approve</button>
<button id="reject" class="second" name="answer" value="no">Reject</button></form>""",
    )


def decide(world: World, session: Row, form: dict[str, str]) -> Page:
    intent = world.rows[session["payment_intent"]]
    if session["status"] != "open" or intent["status"] != "requires_action":
        return show(session)
    if form.get("answer") == "yes":
        _, where = checkout.pay(world, session, payments.SECURE, authenticated=True)
        return go(where)
    checkout.turn_down(world, session)
    return show(session, error="Your bank did not approve the payment. Try another card.", status=402)
