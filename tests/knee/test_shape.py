"""A knee's shape: norms for what is missing, refusals for what cannot be."""

import math
from dataclasses import fields, replace
from importlib.resources import files

import pytest

from trochlea.errors import InputError
from trochlea.knee.shape import KneeShape, knee_shape, shape_norms
from trochlea.person.measured import Measured


@pytest.mark.parametrize("sex", ["female", "male"])
def test_every_field_has_a_norm(sex):
    assert set(shape_norms(sex=sex)) == {field.name for field in fields(KneeShape)}


def test_norms_name_a_key_of_the_references_or_a_reason():
    references = files("trochlea").joinpath("references.bib").read_text(encoding="utf-8")
    for sex in ("female", "male"):
        for name, norm in shape_norms(sex=sex).items():
            if norm.citation:
                assert f"{{{norm.citation}," in references, name
            assert norm.citation or norm.note, f"{name} is assumed without a reason"


def test_measured_value_replaces_the_norm_and_nothing_else():
    measured = Measured(value=0.018, sd=0.001, unit="m", source="measured")
    shape = knee_shape({"tt_tg": measured}, sex="female")
    assert shape == replace(knee_shape(sex="female"), tt_tg=0.018)


def test_norms_are_in_si_units():
    norms = shape_norms(sex="male")
    assert (norms["tt_tg"].unit, norms["tt_tg"].value) == ("m", pytest.approx(0.01091))
    assert (norms["sulcus_angle"].unit, norms["sulcus_angle"].value) == ("rad", pytest.approx(math.radians(146.1)))
    assert norms["tendon_stiffness"].value == pytest.approx(1.652e6)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: knee_shape(sex="man"), "expected one of female, male"),
        (
            lambda: knee_shape({"sulcus": Measured(value=1, sd=None, unit="rad", source="measured")}, sex="male"),
            "a knee has no sulcus",
        ),
        (lambda: replace(knee_shape(sex="male"), patella_width=0.0), "patella_width is 0"),
        (lambda: replace(knee_shape(sex="male"), tt_tg=math.nan), "tt_tg is nan"),
        (lambda: replace(knee_shape(sex="male"), vmo_share=1.2), "vmo_share is 1.2"),
    ],
)
def test_impossible_shapes_are_refused(make, words):
    with pytest.raises(InputError, match=words):
        make()
