"""Bars drawn on the server; the numbers stand beside them."""

from collections.abc import Sequence

from marketplace.programme.years.queries import Stage

WIDTH = 240


def with_widths(stages: Sequence[Stage]) -> list[tuple[Stage, int]]:
    """Each stage with the width of its bar: the most came is the whole width; anybody at all is seen, however few."""
    most = max((stage.came for stage in stages), default=0) or 1
    return [(stage, max(stage.came * WIDTH // most, 1 if stage.came else 0)) for stage in stages]
