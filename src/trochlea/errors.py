"""Errors that a user can act on: each message says what, where, expected, found and what to do."""

from pathlib import Path


class TrochleaError(Exception):
    """Base of all errors that the command line prints as one line with exit code 1."""


class FormatError(TrochleaError):
    """A file that cannot be read as what it claims to be."""

    def __init__(self, path: Path | str, where: str | int | None, reason: str) -> None:
        """Name the file, the line number or field, and the reason with its remedy."""
        self.path, self.where, self.reason = str(path), where, reason
        place = f"line {where}" if isinstance(where, int) else where
        super().__init__(": ".join(part for part in (str(path), place, reason) if part))


class InputError(TrochleaError):
    """Inputs that are readable but do not belong together or are impossible."""


class ModelError(TrochleaError):
    """A musculoskeletal model with a feature that is not supported."""
