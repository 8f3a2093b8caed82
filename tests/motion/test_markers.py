"""Marker trajectories."""

import numpy as np
import pytest

from trochlea.motion.markers import Markers


def _markers(positions: object, times: object = (0.0, 0.1), names: tuple[str, ...] = ("R.ASIS",)) -> Markers:
    return Markers(times=np.array(times), names=names, positions=np.array(positions, dtype=float), source="made up")


def test_a_marker_is_found_by_its_name() -> None:
    markers = _markers([[[1, 2, 3], [4, 5, 6]], [[7, 8, 9], [10, 11, 12]]], names=("R.ASIS", "L.ASIS"))
    np.testing.assert_array_equal(markers.marker("L.ASIS"), [[4, 5, 6], [10, 11, 12]])
    with pytest.raises(KeyError, match=r"R\.ASIS, L\.ASIS"):
        markers.marker("S2")


@pytest.mark.parametrize(
    ("positions", "times", "names", "message"),
    [
        ([[[1, 2, 3]]], (0.0, 0.1), ("a",), "shape"),
        ([[[1, 2, 3]]] * 2, (0.0, 0.0), ("a",), "increasing"),
        ([[[1, 2, 3]] * 2] * 2, (0.0, 0.1), ("a", "a"), "unique"),
        ([[[1, np.nan, 3]]] * 2, (0.0, 0.1), ("a",), "three axes"),
    ],
)
def test_what_is_no_trajectory_is_refused(positions, times, names, message) -> None:
    with pytest.raises(ValueError, match=message):
        _markers(positions, times, names)


def test_positions_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        _markers([[[1, 2, 3]]] * 2).positions[0, 0, 0] = 5.0
