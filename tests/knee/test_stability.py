"""Lateral restraint grows with displacement and with its passive and bony parts."""

from dataclasses import replace

import numpy as np

from trochlea.knee.knee import build_knee
from trochlea.knee.stability import restraint

FAR = np.array([5e-3, 10e-3])


def test_restraint_grows_with_displacement_and_with_a_taut_medial_ligament(male, make_load):
    load = make_load([30], 175)
    loose = build_knee(replace(male.shape, mpfl_slack=0.4), sex="male")
    taut = build_knee(replace(male.shape, mpfl_slack=0.02), sex="male")
    weak, strong = restraint(loose, load, displacements=FAR), restraint(taut, load, displacements=FAR)
    assert weak[1] > weak[0] > 0
    assert strong[1] > weak[1]


def test_flat_groove_restrains_less(male, make_load):
    flat = replace(male.shape, sulcus_angle=np.radians(168), lateral_trochlear_inclination=np.radians(7))
    load = make_load([30], 175)
    assert restraint(build_knee(flat, sex="male"), load, displacements=FAR)[0] < (
        0.6 * restraint(male, load, displacements=FAR)[0]
    )


def test_shift_out_of_reach_is_nan(male, make_load):
    assert np.isnan(restraint(male, make_load([30], 175), displacements=np.array([0.5]))).all()
