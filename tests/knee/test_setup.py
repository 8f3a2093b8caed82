"""Inputs set by name do what their names say, and nothing else."""

import math
from dataclasses import asdict, replace

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.knee.inputs import scalar_inputs
from trochlea.knee.kneecap import solve_kneecap
from trochlea.knee.setup import (
    head_shares,
    input_value,
    knee_setup,
    set_input,
    setup_knee,
    setup_load,
    setup_shape,
)
from trochlea.knee.stability import restraint
from trochlea.person.read import demo_person

SAME = 1e-12
"""Setting an input to its own value goes through degrees or millimetres and back: rounding only; worst seen 3e-16."""

FLEXION = np.radians([0.0, 20.0, 40.0, 60.0])


def shares(keep_total=False, **values):
    return head_shares(knee_setup(values={"sex": "male", **values}, keep_total=keep_total))


def solved(**values):
    setup = knee_setup(values={"sex": "male", **values})
    return solve_kneecap(setup_knee(setup), setup_load(setup, flexion=FLEXION, quadriceps=600.0))


@pytest.mark.parametrize("name", scalar_inputs())
@pytest.mark.parametrize("start", ["norm", "measured"])
def test_setting_an_input_to_the_value_it_has_changes_nothing(name, start):
    given = {
        "sulcus_angle_deg": 152.0,
        "tubercle_medialisation_mm": 4.0,
        "vm_scale": 0.7,
        "cartilage_thickness_mm": 4.0,
    }
    setup = knee_setup(demo_person()) if start == "measured" else knee_setup(values={"sex": "female", **given})
    again = set_input(setup, name, input_value(setup, name))
    for field, value in asdict(setup_shape(setup)).items():
        assert getattr(setup_shape(again), field) == pytest.approx(value, rel=SAME, abs=SAME), field
    loads = [setup_load(s, flexion=FLEXION, quadriceps=600.0) for s in (setup, again)]
    np.testing.assert_allclose(loads[1].tension, loads[0].tension, rtol=SAME, atol=0)


@pytest.mark.parametrize("name", scalar_inputs())
def test_an_input_that_is_set_is_read_back(name):
    scalar = scalar_inputs()[name]
    setup = knee_setup(values={"sex": "male"})
    value = input_value(setup, name)
    value += 0.01 * (scalar.high - value)
    assert input_value(set_input(setup, name, value), name) == pytest.approx(value, rel=1e-9)


def test_the_published_split_is_the_default():
    assert sum(shares().values()) == pytest.approx(1.0)
    assert shares()["VMO"] + shares()["VML"] == pytest.approx(0.25)
    assert shares()["VLO"] + shares()["VLL"] == pytest.approx(0.40)


@pytest.mark.parametrize(
    ("name", "heads"),
    [
        ("vm_scale", {"VMO", "VML"}),
        ("vmo_scale", {"VMO"}),
        ("vml_scale", {"VML"}),
        ("vl_scale", {"VLO", "VLL"}),
        ("vlo_scale", {"VLO"}),
        ("vll_scale", {"VLL"}),
        ("rf_scale", {"RF"}),
        ("vi_scale", {"VI"}),
    ],
)
def test_a_scale_multiplies_its_heads_alone_and_the_total_falls_or_is_kept(name, heads):
    whole, halved, kept = shares(), shares(**{name: 0.5}), shares(keep_total=True, **{name: 0.5})
    for head, share in whole.items():
        assert halved[head] == pytest.approx(share * (0.5 if head in heads else 1.0))
    scaled = 0.5 * sum(whole[head] for head in heads)
    for head, share in whole.items():
        rest = (1 - scaled) / (1 - 2 * scaled)
        assert kept[head] == pytest.approx(share * (0.5 if head in heads else rest))
    assert sum(kept.values()) == pytest.approx(1.0)


def test_the_heads_of_the_knee_pull_with_their_shares():
    setup = knee_setup(values={"sex": "male", "vmo_scale": 0.3, "vl_scale": 1.2, "rf_scale": 0.0})
    knee, load = setup_knee(setup), setup_load(setup, flexion=FLEXION, quadriceps=1000.0)
    pull = (load.tension @ knee.tissue.head_split.T)[0]
    expected = [1000.0 * share for share in head_shares(setup).values()]
    np.testing.assert_allclose(pull, [*expected, 0.0], rtol=1e-12, atol=1e-9)  # the last line is the band


def test_a_lost_vastus_leaves_no_force_in_either_of_its_parts():
    setup = knee_setup(values={"vm_scale": 0.0})
    load = setup_load(setup, flexion=FLEXION, quadriceps=600.0)
    assert (load.tension[:, 3] == 0).all()
    assert setup_shape(setup).vmo_share == pytest.approx(input_value(setup, "vmo_share"))


@pytest.mark.parametrize(
    "values",
    [
        {"vm_scale": 5.0},
        {"rf_scale": 1.0, "vi_scale": 1.0, "vm_scale": 0.5, "vl_scale": 1.0},
    ],
)
def test_a_total_that_cannot_be_kept_is_refused(values):
    with pytest.raises(InputError, match="--keep-total"):
        knee_setup(values=values, keep_total=True)


