"""The wheel as a guest in the user's process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from trochlea.errors import ModelError
from trochlea.leg.opensim import opensim_program
from trochlea.leg.opensim.opensim_program import load_opensim

SOURCE = Path(opensim_program.__file__).parents[3]

SESSION = """
import sys
from trochlea.leg.opensim.opensim_leg import build_opensim_leg
from trochlea.leg.opensim.opensim_program import load_opensim
leg = build_opensim_leg(sys.argv[1])
load_opensim().Model().initSystem()
print(len(leg.parameters("right").names))
"""


def test_no_log_is_left_in_the_users_folder_nor_on_the_screen(rajagopal_walk, opensim, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", SESSION, str(rajagopal_walk[0])],
        cwd=tmp_path,
        env=dict(os.environ, PYTHONPATH=str(SOURCE)),
        capture_output=True,
        text=True,
        check=True,
    )
    assert os.listdir(tmp_path) == []
    assert (done.stdout, done.stderr) == ("40\n", "")


def test_without_the_wheel_the_remedy_is_named(monkeypatch):
    monkeypatch.setattr(opensim_program, "has_opensim", lambda: False)
    with pytest.raises(ModelError, match="not installed: pip install 'trochlea\\[opensim\\]'"):
        load_opensim()


def test_a_wheel_that_cannot_be_loaded_is_said_in_one_line(monkeypatch):
    def broken(name):
        raise ImportError("libgfortran.so.5: cannot open shared object file")

    monkeypatch.setattr(opensim_program, "has_opensim", lambda: True)
    monkeypatch.setattr(opensim_program.importlib, "import_module", broken)
    with pytest.raises(ModelError, match=r"cannot be loaded \(libgfortran.* install it anew: pip install"):
        load_opensim()
