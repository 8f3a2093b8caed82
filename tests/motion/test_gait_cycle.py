"""Published angles over a gait cycle, as they stand in the tables and in the sources."""

import csv
from importlib.resources import files

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.motion.gait_cycle import NEUTRAL_TILT, gait_names, read_gait

ROUNDED = np.radians(0.01)
"""The walk's source is a sum of six harmonics, rounded to 0.01 degree; worst seen 0.0063 degree."""

SMOOTHED = np.radians(1.2)
"""Six harmonics of the run, whose source does not quite close; worst seen 0.94 degree, at the ankle."""


@pytest.mark.parametrize(("name", "tolerance"), [("walk", ROUNDED), ("run", SMOOTHED)])
def test_harmonics_give_the_tables_angles(name, tolerance):
    cycle = read_gait(name)
    with files("trochlea.motion").joinpath("gait_files", f"{name}.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    phases = np.array([float(row["percent_of_cycle"]) for row in rows]) / 100
    for angle in cycle.harmonics:
        table = np.radians([float(row[f"{angle}_deg"]) for row in rows])
        np.testing.assert_allclose(cycle.angle(angle, phases), table, rtol=0, atol=tolerance, err_msg=angle)


def test_walks_knee_bends_as_published():
    # fukuchi-2018-walking: 15.45 degrees at 13 %, 62.37 degrees at 73 % of the cycle.
    found = np.degrees(read_gait("walk").angle("knee_flexion", np.array([0.13, 0.73])))
    np.testing.assert_allclose(found, [15.45, 62.37], rtol=0, atol=0.02)


def test_an_angle_that_the_source_lacks_is_zero():
    np.testing.assert_array_equal(read_gait("run").angle("pelvis_side_forward", np.linspace(0, 1, 5)), 0.0)


def test_a_walking_foot_leaves_the_ground_when_the_measured_ankle_moment_ends(data_dir):
    path = data_dir / "normative" / "fukuchi_wbds_walking" / "ankle_all_conditions_mean_sd.csv"
    with path.open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["condition"] == "OC"]
    moment = np.array([float(row["ankle_plantarflexion_moment_Nm_per_kg_mean"]) for row in rows])
    push_off = int(moment.argmax())
    end = push_off + int((moment[push_off:] < 0).argmax())
    assert read_gait("walk").contact == pytest.approx(end / 100, abs=0.011)


def test_a_running_foot_leaves_the_ground_when_the_measured_force_ends(data_dir):
    path = data_dir / "normative" / "fukuchi_bmc_ric_running" / "RBDS001processed.txt"
    with path.open(encoding="utf-8") as stream:
        force = [row["RgrfY25"] for row in csv.DictReader(stream, delimiter="\t")]
    assert read_gait("run").contact == pytest.approx(force.index("NaN") / 100, abs=0.011)


def test_the_models_level_pelvis_is_tilted_as_its_markers_are():
    with files("trochlea.leg.markers").joinpath("markers.csv").open(encoding="utf-8") as stream:
        rows = {(row[0], row[1]): row for row in csv.reader(stream)}
    front, back = (np.array(rows["rajagopal-2016", name][3:5], dtype=float) for name in ("RASI", "RPSI"))
    rise, run = back[1] - front[1], front[0] - back[0]
    assert pytest.approx(np.arctan2(rise, run), abs=np.radians(0.05)) == NEUTRAL_TILT


def test_another_gait_is_refused_with_what_there_is():
    assert gait_names() == ("run", "walk")
    with pytest.raises(InputError, match="no gait 'stairs': expected one of run, walk; for stairs give your own trial"):
        read_gait("stairs")
