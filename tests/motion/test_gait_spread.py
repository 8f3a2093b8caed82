"""How runners' joint angles differ, against the SDs of the source, and random people around the averages."""

import csv

import numpy as np
import pytest

from trochlea.motion.gait_cycle import ANGLES, read_gait
from trochlea.motion.gait_spread import COMPONENTS, TRUNK_SD, draw_gait, has_spread, shifted_gait

KEPT = (0.70, 1.05)
"""SD of what the table holds over the source's, at any instant: the components leave out 8 % of the variance, six
harmonics a little; worst seen 0.750, at the ankle, and 1.012."""

PHASES = np.arange(101) / 100


@pytest.fixture(scope="module")
def run():
    return read_gait("run")


def test_components_hold_the_sds_of_the_source(run, data_dir):
    path = data_dir / "normative" / "fukuchi_bmc_ric_running" / "running_2p5mps_mean_sd.csv"
    with path.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    for angle in ANGLES:
        sds = [[float(r[f"{angle}_deg_sd"]) for r in rows if r["lab"] == lab] for lab in ("BMC", "RIC")]
        published = np.radians(np.sqrt(np.mean(np.square(sds), axis=0)))  # two laboratories of 23 runners
        units = np.eye(COMPONENTS)
        ours = [shifted_gait(run, unit).angle(angle, PHASES) - run.angle(angle, PHASES) for unit in units]
        ratio = np.sqrt(np.sum(np.square(ours), axis=0)) / published
        assert ratio.min() > KEPT[0], angle
        assert ratio.max() < KEPT[1], angle


def test_nobody_different_is_the_average(run):
    same = shifted_gait(run, np.zeros(COMPONENTS))
    for angle in run.harmonics:
        np.testing.assert_array_equal(same.harmonics[angle], run.harmonics[angle])
    assert same.trunk_flexion == run.trunk_flexion


def test_a_hip_that_is_more_bent_all_the_time_tilts_the_pelvis_and_leaves_the_thigh(run):
    other = shifted_gait(run, np.array([2.0, -1.0, 1.0, 0.0, 0.5, 0.0, -2.0]))
    thigh = [np.mean(c.angle("hip_flexion", PHASES[:-1]) - c.angle("pelvis_anterior_tilt", PHASES[:-1]))
             for c in (run, other)]  # fmt: skip
    assert thigh[1] == pytest.approx(thigh[0], abs=1e-12)
    assert np.ptp(other.angle("hip_flexion", PHASES) - run.angle("hip_flexion", PHASES)) > np.radians(2.0)


def test_random_runners_lean_as_published_and_come_again_with_the_same_seed(run):
    rng = np.random.default_rng(3)
    leans = np.array([draw_gait(run, rng).trunk_flexion for _ in range(400)])
    assert leans.mean() == pytest.approx(run.trunk_flexion, abs=3 * TRUNK_SD / 20)
    assert leans.std() == pytest.approx(TRUNK_SD, rel=0.15)
    again = [draw_gait(run, np.random.default_rng(3)).angle("knee_flexion", PHASES) for _ in range(2)]
    np.testing.assert_array_equal(*again)


def test_of_walking_no_spread_is_known():
    walk = read_gait("walk")
    assert not has_spread(walk)
    with pytest.raises(ValueError, match="of walking on the level no spread is known"):
        draw_gait(walk, np.random.default_rng(1))
