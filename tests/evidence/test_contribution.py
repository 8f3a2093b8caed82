"""Contributions: by hand, and against a walk over every path and a plain regression."""

import itertools

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.evidence.contribution import contribution_matrix
from trochlea.evidence.network_input import StudyContrasts, against_first

EXACT = 1e-10
"""Against closed forms and the walk over every path; the worst difference seen is 3e-14."""


def pair(study, a, b, se=1.0):
    return StudyContrasts(study=study, treatments=(b, a), estimates=np.zeros(1), covariance=np.array([[se**2]]))


def shares_of(matrix, a, b):
    row = matrix.comparisons.index(tuple(sorted((a, b))))
    return dict(zip(matrix.edges, matrix.shares[row], strict=True))


def test_a_triangle_of_equal_studies_by_hand():
    """Two thirds flow directly, one third through the third treatment, half of that for either edge."""
    matrix = contribution_matrix([pair("1", "a", "b"), pair("2", "b", "c"), pair("3", "a", "c")])
    found = shares_of(matrix, "a", "b")
    assert found == pytest.approx({("a", "b"): 2 / 3, ("a", "c"): 1 / 6, ("b", "c"): 1 / 6}, rel=EXACT, abs=0)


def test_in_a_star_a_direct_comparison_stands_alone_and_an_indirect_one_is_shared():
    matrix = contribution_matrix([pair("1", "a", "c"), pair("2", "b", "c", se=3.0)])
    assert shares_of(matrix, "a", "c") == pytest.approx({("a", "c"): 1.0, ("b", "c"): 0.0}, rel=EXACT, abs=EXACT)
    assert shares_of(matrix, "a", "b") == pytest.approx({("a", "c"): 0.5, ("b", "c"): 0.5}, rel=EXACT, abs=0)


def multi_arm(study, names, variances):
    estimates, covariance = against_first(np.zeros(len(names)), np.array(variances))
    return StudyContrasts(study=study, treatments=tuple(names), estimates=estimates, covariance=covariance)


MESH = [
    pair("1", "a", "b", 0.7),
    pair("2", "b", "c", 1.1),
    pair("3", "c", "d", 0.9),
    pair("4", "d", "e", 1.3),
    pair("5", "a", "e", 0.8),
    multi_arm("6", "bde", [0.5, 1.0, 0.8]),
    multi_arm("7", "acde", [0.9, 0.4, 1.2, 0.6]),
]


def every_path(flow, start, end):
    """Probability and edges of every path of a walk that follows the flow."""
    if start == end:
        yield 1.0, ()
        return
    out = flow[start].sum()
    for following in np.flatnonzero(flow[start] > 1e-12):
        for probability, path in every_path(flow, following, end):
            yield flow[start, following] / out * probability, ((start, following), *path)


@pytest.mark.parametrize("tau2", [0.0, 0.6])
def test_shares_are_those_of_a_walk_over_every_path_of_the_regression_s_flow(tau2):
    """The flow is read off a plain weighted regression on contrasts with full covariance matrices."""
    names = "abcde"
    information = np.zeros((5, 5))
    for study in MESH:
        rows = np.zeros((len(study.treatments) - 1, 5))
        for row, name in enumerate(study.treatments[1:]):
            rows[row, names.index(name)], rows[row, names.index(study.treatments[0])] = 1.0, -1.0
        correlation = 0.5 + 0.5 * np.eye(len(rows))
        information += rows.T @ np.linalg.inv(study.covariance + tau2 * correlation) @ rows
    matrix = contribution_matrix(MESH, tau2=tau2)
    for a, b in itertools.combinations(range(5), 2):
        unit = np.zeros(5)
        unit[a], unit[b] = 1.0, -1.0
        height = np.linalg.lstsq(information, unit, rcond=None)[0]
        flow = np.maximum(-information * (height[:, None] - height), 0.0)
        expected = dict.fromkeys(matrix.edges, 0.0)
        for probability, path in every_path(flow, a, b):
            for u, v in path:
                expected[tuple(sorted((names[u], names[v])))] += probability / len(path)
        assert shares_of(matrix, names[a], names[b]) == pytest.approx(expected, rel=EXACT, abs=EXACT)


def test_rows_add_up_to_one_and_nothing_is_negative():
    matrix = contribution_matrix(MESH)
    assert matrix.shares.sum(axis=1) == pytest.approx(np.ones(10), rel=EXACT, abs=0)
    assert matrix.shares.min() >= 0.0
    assert len(matrix.edges) == 10


def test_the_order_of_studies_and_arms_does_not_matter():
    turned = [*MESH[::-1][2:], multi_arm("6", "edb", [0.8, 1.0, 0.5]), multi_arm("7", "edca", [0.6, 1.2, 0.4, 0.9])]
    assert contribution_matrix(turned).shares == pytest.approx(contribution_matrix(MESH).shares, rel=0, abs=EXACT)


def test_a_network_that_is_not_connected_is_refused():
    with pytest.raises(InputError, match="not connected"):
        contribution_matrix([pair("1", "a", "b"), pair("2", "c", "d")])


def test_a_covariance_with_negative_weights_is_refused():
    odd = StudyContrasts(
        study="odd", treatments=("a", "b", "c"), estimates=np.zeros(2), covariance=np.array([[1.0, 1.5], [1.5, 4.0]])
    )
    with pytest.raises(InputError, match="negative weight; check its SEs"):
        contribution_matrix([odd])
