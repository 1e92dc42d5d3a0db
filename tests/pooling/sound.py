from marketplace.pooling.audit import differences


def assert_sound() -> None:
    """Shares agree with offers, rules, runs and the state of their pool."""
    assert list(differences()) == []
