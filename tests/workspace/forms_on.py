"""The forms of a page, as a browser would send them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    """`options`: every value that each field offers; `data`: what would be sent, where the page says something."""

    action: str
    method: str
    options: dict[str, list[str]] = field(default_factory=dict)
    data: dict[str, list[str]] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.forms = page, list[Form]()
        self._form: Form | None = None
        self._name = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(facts.get("action") or self.page, facts.get("method", "get").lower())
            self.forms.append(self._form)
            return
        if self._form is None:
            return
        if tag in ("select", "textarea"):
            self._name = facts.get("name", "")
            self._form.options.setdefault(self._name, [])
        elif tag == "option":
            self._take(self._name, facts.get("value", ""), "selected" in facts)
        elif tag in ("input", "button") and facts.get("name"):
            kind = facts.get("type", "text")
            is_sent = kind not in ("checkbox", "radio", "submit") or "checked" in facts or tag == "button"
            self._take(facts["name"], facts.get("value", ""), is_sent)

    def _take(self, name: str, value: str, is_sent: bool) -> None:
        assert self._form is not None
        self._form.options.setdefault(name, []).append(value)
        if is_sent:
            self._form.data.setdefault(name, []).append(value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None


def forms_on(page: str, html: str) -> list[Form]:
    reader = _Reader(page)
    reader.feed(html)
    return reader.forms
