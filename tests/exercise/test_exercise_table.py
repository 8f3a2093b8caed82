"""The table of exercises of one person."""

import pytest

from trochlea.errors import InputError
from trochlea.exercise.exercise_table import exercise_table, sorted_exercises

NAMES = ("clamshell", "knee_extension", "side_lying_hip_abduction")


@pytest.fixture(scope="module")
def table(own):
    return exercise_table(own.person, "right", names=NAMES, own=own)


def test_every_exercise_is_in_the_table_or_says_why_not(own, table):
    assert [one.name for one in table.exercises] == list(NAMES)
    deep = {"single_leg_squat": {"knee_flexion_deg": 100.0}}
    refused = exercise_table(own.person, "right", names=("single_leg_squat", "clamshell"), settings=deep, own=own)
    assert [one.name for one in refused.exercises] == ["clamshell"]
    assert "is missed by" in refused.refused["single_leg_squat"]


def test_what_trains_much_for_little_load_comes_first(table):
    by_ratio = sorted_exercises(table.exercises, "target/kneecap")
    assert [one.ratio for one in by_ratio] == sorted((one.ratio for one in by_ratio), reverse=True)
    assert by_ratio[-1].name == "knee_extension"
    assert sorted_exercises(table.exercises, "kneecap")[-1].name == "knee_extension"
    assert sorted_exercises(table.exercises, "vastus_lateralis")[0].name == "knee_extension"


def test_an_unknown_order_is_refused_with_the_known_ones(table):
    with pytest.raises(InputError, match="sort by 'fun': expected one of target/kneecap, target, kneecap"):
        sorted_exercises(table.exercises, "fun")


def test_a_set_input_reaches_its_exercise_alone(own, table):
    heavy = exercise_table(own.person, "right", names=NAMES, settings={"knee_extension": {"pad_n": 200.0}}, own=own)
    plain, changed = ({one.name: one for one in found.exercises} for found in (table, heavy))
    assert changed["knee_extension"].peak_contact_force > 1.3 * plain["knee_extension"].peak_contact_force
    assert changed["clamshell"] == plain["clamshell"]
