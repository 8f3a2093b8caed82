"""A gait as a task among the others."""

import re
import subprocess
import sys

import pytest

from trochlea.errors import InputError
from trochlea.motion.gait_cycle import SPEEDS, gait_names, read_gait
from trochlea.motion.gait_task import SPEED, gait_speed, gait_task


@pytest.mark.parametrize("name", gait_names())
def test_the_one_input_is_the_speed_with_its_source_and_range(name):
    (speed,) = gait_task(name).inputs.values()
    assert speed.name == SPEED
    assert (speed.low, speed.high) == SPEEDS[name]
    assert speed.value.value == read_gait(name).speed
    assert (speed.value.source, speed.value.citation) == ("published", read_gait(name).source[0])


def test_a_speed_that_was_set_is_no_longer_published():
    speed = gait_task("walk", speed=1.4).inputs[SPEED].value
    assert (speed.value, speed.source, speed.citation, speed.note) == (1.4, "measured", None, "set")


def test_notes_of_a_gait_that_was_done_replace_those_of_the_angles():
    assert gait_task("run", notes=("slow",)).notes == ("slow",)
    assert gait_task("run").notes == read_gait("run").notes


def test_only_the_speed_can_be_set():
    assert gait_speed("run", {}) is None
    assert gait_speed("run", {SPEED: 2.8}) == 2.8
    with pytest.raises(InputError, match=re.escape(f"run has no input 'stride_m'; expected {SPEED}")):
        gait_speed("run", {"stride_m": 2.0})


def test_a_list_of_tasks_needs_no_solver():
    """The slow parts of the program: its compiler, its engine and its optimisers."""
    code = (
        "import sys; from trochlea.cli import main; main(['tasks']); "
        "sys.exit(' '.join({'numba', 'mujoco', 'scipy.optimize'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""
    assert "walk" in done.stdout
