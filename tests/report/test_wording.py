"""Numbers as a reader sees them."""

import pytest

from trochlea.report.wording import number, plural, signed, significant


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (1770.4, 0, "1\u202f770"),
        (-0.04, 1, "0.0"),
        (-3.14, 1, "\u22123.1"),
        (12.0, 1, "12.0"),
        (-12345.6, 0, "\u221212\u202f346"),
    ],
)
def test_numbers_have_thin_spaces_real_minus_signs_and_no_minus_zero(value, digits, text):
    assert number(value, digits) == text


def test_signs_are_shown_but_not_on_zero():
    assert (signed(0.6, 1), signed(-0.6, 1), signed(0.04, 1)) == ("+0.6", "\u22120.6", "0.0")


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (115.5, "116"), (0.8836, "0.884"), (1.054, "1.05"), (-0.0123, "\u22120.0123")]
)
def test_three_significant_digits(value, text):
    assert significant(value) == text


def test_plurals():
    assert (plural(1, "frame"), plural(3, "frame")) == ("1 frame", "3 frames")
