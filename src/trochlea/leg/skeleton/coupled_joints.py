"""All joints of a compiled leg model from its independent coordinates, every coupling in one go."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trochlea.leg.engine import MjModel
from trochlea.leg.skeleton.couplings import Coupling, Reduction, evaluate_pieces
from trochlea.motion.timeseries import Array, read_only


@dataclass(frozen=True, slots=True, kw_only=True)
class CoupledJoints:
    """How all joints follow the independent coordinates.

    Attributes:
        n_joints: Joints of the compiled model.
        independent: Positions of the independent coordinates among all joints, shape (n,).
        dependent: Positions of the dependent joints, shape (couplings,).
        driver: Positions of their drivers, shape (couplings,).
        groups: Couplings whose pieces meet at the same angles.
    """

    n_joints: int
    independent: NDArray[np.intp]
    dependent: NDArray[np.intp]
    driver: NDArray[np.intp]
    groups: tuple["_Group", ...]

    def evaluate(self, angles: Array) -> tuple[Array, Array, Array]:
        """Value, first and second derivative of each dependent joint where its driver is, shape (frames, couplings)."""
        found = np.empty((3, *angles.shape))
        for group in self.groups:
            found[:, :, group.columns] = evaluate_pieces(group.breaks, group.coefficients, angles[:, group.columns])
        return found[0], found[1], found[2]

    def full_positions(self, values: Array) -> tuple[Array, Reduction]:
        """All joints, the couplings holding exactly, and how they follow the independent coordinates.

        Args:
            values: Independent coordinates, shape (frames, n) [rad, m].

        Returns:
            Shape (frames, joints), and the reduction there.
        """
        full = np.zeros((len(values), self.n_joints))
        full[:, self.independent] = values
        full[:, self.dependent], slopes, _ = self.evaluate(full[:, self.driver])
        return full, self.reduction_by(slopes)

    def reduction(self, full: Array) -> Reduction:
        """How all joints follow the independent coordinates at each frame; `full` has shape (frames, joints)."""
        return self.reduction_by(self.evaluate(full[:, self.driver])[1])

    def reduction_by(self, slopes: Array) -> Reduction:
        """The same from the couplings' slopes, shape (frames, couplings)."""
        return Reduction(
            independent=self.independent, dependent=self.dependent, driver=self.driver, slopes=read_only(slopes)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """Couplings whose pieces meet at the same angles.

    Attributes:
        columns: Positions among all couplings, shape (k,).
        breaks: Shape (pieces + 1,) [rad].
        coefficients: Highest power first, shape (order + 1, pieces, k).
    """

    columns: NDArray[np.intp]
    breaks: Array
    coefficients: Array


def coupled_joints(mj: MjModel, coordinates: tuple[str, ...], couplings: tuple[Coupling, ...]) -> CoupledJoints:
    """The couplings of a compiled model, grouped.

    Args:
        mj: The compiled model.
        coordinates: Names of its independent coordinates.
        couplings: Of its dependent joints.
    """
    index = {mj.joint(i).name: i for i in range(mj.njnt)}
    assert not {one.driver for one in couplings} & {one.joint for one in couplings}, "a driver follows another joint"
    alike: dict[tuple[bytes, int], list[int]] = {}
    for k, one in enumerate(couplings):
        alike.setdefault((one.breaks.tobytes(), len(one.coefficients)), []).append(k)
    return CoupledJoints(
        n_joints=mj.njnt,
        independent=_positions(index, coordinates),
        dependent=_positions(index, tuple(one.joint for one in couplings)),
        driver=_positions(index, tuple(one.driver for one in couplings)),
        groups=tuple(
            _Group(
                columns=np.array(columns, dtype=np.intp),
                breaks=couplings[columns[0]].breaks,
                coefficients=read_only(np.stack([couplings[k].coefficients for k in columns], axis=-1)),
            )
            for columns in alike.values()
        ),
    )


def _positions(index: dict[str, int], names: tuple[str, ...]) -> NDArray[np.intp]:
    positions = np.array([index[name] for name in names], dtype=np.intp)
    positions.setflags(write=False)
    return positions