def test_tubercle_and_quadriceps_lines_move_apart():
    tissue = {
        name: setup_knee(knee_setup(values={"sex": "male", name: value})).tissue
        for name, value in (("tt_tg_mm", 16.91), ("tubercle_medialisation_mm", -6.0), ("q_angle_deg", 20.0))
    }
    base = setup_knee(knee_setup(values={"sex": "male"})).tissue
    n = base.n_tendon
    for name in ("tt_tg_mm", "tubercle_medialisation_mm"):  # 10.91 mm is the norm
        np.testing.assert_allclose(tissue[name].fibre_fixed[:n] - base.fibre_fixed[:n], [[0, 0, 6e-3]] * n, atol=1e-12)
        np.testing.assert_allclose(tissue[name].head_origins, base.head_origins, atol=1e-12)
    assert np.array_equal(tissue["q_angle_deg"].fibre_fixed[:n], base.fibre_fixed[:n])
    assert (tissue["q_angle_deg"].head_origins[:6, 2] > base.head_origins[:6, 2] + 5e-3).all()


def test_both_cartilage_layers_keep_their_ratio():
    before, after = (setup_shape(knee_setup(values=v)) for v in ({}, {"cartilage_thickness_mm": 4.0}))
    assert after.patellar_cartilage_thickness + after.trochlear_cartilage_thickness == pytest.approx(4e-3)
    ratio = before.patellar_cartilage_thickness / before.trochlear_cartilage_thickness
    assert after.patellar_cartilage_thickness / after.trochlear_cartilage_thickness == pytest.approx(ratio)


def test_scales_of_tissue_weaken_and_cut():
    base = setup_shape(knee_setup())
    weak = setup_shape(knee_setup(values={"mpfl_scale": 0.5, "lateral_retinaculum_scale": 0.25}))
    assert weak.mpfl_stiffness == pytest.approx(0.5 * base.mpfl_stiffness)
    assert weak.lateral_retinaculum_stiffness == pytest.approx(0.25 * base.lateral_retinaculum_stiffness)
    for name in ("mpfl_scale", "medial_retinaculum_scale"):
        assert setup_shape(knee_setup(values={name: 0.0})).mpfl_stiffness == 0


def test_a_band_with_tension_moves_and_tilts_the_kneecap_laterally_and_loads_its_lateral_facet():
    # merican-2009-tract: lateral by 0.8 and 1.4 mm in mid-range with 60 and 90 N on the whole tract
    free, pulled = solved(), solved(itb_force_n=90.0)
    assert (pulled.shift > free.shift).all()
    assert (pulled.tilt > free.tilt).all()
    assert (pulled.lateral_force > free.lateral_force).all()
    assert (pulled.medial_force < free.medial_force).all()


def test_a_band_with_tension_helps_a_lateral_and_hinders_a_medial_shift():
    # merican-2009-stability: 175 N of quadriceps, 90 N on the whole tract, 10 mm; the lateral effect is largest at 60
    shifts = np.array([-10e-3, 5e-3, 10e-3])

    def held(force):
        setup = knee_setup(values={"sex": "male", "itb_force_n": force})
        load = setup_load(setup, flexion=np.radians([60.0, 90.0]), quadriceps=175.0)
        return restraint(setup_knee(setup), load, displacements=shifts).force

    free, pulled = held(0.0), held(90.0)
    assert (np.abs(pulled[:, 0]) > 1.2 * np.abs(free[:, 0])).all()
    assert (pulled[:, 1:] < free[:, 1:]).all()


def test_tension_in_a_band_that_the_tissue_lacks_is_refused():
    setup = knee_setup(values={"itb_force_n": 20.0})
    knee, load = setup_knee(setup), setup_load(setup, flexion=FLEXION, quadriceps=600.0)
    bare = replace(knee, tissue=replace(knee.tissue, band=None))
    with pytest.raises(InputError, match="has no such band"):
        solve_kneecap(bare, load)
    solve_kneecap(bare, replace(load, itb_tension=np.zeros_like(load.itb_tension)))


def test_poses_reach_the_load():
    values = {"femoral_rotation_deg": 5.0, "tibial_rotation_deg": -3.0, "knee_valgus_deg": 2.0, "itb_force_n": 30.0}
    load = setup_load(knee_setup(values=values), flexion=FLEXION, quadriceps=[100.0, 200.0, 300.0, 400.0], side="left")
    assert load.side == "left"
    assert load.femoral_rotation == pytest.approx(math.radians(5.0))
    assert load.tibial_rotation == pytest.approx(math.radians(-3.0))
    assert load.knee_valgus == pytest.approx(math.radians(2.0))
    assert load.itb_tension == pytest.approx(30.0)
    np.testing.assert_allclose(load.tension.sum(axis=1), [100.0, 200.0, 300.0, 400.0], rtol=1e-12, atol=0)


def test_a_persons_measurements_are_kept_and_what_is_set_wins():
    person = demo_person()
    measured = [name for name, value in person.knee.items() if value.source == "measured"]
    assert measured
    shape = setup_shape(knee_setup(person))
    assert shape.tt_tg == pytest.approx(person.knee["tt_tg"].value)
    assert setup_shape(knee_setup(person, values={"tt_tg_mm": 3.0})).tt_tg == pytest.approx(3e-3)


def test_a_flatter_groove_takes_its_inclination_along():
    shape = setup_shape(knee_setup(values={"sulcus_angle_deg": 170.0}))
    assert 0 < shape.lateral_trochlear_inclination < math.radians(10.0)


@pytest.mark.parametrize("values", [{"sex": "x"}, {"sex": 1.0}, {"tt_tg_mm": "wide"}, {"nonsense": 1.0}])
def test_a_bad_setup_is_refused(values):
    with pytest.raises(InputError):
        knee_setup(values=values)
