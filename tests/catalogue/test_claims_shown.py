"""Before and after, word by word."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.claims.shown import IN, OUT, SAME, Piece, marked


def test_what_goes_what_comes_and_what_is_claimed() -> None:
    assert list(marked("Kopi enak", "Kopi halal", [(5, 10)])) == [
        Piece(SAME, "Kopi "),
        Piece(OUT, "enak"),
        Piece(IN, "halal", True),
    ]
    assert list(marked("", "", [])) == []


WORDS = st.lists(st.sampled_from(["halal", "bebas gula", "kopi", "  ", "\n", "و", "."]), max_size=12).map(
    " ".join
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(before=WORDS, after=WORDS)
def test_marked_texts_hold_both_whole(before: str, after: str) -> None:
    pieces = list(marked(before, after, [(0, 3)]))
    assert "".join(one.text for one in pieces if one.kind != OUT) == after
    assert "".join(one.text for one in pieces if one.kind != IN) == before
