"""Numbers as people read them in the active language."""

from django.utils.formats import number_format


def grouped(number: float, places: int = 0) -> str:
    """12.500 in Indonesian, 12,500 in English and Arabic, where a point reads as a decimal one.

    Rupiah keep their points in every language (ledger.money).
    """
    return number_format(number, decimal_pos=places, force_grouping=True)
