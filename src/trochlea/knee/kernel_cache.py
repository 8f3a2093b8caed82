"""Where compiled kernels are kept, so that no stale machine code can run.

numba's own cache notices edits in the file of a cached function, not in the files of the functions that it
calls. So the cache lives in a folder named by a hash of every kernel source: any edit starts an empty folder.
"""

import hashlib
import os
import shutil
import sys
import time
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba

CACHE_VARIABLE = "TROCHLEA_CACHE_DIR"
"""Environment variable that overrides the user's cache folder."""

STALE_AFTER_SECONDS = 14 * 24 * 3600
"""A folder of another hash is removed when unused for this long; younger ones may belong to another version."""

KERNEL_FOLDER = Path(__file__).parent / "kernel"


def kernel_hash(folder: Path = KERNEL_FOLDER) -> str:
    """Hash of all kernel sources, numba's and Python's version."""
    digest = hashlib.sha256(f"{numba.__version__} {sys.version}".encode())
    for path in sorted(folder.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:20]


def cache_root() -> Path:
    """Folder that holds one folder of compiled kernels per hash."""
    named = os.environ.get(CACHE_VARIABLE)
    if named:
        return Path(named) / "kernels"
    user_cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(user_cache) if user_cache else Path.home() / ".cache") / "trochlea" / "kernels"


def _remove_stale(root: Path, current: Path) -> None:
    for folder in root.iterdir():
        is_stale = time.time() - folder.stat().st_mtime > STALE_AFTER_SECONDS
        if folder.is_dir() and folder != current and is_stale:
            shutil.rmtree(folder, ignore_errors=True)


@cache
def cache_folder() -> Path | None:
    """Folder for this version's kernels, made and tried; None (with one warning) if it cannot be written."""
    try:
        folder = cache_root() / kernel_hash()
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
        os.utime(folder)
        _remove_stale(folder.parent, folder)
    except (OSError, RuntimeError) as error:
        warnings.warn(
            f"compiled kernels cannot be kept ({error}): every start compiles anew; set {CACHE_VARIABLE}",
            stacklevel=2,
        )
        return None
    return folder


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a kernel with numba, without reordering of arithmetic, cached by the hash of all kernels."""
    folder = cache_folder()
    if folder is None:
        return numba.njit(error_model="numpy")(function)
    before = numba.config.CACHE_DIR  # type: ignore[attr-defined]  # numba fixes the folder when it decorates
    numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]
    try:
        return numba.njit(cache=True, error_model="numpy")(function)
    finally:
        numba.config.CACHE_DIR = before  # type: ignore[attr-defined]
