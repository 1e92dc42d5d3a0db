"""What we keep of a person's two-step verification (see common/personal.py)."""

from typing import Any

from django.utils.translation import gettext_lazy

from marketplace.common.personal import Holding, Rows
from marketplace.people.second_factor import queries
from marketplace.people.second_factor.models import Reset, SecondFactor


def _export(person: Any) -> Rows:
    factor = queries.factor_of(person)
    if factor is None:
        return []
    resets = Reset.objects.filter(user=person).order_by("pk")
    return [
        {
            "state": factor.state,
            "on_since": factor.on_since.isoformat() if factor.on_since else None,
            "recovery_codes_left": queries.codes_left(factor),
            "resets_by_the_office": [row.proposed_at.isoformat() for row in resets],
        }
    ]


def _erase(person: Any) -> None:
    SecondFactor.objects.filter(user=person).delete()
    Reset.objects.filter(user=person).update(why="")


SECOND_FACTORS = Holding(
    code="second-factors",
    what=gettext_lazy(
        "Two-step verification: since when it is on, and your recovery codes in a form nobody can read. The secret of "
        "your app is not kept."
    ),
    purpose=gettext_lazy("So that nobody moves money with your password alone."),
    basis=gettext_lazy("Contract with you"),
    kept=gettext_lazy("Until you switch it off or delete your account"),
    export=_export,
    erase=_erase,
)
