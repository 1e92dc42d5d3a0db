"""The history of promises and leads as sentences for a page."""

import re
from collections.abc import Iterable
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from marketplace.common import dates
from marketplace.common.figures import grouped
from marketplace.common.models import StateChange
from marketplace.fulfilment.timeline import who
from marketplace.ledger.money import MINOR_DIGITS, Money
from marketplace.programme import states
from marketplace.programme.models import Commitment
from marketplace.programme.services.settlements import OFFICE

SIDE = "(?P<side>seller|buyer|office)"
PROMISE = r"\w*\|.*?\|(?:\d+|None)\|[^|]*\|\d+\|[A-Z]{3}\|(?:[\d-]+|None)\|"  # as commitments.version
PARTS = re.compile(
    r"(?P<kind>\w*)\|(?P<what>.*)\|(?P<quantity>\d+|None)\|(?P<unit>[^|]*)\|(?P<value>\d+)\|(?P<currency>[A-Z]{3})"
    r"\|(?P<due_on>[\d-]+|None)\|(?P<note>.*)"
)
# What the services write, as "subject, state it came to (= where it stays), reason", and how it reads.
SENTENCES: list[tuple[str, object]] = [
    (r"commitment recorded ", gettext_lazy("The promise was written down.")),
    (rf"commitment = confirmed: {SIDE}", gettext_lazy("%(side)s confirmed the promise.")),
    (r"commitment confirmed ", gettext_lazy("Both sides have confirmed the promise.")),
    (rf"commitment disputed {SIDE}: (?P<why>.*)", gettext_lazy("%(side)s says it was different: %(why)s")),
    (
        rf"commitment (?:=|recorded) (?P<before>{PROMISE}.*?) → (?P<after>{PROMISE}.*?)(?:: (?P<why>.*))?",
        gettext_lazy(
            "It was corrected, and both sides confirm anew. Before: %(before)s. Now: %(after)s. Why: %(why)s"
        ),
    ),
    (
        r"commitment (?:=|recorded) company: (?P<name>.*)",
        gettext_lazy("The buyer is the company %(name)s, which confirms the promise itself."),
    ),
    (
        rf"commitment = new link: {SIDE}: member",
        gettext_lazy("%(side)s has a new link, since somebody left its team. The old one has ended."),
    ),
    (
        rf"commitment = new link: {SIDE}: e-mail",
        gettext_lazy("%(side)s has a new link, since its e-mail address changed. The old one has ended."),
    ),
    (rf"commitment = new link: {SIDE}", gettext_lazy("%(side)s has a new link. The old one has ended.")),
    (r"commitment = linked: (?P<number>.*)", gettext_lazy("Linked with %(number)s.")),
    (
        r"commitment = unlinked: (?P<number>.*?): (?P<why>.*)",
        gettext_lazy("The link with %(number)s was taken away: %(why)s"),
    ),
    (
        rf"commitment = settled, says {SIDE}: (?P<money>\d+)",
        gettext_lazy("%(side)s says %(money)s was settled elsewhere."),
    ),
    (
        rf"commitment = settlement of (?P<money>\d+), {SIDE}: yes",
        gettext_lazy("%(side)s confirms that %(money)s was settled elsewhere."),
    ),
    (
        rf"commitment = settlement of (?P<money>\d+), {SIDE}: no: (?P<why>.*)",
        gettext_lazy("%(side)s refuses that %(money)s was settled elsewhere: %(why)s"),
    ),
    (
        r"commitment = settlement of (?P<money>\d+), taken back: (?P<why>.*)",
        gettext_lazy("The office took back that %(money)s was settled elsewhere: %(why)s"),
    ),
    (r"lead new ", gettext_lazy("The lead was written down.")),
    (r"lead followed ", gettext_lazy("It was followed up.")),
    (r"lead turned (?P<number>.*)", gettext_lazy("It became the promise %(number)s.")),
    (r"(?:commitment|lead) closed (?P<why>.*)", gettext_lazy("It was closed: %(why)s")),
]
TABLE = [(re.compile(pattern, re.DOTALL), text) for pattern, text in SENTENCES]


def lines(changes: Iterable[StateChange]) -> list[tuple[datetime, str, str]]:
    """(when, who, what) of each row."""
    return [(change.at, by(change), said(change)) for change in changes]


def said(change: StateChange) -> str:
    """What happened, in the reader's language; of a row that is not known what is written there."""
    name, stays = change.subject_type.rpartition(".")[2], change.before == change.after
    code = f"{name} {'=' if stays else change.after} {change.why}"
    for pattern, text in TABLE:
        if found := pattern.fullmatch(code):
            values = {part: _value(part, value or "–") for part, value in found.groupdict().items()}
            return str(text) % values
    return change.why if stays else f"{change.before} → {change.after} {change.why}".strip()


def by(change: StateChange) -> str:
    """Who did it; whoever came by the link of a side has that side behind the name."""
    for side in states.SIDES:
        if change.actor_id is None and change.actor_name.endswith(f" ({side})"):
            return f"{change.actor_name.removesuffix(f' ({side})')} ({_side(side)})"
    return who(change, None, None)


def _value(part: str, value: str) -> str:
    if part == "side":
        return _side(value)
    if part == "money":
        return str(Money(int(value)))
    return _promise(value) if part in ("before", "after") else value


def _side(side: str) -> str:
    names = {
        states.SELLER: pgettext("side of a promise", "The pesantren"),
        states.BUYER: pgettext("side of a promise", "The buyer"),
        OFFICE: pgettext("side of a promise", "The office"),
    }
    return names[side]


def _promise(text: str) -> str:
    """What commitments.version wrote: kind, goods, quantity, value, day, remark."""
    found = PARTS.fullmatch(text)
    if found is None or found["currency"] not in MINOR_DIGITS:
        return text
    kind = str(dict(Commitment.KINDS).get(found["kind"], found["kind"]))
    quantity = (
        "" if found["quantity"] == "None" else f"{grouped(int(found['quantity']))} {found['unit']}".strip()
    )
    day = ""
    if found["due_on"] != "None":
        day = _("wanted on %(day)s") % {"day": dates.day(date.fromisoformat(found["due_on"]))}
    money = str(Money(int(found["value"]), found["currency"]))
    return ", ".join(part for part in (kind, found["what"], quantity, money, day, found["note"]) if part)
