"""Whether the facts of a consignment agree with one another; each fault as a sentence. They gate papers and loading."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from catalogue.lots import states as lot_states
from catalogue.permits.queries import missing_of
from marketplace.exports import states
from marketplace.exports.goods import allowance
from marketplace.exports.models import Consignment
from marketplace.exports.papers import facts as base
from marketplace.exports.papers.facts import Facts
from marketplace.reference.working_days import JAKARTA, today

# From which step on a fault hinders: no draft shows a wrong sum, no paper goes out without an HS code.
DRAFTING, ISSUING, CLEARING = "drafting", "issuing", "clearing"
STEPS = [DRAFTING, ISSUING, CLEARING]


@dataclass(frozen=True)
class Fault:
    """What does not fit, for people, and from which step on it hinders."""

    code: str
    text: str
    hinders: str = DRAFTING


def faults_of(consignment: Consignment, facts: Facts | None = None) -> list[Fault]:
    """Everything that does not fit now, with what the goods' permits say on the day of departure, and as long as they
    are here what is known of the parts of orders they belong to."""
    found = [*faults(facts or base.facts_of(consignment)), *_of_lots(consignment)]
    return [*found, *_of_parts(consignment)] if consignment.is_open else found


def hindering(found: list[Fault], step: str) -> list[Fault]:
    """Those that hinder this step."""
    return [fault for fault in found if STEPS.index(fault.hinders) <= STEPS.index(step)]


def faults(facts: Facts) -> list[Fault]:
    """Of the facts alone, as a pure function."""
    if not facts["goods"]:
        return [Fault("goods", _("There are no goods in this consignment yet."))]
    return [*_lines(facts), *_sums(facts), *_marks(facts), *_terms(facts), *_names(facts), *_hs(facts)]


def _lines(facts: Facts) -> Iterator[Fault]:
    for line in facts["goods"]:
        name = {"goods": line["description"]}
        if line["quantity"] <= 0 or line["packages"] <= 0:
            yield Fault("quantity", _("%(goods)s: quantity and packages must be above zero.") % name)
        if line["gross_g"] < line["net_g"]:
            yield Fault("gross", _("%(goods)s: the gross weight is below the net weight.") % name)
        if line["by_weight"] and line["net_g"] != line["quantity"] * 1000:
            yield Fault("net", _("%(goods)s: the net weight differs from the quantity in kilograms.") % name)
        if line["value"] != line["unit_value"] * line["quantity"]:
            yield Fault("value", _("%(goods)s: the value is not quantity times unit value.") % name)
        if line["unit_value"] <= 0:
            yield Fault("no_value", _("%(goods)s: the unit value is missing.") % name, ISSUING)


def _sums(facts: Facts) -> Iterator[Fault]:
    total, money, goods = facts["totals"], facts["values"], facts["goods"]
    if total != base.totals(goods):
        yield Fault("totals", _("The sums of packages, weights or volume differ from the lines."))
    if money["fob"] != sum(line["value"] for line in goods):
        yield Fault("fob", _("The FOB value differs from the sum of the lines."))
    term = facts["consignment"]["incoterm"]
    if money["total"] != base.price(term, money["fob"], money["freight"], money["insurance"]):
        yield Fault("total", _("The price by the Incoterm is not goods, freight and insurance together."))


def _marks(facts: Facts) -> Iterator[Fault]:
    """Numbers of packages run from 1 on, each once."""
    next_mark = 1
    for line in sorted(facts["goods"], key=lambda line: line["first_mark"]):
        say = {"goods": line["description"], "mark": line["first_mark"]}
        if line["first_mark"] > next_mark:
            yield Fault("gap", _("%(goods)s: package numbers before %(mark)s are missing.") % say)
        if line["first_mark"] < next_mark:
            yield Fault("overlap", _("%(goods)s: package number %(mark)s is given twice.") % say)
        if line["last_mark"] - line["first_mark"] + 1 != line["packages"]:
            yield Fault("count", _("%(goods)s: package numbers do not fit the number of packages.") % say)
        next_mark = max(next_mark, line["last_mark"] + 1)


def _terms(facts: Facts) -> Iterator[Fault]:
    term, mode = facts["consignment"]["incoterm"], facts["consignment"]["mode"]
    money = facts["values"]
    if mode == states.AIR and term in base.SEA_ONLY:
        yield Fault(
            "incoterm", _("%(term)s is for ships alone; by air use FCA, CPT or CIP.") % {"term": term}
        )
    if term in base.WITH_FREIGHT and not money["freight"]:
        yield Fault("freight", _("%(term)s: the freight is missing.") % {"term": term}, ISSUING)
    if term in base.WITH_INSURANCE and not money["insurance"]:
        yield Fault("insurance", _("%(term)s: the insurance is missing.") % {"term": term}, ISSUING)
    if facts["transport"]["destination"]["country"] != facts["consignment"]["country"]:
        yield Fault("country", _("The port of destination lies in another country."))


def _names(facts: Facts) -> Iterator[Fault]:
    if not facts["consignee"]["name"] or not facts["consignee"]["address"]:
        yield Fault("consignee", _("Name or address of the consignee is missing."), ISSUING)
    if facts["notify"]["name"] and not facts["notify"]["address"]:
        yield Fault("notify", _("The address of the notify party is missing."), ISSUING)
    if facts["exporter"]["name"] != facts["peb"]["exporter name"]:
        yield Fault("exporter", _("The exporter's name differs between the papers and the PEB."))


def _hs(facts: Facts) -> Iterator[Fault]:
    """Eight digits of ours; the destination's begin with the same six. The same goods have one code."""
    seen: dict[str, str] = {}
    for line in facts["goods"]:
        name, ours = {"goods": line["description"]}, base.digits(line["hs_origin"])
        theirs = base.digits(line["hs_destination"])
        if len(ours) != 8:
            yield Fault("hs", _("%(goods)s: the Indonesian HS code has eight digits.") % name, ISSUING)
        if theirs and theirs[:6] != ours[:6]:
            text = _("%(goods)s: the HS code of the destination begins with other six digits.")
            yield Fault("hs_destination", text % name, ISSUING)
        if seen.setdefault(line["description"].casefold(), ours) != ours:
            yield Fault("hs_differs", _("%(goods)s: the same goods have two HS codes.") % name, ISSUING)


