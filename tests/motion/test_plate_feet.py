"""Which foot stands on which plate."""

from dataclasses import replace

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.motion.coverage import contacts
from trochlea.motion.files.external_loads import force_file, read_external_loads
from trochlea.motion.files.storage import read_table
from trochlea.motion.filtering import CUTOFF, as_given
from trochlea.motion.foot_path import FootPath, ground_speed
from trochlea.motion.plate_feet import join_plates
from trochlea.motion.plate_force import PlateForce
from trochlea.motion.trial import join_trial, prepare_trial

ROUNDING = 1e-9
"""Sums of copied forces; worst seen 0."""

TIMES = np.arange(200) / 100.0


def foot(side, right: float, forward: np.ndarray | float = 0.0, height: np.ndarray | float = 0.02) -> FootPath:
    ahead, up = np.broadcast_to(forward, TIMES.size), np.broadcast_to(height, TIMES.size)
    heel = np.column_stack([ahead, up, np.full(TIMES.size, right)])
    return FootPath(side=side, times=TIMES, heel=heel, toe=heel + [0.2, -0.01, 0.0])


FEET = (foot("right", 0.1), foot("left", -0.1))
"""Both feet standing side by side."""

CORNERS = np.array([[-0.2, 0, -0.02], [0.5, 0, -0.02], [0.5, 0, 0.4], [-0.2, 0, 0.4]])
"""Outline of a plate under the right foot only."""


def plate(name: str, right: np.ndarray | float, *, when=(0.0, 2.0), corners=None, forward: float = 0.1) -> PlateForce:
    """300 N at a point, during a span of time."""
    loaded = (TIMES >= when[0]) & (TIMES < when[1])
    force = np.where(loaded[:, None], [5.0, 300.0, 0.0], 0.0)
    point = np.column_stack([np.full(TIMES.size, forward), 0 * TIMES, np.broadcast_to(right, TIMES.size)])
    return PlateForce(
        name=name,
        times=TIMES,
        force=force,
        point=np.where(loaded[:, None], point, np.nan),
        free_moment=np.zeros((TIMES.size, 3)),
        corners=corners,
    )


def test_each_foot_gets_the_plate_under_it_whatever_their_order():
    right, left = plate("A", 0.11), plate("B", -0.08)
    for order in ((right, left), (left, right)):
        joined = join_plates(order, FEET)
        assert [load.side for load in joined.contacts] == ["right", "left"]
        np.testing.assert_array_equal(joined.contacts[0].point, right.point)
        np.testing.assert_array_equal(joined.contacts[1].point, left.point)
        assert all(load.is_covered.all() for load in joined.contacts)
        assert joined.notes == ()


