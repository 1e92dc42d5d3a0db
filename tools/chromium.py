"""Finds Chromium for the browser tests, or says which package to install: python tools/chromium.py"""

import os
import shutil
import sys

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
MISSING = (
    "Chromium is missing; the browser tests need it. Install it with: apt-get install chromium "
    "(or say where it is: CHROMIUM=/path/to/chromium make test)."
)


def find() -> str | None:
    """The program to start: what CHROMIUM names, or the first of the usual names that is installed."""
    named = os.environ.get("CHROMIUM", "").strip()
    if named:
        return shutil.which(named)
    folders = os.pathsep.join([os.environ.get("PATH", ""), "/usr/bin", "/usr/local/bin", "/snap/bin"])
    return next((path for name in NAMES if (path := shutil.which(name, path=folders))), None)


if __name__ == "__main__":
    if not find():
        sys.exit(MISSING)
