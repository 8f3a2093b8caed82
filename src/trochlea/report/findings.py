"""Everything that was found about one movement of one person, as every writer of results takes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trochlea.knee.chain import Chain, ChainResult
from trochlea.knee.lever_arms import LeverArms
from trochlea.knee.rotation_cases import RotationCases
from trochlea.leg.markers.inverse_kinematics import InverseKinematics
from trochlea.leg.root_residual import RootResidual
from trochlea.person.measured import Measured
from trochlea.report.peaks import Cycle
from trochlea.units import GRAVITY


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """One solved movement.

    Attributes:
        chain: What was built.
        result: Muscle forces and kneecap at the best values of all inputs.
        residual: What the pelvis would need for motion and forces to agree; None where it would mean nothing.
        lever_arms: The movement with the quadriceps' other lever arm; None where that one does not exist.
        rotation_cases: The kneecap at shares 0 and 1 of the femur's rotation; None where none reaches the knee.
        kinematics: Joint angles from markers, with the errors of the markers; None for angles from a file.
        cycles: Gait cycles of this leg, empty where none is whole.
        posture: What the built-in movement prescribes; empty for a measured one.
        settings: Every choice that was made, by name.
        preparation: What was done to the recordings before anything was computed, each a sentence.
        warnings: What a reader must know, each a sentence.
        input_hash: SHA-256 of the files and settings.
    """

    chain: Chain
    result: ChainResult
    residual: RootResidual | None
    lever_arms: LeverArms | None
    rotation_cases: RotationCases | None
    kinematics: InverseKinematics | None
    cycles: tuple[Cycle, ...]
    posture: Mapping[str, Measured]
    settings: Mapping[str, Any]
    preparation: tuple[str, ...]
    warnings: tuple[str, ...]
    input_hash: str

    @property
    def body_weight(self) -> float:
        """Weight of the person [N]."""
        return self.chain.person.mass * GRAVITY
