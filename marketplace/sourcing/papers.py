"""Papers of a contract, in Indonesian beside the other side's language (Typst)."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from marketplace.common import dates, pdf
from marketplace.common.figures import grouped
from marketplace.ledger.money import Money
from marketplace.sourcing import agreed, ppn
from marketplace.sourcing.agreed import Agreed
from marketplace.sourcing.models import Amendment, Contract


def contract_pdf(contract: Contract) -> bytes:
    """Both languages side by side, marked as a draft text until a person has read it."""
    return pdf.render("contract", {"columns": [_contract(contract, code) for code in languages(contract)]})


def languages(contract: Contract) -> list[str]:
    """Indonesian (UU 24/2009, art. 31 asks for it), beside it the one that prevails or English."""
    other = contract.prevailing_language if contract.prevailing_language != "id" else "en"
    return ["id", other]


def _contract(contract: Contract, language: str) -> dict[str, Any]:
    with translation.override(language):
        lines = agreed.lines_of(contract)
        total = sum((one.line.price * one.line.quantity for one in lines), Money(0, contract.currency))
        return {
            "language": language,
            "title": _("Contract of supply"),
            "draft": _("Text not yet read by a lawyer or a native speaker: a draft until a person has."),
            "number": contract.number,
            "parties": _parties(contract),
            "heads": [_("Goods"), _("Quantity"), _("Tolerance"), _("Price"), _("Sum")],
            "lines": [_line(one.line) for one in lines],
            "total": [_("Goods in all"), str(total)],
            "clauses": [*_goods(lines), *_clauses(contract)],
            "signatures": [_("Seller"), _("Buyer")],
        }


def _parties(contract: Contract) -> list[list[str]]:
    company = contract.company
    return [
        [_("Seller"), contract.seller.name, str(contract.seller.regency)],
        [_("Buyer"), company.name, company.address],
    ]


def _line(line: Any) -> list[str]:
    return [
        line.name,
        f"{grouped(line.quantity)} {line.unit}",
        f"± {line.tolerance / 10:g} %",
        f"{line.price} / {line.unit}",
        str(line.price * line.quantity),
    ]


def _goods(lines: Sequence[Agreed]) -> list[list[str]]:
    """What each good must be, and how much of it in which month."""
    found = []
    for one in lines:
        name, unit = one.line.name, one.line.unit
        if one.specification:
            found.append([_("Specification: %(name)s") % {"name": name}, one.specification])
        parts = [f"{part.when}: {grouped(part.units)} {unit}" for part in one.schedule]
        if parts:
            found.append([_("Schedule: %(name)s") % {"name": name}, "; ".join(parts)])
    return found


def _clauses(contract: Contract) -> list[list[str]]:
    found = [
        [_("Kind of sale"), str(contract.get_sale_display())],
        [_("Days"), f"{dates.day(contract.first)} – {dates.day(contract.last)}"],
        [_("Delivery"), _delivery(contract)],
        [_("Price"), contract.price_formula or _("Fixed for the whole time of the contract.")],
    ]
    if tax := ppn.of_contract(contract):
        found.append(["PPN", tax.text])
    if contract.rate:
        text = _("One %(currency)s is %(rate)s rupiah, locked; source: %(source)s.")
        values = {
            "currency": contract.currency,
            "rate": f"{contract.rate.normalize():f}",
            "source": contract.rate_source,
        }
        found.append([_("Rate"), text % values])
    found += [
        [_("Payment"), "; ".join(_step(step) for step in contract.steps.all())],
        [_("Sellers are paid after"), str(contract.get_release_on_display())],
        [_("Quality, inspection and claims"), contract.quality or "–"],
        [
            _("Time for claims"),
            _("%(hours)s hours after delivery; what was accepted is then final.")
            % {"hours": contract.claim_hours},
        ],
        [_("Late payment"), contract.late_charge or _("No interest is charged.")],
        [_("Call-offs"), _("Deliveries are called off in writing here, within quantity and tolerance.")],
        [_("Prevailing language"), str(dict(settings.LANGUAGES)[contract.prevailing_language])],
    ]
    return found


def _delivery(contract: Contract) -> str:
    return f"{contract.incoterm} {contract.place} (Incoterms 2020)" if contract.incoterm else contract.place


def _step(step: Any) -> str:
    text = _("%(step)s %(share)s %%, %(days)s days before the first day of a delivery")
    return text % {
        "step": step.get_step_display(),
        "share": f"{step.share / 100:g}",
        "days": step.days_before,
    }


def amendment_pdf(amendment: Amendment) -> bytes:
    contract = amendment.contract
    columns = []
    for code in languages(contract):
        with translation.override(code):
            columns.append(
                {
                    "language": code,
                    "title": _("Amendment %(number)s") % {"number": amendment.number},
                    "draft": _(
                        "Text not yet read by a lawyer or a native speaker: a draft until a person has."
                    ),
                    "number": contract.number,
                    "parties": _parties(contract),
                    "heads": [],
                    "lines": [],
                    "clauses": [[_("What changes"), amendment.text], *_changes(amendment)],
                    "signatures": [_("Seller"), _("Buyer")],
                }
            )
    return pdf.render("contract", {"columns": columns})


def _changes(amendment: Amendment) -> list[list[str]]:
    rows = []
    if last := amendment.changes.get("last"):
        rows.append([_("Last day"), last])
    names = {str(line.pk): line for line in amendment.contract.lines.select_related("unit", "contract")}
    for pk, change in amendment.changes.get("lines", {}).items():
        line = names[pk]
        if quantity := change.get("quantity"):
            rows.append([line.name, f"{line.quantity} → {quantity} {line.unit}"])
        if price := change.get("unit_price"):
            rows.append([line.name, f"{line.price} → {Money(price, line.contract.currency)} / {line.unit}"])
    return rows