def _of_lots(consignment: Consignment) -> Iterator[Fault]:
    """Goods whose permits do not last until they leave, and lots that were called back."""
    lines = base.lines_of(consignment)
    day = leaving_on(consignment)
    products = {line.part.line.product_id: line.part.line.product for line in lines if line.part.line.product}
    missing = missing_of(list(products.values()), day) if products else {}
    for line in lines:
        name = {"goods": line.description, "lot": line.lot.number if line.lot else ""}
        for need in missing.get(line.part.line.product_id or 0, []):
            text = _("%(goods)s: %(need)s is missing or not valid on the day of departure.")
            yield Fault("permit", text % {**name, "need": need.text}, CLEARING)
        if line.lot and line.lot.state == lot_states.RECALLED:
            yield Fault("recalled", _("%(goods)s: lot %(lot)s was called back.") % name, CLEARING)


def _of_parts(consignment: Consignment) -> Iterator[Fault]:
    """Goods that are declined, not weighed or short meanwhile, and what of the same parts would stay behind."""
    here = set(consignment.lines.values_list("part", flat=True))
    parts = set(consignment.lines.values_list("part__fulfilment", flat=True))
    for way in allowance.ways(parts):
        line = way.line
        say = {"goods": line.line.title_here, "part": line.fulfilment.number, "unit": line.line.unit_here}
        if line.pk in here and not way.most and line.quantity:
            yield Fault("may_not", allowance.why_nothing(line), CLEARING)
        elif line.pk in here and way.held > way.most:
            text = _(
                "%(goods)s (%(part)s): consignments hold %(held)s %(unit)s, and only %(most)s may travel. Take out what"
                " is too much."
            )
            yield Fault("too_much", text % {**say, "held": way.held, "most": way.most}, CLEARING)
        elif way.is_missed:
            text = _(
                "%(goods)s (%(part)s): %(rest)s %(unit)s stand in no consignment. Put them into one, or mark them as"
                " short on the page of the goods."
            )
            yield Fault("rest", text % {**say, "rest": way.rest}, CLEARING)


def leaving_on(consignment: Consignment) -> date:
    """The planned day of departure (WIB); today where there is no plan."""
    planned = consignment.departs_at
    return planned.astimezone(JAKARTA).date() if planned else today()
