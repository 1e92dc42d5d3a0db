"""Rows of the access table for papers of consignments: the coordinator does, the office reads."""

from tests.access.table import GO, NO_GET, OPEN, STAFF, Row, everyone, only

OF = ("papers_of",)
ONE = ("papers_of", "paper")
PRESSED = {"get": only(NO_GET, "export"), "post": only(GO, "export")}
TYPED = {"get": only(NO_GET, "export"), "post": only(OPEN, "export")}  # the form comes back with its errors
PAPERS: dict[str, Row] = {
    "office:export-papers": Row(STAFF, OF),
    "office:export-papers-set-up": Row(**PRESSED, args=OF),
    "office:export-papers-amend": Row(**PRESSED, args=OF),
    "office:export-clear": Row(**PRESSED, args=OF),
    "office:export-identity": Row(only(OPEN, "export"), OF, only(OPEN, "export")),
    "office:export-pack": Row(**PRESSED, args=OF),
    "office:export-pack-file": Row(STAFF, ("papers_of", "paper_pack")),
    "office:export-links": Row(only(OPEN, "export"), OF, only(OPEN, "export")),
    "office:export-link-revoke": Row(**PRESSED, args=("papers_of", "upload_link")),
    "office:export-paper": Row(STAFF, ONE),
    "office:export-paper-draft": Row(only(OPEN, "export"), ONE),
    "office:export-paper-drafted": Row(**PRESSED, args=ONE),
    "office:export-paper-issue": Row(**PRESSED, args=ONE),
    "office:export-paper-confirm": Row(**PRESSED, args=ONE),
    "office:export-paper-ask": Row(**PRESSED, args=ONE),
    "office:export-paper-upload": Row(**TYPED, args=ONE),
    "office:export-paper-check": Row(**TYPED, args=ONE),
    "office:export-paper-reject": Row(**TYPED, args=ONE),
    "office:export-paper-waive": Row(**TYPED, args=ONE),
    "office:export-paper-file": Row(STAFF, ("papers_of", "paper", "paper_version", "paper_ending")),
    # Whoever has the link.
    "uploads:papers": Row(everyone(OPEN), ("upload_token",)),
    "uploads:upload": Row(everyone(OPEN), ("upload_token", "paper_to_upload"), everyone(OPEN)),
}
