"""Compiles our translations with Babel, since a bare machine has no msgfmt.

python -m marketplace.common.compile_messages
"""

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def compile_messages(locale: Path = LOCALE) -> list[Path]:
    """Write django.mo beside every django.po that is newer; give the files written. Two may run at once."""
    written = []
    for po in sorted(locale.glob("*/LC_MESSAGES/django.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns:
            continue
        with po.open("rb") as source:
            catalog = read_po(source, locale=po.parent.parent.name)
        draft = mo.with_suffix(f".{os.getpid()}.new")
        with draft.open("wb") as target:
            write_mo(target, catalog)
        draft.replace(mo)
        written.append(mo)
    return written


if __name__ == "__main__":
    compile_messages()
