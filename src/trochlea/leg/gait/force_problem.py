"""A bounded linear least-squares problem whose unknowns come in named blocks, for forces that only push."""

import numpy as np
from scipy.optimize import lsq_linear

from trochlea.motion.timeseries import Array


class ForceProblem:
    """Rows of a linear least-squares problem whose unknowns come in named blocks."""

    def __init__(self, blocks: dict[str, int]) -> None:
        """Nothing is asked yet of so many unknowns in each block."""
        ends = np.cumsum(list(blocks.values()))
        self.columns = {name: slice(int(e) - n, int(e)) for (name, n), e in zip(blocks.items(), ends, strict=True)}
        self.size = int(ends[-1])
        self.rows: list[Array] = []
        self.right: list[Array] = []

    def linear(self, frames: int, **blocks: Array) -> Array:
        """A quantity at every frame as a matrix that the unknowns multiply."""
        found = np.zeros((frames, self.size))
        for name, matrix in blocks.items():
            found[:, self.columns[name]] = matrix
        return found

    def ask(self, matrix: Array, wanted: Array | float, scale: float) -> None:
        """That a quantity is as wanted, give or take its scale."""
        self.rows.append(matrix / scale)
        self.right.append(np.broadcast_to(wanted, len(matrix)) / scale)

    def ask_smooth(self, *names: str, scale: float) -> None:
        """That coefficients of splines change smoothly from one to the next: small third differences."""
        for name in names:
            columns = self.columns[name]
            count = columns.stop - columns.start
            third = np.diff(np.vstack([np.zeros(count), np.eye(count), np.zeros(count)]), n=3, axis=0)
            self.ask(self.linear(len(third), **{name: third}), 0.0, scale)

    def solve(self, *pushes: str) -> Array:
        """The unknowns; splines of the blocks named pull on nothing."""
        lower = np.full(self.size, -np.inf)
        for name in pushes:
            lower[self.columns[name]] = 0.0
        return lsq_linear(np.vstack(self.rows), np.concatenate(self.right), bounds=(lower, np.inf)).x
