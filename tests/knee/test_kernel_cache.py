"""Compiled kernels follow their sources: an edit in any of them is seen by the next process."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import trochlea
from trochlea.knee import kernel_cache

PROGRAM = """
import numpy as np
from trochlea.knee.kernel.ligament import fibre_force
force = np.zeros((1, 3))
ends, fixed = np.zeros((1, 3)), np.array([[0.0, 0.05, 0.0]])
fibre_force(np.eye(3), np.zeros(3), ends, fixed, np.array([0.04]), np.array([100.0]), 0.06, np.zeros(3), force)
print(repr(float(force[0, 1])))
"""
"""Calls the inner kernel `rotate` of another file (motion.py) and `tension` of its own."""


def run_copy(folder: Path, cache: Path) -> float:
    """Run PROGRAM on a copied package in a new process."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "TROCHLEA_CACHE_DIR": str(cache)}
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM], capture_output=True, text=True, env=environment, check=True
    )
    return float(run.stdout)


def test_edit_of_an_inner_kernel_in_another_file_changes_the_result(tmp_path):
    package = tmp_path / "copy" / "trochlea"
    shutil.copytree(Path(trochlea.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    cache = tmp_path / "cache"
    before = run_copy(package.parent, cache)
    # strain 0.25, toe 0.06: 100 N times (0.25 - 0.03)
    assert before == pytest.approx(22.0, rel=1e-12)
    assert list(cache.rglob("*.nbc"))  # it was cached, so a stale answer was possible
    inner = package / "knee" / "kernel" / "motion.py"
    text = inner.read_text(encoding="utf-8")
    line = "        out[i] = rotation[i, 0] * point[0] + rotation[i, 1] * point[1] + rotation[i, 2] * point[2]"
    assert line in text
    inner.write_text(text.replace(line, line + " - 0.01"), encoding="utf-8")
    after = run_copy(package.parent, cache)
    # the end moved by -0.01 along every axis: length from hypot(0.06, 0.01, 0.01)
    length = (0.06**2 + 2 * 0.01**2) ** 0.5
    assert after == pytest.approx(100 * (length / 0.04 - 1 - 0.03) * 0.06 / length, rel=1e-12)


def test_second_process_loads_what_the_first_kept_and_writes_nothing(tmp_path):
    source = Path(trochlea.__file__).parents[1]
    first = run_copy(source, tmp_path)
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nb[ci]")}
    assert kept
    assert run_copy(source, tmp_path) == first
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nb[ci]")} == kept


def test_hash_changes_with_any_source(tmp_path):
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text("x = 1\n", encoding="utf-8")
    first = kernel_cache.kernel_hash(tmp_path)
    (tmp_path / "b.py").write_text("x = 2\n", encoding="utf-8")
    assert kernel_cache.kernel_hash(tmp_path) != first


@pytest.fixture
def fresh_cache(tmp_path, monkeypatch):
    monkeypatch.setenv(kernel_cache.CACHE_VARIABLE, str(tmp_path))
    kernel_cache.cache_folder.cache_clear()
    yield tmp_path
    kernel_cache.cache_folder.cache_clear()


def test_stale_folders_of_other_hashes_are_removed(fresh_cache):
    old, young = fresh_cache / "kernels" / "old", fresh_cache / "kernels" / "young"
    for folder in (old, young):
        folder.mkdir(parents=True)
    long_ago = time.time() - kernel_cache.STALE_AFTER_SECONDS - 60
    os.utime(old, (long_ago, long_ago))
    current = kernel_cache.cache_folder()
    assert current is not None
    assert current.is_dir()
    assert not old.exists()
    assert young.exists()


def test_unwritable_cache_warns_once_and_works_without(tmp_path, monkeypatch):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("", encoding="utf-8")
    monkeypatch.setenv(kernel_cache.CACHE_VARIABLE, str(in_the_way))
    kernel_cache.cache_folder.cache_clear()
    try:
        with pytest.warns(UserWarning, match="TROCHLEA_CACHE_DIR"):
            folder = kernel_cache.cache_folder()
        assert folder is None
        assert kernel_cache.compiled(lambda x: 2 * x)(21) == 42  # a second warning would be an error
    finally:
        kernel_cache.cache_folder.cache_clear()
