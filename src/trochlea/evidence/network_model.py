"""A network of studies as one weighted linear model with independent errors."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from trochlea.errors import InputError
from trochlea.evidence.connection import connected_parts, direct_studies
from trochlea.evidence.linear_model import LinearModel
from trochlea.evidence.network_input import StudyContrasts

Array = NDArray[np.float64]


def check_network(studies: Sequence[StudyContrasts]) -> None:
    """Refuse what is not one network.

    Raises:
        InputError: If there is no study, one stands twice, measures are mixed, or parts are not connected.
    """
    if not studies:
        raise InputError("no study for a network: no contrast fits the question")
    names = [study.study for study in studies]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"{', '.join(twice)}: the same people would be counted twice; keep one report of each")
    measures = sorted({study.measure for study in studies} - {""})
    if len(measures) > 1:
        raise InputError(f"measures {', '.join(measures)} are mixed; expected one measure in a network")
    parts = connected_parts(studies)
    if len(parts) > 1:
        listed = " | ".join(", ".join(part) for part in parts)
        raise InputError(
            f"the network is not connected: {listed}; no trial links these parts, so each is analysed by itself "
            "(split_network)"
        )


def ordered_treatments(studies: Sequence[StudyContrasts], reference: str | None) -> tuple[str, ...]:
    """Treatments with the reference first, then by name; the default reference stands in the most studies."""
    names = sorted({name for study in studies for name in study.treatments})
    if reference is None:
        counts = {name: sum(name in study.treatments for study in studies) for name in names}
        reference = max(names, key=lambda name: counts[name])
    if reference not in names:
        raise InputError(f"reference {reference!r} is not in the network; expected one of {', '.join(names)}")
    return (reference, *(name for name in names if name != reference))


def contrast_design(study: StudyContrasts, treatments: Sequence[str]) -> Array:
    """Design of one study's contrasts (m - 1, T - 1): effects of treatments[1:] against treatments[0]."""
    rows = np.zeros((len(study.treatments) - 1, len(treatments)))
    rows[:, treatments.index(study.treatments[0])] = -1.0
    for row, name in enumerate(study.treatments[1:]):
        rows[row, treatments.index(name)] = 1.0
    return rows[:, 1:]


def whitened(studies: Sequence[StudyContrasts], blocks: Sequence[Array]) -> LinearModel:
    """The model with every study's contrasts turned so that their errors and study effects are independent.

    The study effects of contrasts with one arm have variance tau2 and, sharing that arm, covariance tau2 / 2.
    For each study there is a turn T with T S T' diagonal and T R T' = I, where S is the sampling covariance
    and R the correlation (1 on the diagonal, 1/2 off it); after it tau2 is added to every variance alike.

    Args:
        studies: Studies.
        blocks: Design of each study's contrasts (m - 1, p).

    References:
        salanti-2008-evaluation: one variance for all comparisons, and so a correlation of 1/2.
    """
    y, v, x = [], [], []
    for study, block in zip(studies, blocks, strict=True):
        if len(study.treatments) == 2:
            y.append(study.estimates)
            v.append(study.covariance[0])
            x.append(block)
            continue
        correlation = 0.5 * (np.eye(study.estimates.size) + 1.0)
        root = np.linalg.inv(np.linalg.cholesky(correlation))
        variances, vectors = np.linalg.eigh(root @ study.covariance @ root.T)
        turn = vectors.T @ root
        y.append(turn @ study.estimates)
        v.append(variances)
        x.append(turn @ block)
    return LinearModel(y=np.concatenate(y), v=np.concatenate(v), x=np.concatenate(x))


def network_model(
    studies: Sequence[StudyContrasts], *, reference: str | None = None
) -> tuple[tuple[str, ...], LinearModel]:
    """Treatments, reference first, and the consistency model of one connected network."""
    check_network(studies)
    treatments = ordered_treatments(studies, reference)
    return treatments, whitened(studies, [contrast_design(study, treatments) for study in studies])


def thin_edges(studies: Sequence[StudyContrasts], *, min_studies: int) -> dict[tuple[str, str], int]:
    """Direct comparisons that rest on fewer than so many studies, with their number."""
    return {edge: len(names) for edge, names in direct_studies(studies).items() if len(names) < min_studies}
