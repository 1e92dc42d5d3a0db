"""What people read on pages and papers, in whatever language they work."""

from django.utils import translation

from marketplace.exports import states
from marketplace.exports.documents import base
from marketplace.exports.papers import rules
from marketplace.exports.services.consignments import parties
from offtakers.models import Company, CompanyPlace


def test_addresses_on_papers_are_english_whoever_makes_them() -> None:
    company = Company(name="Contoh Trading LLC", address="Contoh Street 1, Dubai")
    place = CompanyPlace(name="Contoh Store", address="Contoh Road 5\nDubai", country="AE")
    with translation.override("id"):
        found = parties(company, place, None)
        assert base.country("AE") == "United Arab Emirates"
    assert found["consignee_address"] == "Contoh Road 5\nDubai\nUnited Arab Emirates"


def test_what_is_made_here_needs_no_check_once_issued() -> None:
    kinds = rules.kinds()
    with translation.override("en"):
        assert kinds["commercial_invoice"].label_of(states.ISSUED) == "Issued"
        for code in ("peb_data", "npe"):  # a second person agrees; what others issue is read
            assert kinds[code].label_of(states.ISSUED) == "Issued, not checked yet"


def test_issuers_are_named_in_the_readers_language() -> None:
    carrier = rules.kinds()["booking"]
    shown = {}
    for language in ("en", "id", "ar"):
        with translation.override(language):
            shown[language] = carrier.issuer_here
    assert shown == {"en": "carrier", "id": "pengangkut", "ar": "الناقل"}
    assert all(name for kind in rules.kinds().values() for _language, name in kind.issuers)
