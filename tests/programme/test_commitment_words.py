"""The history of promises and leads reads as sentences, not as the codes that the services write."""

import ast
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from marketplace.common.actor import SYSTEM, Actor
from marketplace.common.models import StateChange
from marketplace.common.states import history
from marketplace.ledger.money import Money
from marketplace.programme import services, states
from marketplace.programme.commitments import words as commitment_words
from marketplace.programme.models import Commitment
from marketplace.programme.services import commitments
from marketplace.programme.services.commitments import Promise, version
from tests.factories.catalogue import make_user
from tests.factories.programme import make_commitment


def row(before: str, after: str, why: str = "", model: str = "commitment") -> StateChange:
    return StateChange(subject_type=f"programme.{model}", before=before, after=after, why=why)


@pytest.mark.parametrize(
    ("before", "after", "why", "said"),
    [
        ("", "recorded", "", "The promise was written down."),
        ("recorded", "recorded", "confirmed: seller", "The pesantren confirmed the promise."),
        ("recorded", "confirmed", "", "Both sides have confirmed the promise."),
        ("recorded", "disputed", "buyer: half of it", "The buyer says it was different: half of it"),
        (
            "disputed",
            "recorded",
            "commitment|satu | dua|10|kg|1000000|IDR|None| → po|satu|2000|kg|1400050|USD|2026-12-01|dus: ok",
            "It was corrected, and both sides confirm anew. Before: Commitment, satu | dua, 10 kg, Rp 1.000.000. "
            "Now: Purchase order (PO), satu, 2,000 kg, US$ 14,000.50, wanted on 1 December 2026, dus. Why: ok",
        ),
        (
            "confirmed",
            "recorded",
            "company: PT A",
            "The buyer is the company PT A, which confirms the promise itself.",
        ),
        ("confirmed", "confirmed", "new link: buyer", "The buyer has a new link. The old one has ended."),
        (
            "recorded",
            "recorded",
            "new link: seller: member",
            "The pesantren has a new link, since somebody left its team. The old one has ended.",
        ),
        ("confirmed", "confirmed", "linked: #26-1", "Linked with #26-1."),
        ("confirmed", "confirmed", "unlinked: #26-1: wrong", "The link with #26-1 was taken away: wrong"),
        (
            "confirmed",
            "confirmed",
            "settled, says office: 1400000000",
            "The office says Rp 1.400.000.000 was settled elsewhere.",
        ),
        (
            "confirmed",
            "confirmed",
            "settlement of 99, seller: yes",
            "The pesantren confirms that Rp 99 was settled elsewhere.",
        ),
        (
            "confirmed",
            "confirmed",
            "settlement of 99, seller: no: never",
            "The pesantren refuses that Rp 99 was settled elsewhere: never",
        ),
        (
            "confirmed",
            "confirmed",
            "settlement of 99, taken back: typed wrongly",
            "The office took back that Rp 99 was settled elsewhere: typed wrongly",
        ),
        ("confirmed", "closed", "confirmed: seller", "It was closed: confirmed: seller"),
        ("confirmed", "confirmed", "%s of another time", "%s of another time"),
        ("recorded", "gone", "x", "recorded → gone x"),
    ],
)
def test_each_code_is_a_sentence_and_an_unknown_one_stays(before: str, after: str, why: str, said: str):
    with translation.override("en"):
        assert commitment_words.said(row(before, after, why)).replace("\xa0", " ") == said


@pytest.mark.parametrize(
    ("before", "after", "why", "said"),
    [
        ("", "new", "", "The lead was written down."),
        ("new", "followed", "", "It was followed up."),
        ("followed", "turned", "K-1", "It became the promise K-1."),
        ("new", "closed", "no money", "It was closed: no money"),
    ],
)
def test_the_words_of_a_lead(before: str, after: str, why: str, said: str):
    with translation.override("en"):
        assert commitment_words.said(row(before, after, why, "lead")) == said


