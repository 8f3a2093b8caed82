"""Compiled kernels are kept on disk, and never outlive an edit of any kernel source."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import trochlea
from trochlea.knee.kernel_cache import kernel_hash

PACKAGE = Path(trochlea.__file__).parent

RUN = """
import json, sys, warnings
from pathlib import Path
import numpy as np
with warnings.catch_warnings(record=True) as found:
    warnings.simplefilter("always")
    from trochlea.knee.kernel.quadriceps import head_force
from trochlea.knee.kernel_cache import cache_folder
on_patella, on_femur = np.zeros((1, 3)), np.zeros((1, 3))
ends, origins = np.array([[0.01, 0.02, 0.0]]), np.array([[0.0, 0.3, 0.01]])
head_force(np.eye(3), np.array([0.04, 0.0, 0.0]), ends, origins, np.array([100.0]), np.array([0.0, 0.0, 0.02]),
           np.zeros(3), on_patella, on_femur)
folder = cache_folder()
stats = head_force.stats
print(json.dumps({"force": on_patella.tolist(), "folder": folder and folder.name,
                  "hits": sum(stats.cache_hits.values()), "misses": sum(stats.cache_misses.values()),
                  "warnings": [str(w.message) for w in found]}))
"""


@pytest.fixture(scope="module")
def copied(tmp_path_factory) -> Path:
    """A copy of the package that a test may edit."""
    root = tmp_path_factory.mktemp("copy")
    shutil.copytree(PACKAGE, root / "trochlea", ignore=shutil.ignore_patterns("__pycache__"))
    return root


def run(root: Path, cache: Path) -> dict:
    environment = os.environ | {"PYTHONPATH": str(root), "TROCHLEA_CACHE_DIR": str(cache)}
    found = subprocess.run(
        [sys.executable, "-P", "-c", RUN], capture_output=True, text=True, env=environment, cwd=root, timeout=300
    )
    assert found.returncode == 0, found.stderr
    return json.loads(found.stdout)


def test_a_second_process_loads_and_an_edit_of_an_inner_kernel_changes_the_result(copied, tmp_path):
    first = run(copied, tmp_path)
    assert (first["hits"], first["misses"]) == (0, 1)
    second = run(copied, tmp_path)
    assert (second["hits"], second["misses"]) == (1, 0)
    assert second["force"] == first["force"]
    # head_force calls rotate, which lives in another file: numba's own cache would not see this edit.
    inner = copied / "trochlea" / "knee" / "kernel" / "motion.py"
    text = inner.read_text()
    assert text.count("out[i] = rotation") == 1
    inner.write_text(text.replace("out[i] = rotation", "out[i] = 0.004 + rotation"))
    third = run(copied, tmp_path)
    assert third["folder"] != first["folder"]
    assert third["misses"] == 1
    assert third["force"] != first["force"]


def test_a_cache_folder_that_cannot_be_written_costs_a_warning_and_nothing_else(copied, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    found = run(copied, blocked)
    assert found["folder"] is None
    assert len(found["warnings"]) == 1
    assert "TROCHLEA_CACHE_DIR" in found["warnings"][0]


def test_the_hash_covers_every_kernel_source(tmp_path):
    folder = tmp_path / "kernel"
    shutil.copytree(PACKAGE / "knee" / "kernel", folder, ignore=shutil.ignore_patterns("__pycache__"))
    before = kernel_hash(folder)
    for path in sorted(folder.glob("*.py")):
        text = path.read_text()
        path.write_text(text + "# edited\n")
        assert kernel_hash(folder) != before, path.name
        path.write_text(text)
    assert kernel_hash(folder) == before
