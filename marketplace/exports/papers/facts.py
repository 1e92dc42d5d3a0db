"""The one base of facts of a consignment, as plain JSON. Every paper shows a part of it, so papers cannot disagree.

Amounts in minor units of `values.currency`, weights in grams, volumes in cm³, moments in ISO 8601 (UTC).
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from marketplace.exports.goods import units
from marketplace.exports.models import Consignment, ConsignmentLine, ExporterIdentity
from marketplace.exports.papers import rules
from marketplace.reference.models import Port

Facts = dict[str, Any]
Shows = Mapping[str, tuple[str, ...]]

# Incoterms 2020 (reference/data/incoterms.csv; a test compares): what the seller's price holds beside the goods.
WITH_FREIGHT = frozenset({"CFR", "CIF", "CPT", "CIP", "DAP", "DPU", "DDP"})
WITH_INSURANCE = {"CIF": "Institute Cargo Clauses (C)", "CIP": "Institute Cargo Clauses (A)"}
SEA_ONLY = frozenset({"FAS", "FOB", "CFR", "CIF"})
INSURED_PERCENT = 110


def facts_of(consignment: Consignment) -> Facts:
    """Everything papers may show, read afresh; a handful of queries, however many lines there are."""
    goods = [_line(line) for line in lines_of(consignment)]
    known = ExporterIdentity.objects.filter(exporter_id=consignment.exporter_id).first()
    return {
        "consignment": _terms(consignment),
        "exporter": _exporter(consignment, known),
        "buyer": _buyer(consignment),
        "consignee": {"name": consignment.consignee_name, "address": consignment.consignee_address},
        "notify": {"name": consignment.notify_name, "address": consignment.notify_address},
        "goods": goods,
        "totals": totals(goods),
        "values": values(goods, consignment),
        "transport": _transport(consignment),
        "dates": {
            name: _moment(getattr(consignment, name)) for name in ("cutoff_at", "departs_at", "arrives_at")
        },
        "papers": _papers(consignment),
        "peb": _peb(consignment, known),
    }


def lines_of(consignment: Consignment) -> list[ConsignmentLine]:
    return list(
        consignment.lines.select_related(
            "consignment",
            "lot",
            "part__line__product__product_class",
            "part__line__product__commodity",
            "part__line__product__unit",
            "part__fulfilment__partner__regency",
        ).order_by("position", "pk")
    )


def goods_of(lines: list[ConsignmentLine]) -> list[rules.Goods]:
    """What the rules ask of these lines."""
    found = []
    for line in lines:
        product = line.part.line.product
        commodity = product.commodity if product else None
        hs = line.hs_origin or (product.hs8 or product.hs6 if product else "")
        hs = hs or (commodity.hs8 or commodity.hs6 if commodity else "")
        kind = product.get_product_class() if product else None
        found.append(rules.Goods(kind.slug if kind else "", commodity.code if commodity else "", digits(hs)))
    return found


def digits(text: str) -> str:
    return "".join(one for one in text if one.isdigit())


def _terms(consignment: Consignment) -> Facts:
    names = ("number", "mode", "incoterm", "place", "country")
    return {name: getattr(consignment, name) for name in names}


def _exporter(consignment: Consignment, known: ExporterIdentity | None) -> Facts:
    exporter = consignment.exporter
    if known is None:
        place = f"{exporter.regency}, Jawa Barat, Indonesia"
        return {"name": exporter.name, "address": place, "npwp": "", "nib": "", "rex": ""}
    return {name: getattr(known, name) for name in ("name", "address", "npwp", "nib", "rex")}


def _peb(consignment: Consignment, known: ExporterIdentity | None) -> Facts:
    """The five fields of a PEB that are never corrected (data/peb_fields_that_cannot_be_amended.csv)."""
    return {
        "exporter name": known.name if known else consignment.exporter.name,
        "exporter identity": known.npwp if known else "",
        "customs office": known.customs_office if known else "",
        "export type": known.export_type if known else "",
        "facility type": known.facility if known else "",
    }


def _buyer(consignment: Consignment) -> Facts:
    company = consignment.company
    return {"name": company.name, "address": company.address, "country": company.country}


def _line(line: ConsignmentLine) -> Facts:
    of = line.part.line
    partner = line.part.fulfilment.partner
    return {
        "position": line.position,
        "description": line.description,
        "hs_origin": line.hs_origin,
        "hs_destination": line.hs_destination,
        "quantity": line.quantity,
        "unit": of.text(of.unit_texts, "en"),
        "by_weight": units.is_by_weight(line.part),
        "packing": line.packing,
        "packages": line.packages,
        "first_mark": line.first_mark,
        "last_mark": line.last_mark,
        "net_g": line.net_g,
        "gross_g": line.gross_g,
        "size_mm": [line.length_mm, line.width_mm, line.height_mm],
        "volume_cm3": line.volume_cm3,
        "unit_value": line.unit_value,
        "value": line.unit_value * line.quantity,
        "seller": partner.name,
        "grown_in": f"{partner.regency}, Jawa Barat",
        "lot": line.lot.number if line.lot else "",
    }


def totals(goods: list[Facts]) -> Facts:
    names = ("packages", "net_g", "gross_g", "volume_cm3")
    return {name: sum(line[name] for line in goods) for name in names}


def values(goods: list[Facts], consignment: Consignment) -> Facts:
    """The goods' own value (FOB, or at the first carrier), freight and insurance apart, and the price by Incoterm."""
    fob, term = sum(line["value"] for line in goods), consignment.incoterm
    cif = fob + consignment.freight + consignment.insurance
    return {
        "currency": consignment.currency,
        "fob": fob,
        "freight": consignment.freight,
        "insurance": consignment.insurance,
        "total": price(term, fob, consignment.freight, consignment.insurance),
        "cif": cif,
        "insured": -(-cif * INSURED_PERCENT // 100),
        "clause": WITH_INSURANCE.get(term, ""),
    }


def price(term: str, fob: int, freight: int, insurance: int) -> int:
    """What the buyer pays by this Incoterm."""
    return fob + (freight if term in WITH_FREIGHT else 0) + (insurance if term in WITH_INSURANCE else 0)


def _transport(consignment: Consignment) -> Facts:
    names = ("carrier", "voyage", "booking", "transport_number", "container", "seal")
    return {
        **{name: getattr(consignment, name) for name in names},
        "setpoint": "" if consignment.setpoint is None else f"{consignment.setpoint:+g} °C",
        "origin": _port(consignment.origin),
        "destination": _port(consignment.destination),
    }


def _port(port: Port) -> Facts:
    return {"code": port.code, "name": port.name, "country": port.country}


def _moment(value: datetime | None) -> str:
    return value.astimezone(UTC).isoformat() if value else ""


def _papers(consignment: Consignment) -> Facts:
    """Numbers and dates of papers that others name."""
    rows = consignment.papers.exclude(number="").values_list("kind", "number", "issued_on")
    return {kind: {"number": number, "on": day.isoformat() if day else ""} for kind, number, day in rows}


def shown(facts: Facts, shows: Shows) -> Facts:
    """The part of the facts that a paper shows: these fields of each section, of goods for each line."""
    found: Facts = {}
    for section, names in shows.items():
        whole = facts[section]
        if isinstance(whole, list):
            found[section] = [{name: row[name] for name in names} for row in whole]
        else:
            found[section] = {name: whole[name] for name in names if name in whole}
    return found


def fingerprint(part: Facts) -> str:
    """The same for the same facts, whatever the order in which they stand."""
    return sha256(json.dumps(part, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