# What stands in the codes of the services, by how it is written there ("function.name" where it is special).
EXAMPLES = {
    "by": "office",
    "side": "buyer",
    "why": "salah ketik",
    "end_links.why": "member",
    "rupiah": "99",
    "locked.rupiah": "99",
    "said": "yes",
    "named": "#26-1",
    "company.name": "PT A",
    "made.number": "K-1",
    "before": "commitment|a|1|kg|9|IDR|None|",
    "version(locked)": "loi|b|None||9|IDR|2026-12-01|x",
}


def codes_of(function: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    """(state it comes to, = where it stays; reason) of each history row that this service writes about a promise or a
    lead; rows about a buyer have words in place of states."""
    steps = [one for one in ast.walk(function) if isinstance(one, ast.Assign)]
    known = {ast.unparse(one.targets[0]): one.value for one in steps}
    for call in ast.walk(function):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        if call.func.attr not in ("record", "move") or len(call.args) < 2:
            continue
        before, after = ("", *map(ast.unparse, call.args))[-2:]  # move names the new state alone
        if after.startswith("'"):
            continue
        stays = call.func.attr == "record" and before == after
        why = next((one.value for one in call.keywords if one.arg == "why"), ast.Constant(""))
        found = known.get(ast.unparse(why), why)
        yield "=" if stays else getattr(states, after.removeprefix("states.")), written(found, function.name)


def written(why: ast.expr, function: str) -> str:
    if isinstance(why, ast.Constant):
        return str(why.value)
    if isinstance(why, ast.JoinedStr):
        return "".join(written(one, function) for one in why.values)
    name = ast.unparse(why.value if isinstance(why, ast.FormattedValue) else why)
    return EXAMPLES.get(f"{function}.{name}") or EXAMPLES[name]


def test_every_code_that_the_services_write_has_a_sentence():
    for room, least in (("commitments", 9), ("leads", 4), ("links", 2), ("settlements", 3)):
        tree = ast.parse((Path(services.__path__[0]) / f"{room}.py").read_text())
        functions = [one for one in tree.body if isinstance(one, ast.FunctionDef)]
        codes = [code for function in functions for code in codes_of(function)]
        assert len(codes) >= least, room
        name = "lead" if room == "leads" else "commitment"
        for state, why in codes:
            text = f"{name} {state} {why}"
            assert any(pattern.fullmatch(text) for pattern, _text in commitment_words.TABLE), text


@pytest.mark.django_db
def test_what_the_services_write_reads_as_indonesian():
    made = make_commitment(state=states.RECORDED, due_on=date(2026, 12, 2))
    commitments.confirm(commitment=made, side="buyer", seen=version(made), actor=Actor(None, "CV A (buyer)"))
    promise = Promise(
        Commitment.LOI, "Kopi", Money(2_000_000), quantity=5, unit="kg", due_on=date(2026, 12, 1)
    )
    made = commitments.correct(commitment=made, promise=promise, why="salah tulis", actor=SYSTEM)
    lines = commitment_words.lines(history(made).order_by("pk"))
    assert [(by, said.replace("\xa0", " ")) for _at, by, said in lines] == [
        ("CV A (Calon pembeli)", "Calon pembeli mengonfirmasi janji ini."),
        (
            "otomatis",
            "Dikoreksi, dan kedua pihak mengonfirmasi lagi. Sebelumnya: Komitmen, Roti, Rp 10.000.000, "
            "diminta tanggal 2 Desember 2026. "
            "Sekarang: Surat minat (LoI), Kopi, 5 kg, Rp 2.000.000, diminta tanggal 1 Desember 2026. "
            "Alasan: salah tulis",
        ),
    ]
    client = Client()
    client.force_login(make_user("kantor@example.com", staff_role="office"))
    text = client.get(reverse("office:commitment", args=[made.number])).content.decode()
    assert "Calon pembeli mengonfirmasi janji ini." in text
    assert "confirmed: buyer" not in text
