"""Numbers as people write them, and fields tied to their hints and errors."""

import pytest
from django import forms

from marketplace.common.forms import AccessibleForm, MoneyField, WholeNumberField
from marketplace.common.prose import plain


class Sample(AccessibleForm):
    autocomplete = {"name": "name"}
    name = forms.CharField(help_text="As on your card.", error_messages={"required": "Write your name."})
    amount = MoneyField(least=1)
    count = WholeNumberField(required=False, most=500)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1500000", 1_500_000),
        ("1.500.000", 1_500_000),
        ("1,500,000", 1_500_000),
        ("1 500 000", 1_500_000),
        ("Rp 1.500.000", 1_500_000),
        ("Rp\u00a01.500.000", 1_500_000),
        ("rp1500000", 1_500_000),
        ("Rp. 1.500.000,-", 1_500_000),
        ("1.500.000,00", 1_500_000),
        ("IDR 21000", 21_000),
        ("١٥٠٠", 1_500),
        (" 7 ", 7),
    ],
)
def test_amounts_as_people_write_them(typed: str, amount: int) -> None:
    form = Sample({"name": "A", "amount": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["amount"] == amount


@pytest.mark.parametrize(
    "typed",
    ["satu juta", "1,5 juta", "1.5", "1.50.000", "1.500,000", "-5", "12a", "1e6", "²", "Rp", "1.500,50"],
)
def test_refused_with_one_clear_sentence(typed: str) -> None:
    form = Sample({"name": "A", "amount": typed})
    assert form.errors["amount"] == [
        "Write the amount in digits, in whole rupiah, for example 1.500.000."
    ] or form.errors["amount"] == [str(MoneyField.wrong)]
    assert f'value="{typed}"' in str(form["amount"])


def test_limits_say_the_limit() -> None:
    form = Sample({"name": "A", "amount": "0", "count": "1.000"})
    assert "1" in form.errors["amount"][0]
    assert "500" in form.errors["count"][0]


def test_empty_optional_number_is_nothing() -> None:
    form = Sample({"name": "A", "amount": "1"})
    assert form.is_valid()
    assert form.cleaned_data["count"] is None


def test_initial_numbers_are_shown_with_points() -> None:
    assert 'value="1.500.000"' in str(Sample(initial={"amount": 1_500_000})["amount"])


def test_hint_and_error_are_tied_to_the_field() -> None:
    form = Sample({"amount": "1"})
    shown = str(form["name"])
    assert 'aria-describedby="id_name_hint id_name_error"' in shown
    assert 'aria-invalid="true"' in shown
    assert 'autocomplete="name"' in shown
    assert " required" not in shown
    fine = str(form["amount"])
    assert "aria-invalid" not in fine
    assert "aria-describedby" not in fine
    assert 'inputmode="numeric"' in fine


def test_hint_alone_without_error() -> None:
    assert 'aria-describedby="id_name_hint"' in str(Sample()["name"])


def test_free_text_takes_the_direction_of_what_is_written() -> None:
    form = Sample()
    assert 'dir="auto"' in str(form["name"])
    assert "dir=" not in str(form["amount"])
    assert "dir=" not in str(form["count"])


def test_signs_that_turn_a_line_round_are_taken_out() -> None:
    assert plain("Keripik \u202e&#x202e;052 gnasip\u2069 \x07<b>manis</b>\n") == "Keripik 052 gnasip manis"
