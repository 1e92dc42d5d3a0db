"""Every text for people is translated, in both languages, with the same placeholders and the same tags."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from marketplace.common.compile_messages import compile_messages
from tools import messages

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|(?<!%)%[sd]|{\w*}")
TAG = re.compile(r"</?[a-z][^>]*>")


def forms(text: object) -> list[str]:
    return list(text) if isinstance(text, tuple | list) else [str(text)]


def mismatch(message: Message) -> str | None:
    """What the translation lacks or adds. One form of a plural may say "one" in words, not all."""
    ids, strings = forms(message.id), forms(message.string)
    wanted = set(PLACEHOLDER.findall(" ".join(ids)))
    has = set(PLACEHOLDER.findall(" ".join(strings)))
    if wanted != has:
        return f"{message.id!r}: placeholders {sorted(wanted)} became {sorted(has)}"
    tags = sorted(TAG.findall(ids[-1]))
    if any(sorted(TAG.findall(string)) != tags for string in strings):
        return f"{message.id!r}: other tags"
    return None


@pytest.fixture(scope="module")
def found() -> Catalog:
    return messages.collect()


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_catalogue_is_up_to_date(language: str, found: Catalog):
    def keys(catalogue: Catalog) -> set[tuple[str, ...]]:
        return {(message.context or "", *forms(message.id)) for message in catalogue if message.id}

    has, wants = keys(messages.load(language)), keys(found)
    assert (sorted(wants - has), sorted(has - wants)) == ([], []), "run: make messages"


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_nothing_is_untranslated_or_fuzzy(language: str):
    texts = [message for message in messages.load(language) if message.id]
    assert texts
    assert [m.id for m in texts if m.fuzzy or not messages.is_translated(m.string)] == []


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_placeholders_and_tags_agree(language: str):
    translated = [m for m in messages.load(language) if m.id and messages.is_translated(m.string)]
    assert [fault for m in translated if (fault := mismatch(m))] == []


def test_mismatch_bites():
    assert mismatch(Message("Hi %(name)s", "Halo %(nama)s"))
    assert mismatch(Message("<b>Hi</b>", "Halo"))
    assert not mismatch(Message("Hi %(name)s", "Halo %(name)s"))
    assert not mismatch(Message(("%(n)s day", "%(n)s days"), ("satu hari", "%(n)s hari")))
    assert mismatch(Message(("%(n)s day", "%(n)s days"), ("satu hari", "hari")))


def test_texts_of_templates_are_found():
    text = (
        '{% load i18n %}{% translate "One" %}{{ _("Two") }}{% include "x" with a=_("It\'s") %}'
        '{% translate "Open" context "shop" %}'
        "{% blocktranslate trimmed with n=name %}\n  Hi {{ n }},\n  50% off\n{% endblocktranslate %}"
        "{% blocktranslate count n=m %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}"
        "{# translate('no') #}<p>gettext('no')</p>"
    )
    assert list(messages.in_template(text)) == [
        ("One", None),
        ("Two", None),
        ("It's", None),
        ("Open", "shop"),
        ("Hi %(n)s, 50%% off", None),
        (("%(n)s day", "%(n)s days"), None),
    ]


def test_texts_of_code_are_found(tmp_path: Path):
    module = tmp_path / "x.py"
    module.write_text(
        'a = _("One")\nb = gettext_lazy("Two"  " three")\nc = ngettext("%(n)s day", "%(n)s days", n)\n'
        'd = pgettext("shop", "Open")\ne = gettext_noop("Later")\nf = "_(no)"\ng = _(variable)\n'
    )
    assert list(messages.in_python(module)) == [
        ("One", None),
        ("Two three", None),
        (("%(n)s day", "%(n)s days"), None),
        ("Open", "shop"),
        ("Later", None),
    ]


def test_update_keeps_translations_and_drops_what_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(messages, "LOCALE", tmp_path)
    monkeypatch.setattr(messages, "BASE", tmp_path.parent)
    first = Catalog()
    first.add("Old")
    first.add("Kept")
    assert messages.update("id", first) == (2, 2)
    po = messages.po_file("id")
    po.write_text(po.read_text().replace('msgid "Kept"\nmsgstr ""', 'msgid "Kept"\nmsgstr "Tetap"'))
    second = Catalog()
    second.add("Kept")
    second.add(("%(n)s day", "%(n)s days"))
    assert messages.update("id", second) == (2, 1)
    assert messages.load("id")["Kept"].string == "Tetap"
    assert "Old" not in po.read_text()
    before = po.read_bytes()
    messages.update("id", second)
    assert po.read_bytes() == before


def test_compiled_file_speaks(tmp_path: Path):
    import gettext

    folder = tmp_path / "id" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "Basket"\nmsgstr "Keranjang"\n'
    )
    assert compile_messages(tmp_path) == [folder / "django.mo"]
    assert compile_messages(tmp_path) == []
    with (folder / "django.mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Basket") == "Keranjang"
