"""Pages from templates: the filters they share, what a browser lets them do, and their way to the disk."""

import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment

from trochlea.errors import InputError
from trochlea.report import ink
from trochlea.report.bibliography import linked
from trochlea.report.provenance import words
from trochlea.report.template import templates
from trochlea.report.wording import number, plural, signed

POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
"""What a browser lets a page do: its own scripts, styles and pictures, and nothing from anywhere else."""


def render_page(template: str, **values: Any) -> str:
    """A page as text; the same values give the same text."""
    return (
        _environment()
        .get_template(template)
        .render(
            policy=POLICY,
            light_ramp=ink.pressure_ramp(is_dark=False),
            dark_ramp=ink.pressure_ramp(is_dark=True),
            **values,
        )
    )


@cache
def _environment() -> Environment:
    """The templates with their filters; a missing name is an error."""
    return templates({"number": number, "signed": signed, "words": words, "plural": plural, "linked": linked})


def write_whole(target: Path, text: str) -> None:
    """Write a file that appears whole or not at all.

    Raises:
        InputError: If the file cannot be written.
    """
    try:
        handle, scratch = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
    except OSError as error:
        raise InputError(f"{target}: cannot be written ({error.strerror}); choose another folder") from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        os.chmod(scratch, 0o644)
        os.replace(scratch, target)
    except OSError as error:
        raise InputError(f"{target}: cannot be written ({error.strerror}); choose another folder") from error
    finally:
        Path(scratch).unlink(missing_ok=True)
