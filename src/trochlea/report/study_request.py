"""What a study is asked to do: the files, and every choice that changes a number."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from trochlea.errors import InputError
from trochlea.knee.chain import LeverArm
from trochlea.leg.muscle_parameters import Generation
from trochlea.motion.motion import Side

FILES = ("person", "model", "motion", "forces")
"""Fields of a request that are paths."""

TRIAL = {"--model": "model", "--motion": "motion", "--forces": "forces"}
"""Options of a measured trial and their fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyRequest:
    """One person in one movement, with the settings.

    Attributes:
        person: Person file; the demo person if None.
        model: The trial's own scaled model.
        motion: Joint angles of the trial; without it the built-in single-leg squat.
        forces: Ground forces of the trial.
        side: Which leg; the person file's if None.
        start: Start of the window [s]; the first frame if None.
        end: End of the window [s]; the last frame if None.
        muscles: Published set of muscle parameters; the model's own, else the default set, if None.
        lever_arm: Whose lever arm the quadriceps has at the knee.
    """

    person: Path | None = None
    model: Path | None = None
    motion: Path | None = None
    forces: Path | None = None
    side: Side | None = None
    start: float | None = None
    end: float | None = None
    muscles: Generation | None = None
    lever_arm: LeverArm = "knee"

    @property
    def is_measured(self) -> bool:
        """Whether a trial is given rather than the built-in movement."""
        return self.motion is not None

    def settings(self) -> dict[str, Any]:
        """Every choice by name; files by their name without folder."""
        return {
            name: value.name if isinstance(value, Path) else value
            for name, value in asdict(self).items()
            if name != "person"
        }

    def check(self) -> None:
        """Refuse half a trial, and windows that hold nothing.

        Raises:
            InputError: With the remedy.
        """
        missing = [option for option, field in TRIAL.items() if getattr(self, field) is None]
        if 0 < len(missing) < len(TRIAL):
            raise InputError(
                f"{' and '.join(missing)} missing: a measured trial needs its own scaled model, its joint angles and "
                "its ground forces; leave out all three for the built-in single-leg squat"
            )
        if missing and (self.start is not None or self.end is not None):
            raise InputError("--from and --to need a measured trial: give --model, --motion and --forces")
        if self.start is not None and self.end is not None and not self.start < self.end:
            raise InputError(f"--from {self.start:g} --to {self.end:g}: expected a start before the end")
