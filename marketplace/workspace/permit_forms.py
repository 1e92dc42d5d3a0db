"""A permit as a pesantren types it: which paper, its number and days, for which goods, and a picture of it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from catalogue.models import Product
from catalogue.permits import kinds
from catalogue.permits.kinds import DECLARED, ENDLESS, Kind
from catalogue.permits.queries import not_helped_by
from marketplace.common.forms import AccessibleForm
from marketplace.common.proofs import ProofField
from marketplace.reference.working_days import today

FURTHEST = 20  # years


def _day(label: Any, **kwargs: Any) -> forms.DateField:
    texts = {
        "required": _("Write the last valid day."),
        "invalid": _("Write a date, for example 2026-11-23."),
    }
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, error_messages=texts, **kwargs)


class PermitForm(AccessibleForm):
    """A paper needs its number, last day and picture; a declaration none of them."""

    OF_PAPERS = ("number", "expires_on", "evidence")
    kind = forms.ChoiceField(
        label=_("Which paper"), error_messages={"required": _("Choose the paper or declaration.")}
    )
    number = forms.CharField(
        label=_("Number"),
        max_length=60,
        help_text=_("As it stands on the paper. A declaration has none."),
        error_messages={"required": _("Write the whole number of the paper.")},
    )
    issuer = forms.CharField(label=_("Who issued it"), max_length=100, required=False)
    valid_from = _day(_("Valid from"), required=False)
    expires_on = _day(_("Last valid day"), help_text=_("You are told 60, 30 and 7 days before."))
    products: Any = forms.ModelMultipleChoiceField(
        label=_("For which products"),
        queryset=Product.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one product."),
            "invalid_choice": _("Choose products of the list."),
        },
    )
    evidence = ProofField(
        label=_("Photo or PDF of the paper"),
        help_text=_("JPG, PNG or PDF, up to 5 MB. Only you and the programme office see it."),
        error_messages={"required": _("Add a photo or PDF of the paper; the office compares it.")},
    )

    def __init__(self, *args: Any, products: Any, asked: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = [(one.value, one.label) for one in Kind if one in asked]
        others = [(one.value, one.label) for one in Kind if one not in asked]
        self.fields["kind"].choices = [("", _("Choose")), *first, *others]  # type: ignore[attr-defined]
        self.fields["products"].queryset = products  # type: ignore[attr-defined]

    def clean_products(self) -> Any:
        found = self.cleaned_data["products"]
        if len({one.partner_id for one in found}) > 1:
            raise ValidationError(_("Choose products of one pesantren."), code="several")
        return found

    def _clean_fields(self) -> None:
        kind = self.data.get(self.add_prefix("kind"), "")
        for name in self.OF_PAPERS if kind in DECLARED else ():
            self.fields[name].required = False
        if kind in ENDLESS:
            self.fields["expires_on"].required = False
        super()._clean_fields()  # type: ignore[misc]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind = data.get("kind", "")
        self._check_goods(kind, data.get("products") or [])
        if kind in DECLARED:
            data |= {"number": "", "issuer": "", "valid_from": None, "evidence": None}
            return data
        if kind and "number" not in self.errors:
            self._check_number(kind, data)
        self._check_days(kind, data)
        return data

    def _check_goods(self, kind: str, goods: Any) -> None:
        """A paper that the law does not take for these goods is not sent in vain."""
        for product, need in not_helped_by(kind, goods):
            said = _("For %(product)s this is not enough. It needs: %(papers)s.")
            params = {"product": product.title, "papers": need.text}
            self.add_error("kind", ValidationError(said, code="goods", params=params))

    def _check_number(self, kind: str, data: dict[str, Any]) -> None:
        data["number"] = kinds.tidy(kind, data.get("number", ""))
        try:
            kinds.check(kind, data["number"])
        except ValidationError as wrong:
            self.add_error("number", wrong)

    def _check_days(self, kind: str, data: dict[str, Any]) -> None:
        first, last = data.get("valid_from"), data.get("expires_on")
        if not last:
            return
        if last < today():
            self.add_error("expires_on", _("This paper is over. Send the new one."))
        elif first and last < first:
            self.add_error("expires_on", _("The last day comes before the first."))
        elif last.year > today().year + FURTHEST:
            self.add_error("expires_on", _("This is too far ahead. Please check the year."))
        elif kind == Kind.PIRT and "number" not in self.errors:
            year = kinds.pirt_year(data["number"])
            if last.year != year:
                said = _("The last two digits of the number say that it ends in %(year)s.")
                self.add_error("expires_on", ValidationError(said, code="year", params={"year": year}))
