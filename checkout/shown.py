"""What the buyer was shown on the last page, signed, and in which words it differs from what holds now."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Product
from checkout.basket.queries import CURRENCY
from checkout.queries import Plan
from marketplace.fulfilment.delivery import Delivery
from marketplace.ledger.money import Money
from marketplace.pesantren import week_words

SALT = "checkout-shown"


def picture(plan: Plan, contact: Mapping[str, str], tempo_days: int, company: int) -> dict[str, Any]:
    """Every fact the buyer agrees to by pressing the button, as plain data.

    `tempo_days`: the terms on which this buyer's company (its id) may pay later, 0 for none.
    """
    written = json.dumps(dict(contact), sort_keys=True)
    return {
        "lines": {
            str(line.record.product_id): [line.quantity, line.unit_price.minor]
            for part in plan.parts
            for line in part.lines
        },
        "ways": {str(part.partner.pk): _way(part.chosen) for part in plan.parts},
        "weeks": {str(part.partner.pk): part.made_in.isoformat() for part in plan.parts if part.made_in},
        "contact": hashlib.sha256(written.encode()).hexdigest()[:16],
        "total": plan.total.minor,
        "tempo": tempo_days,
        "company": company,
    }


def _way(chosen: Delivery | None) -> list[Any]:
    """Who brings it, for how much, and the days on the road."""
    if chosen is None:
        return ["", 0, []]
    days = [chosen.road_least, chosen.road_most, chosen.road_sundays]
    return [f"{chosen.code}:{chosen.name}", chosen.fee.minor, days]


def sign(plan: Plan, contact: Mapping[str, str], tempo_days: int = 0, company: int = 0) -> str:
    return signing.dumps(picture(plan, contact, tempo_days, company), salt=SALT, compress=True)


def differences(
    shown: str, plan: Plan, contact: Mapping[str, str], tempo_days: int = 0, company: int = 0
) -> list[str]:
    """Sentences that name what changed since `shown` was signed, old → new; empty if nothing did."""
    now = picture(plan, contact, tempo_days, company)
    try:
        before = signing.loads(shown, salt=SALT)
    except signing.BadSignature:
        return [_("The page was too old. Please look at everything once more.")]
    if before == now:
        return []
    found = [*_lines(before["lines"], now["lines"]), *_ways(before["ways"], now["ways"], plan)]
    found += _weeks(before.get("weeks", {}), now["weeks"], plan)
    if before["contact"] != now["contact"]:
        found.append(_("The name or address was changed on another page."))
    if before["total"] != now["total"]:
        values = {"old": _rupiah(before["total"]), "new": _rupiah(now["total"])}
        found.append(_("The total was %(old)s and is now %(new)s.") % values)
    if before.get("company", company) != company and company:
        found.append(_("On another page you chose to act for another of your companies."))
    elif before.get("tempo", 0) != now["tempo"]:
        text = _("The tempo terms of your company were %(old)s days and are now %(new)s days.")
        found.append(text % {"old": before.get("tempo", 0), "new": now["tempo"]})
    return found


def _rupiah(minor: int) -> Money:
    return Money(minor, CURRENCY)


def _lines(before: dict[str, list[int]], now: dict[str, list[int]]) -> list[str]:
    touched = {key for key in {*before, *now} if before.get(key) != now.get(key)}
    titles = {str(product.pk): product.title for product in Product.objects.filter(pk__in=touched)}
    found = []
    for key in sorted(touched, key=int):
        name = titles.get(key, "")
        if key not in now:
            found.append(_("“%(product)s” was taken out of the basket.") % {"product": name})
        elif key not in before:
            found.append(_("“%(product)s” was put into the basket.") % {"product": name})
        else:
            found += _line(name, before[key], now[key])
    return found


def _line(name: str, before: list[int], now: list[int]) -> list[str]:
    found = []
    if before[0] != now[0]:
        text = _("The quantity of “%(product)s” was %(old)s and is now %(new)s.")
        found.append(text % {"product": name, "old": before[0], "new": now[0]})
    if before[1] != now[1]:
        text = _("The price of “%(product)s” was %(old)s a unit and is now %(new)s.")
        found.append(text % {"product": name, "old": _rupiah(before[1]), "new": _rupiah(now[1])})
    return found


def _weeks(before: dict[str, str], now: dict[str, str], plan: Plan) -> list[str]:
    """What is made to order gets ready in a later week than was shown; an earlier one is no reason to stop."""
    found = []
    for part in plan.parts:
        old, new = before.get(str(part.partner.pk), ""), now.get(str(part.partner.pk), "")
        if new > old and (dates := part.dates(timezone.now())):
            text = _("The goods from %(pesantren)s are ready later now: on %(day)s.")
            found.append(text % {"pesantren": part.partner.name, "day": week_words.day(dates[0])})
    return found


def _ways(before: dict[str, list[Any]], now: dict[str, list[Any]], plan: Plan) -> list[str]:
    found = []
    for part in plan.parts:
        old, new = before.get(str(part.partner.pk)), now[str(part.partner.pk)]
        if old is None or old == new:
            continue
        values = {"pesantren": part.partner.name, "old": _rupiah(old[1]), "new": _rupiah(new[1])}
        if old[1] != new[1]:
            found.append(_("The delivery from %(pesantren)s was %(old)s and is now %(new)s.") % values)
        elif old[0] == new[0]:
            found.append(_("The delivery from %(pesantren)s arrives on other days now.") % values)
        else:
            found.append(_("The delivery from %(pesantren)s is another one now.") % values)
    return found
