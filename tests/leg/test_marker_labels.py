"""Swapped labels and wrong units."""

from dataclasses import replace

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.leg.markers.inverse_kinematics import solve_inverse_kinematics
from trochlea.leg.markers.marker_labels import check_unit, find_swaps, mirrored_pairs, swap_labels
from trochlea.leg.markers.marker_set import read_marker_set
from trochlea.leg.opensim.osim import read_osim
from trochlea.leg.skeleton.model import build_leg_from_osim
from trochlea.motion.files.trc import read_trc

EVERY = 8
"""Every eighth frame of the walk keeps these tests fast: 30 frames."""


@pytest.fixture(scope="module")
def walk(data_dir):
    folder = data_dir / "mocap" / "rajagopal_walk"
    trial = read_trc(folder / "markers.trc")
    path = folder / "subject.osim"
    return (
        build_leg_from_osim(read_osim(path)),
        read_marker_set(path),
        replace(trial, times=trial.times[::EVERY], positions=trial.positions[::EVERY]),
    )


def exchanged(trial, first, second, frames):
    positions = np.array(trial.positions)
    pair = [trial.names.index(first), trial.names.index(second)]
    positions[frames, pair] = positions[frames, pair[::-1]]
    return replace(trial, positions=positions)


def swaps_of(walk, trial):
    leg, marker_set, _ = walk
    return find_swaps(leg, marker_set, trial, solve_inverse_kinematics(leg, marker_set, trial))


def test_right_labels_are_left_alone(walk) -> None:
    assert swaps_of(walk, walk[2]) == ()


@pytest.mark.parametrize(
    ("first", "second"), [("R.ASIS", "L.ASIS"), ("R.Knee", "R.Ankle"), ("R.SH1", "R.SH2"), ("R.Heel", "L.Heel")]
)
def test_labels_swapped_throughout_are_named(walk, first, second) -> None:
    trial = exchanged(walk[2], first, second, slice(None))
    (swap,) = swaps_of(walk, trial)
    assert {swap.first, swap.second} == {first, second}
    assert swap.frames == ((0, 30),)
    assert swap.rms_after < 0.021 < swap.rms_before
    np.testing.assert_array_equal(swap_labels(trial, (swap,)).positions, walk[2].positions)


def test_labels_swapped_for_a_while_are_named_with_their_frames(walk) -> None:
    trial = exchanged(walk[2], "R.ASIS", "L.ASIS", slice(10, 18))
    (swap,) = swaps_of(walk, trial)
    assert swap.frames == ((10, 18),)
    line = str(swap)
    assert line.startswith("R.ASIS and L.ASIS look swapped from 0.8 to 1.36 s")
    assert "correct the labels" in line
    assert "\n" not in line
    np.testing.assert_array_equal(swap_labels(trial, (swap,)).positions, walk[2].positions)


def test_two_swaps_are_both_found(walk) -> None:
    trial = exchanged(walk[2], "R.Knee", "R.Ankle", slice(None))
    trial = exchanged(trial, "L.TH1", "L.TH4", slice(5, 20))
    found = {frozenset((swap.first, swap.second)) for swap in swaps_of(walk, trial)}
    assert found == {frozenset(("R.Knee", "R.Ankle")), frozenset(("L.TH1", "L.TH4"))}


def test_nothing_to_swap_changes_nothing(walk) -> None:
    same = swap_labels(walk[2], ())
    assert same.source == walk[2].source
    np.testing.assert_array_equal(same.positions, walk[2].positions)


def test_left_and_right_twins_are_told_by_their_first_letter() -> None:
    assert mirrored_pairs(("L.ASIS", "S2", "R.ASIS", "R.Heel")) == {(0, 2)}


@pytest.mark.parametrize(
    ("factor", "message"),
    [(1000.0, "hold millimetres and to say metres"), (0.001, "hold metres and to say millimetres")],
)
def test_a_wrong_unit_is_refused(walk, factor, message) -> None:
    trial = walk[2]
    check_unit(trial)
    with pytest.raises(InputError, match=message):
        check_unit(replace(trial, positions=trial.positions * factor))


def test_the_unit_of_an_empty_trial_cannot_be_told(walk) -> None:
    check_unit(replace(walk[2], positions=np.full_like(walk[2].positions, np.nan)))
