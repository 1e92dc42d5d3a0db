"""The payment provider that tests talk to."""

from tests.fakestripe.fixtures import fake_stripe

__all__ = ["fake_stripe"]
