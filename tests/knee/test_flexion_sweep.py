"""A sweep over flexion: its records, its units, and what it refuses."""

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.knee import sweep
from trochlea.knee.flexion_sweep import FIELDS
from trochlea.knee.setup import knee_setup, setup_knee, setup_load
from trochlea.knee.stability import restraint
from trochlea.person.read import demo_person

NAMES = """
flexion_deg status quadriceps_force_n patellar_tendon_force_n contact_force_n tendofemoral_force_n contact_area_mm2
mean_pressure_mpa peak_pressure_mpa lateral_force_n medial_force_n lateral_peak_mpa medial_peak_mpa lateral_area_mm2
medial_area_mm2 shift_mm tilt_deg patellar_flexion_deg spin_deg bisect_offset
""".split()
"""Names of a record that readers may rely on."""

MIRROR = 1e-9
"""Left and right differ by rounding only; worst seen 0."""


@pytest.fixture(scope="module")
def swept():
    return sweep(flexion_deg=[0.0, 30.0, 60.0], quadriceps=600.0, displace_lateral_mm=[1.0, 5.0])


def test_every_record_has_the_promised_names(swept):
    for record in swept.records():
        assert set(NAMES) <= set(record)
        assert [record["flexion_deg"] for record in swept.records()] == [0.0, 30.0, 60.0]


def test_values_are_in_the_units_of_their_names(swept):
    record, result = swept.records()[1], swept.result
    assert record["contact_area_mm2"] == pytest.approx(1e6 * result.contact_area[1])
    assert record["peak_pressure_mpa"] == pytest.approx(1e-6 * result.peak_pressure[1])
    assert record["tilt_deg"] == pytest.approx(np.degrees(result.tilt[1]))
    assert record["shift_mm"] == pytest.approx(1e3 * result.shift[1])
    assert record["mean_pressure_mpa"] == pytest.approx(record["contact_force_n"] / record["contact_area_mm2"])


def test_the_default_is_the_median_man_under_the_published_split(swept):
    load = setup_load(knee_setup(values={"sex": "male"}), flexion=np.radians([0.0, 30.0, 60.0]), quadriceps=600.0)
    assert np.array_equal(load.tension, swept.load.tension)
    assert [record["quadriceps_force_n"] for record in swept.records()] == pytest.approx([600.0] * 3)


def test_restraint_stands_beside_the_angle_at_which_it_was_held(swept):
    setup = knee_setup(values={"sex": "male"})
    load = setup_load(setup, flexion=np.radians([60.0]), quadriceps=600.0)
    alone = restraint(setup_knee(setup), load, displacements=np.array([1e-3, 5e-3]))
    held = swept.records()[2]["restraint"]
    assert [entry["displacement_mm"] for entry in held] == [1.0, 5.0]
    assert [entry["force_n"] for entry in held] == pytest.approx(list(alone.force[0]))
    assert [entry["status"] for entry in held] == ["converged"] * 2


def test_an_angle_without_a_result_keeps_its_status_and_has_no_numbers():
    record = sweep(flexion_deg=[30.0], quadriceps=0.0).records()[0]
    assert record["status"] == "no_load"
    assert all(record[name] is None for name in NAMES[3:])


def test_a_scaled_head_lowers_the_total_unless_it_is_kept():
    values = {"vm_scale": 0.4}
    fallen, kept = (sweep(flexion_deg=[30.0], values=values, keep_total=keep).records()[0] for keep in (False, True))
    assert fallen["quadriceps_force_n"] == pytest.approx(600.0 * (1 - 0.25 * 0.6))
    assert kept["quadriceps_force_n"] == pytest.approx(600.0)


def test_a_left_knee_is_the_mirror_image_of_a_right_one():
    left, right = (sweep(flexion_deg=[20.0], side=side).records()[0] for side in ("left", "right"))
    for name, _, _ in FIELDS:
        assert left[name] == pytest.approx(right[name], rel=MIRROR), name


def test_a_person_brings_sex_side_and_measurements():
    person = demo_person()
    swept = sweep(person, flexion_deg=[30.0])
    assert swept.setup.sex == person.sex
    assert swept.result.side == person.side
    assert swept.knee.shape.tt_tg == pytest.approx(person.knee["tt_tg"].value)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"flexion_deg": []}, "0 flexion angles"),
        ({"flexion_deg": [0.0, 151.0]}, "flexion of 151 degrees; expected -10 to 150"),
        ({"flexion_deg": [np.nan]}, "flexion of nan degrees"),
        ({"quadriceps": -1.0}, "expected 0 to 20000 N"),
        ({"quadriceps": np.nan}, "expected 0 to 20000 N"),
        ({"values": {"tttg": 1.0}}, "unknown NAME"),
        ({"displace_lateral_mm": [50.0]}, "at most 30 mm"),
    ],
)
def test_a_bad_sweep_is_refused(options, expected):
    with pytest.raises(InputError, match=expected):
        sweep(**{"flexion_deg": [30.0]} | options)
