"""A quote as a pesantren types it: line by line how much, at which price, from when on, and how long it stands."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.grades import choices_of
from catalogue.models import Product
from marketplace.common.figures import grouped
from marketplace.common.forms import AccessibleForm, MoneyField, WholeNumberField
from marketplace.common.prose import plain
from marketplace.pesantren.models import Partner
from marketplace.reference.working_days import JAKARTA, today
from marketplace.sourcing.matching import is_of
from marketplace.sourcing.models import Counter, Demand, DemandLine, Negotiation, Quote, QuoteLine
from marketplace.sourcing.services.quotes import Offered, Terms

MOST_UNITS, MOST_PRICE = 10**7, 10**9  # their product, a hundred times, still fits into a bigint
MOST_DAYS, USUAL_DAYS = 90, 14
OF_A_LINE = (
    "quantity",
    "unit_price",
    "product",
    "stretch",
    "basis",
    "grade",
    "pack",
    "minimum",
    "ready_from",
    "ready_to",
)
NEEDED = (
    "quantity",
    "unit_price",
    "basis",
    "ready_from",
)  # of a line that is offered: not marked as optional
# The others stand under "more"; the grade does, too, unless one is asked for.
FIRST = ("product", "quantity", "unit_price", "grade", "basis", "ready_from")


def _day(label: Any) -> forms.DateField:
    texts = {"required": _("Choose a day."), "invalid": _("Write a date, for example 2026-11-23.")}
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, error_messages=texts, required=False)


def _grade(line: DemandLine) -> forms.ChoiceField:
    """From the short list of this good; needed where the buyer asks for one."""
    empty, hint = _("No grade"), ""
    if line.grade:
        empty = _("Choose one")
        hint = _("Asked for: %(grade)s or better. What is worse may be left out.") % {"grade": line.grade}
    return forms.ChoiceField(
        label=_("Grade"),
        choices=[("", empty), *choices_of(line.commodity)],
        help_text=hint,
        required=False,
        error_messages={"invalid_choice": _("Choose one of the list.")},
    )


def goods_of(partner: Partner) -> list[Product]:
    """What this pesantren has on sale, to choose from. Two queries."""
    found = Product.objects.filter(partner=partner, is_public=True).prefetch_related("stockrecords")
    return list(found.order_by("pk"))


def check_sample(form: Any) -> None:
    """Fee and courier of a sample are written both, or none."""
    data = form.cleaned_data
    fee, courier = data.get("sample_fee"), data.get("sample_courier")
    if (fee is None) != (courier is None):
        empty = "sample_fee" if fee is None else "sample_courier"
        if not form.has_error(empty):
            form.add_error(empty, _("Write both, 0 for what is free, or leave both empty."))


class QuoteForm(AccessibleForm):
    """`goods`: what the pesantren has on sale; a line of which it has nothing is not asked for.

    A line whose quantity is left empty is not offered. Rupiah a unit in every case: what the buyer pays abroad is the
    exporter's to reckon.
    """

    valid_days = WholeNumberField(
        label=gettext_lazy("For how many days does it stand?"),
        least=1,
        most=MOST_DAYS,
        initial=USUAL_DAYS,
        error_messages={"required": gettext_lazy("Write for how many days it stands.")},
    )
    lead_days = WholeNumberField(
        label=gettext_lazy("Days from the order until you hand over"), most=365, required=False
    )
    sample_fee = MoneyField(
        label=gettext_lazy("What a sample costs, in rupiah"),
        help_text=gettext_lazy("0: free. Leave both empty if you send none."),
        most=MOST_PRICE,
        required=False,
    )
    sample_courier = MoneyField(
        label=gettext_lazy("Courier for the sample, in rupiah"),
        help_text=gettext_lazy("The buyer pays it. 0: you send it free."),
        most=MOST_PRICE,
        required=False,
    )
    terms = forms.CharField(
        label=gettext_lazy("What else holds"),
        help_text=gettext_lazy("For example: packed in crates of 10 kg, the buyer brings the crates back."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": gettext_lazy("Write at most 2,000 characters.")},
    )

    def __init__(self, *args: Any, demand: Demand, goods: Sequence[Product], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.demand = demand
        self.choices = {line.pk: [one for one in goods if is_of(line, one)] for line in demand.lines.all()}
        self.lines = [line for line in demand.lines.all() if self.choices[line.pk]]
        self.without = [line for line in demand.lines.all() if not self.choices[line.pk]]
        if not demand.is_abroad:
            self.fields["kind"] = forms.ChoiceField(
                label=_("Whom do you quote?"),
                choices=[
                    (Negotiation.DIRECT, _("The buyer, by yourself")),
                    (Negotiation.SUPPLY, _("Whoever gathers the goods of several pesantren")),
                ],
                initial=Negotiation.DIRECT,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose whom you quote.")},
            )
        for line in self.lines:
            self._ask(line)
        self.order_fields(["kind", *(name for line in self.lines for name in self._names(line).values())])

    @staticmethod
    def _names(line: DemandLine) -> dict[str, str]:
        return {what: f"{what}_{line.pk}" for what in OF_A_LINE}

    def _ask(self, line: DemandLine) -> None:
        names, unit = self._names(line), {"unit": line.unit.name}
        options = self.choices[line.pk]
        asked: dict[str, forms.Field] = {
            "product": forms.TypedChoiceField(
                label=_("Which of your products?"),
                coerce=int,
                choices=[(one.pk, one.title) for one in options],
                initial=options[0].pk,
                required=False,
                widget=forms.HiddenInput if len(options) == 1 else forms.Select,
            ),
            "quantity": WholeNumberField(
                label=_("How many %(unit)s do you promise?") % unit,
                help_text=self._of_quantity(names["pack"]),
                least=1,
                most=MOST_UNITS,
                required=len(self.lines) == 1,
                error_messages={"required": _("Write how much you promise.")},
            ),
            "stretch": WholeNumberField(
                label=_("How many more may be possible?"),
                help_text=_("You are asked before they count."),
                most=MOST_UNITS,
                required=False,
            ),
            "unit_price": MoneyField(
                label=_("Price of one %(unit)s, in rupiah") % unit, least=1, most=MOST_PRICE, required=False
            ),
            "basis": forms.ChoiceField(
                label=_("Where do you hand it over?"),
                choices=QuoteLine.BASES,
                widget=forms.RadioSelect,
                required=False,
            ),
            "pack": WholeNumberField(
                label=_("It comes in packs of"),
                help_text=line.unit.name,
                least=1,
                most=MOST_UNITS,
                required=False,
            ),
            "minimum": WholeNumberField(
                label=_("The smallest part you would supply"),
                help_text=_(
                    "Where several share the quantity: so much, or nothing of yours. Empty: any part."
                ),
                least=1,
                most=MOST_UNITS,
                required=False,
            ),
            "grade": _grade(line),
            "ready_from": _day(_("Ready from")),
            "ready_to": _day(_("Ready until")),
        }
        for what, field in asked.items():
            field.is_conditional = what in NEEDED or (what == "grade" and bool(line.grade))  # type: ignore[attr-defined]
            self.fields[names[what]] = field

    def _of_quantity(self, pack: str) -> str:
        """Says the packs of the listing, whose field stands under "more"."""
        said = [] if len(self.lines) == 1 else [_("Leave it empty if you do not offer this.")]
        units = self.initial.get(pack)
        if units and units > 1:
            said.append(_("In whole packs of %(n)s, as your listing says.") % {"n": grouped(units)})
        return " ".join(said)

    @property
    def is_supply(self) -> bool:
        """As it is typed so far, or chosen before."""
        if self.demand.is_abroad:
            return True
        return self["kind"].value() == Negotiation.SUPPLY

    def groups(self) -> list[dict[str, Any]]:
        """Each line with its fields for the page: the first ones, and those under "more"."""
        found = []
        for line in self.lines:
            fields = {what: self[name] for what, name in self._names(line).items()}
            first = [what for what in FIRST if what != "grade" or line.grade]
            more = [field for what, field in fields.items() if what not in first]
            found.append(
                {
                    "line": line,
                    "goods": self.choices[line.pk],
                    "first": [fields[what] for what in first],
                    "more": more,
                    "has_errors": any(field.errors for field in more),
                }
            )
        return found

    def clean_terms(self) -> str:
        return plain(self.cleaned_data["terms"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind = Negotiation.SUPPLY if self.demand.is_abroad else data.get("kind")
        for line in self.lines:
            names = self._names(line)
            if data.get(names["quantity"]) is not None:
                self._check_line(data, names, kind, needs_grade=bool(line.grade))
            elif data.get(names["unit_price"]) and not self.has_error(names["quantity"]):
                self.add_error(names["quantity"], _("Write how much you promise."))
        check_sample(self)
        typed = [self._names(line)["quantity"] for line in self.lines]
        if len(self.lines) > 1 and not any(data.get(name) or self.has_error(name) for name in typed):
            self.add_error(typed[0], _("Offer at least one of the goods."))
        return data

    def _check_line(
        self, data: dict[str, Any], names: dict[str, str], kind: str | None, *, needs_grade: bool
    ) -> None:
        def said(what: str) -> Any:
            return data.get(names[what])

        def wrong(what: str, text: Any) -> None:
            if not self.has_error(names[what]):
                self.add_error(names[what], text)

        if said("unit_price") is None:
            wrong("unit_price", _("Write your price of one unit."))
        if kind == Negotiation.SUPPLY and not said("basis"):
            wrong("basis", _("Choose where you hand it over."))
        if said("pack") and said("quantity") % said("pack"):
            wrong("pack", _no_whole_packs(said("quantity"), said("pack")))
        elif said("pack") and (said("stretch") or 0) % said("pack"):
            wrong("stretch", _no_whole_packs(said("stretch"), said("pack")))
        if needs_grade and not said("grade"):
            wrong("grade", _("Choose the grade of your goods."))
        if (said("minimum") or 0) > said("quantity") + (said("stretch") or 0):
            wrong("minimum", _("This is more than you offer."))
        if said("ready_from") is None:
            wrong("ready_from", _("Choose a day."))
        elif said("ready_from") < today():
            wrong("ready_from", _("This day is over."))
        elif said("ready_to") and said("ready_to") < said("ready_from"):
            wrong("ready_to", _("This is before the first day."))

    def kind(self) -> str:
        return Negotiation.SUPPLY if self.demand.is_abroad else str(self.cleaned_data["kind"])

    def offered(self) -> list[Offered]:
        """The lines that are offered, of a valid form."""
        found = []
        for line in self.lines:
            said: dict[str, Any] = {
                what: self.cleaned_data.get(name) for what, name in self._names(line).items()
            }
            if not said["quantity"]:
                continue
            by_id = {one.pk: one for one in self.choices[line.pk]}
            found.append(
                Offered(
                    demand_line=line,
                    product=by_id.get(said["product"] or 0, self.choices[line.pk][0]),
                    quantity=said["quantity"],
                    unit_price=said["unit_price"],
                    stretch=said["stretch"] or 0,
                    pack=said["pack"] or 1,
                    minimum=(said["minimum"] or 0) if self.kind() == Negotiation.SUPPLY else 0,
                    basis=said["basis"] if self.kind() == Negotiation.SUPPLY else "",
                    grade=said["grade"] or "",
                    ready_from=said["ready_from"],
                    ready_to=said["ready_to"],
                )
            )
        return found

    def said_terms(self) -> Terms:
        """It stands until the end of its last day in West Java."""
        last = today() + timedelta(days=self.cleaned_data["valid_days"])
        return Terms(
            valid_until=datetime.combine(last, time(23, 59), JAKARTA),
            lead_days=self.cleaned_data["lead_days"],
            terms=self.cleaned_data["terms"],
            **self._sample(),
        )

    def _sample(self) -> dict[str, Any]:
        """Whoever composes asks for samples itself: only the buyer orders them here."""
        names = ("sample_fee", "sample_courier")
        return {
            name: None if self.kind() == Negotiation.SUPPLY else self.cleaned_data[name] for name in names
        }


def _no_whole_packs(units: int, pack: int) -> str:
    """Says what would do: the whole packs below and above."""
    below = units - units % pack
    facts = {"units": grouped(units), "pack": grouped(pack), "more": grouped(below + pack)}
    if not below:
        return _("%(units)s is less than one pack of %(pack)s. Write %(more)s, or another pack.") % facts
    facts["less"] = grouped(below)
    text = _(
        "%(units)s is not a whole number of packs of %(pack)s. Write %(less)s or %(more)s, or another pack."
    )
    return text % facts


def initial_of(
    demand: Demand, goods: Sequence[Product], last: Quote | None, counter: Counter | None
) -> dict[str, Any]:
    """What the form begins with: the last version, what the other side would take instead, else the listing."""
    found: dict[str, Any] = {}
    lines = {line.demand_line_id: line for line in last.lines.all()} if last else {}
    for line in demand.lines.all():
        names = QuoteForm._names(line)
        if line.pk in lines:
            found |= {names[what]: getattr(lines[line.pk], what) for what in OF_A_LINE if what != "product"}
            found[names["minimum"]] = lines[line.pk].minimum or None
            found[names["product"]] = lines[line.pk].product_id
        elif product := next((one for one in goods if is_of(line, one)), None):
            found |= {names[what]: value for what, value in _of_listing(line, product).items()}
        ready = found.get(names["ready_from"])
        if ready and ready < today():
            found[names["ready_from"]] = today()
    if last:
        names_of_all = ("lead_days", "terms", "sample_fee", "sample_courier")
        found |= {"kind": last.negotiation.kind, **{name: getattr(last, name) for name in names_of_all}}
    if counter:
        for one in counter.lines.all():
            names = QuoteForm._names(one.quote_line.demand_line)
            found |= {names["quantity"]: one.quantity, names["unit_price"]: one.unit_price}
    return found


def _of_listing(line: DemandLine, product: Product) -> Mapping[str, Any]:
    stock = next(iter(product.stockrecords.all()), None)
    first = min((slot.first for slot in line.slots.all()), default=today())
    return {
        "product": product.pk,
        "unit_price": int(stock.price) if stock and stock.price else None,
        "pack": product.carton_quantity or None,
        "ready_from": max(first, today()),
    }
