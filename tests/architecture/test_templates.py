"""What a strict Content-Security-Policy and honest escaping forbid in templates. Reads files only."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"
RULES = {
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/ld\+json\")[^>]*>", re.I),
    "inline style": re.compile(r"<style\b|<[^>%{]*\sstyle\s*=", re.I),
    "inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.I),
    "javascript: address": re.compile(r"[\"']\s*javascript:", re.I),
    "unescaped output": re.compile(r"\|\s*safe(seq)?\b|{%-?\s*autoescape\s+off"),
    "script from elsewhere": re.compile(r"<(script|link|img)\b[^>]*\b(src|href)=\"(https?:)?//(?!{)", re.I),
}
FORM = re.compile(r"<form\b(?P<head>[^>]*)>(?P<body>.*?)</form>", re.I | re.S)
# Mails are read outside our pages: their styles must stand inline, and no policy of ours reaches them.
MAILS = re.compile(r"(^|/)(mail|mails)/")


def faults(text: str, *, mail: bool = False) -> list[str]:
    """The rules that this template breaks."""
    text = re.sub(r"{#.*?#}|{% comment .*?{% endcomment %}", "", text, flags=re.S)
    broken = [
        name for name, rule in RULES.items() if rule.search(text) and not (mail and name == "inline style")
    ]
    for form in FORM.finditer(text):
        if re.search(r"method=\"?post", form["head"], re.I) and "{% csrf_token %}" not in form["body"]:
            broken.append("post form without csrf_token")
    return broken


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<script>x()</script>", ["inline script"]),
        ('<script type="module" src="/x.js"></script>', []),
        ('<script type="application/ld+json">{}</script>', []),
        ('<p style="color:red">', ["inline style"]),
        ("<style>p{}</style>", ["inline style"]),
        ('<a class="b" onclick="x()">', ["inline handler"]),
        ('<a href="javascript:x()">', ["javascript: address"]),
        ("{{ text|safe }}", ["unescaped output"]),
        ("{% autoescape off %}", ["unescaped output"]),
        ('<link rel="stylesheet" href="https://cdn.example.com/x.css">', ["script from elsewhere"]),
        ('<form method="post"><input></form>', ["post form without csrf_token"]),
        ('<form method="post">{% csrf_token %}</form>', []),
        ('<form method="get"><input></form>', []),
        ("{# <script>explained</script> #}", []),
        ("<p>Only on = one</p>", []),
    ],
)
def test_the_rules_bite(text: str, found: list[str]):
    assert faults(text) == found


def test_templates_keep_the_rules():
    pages = sorted(TEMPLATES.rglob("*.html"))
    assert pages
    broken = {
        name: found
        for path in pages
        if (name := path.relative_to(TEMPLATES).as_posix())
        and (found := faults(path.read_text(), mail=bool(MAILS.search(name))))
    }
    assert broken == {}
