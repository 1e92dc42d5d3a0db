"""A stand-in for the part of Stripe that we use, for tests and the demonstration alone. It moves no money.

`FakeStripe.handle(method, url, headers, body)` is the whole of it; `inprocess` plugs it into Stripe's own SDK
without a socket, `server` (`python -m tests.fakestripe`) offers it on 127.0.0.1. What it does not model is
answered with 404 "not modelled", so that a gap is loud.
"""