def test_one_foot_on_two_plates_has_the_sum_of_both():
    joined = join_plates((plate("heel", 0.1, forward=0.0), plate("toes", 0.1, forward=0.2), plate("B", -0.1)), FEET)
    np.testing.assert_allclose(joined.contacts[0].force[:, 1], 600.0, rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(joined.contacts[0].point[:, 0], 0.1, rtol=0, atol=ROUNDING)


def shuffled(walk):
    """The walk's three contacts, each on a plate of its own, the last plate first; and whose they are."""
    path = walk.folder / "external_loads.xml"
    times = read_table(force_file(path)).times
    plates, owners = [], []
    for load in read_external_loads(path, times):
        for start, end in contacts(load.force[:, 1]):
            keep = (np.arange(times.size) >= start) & (np.arange(times.size) < end)
            plates.append(
                PlateForce(
                    name=f"plate {len(plates) + 1}",
                    times=times,
                    force=np.where(keep[:, None], load.force, 0.0),
                    point=np.where(keep[:, None], load.point, np.nan),
                    free_moment=np.where(keep[:, None], load.free_moment, 0.0),
                )
            )
            owners.append(load.side)
    return plates[::-1], read_external_loads(path, times), times


def test_the_walks_contacts_on_unnamed_plates_come_back_to_the_feet_that_made_them(walk):
    plates, truth, times = shuffled(walk)
    joined = join_plates(plates, walk.feet)
    assert joined.notes == ()
    inside = (times >= 0.0) & (times <= 2.37)
    for load, true in zip(joined.contacts, truth, strict=True):
        assert load.side == true.side
        np.testing.assert_allclose(load.force, true.force, rtol=0, atol=ROUNDING)
        np.testing.assert_allclose(load.point, true.point, rtol=0, atol=ROUNDING, equal_nan=True)
        np.testing.assert_allclose(load.free_moment, true.free_moment, rtol=0, atol=ROUNDING)
        np.testing.assert_array_equal(load.is_covered[inside], true.is_covered[inside])


def test_a_trial_on_unnamed_plates_is_the_one_that_names_the_feet(walk):
    plates, _, _ = shuffled(walk)
    given = {"markers": as_given("markers")}
    trial = join_trial("walk", walk.motion.coordinates, plates, walk.feet, walk.pelvis, **given, force_cutoff=None)
    for load, true in zip(trial.motion.contacts, walk.motion.contacts, strict=True):
        np.testing.assert_allclose(load.force, true.force, rtol=0, atol=ROUNDING)
        np.testing.assert_array_equal(load.is_covered, true.is_covered)
    assert [record.sentence() for record in trial.filtering] == [
        "markers: as given, not filtered",
        "ground forces: as given, not filtered",
    ]
    smooth = join_trial("walk", walk.motion.coordinates, plates, walk.feet, walk.pelvis, **given)
    same = prepare_trial(
        walk.folder / "ik_filtered_6hz.mot", walk.folder / "external_loads.xml", force_cutoff=CUTOFF
    ).motion
    for load, true in zip(smooth.motion.contacts, same.contacts, strict=True):
        np.testing.assert_allclose(load.force, true.force, rtol=0, atol=ROUNDING)
    assert [record.cutoff for record in smooth.filtering] == [None, CUTOFF, CUTOFF]
    aside = replace(plates[0], point=plates[0].point + [0.0, 0.0, 2.0])
    lost = join_trial("walk", walk.motion.coordinates, [aside, *plates[1:]], walk.feet, walk.pelvis, **given)
    assert len(lost.notes) == 1
    assert "plate 3, 0.82 to 1.61 s" in lost.notes[0]


def test_both_feet_on_one_plate_are_covered_only_while_one_of_them_stands_on_it():
    # The left foot swings over to the plate at 1 s.
    left = foot("left", -0.1, height=np.where(TIMES < 1.0, 0.3, 0.02))
    wide = np.array([[-0.2, 0, -0.4], [0.5, 0, -0.4], [0.5, 0, 0.4], [-0.2, 0, 0.4]])
    shared = plate("A", np.where(TIMES < 1.0, 0.1, 0.0), corners=wide)
    joined = join_plates((shared,), (FEET[0], left))
    (right,) = joined.contacts
    assert right.is_covered[TIMES < 0.98].all()
    assert not right.is_covered[TIMES > 1.02].any()
    assert not right.force[TIMES > 1.02].any()
    assert joined.notes[0].startswith("A, 1.00 to 1.99 s: both feet stand on it; not covered")


def test_a_foot_beside_the_plate_takes_nothing_from_the_one_on_it():
    joined = join_plates((plate("A", 0.1, corners=CORNERS),), FEET)
    (right,) = joined.contacts
    assert right.side == "right"
    assert right.is_covered.all()
    assert joined.notes == ()


def test_without_an_outline_a_force_between_two_standing_feet_is_nobodys():
    between = np.where(TIMES < 1.0, 0.1, 0.0)
    joined = join_plates((plate("A", between),), FEET)
    (right,) = joined.contacts
    assert right.is_covered[TIMES < 1.0].all()
    assert not right.is_covered[TIMES >= 1.0].any()
    assert "both feet stand on it" in joined.notes[0]


def test_a_force_that_leaves_the_foot_is_not_covered_from_there_on():
    leaving = np.where(TIMES < 1.5, 0.1, 0.4)
    left = foot("left", -0.1, height=0.3)
    joined = join_plates((plate("A", leaving),), (FEET[0], left))
    (right,) = joined.contacts
    assert right.is_covered[TIMES < 1.5].all()
    assert not right.is_covered[TIMES >= 1.5].any()
    assert joined.notes[0].startswith("A, 1.50 to 1.99 s: the centre of pressure leaves the right foot by up to 0.30")


@pytest.mark.parametrize(
    ("right", "feet", "message"),
    [
        (
            0.9,
            FEET,
            r"A, 0.00 to 1.99 s: its centre of pressure lies 0.80 m beside the nearer foot, .*check the plate's",
        ),
        (0.01, (foot("right", 0.03), foot("left", 0.0)), "cannot tell whose force it is; name the foot in an External"),
    ],
)
def test_a_force_that_belongs_to_no_foot_is_refused_with_the_remedy(right, feet, message):
    with pytest.raises(InputError, match=message):
        join_plates((plate("A", right),), feet)


def test_a_contact_of_unknown_owner_is_noted_and_left_uncovered_beside_a_good_one():
    good, lost = plate("A", 0.1, when=(0.0, 0.8)), plate("B", 0.9, when=(1.2, 1.8))
    joined = join_plates((good, lost), FEET)
    (right,) = joined.contacts
    assert right.is_covered[TIMES < 0.8].all()
    assert not right.is_covered[(TIMES >= 1.2) & (TIMES < 1.8)].any()
    assert joined.notes[0].startswith("B, 1.20 to 1.79 s: its centre of pressure lies 0.80 m beside")


def test_forces_at_times_without_feet_are_not_covered_and_without_any_overlap_refused():
    good = plate("A", 0.1)
    late = replace(good, times=TIMES + 1.0)
    (right,) = join_plates((late,), FEET).contacts
    assert right.is_covered.tolist() == (TIMES + 1.0 <= TIMES[-1] + 1e-9).tolist()
    with pytest.raises(InputError, match="forces run from 5 to 6.99 s, the feet from 0 to 1.99 s: they do not overlap"):
        join_plates((replace(good, times=TIMES + 5.0),), FEET)


@pytest.mark.parametrize(
    ("plates", "message"),
    [
        ((), "no force plates; expected at least one"),
        ((plate("A", 0.1), replace(plate("B", -0.1), times=TIMES + 0.001)), "B and A: their times differ; resample"),
        (
            (replace(plate("A", 0.1), force=np.zeros((200, 3))),),
            "no plate carries 20 N or more while the feet are known",
        ),
        ((replace(plate("A", 0.1), point=np.full((200, 3), np.nan)),), "it has no centre of pressure there"),
    ],
)
def test_plates_that_cannot_be_used_are_refused(plates, message):
    with pytest.raises(InputError, match=message):
        join_plates(plates, FEET)


def test_most_of_a_treadmill_walk_is_covered_and_crossed_belts_are_not(treadmill):
    joined = join_plates(treadmill.plates, treadmill.feet, ground=ground_speed(treadmill.feet, treadmill.pelvis))
    right, left = joined.contacts
    weights = []
    for load in (right, left):
        assert 0.75 < load.is_covered.mean() < 0.95
        weights.append(load.force[:, 1].max())
    # Both feet carry the same person.
    assert weights[0] == pytest.approx(weights[1], rel=0.05)
    # At 2.78 to 2.89 s the right foot lands on the left foot's belt, before the left foot has left it.
    crossed = (joined.times > 2.79) & (joined.times < 2.88)
    assert not right.is_covered[crossed].any()
    assert not left.is_covered[crossed].any()
    assert any(
        note.startswith("force plate 1, 2.78 to 2.89, ") and "more times: both feet stand on it" in note
        for note in joined.notes
    )
