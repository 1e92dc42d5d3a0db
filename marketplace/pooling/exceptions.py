class PoolError(Exception):
    """A step with a pool, an offer or a share that is refused."""


class PoolEnded(PoolError):
    """The pool is done, closed or cancelled."""


class NothingMissing(PoolError):
    """The shares there are suffice already."""


class ChangedMeanwhile(PoolError):
    """Offers or shares are not what the person saw when they decided."""


class BadDeadline(PoolError):
    """The time to answer is over before it begins."""


class TooLate(PoolError):
    """The time to answer is over."""


class Bound(PoolError):
    """The room that opened the pool has used the share already: it cannot be given back here."""


class HasShares(PoolError):
    """The offer is part of a share already: decline that, or wait."""


class BelowShares(PoolError):
    """A new offer must at least cover the `held` units that this pesantren's shares have already."""

    def __init__(self, held: int) -> None:
        self.held = held
        super().__init__(str(held))


class TooMuch(PoolError):
    """More was delivered than the share is: `most` units."""

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(str(most))
