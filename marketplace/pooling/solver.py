"""The only place that talks to the solver (HiGHS), and the only one where numbers are floats.

It is asked one thing: how many packs of which offer make exactly this total at the lowest cost. Its answer is
rounded to whole packs and checked in whole numbers by allocate.py; decision 0041 says why HiGHS.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import metadata

import highspy

from marketplace.pooling.bounds import Bounds
from marketplace.pooling.terms import Unfit

EXACT = 2**53  # whole numbers up to here are exact in a float
OPTIONS: dict[str, bool | int | float | str] = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "random_seed": 0,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 0.5,  # all costs are whole rupiah
    "mip_feasibility_tolerance": 1e-9,
    "mip_max_nodes": 50_000,  # never a time limit: the same question must get the same answer on a slow machine
}


class NotSolved(RuntimeError):
    """The solver gave up, or its answer does not stand up to whole numbers. Nothing was decided."""


def version() -> str:
    return f"HiGHS {metadata.version('highspy')}"


@dataclass
class _Model:
    """Columns and rows as they grow; a row is (lowest, highest, {column: factor})."""

    costs: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    rows: list[tuple[float, float, dict[int, int]]] = field(default_factory=list)

    def column(self, cost: int, most: int, *, whole: bool = True) -> int:
        self.costs.append(cost)
        self.most.append(most)
        self.whole.append(whole)
        return len(self.costs) - 1

    def program(self) -> highspy.HighsLp:
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.costs), len(self.rows)
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = self.costs, [0.0] * len(self.costs), self.most
        kinds = {True: highspy.HighsVarType.kInteger, False: highspy.HighsVarType.kContinuous}
        lp.integrality_ = [kinds[whole] for whole in self.whole]
        lp.row_lower_ = [low for low, _, _ in self.rows]
        lp.row_upper_ = [high for _, high, _ in self.rows]
        starts = [0]
        for _, _, factors in self.rows:
            starts.append(starts[-1] + len(factors))
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = starts
        lp.a_matrix_.index_ = [column for _, _, factors in self.rows for column in factors]
        lp.a_matrix_.value_ = [value for _, _, factors in self.rows for value in factors.values()]
        return lp


def cheapest(offers: Sequence[Bounds], total: int, per_stretch: int) -> list[int]:
    """Units of each offer, in their order. `total` is known to be within reach (reach.py). Raises NotSolved, Unfit."""
    if total == 0:
        return [0] * len(offers)
    base = min(offer.unit for offer in offers)  # only what is dearer than the cheapest can differ
    if (max(offer.unit for offer in offers) - base + per_stretch) * total >= EXACT:
        raise Unfit("prices and quantity are too large to be compared exactly")
    model = _Model()
    packs = [_offer(model, offer, base, per_stretch) for offer in offers]
    sizes = {column: offer.step for column, offer in zip(packs, offers, strict=True)}
    model.rows.append((total, total, sizes))
    values = _run(model)
    return [round(values[column]) * offer.step for column, offer in zip(packs, offers, strict=True)]


def _offer(model: _Model, offer: Bounds, base: int, per_stretch: int) -> int:
    """The column that counts its packs, with what binds it."""
    most = offer.last // offer.step
    packs = model.column((offer.unit - base) * offer.step, most)
    beyond = offer.stretch(offer.last)
    if per_stretch and beyond:
        stretch = model.column(per_stretch, beyond, whole=False)  # whole packs make it whole
        model.rows.append((-highspy.kHighsInf, offer.committed, {packs: offer.step, stretch: -1}))
    if offer.first > offer.step:  # taken at all, then at least so many packs
        taken = model.column(0, 1)
        model.rows.append((0, highspy.kHighsInf, {packs: 1, taken: -(offer.first // offer.step)}))
        model.rows.append((-highspy.kHighsInf, 0, {packs: 1, taken: -most}))
    return packs


def _run(model: _Model) -> Sequence[float]:
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in OPTIONS.items():
        solver.setOptionValue(name, value)
    solver.passModel(model.program())
    solver.run()
    status = solver.getModelStatus()
    if status != highspy.HighsModelStatus.kOptimal:
        raise NotSolved(f"HiGHS says {solver.modelStatusToString(status)}")
    values: Sequence[float] = solver.getSolution().col_value
    return values
