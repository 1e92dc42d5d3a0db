"""The short lists of grades: one place for a name everywhere, the best first."""

from catalogue import grades
from catalogue.models import Commodity

MANGGIS = Commodity(code="manggis")


def test_a_name_has_one_place_in_all_lists() -> None:
    places: dict[str, set[int]] = {}
    for one in grades.all_grades():
        places.setdefault(one.name, set()).add(one.place)
    assert {name: len(found) for name, found in places.items()} == dict.fromkeys(places, 1)


def test_a_good_has_its_own_list_or_the_common_one() -> None:
    assert [one.name for one in grades.grades_of(MANGGIS)] == ["Super", "A", "B"]
    assert [one.name for one in grades.grades_of(Commodity(code="kopi"))] == ["A", "B", "C"]
    assert [one.name for one in grades.grades_of(None)] == ["A", "B", "C"]
    assert grades.choices_of(MANGGIS)[0] == ("Super", "Super (> 65 mm)")
    assert [name for name, _label in grades.all_choices()] == ["Super", "A", "B", "C"]


def test_what_is_worse() -> None:
    assert [grades.place_of(name) for name in ("Super", "a", "B ", "C", "", "kualitas 1")] == [
        1,
        2,
        3,
        4,
        grades.UNKNOWN,
        grades.UNKNOWN,
    ]
    assert grades.is_below("B", "A")
    assert grades.is_below("", "C")
    assert not grades.is_below("Super", "A")
    assert not grades.is_below("A", "A")
    assert not grades.is_below("", "")
