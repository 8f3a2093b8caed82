"""Options of `trochlea simulate` and `trochlea assess`: a measured trial and the settings, read into one request."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trochlea.report.study_request import StudyRequest

FIELDS = (
    *("person", "model", "motion", "markers", "static", "forces", "up", "forward", "side", "start", "end"),
    *("opencap", "trial", "cutoff", "motion_cutoff", "rate", "engine", "muscles", "exponent", "co_contraction"),
    *("vasti", "lever_arm", "rotation_share"),
)
"""Fields of a request that options set."""


def add_trial_options(parser: argparse.ArgumentParser) -> None:
    """Options of a measured trial and of what is computed from it, in groups."""
    parser.add_argument("--side", choices=("left", "right"), help="leg to look at (default: the person file's)")
    _add_files(parser)
    _add_preparation(parser)
    _add_model(parser)


def _add_files(parser: argparse.ArgumentParser) -> None:
    trial = parser.add_argument_group(
        "a measured trial",
        "Joint angles with the model that they were made with, or markers; without either the built-in single-leg "
        "squat of the person's height and mass is simulated.",
    )
    trial.add_argument("--model", type=Path, metavar="MODEL.osim", help="the trial's own scaled model")
    trial.add_argument("--motion", type=Path, metavar="MOTION.mot", help="joint angles made with that model")
    trial.add_argument(
        "--markers", type=Path, metavar="TRIAL", help="markers of the trial, .trc or .c3d, instead of joint angles"
    )
    trial.add_argument(
        "--static",
        type=Path,
        metavar="STANDING",
        help="markers of standing still, .trc or .c3d: scales the built-in leg, and is the reference of knee rotation",
    )
    trial.add_argument(
        "--opencap", type=Path, metavar="DIR", help="an OpenCap session: its model, joint angles and neutral pose"
    )
    trial.add_argument("--trial", metavar="NAME", help="movement of the OpenCap session")
    trial.add_argument(
        "--forces",
        type=Path,
        metavar="FORCES",
        help="OpenSim ExternalLoads .xml, or a .c3d with force plates (default: the plates of a .c3d of --markers)",
    )
    trial.add_argument("--from", dest="start", type=float, metavar="SECONDS", help="start of the window")
    trial.add_argument("--to", dest="end", type=float, metavar="SECONDS", help="end of the window")


def _add_preparation(parser: argparse.ArgumentParser) -> None:
    preparation = parser.add_argument_group("preparation of the recordings")
    preparation.add_argument(
        "--cutoff",
        type=float,
        metavar="HZ",
        help="low-pass of markers and forces, 0 for none (default: 6 for markers and their forces and for plates of a "
        ".c3d; none for forces beside joint angles)",
    )
    preparation.add_argument(
        "--filter-motion",
        dest="motion_cutoff",
        type=float,
        metavar="HZ",
        help="also low-pass the joint angles of --motion (default: as given)",
    )
    preparation.add_argument(
        "--rate", type=float, metavar="HZ", help="frames a second to solve (default: the recording's own)"
    )
    axis = ("+X", "-X", "+Y", "-Y", "+Z", "-Z")
    preparation.add_argument(
        "--up", choices=axis, help="the laboratory's axis that points up (default: as the .c3d says; +Y in a .trc)"
    )
    preparation.add_argument("--forward", choices=axis, help="its axis that points forward (default: as the .c3d says)")


def _add_model(parser: argparse.ArgumentParser) -> None:
    model = parser.add_argument_group("leg and muscles")
    model.add_argument(
        "--engine",
        choices=("auto", "mujoco", "opensim"),
        default="auto",
        help="what moves the model: the built-in leg, the OpenSim wheel, or the first that can (default: auto)",
    )
    model.add_argument(
        "--muscles",
        choices=("Rajagopal2016", "RajagopalLaiUhlrich2023"),
        help="published set of muscle parameters (default: the model file's own, else RajagopalLaiUhlrich2023)",
    )
    model.add_argument(
        "--exponent",
        type=int,
        choices=(2, 3),
        default=2,
        help="the muscles share a load so that the sum of activations to this power is least (default: 2)",
    )
    model.add_argument(
        "--co-contraction",
        type=float,
        default=0.0,
        metavar="FRACTION",
        help="least activation of every muscle, 0 to below 1 (default: 0)",
    )
    model.add_argument(
        "--vasti",
        choices=("alike", "free"),
        default="alike",
        help="drive the three vasti alike, as people about do, or each freely, as OpenSim does (default: alike)",
    )
    model.add_argument(
        "--lever-arm",
        choices=("knee", "pulley"),
        default="knee",
        help="quadriceps' lever arm: of this knee's own equilibrium, or the leg model's pulley (default: knee)",
    )
    model.add_argument(
        "--rotation-share",
        type=float,
        metavar="SHARE",
        help="the knee's share, 0 to 1, of a rotation between femur and foot (default: 0.60, 0.32 to 0.68, from "
        "published stiffnesses)",
    )


def study_request(arguments: argparse.Namespace) -> "StudyRequest":
    """The request of parsed options; what a command does not offer keeps its default."""
    from trochlea.report.study_request import StudyRequest

    given = {name: getattr(arguments, name) for name in FIELDS if hasattr(arguments, name)}
    return StudyRequest(**given)
