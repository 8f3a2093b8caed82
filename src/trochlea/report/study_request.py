"""What a study is asked to do: the files, and every choice that changes a number."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from trochlea.errors import InputError
from trochlea.knee.person_leg import LeverArm
from trochlea.leg.choose_engine import EnginePreference
from trochlea.leg.muscles.muscle_parameters import Generation
from trochlea.leg.muscles.static_optimisation import Exponent
from trochlea.leg.rotation.rotation_share import RotationShare
from trochlea.motion.files.opencap import NO_FORCES, list_trials, read_opencap
from trochlea.motion.motion import Side

FILES = ("person", "model", "motion", "markers", "static", "forces")
"""Fields of a request that are files."""

C3D = ".c3d"
"""Ending of a laboratory's own file, which holds markers and plates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyRequest:
    """One person in one movement, with the settings.

    Attributes:
        person: Person file; the demo person if None.
        model: The trial's own scaled model.
        motion: Joint angles of the trial, made with that model.
        markers: Marker trajectories of the trial, `.trc` or `.c3d`, instead of joint angles.
        static: Markers of a person standing still: scales the built-in leg, and is the reference of knee rotation.
        opencap: Folder of an OpenCap session; its model, joint angles and neutral pose stand for the three files.
        trial: Name of its movement.
        forces: Ground forces of the trial, ExternalLoads or `.c3d`; the plates of a `.c3d` of markers if None.
        up: The laboratory's axis that points up, e.g. "+Z"; as the file says, else y, if None.
        forward: Its axis that points forward.
        side: Which leg; the person file's if None.
        start: Start of the window [s]; the first frame if None.
        end: End of the window [s]; the last frame if None.
        cutoff: Low-pass of markers and forces [Hz], 0 for none; the published one for recorded markers and plates, and
            none for the forces beside joint angles, if None.
        motion_cutoff: Low-pass of joint angles from a file [Hz]; as given if None.
        rate: Frames a second of what is solved [Hz]; the recording's own if None.
        engine: Which program moves the model.
        muscles: Published set of muscle parameters; the model's own, else the default set, if None.
        exponent: Of the activations whose sum muscle sharing makes least: 2 or 3.
        co_contraction: Floor of every activation [-].
        vasti: Whether the three vasti have one activation, or each its own.
        lever_arm: Whose lever arm the quadriceps has at the knee.
        rotation_share: The knee's share of an axial rotation between femur and foot [-]; the published one if None.
    """

    person: Path | None = None
    model: Path | None = None
    motion: Path | None = None
    markers: Path | None = None
    static: Path | None = None
    opencap: Path | None = None
    trial: str | None = None
    forces: Path | None = None
    up: str | None = None
    forward: str | None = None
    side: Side | None = None
    start: float | None = None
    end: float | None = None
    cutoff: float | None = None
    motion_cutoff: float | None = None
    rate: float | None = None
    engine: EnginePreference = "auto"
    muscles: Generation | None = None
    exponent: Exponent = 2
    co_contraction: float = 0.0
    vasti: Literal["alike", "free"] = "alike"
    lever_arm: LeverArm = "knee"
    rotation_share: float | None = None

    @property
    def is_measured(self) -> bool:
        """Whether a trial is given rather than the built-in movement."""
        return self.motion is not None or self.markers is not None

    @property
    def force_source(self) -> Path | None:
        """The file that holds the forces: the given one, else a C3D of markers."""
        if self.forces is None and self.markers is not None and self.markers.suffix.lower() == C3D:
            return self.markers
        return self.forces

    @property
    def share(self) -> RotationShare | None:
        """The knee's share of a rotation as it was given; None for the published one."""
        given = self.rotation_share
        return None if given is None else RotationShare(best=given, low=given, high=given, source="given")

    def settings(self) -> dict[str, Any]:
        """Every choice by name; files by their name without folder."""
        return {
            name: value.name if isinstance(value, Path) else value
            for name, value in asdict(self).items()
            if name != "person"
        }

    def with_session(self) -> "StudyRequest":
        """The same request with the files of its OpenCap session, if it has one.

        Raises:
            FormatError: If the folder is no session.
            InputError: If the trial is not there, files are given besides, or no force goes with it.
        """
        if self.opencap is None:
            if self.trial is not None:
                raise InputError("--trial names a movement of an OpenCap session: give its folder with --opencap")
            return self
        if self.model or self.motion or self.markers or self.static:
            raise InputError(
                "--opencap brings its own model and motion; leave out --model, --motion, --markers, --static"
            )
        trials = list_trials(self.opencap)
        if self.trial is None:
            raise InputError(f"{self.opencap}: --trial missing; there are {', '.join(trials)}")
        found = read_opencap(self.opencap, self.trial)
        if self.forces is None:
            raise InputError(f"{self.opencap}: {NO_FORCES}")
        motion = self.opencap / "OpenSimData" / "Kinematics" / f"{self.trial}.mot"
        return replace(self, model=found.model_path, motion=motion, static=found.static_path)

    def check(self) -> None:
        """Refuse half a trial, and windows that hold nothing.

        Raises:
            InputError: With the remedy.
        """
        if self.motion is not None and self.markers is not None:
            raise InputError(
                "--motion and --markers: expected one of them; leave out the joint angles to solve markers"
            )
        if self.is_measured:
            self._check_trial()
        else:
            self._check_built_in()
        if self.start is not None and self.end is not None and not self.start < self.end:
            raise InputError(f"--from {self.start:g} --to {self.end:g}: expected a start before the end")
        for option, value in (
            ("--cutoff", self.cutoff),
            ("--filter-motion", self.motion_cutoff),
            ("--rate", self.rate),
        ):
            if value is not None and not 0 <= value < float("inf"):
                raise InputError(f"{option} {value:g}: expected a frequency in Hz")

    def _check_trial(self) -> None:
        if self.model is None and self.motion is not None:
            raise InputError(
                f"{self.motion.name}: --model missing: joint angles belong to the model that they were made with (on "
                "another one moments are wrong by 10 N.m and more); give its .osim, or the --markers of the trial"
            )
        if self.model is None and self.static is None:
            raise InputError(
                "--markers need a leg of this person's size: give --static, a trial of standing still with the same "
                "markers, or --model, an .osim scaled to the person with these markers on it"
            )
        if self.force_source is None:
            raise InputError(
                "--forces missing: without ground forces no joint moment is known; give an ExternalLoads .xml or the "
                ".c3d with the force plates"
            )
        if self.motion_cutoff is not None and self.motion is None:
            raise InputError("--filter-motion needs --motion; markers are filtered with --cutoff")

    def _check_built_in(self) -> None:
        given = {"--model": self.model, "--forces": self.forces, "--static": self.static}
        named = [option for option, path in given.items() if path is not None]
        if named:
            raise InputError(
                f"{' and '.join(named)} without a movement: give --motion or --markers of the trial, or leave all out "
                "for the built-in single-leg squat"
            )
        settings = {"--from": self.start, "--to": self.end, "--cutoff": self.cutoff, "--rate": self.rate}
        settings |= {"--filter-motion": self.motion_cutoff, "--up": self.up, "--forward": self.forward}
        named = [option for option, value in settings.items() if value is not None]
        if named or self.engine != "auto":
            options = " and ".join([*named, *(["--engine"] if self.engine != "auto" else [])])
            raise InputError(f"{options}: expected a measured trial: give --motion or --markers, and --forces")
