"""Which products a pesantren shows at an event, and how many samples it takes along: itself, or the office for it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.models import Product
from marketplace.common.actor import Actor
from marketplace.common.forms import AccessibleForm, WholeNumberField
from marketplace.common.refused import Refused
from marketplace.programme import states
from marketplace.programme.events import queries as event_queries
from marketplace.programme.models import Exhibit, Exhibitor
from marketplace.programme.services import exhibitors
from marketplace.programme.services.exhibitors import MOST_SAMPLES, Samples

MOST_GOODS = 200  # products of one pesantren on one page


class GoodsForm(AccessibleForm):
    """Three fields for each product: shown, samples taken, samples that came back (once the event runs)."""

    def __init__(
        self,
        *args: Any,
        goods: Iterable[Product],
        exhibits: dict[int, Exhibit],
        counts_back: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.goods, self.counts_back = list(goods), counts_back
        for product in self.goods:
            shown = exhibits.get(product.pk)
            unit = product.unit.name if product.unit else ""
            self.fields[f"show_{product.pk}"] = forms.BooleanField(
                label=product.title, required=False, initial=shown is not None
            )
            self.fields[f"samples_{product.pk}"] = WholeNumberField(
                label=gettext_lazy("Samples taken along (%(unit)s)") % {"unit": unit},
                required=False,
                most=MOST_SAMPLES,
                initial=shown.samples if shown else 0,
            )
            if counts_back:
                self.fields[f"left_{product.pk}"] = WholeNumberField(
                    label=gettext_lazy("Of these came back"),
                    required=False,
                    most=MOST_SAMPLES,
                    initial=shown.samples_left if shown else 0,
                )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        for product in self.goods:
            left = found.get(f"left_{product.pk}") or 0
            if left > (found.get(f"samples_{product.pk}") or 0):
                error = ValidationError(_("More samples came back than were taken along."))
                self.add_error(f"left_{product.pk}", error)
        return found

    @property
    def chosen(self) -> dict[int, Samples]:
        facts = self.cleaned_data
        return {
            one.pk: Samples(facts.get(f"samples_{one.pk}") or 0, facts.get(f"left_{one.pk}") or 0)
            for one in self.goods
            if facts.get(f"show_{one.pk}")
        }

    @property
    def rows(self) -> list[list[Any]]:
        """The fields, product by product."""
        names = ["show", "samples", "left"] if self.counts_back else ["show", "samples"]
        return [[self[f"{name}_{one.pk}"] for name in names] for one in self.goods]


def form_of(exhibitor: Exhibitor, posted: Any = None) -> GoodsForm:
    """What this pesantren may show, with what it shows; `posted` may be empty where nothing is ticked."""
    return GoodsForm(
        posted,
        goods=event_queries.goods_of(exhibitor.partner)[:MOST_GOODS],
        exhibits={row.product_id: row for row in exhibitor.exhibits.all()},
        counts_back=exhibitor.event.state in (states.RUNNING, states.CLOSED),
    )


def keep(form: GoodsForm, exhibitor: Exhibitor, actor: Actor) -> bool:
    """Whether it was saved; what is refused stands in the form. Side effects: those of exhibitors.show."""
    if not form.is_valid():
        return False
    among = [one.pk for one in form.goods]
    try:
        exhibitors.show(exhibitor=exhibitor, goods=form.chosen, actor=actor, among=among)
    except Refused as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return False
    return True
