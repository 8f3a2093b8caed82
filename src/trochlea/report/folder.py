"""An output folder that appears whole or not at all."""

import shutil
import tempfile
from collections.abc import Iterator, Set
from contextlib import contextmanager
from pathlib import Path

from trochlea.errors import InputError

OUTPUTS = frozenset(
    {"report.html", "result.json", "summary.json"}
    | {"moments.sto", "muscle_forces.sto", "muscle_groups.sto", "reserves.sto", "residuals.sto", "kneecap.sto"}
    | {"marker_errors.sto", "knee_rotation.sto", "ik.mot"}
    | {"kneecap.html", "kneecap.json", "kneecap.csv", "wear.json"}
)
"""Every file that a run may write; a folder that holds anything else is not replaced."""


def check_replaceable(folder: Path, outputs: Set[str] = OUTPUTS) -> None:
    """Refuse a folder that holds anything but an earlier result, one of `outputs`.

    Raises:
        InputError: If it is a file, or holds other files.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise InputError(f"{folder}: expected a folder or nothing there, found a file or link; choose another --out")
    if folder.is_dir():
        extra = sorted(path.name for path in folder.iterdir() if path.name not in outputs)
        if extra:
            raise InputError(
                f"{folder}: holds {extra[0]!r}, which is not a result of an earlier run; "
                "nothing is overwritten, choose another --out"
            )


@contextmanager
def whole_folder(folder: Path, outputs: Set[str] = OUTPUTS) -> Iterator[Path]:
    """A temporary folder beside `folder` that takes its place when the block ends without an error.

    Raises:
        InputError: If `folder` holds files that an earlier run did not write, or cannot be written.
    """
    check_replaceable(folder, outputs)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise InputError(f"{folder}: cannot be written ({error.strerror}); choose another --out") from error
    try:
        new, old = scratch / "new", scratch / "old"
        new.mkdir()
        yield new
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
