"""Options of `trochlea simulate` and `trochlea assess`: a measured trial and the settings, read into one request."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trochlea.report.study_request import StudyRequest

FIELDS = ("person", "model", "motion", "forces", "side", "start", "end", "muscles", "lever_arm")
"""Fields of a request that options set."""


def add_trial_options(parser: argparse.ArgumentParser) -> None:
    """Options of a measured trial and of what is computed from it, in groups."""
    parser.add_argument("--side", choices=("left", "right"), help="leg to look at (default: the person file's)")
    trial = parser.add_argument_group(
        "a measured trial", "Without these the built-in single-leg squat of the person's height and mass is simulated."
    )
    trial.add_argument("--model", type=Path, metavar="MODEL.osim", help="the trial's own scaled model")
    trial.add_argument("--motion", type=Path, metavar="MOTION.mot", help="joint angles made with that model")
    trial.add_argument("--forces", type=Path, metavar="LOADS.xml", help="OpenSim ExternalLoads of the trial")
    trial.add_argument("--from", dest="start", type=float, metavar="SECONDS", help="start of the window")
    trial.add_argument("--to", dest="end", type=float, metavar="SECONDS", help="end of the window")
    muscles = parser.add_argument_group("muscles")
    muscles.add_argument(
        "--muscles",
        choices=("Rajagopal2016", "RajagopalLaiUhlrich2023"),
        help="published set of muscle parameters (default: the model file's own, else RajagopalLaiUhlrich2023)",
    )
    muscles.add_argument(
        "--lever-arm",
        choices=("knee", "pulley"),
        default="knee",
        help="quadriceps' lever arm: of this knee's own equilibrium, or the leg model's pulley (default: knee)",
    )


def study_request(arguments: argparse.Namespace) -> "StudyRequest":
    """The request of parsed options; what a command does not offer keeps its default."""
    from trochlea.report.study_request import StudyRequest

    given = {name: getattr(arguments, name) for name in FIELDS if hasattr(arguments, name)}
    return StudyRequest(**given)
