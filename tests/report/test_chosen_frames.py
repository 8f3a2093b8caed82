"""Pictures show frames that have a result, and the one with the largest force among them."""

from dataclasses import replace

import numpy as np

from trochlea.report.chosen_frames import frame_label, frames_by_flexion, frames_in_time, has_result


def test_a_sweep_gives_each_flexion_that_has_a_result(sweep):
    assert frames_by_flexion(sweep, n=6) == (0, 1, 2, 4, 5)
    assert not has_result(sweep)[3]


def test_of_two_passes_the_one_with_the_larger_force_is_taken(make):
    kneecap = make.make_kneecap(lost={})
    force = kneecap.contact_force.copy()
    force[make.FRAMES // 2 + 1 :] += 500.0
    later = replace(kneecap, contact_force=force)
    chosen = frames_by_flexion(later, n=5)
    assert all(frame >= make.FRAMES // 2 for frame in chosen)
    flexion = later.tibiofemoral_flexion[list(chosen)]
    assert np.all(np.diff(flexion) > 0)
    assert len(chosen) == 5


def test_frames_in_time_keep_the_ends_and_the_largest_force(make):
    kneecap = make.make_kneecap()
    chosen = frames_in_time(kneecap, most=14)
    assert len(chosen) == 14
    assert (chosen[0], chosen[-1]) == (0, make.FRAMES - 1)
    assert int(np.nanargmax(kneecap.contact_force)) in chosen
    assert list(chosen) == sorted(set(chosen))
    assert frames_in_time(kneecap, most=make.FRAMES) == tuple(range(make.FRAMES))


def test_without_a_result_no_flexion_is_chosen(make):
    lost = dict.fromkeys(range(make.FRAMES), "no_load")
    assert frames_by_flexion(make.make_kneecap(lost=lost), n=6) == ()


def test_a_label_says_the_time_of_a_movement_and_not_of_a_sweep(sweep):
    assert frame_label(sweep, 2, is_timed=True) == "knee bent 40°, 1.00 s"
    assert frame_label(sweep, 2, is_timed=False) == "knee bent 40°"
