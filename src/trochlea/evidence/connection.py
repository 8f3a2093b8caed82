"""Which treatments of a set of studies are connected, by which studies, and whether evidence closes a loop."""

import itertools
from collections.abc import Sequence

from trochlea.evidence.network_input import StudyContrasts


def connected_parts(studies: Sequence[StudyContrasts]) -> tuple[tuple[str, ...], ...]:
    """Sets of treatments that are connected by studies, the largest first, names sorted."""
    parts: list[set[str]] = []
    for study in studies:
        joined = set(study.treatments)
        apart = []
        for part in parts:
            if part & joined:
                joined |= part
            else:
                apart.append(part)
        parts = [*apart, joined]
    return tuple(sorted((tuple(sorted(part)) for part in parts), key=lambda part: (-len(part), part)))


def split_network(studies: Sequence[StudyContrasts]) -> tuple[tuple[StudyContrasts, ...], ...]:
    """The studies of each connected part, in the order of `connected_parts`."""
    return tuple(tuple(study for study in studies if study.treatments[0] in part) for part in connected_parts(studies))


def direct_studies(studies: Sequence[StudyContrasts]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Names of the studies behind every comparison that was made directly; the pair of names is sorted."""
    edges: dict[tuple[str, str], list[str]] = {}
    for study in studies:
        for a, b in itertools.combinations(sorted(study.treatments), 2):
            edges.setdefault((a, b), []).append(study.study)
    return {edge: tuple(edges[edge]) for edge in sorted(edges)}


def designs(studies: Sequence[StudyContrasts]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Names of the studies of every design, a design being the sorted set of treatments compared."""
    found: dict[tuple[str, ...], list[str]] = {}
    for study in studies:
        found.setdefault(tuple(sorted(study.treatments)), []).append(study.study)
    return {design: tuple(found[design]) for design in sorted(found)}


def inconsistency_df(studies: Sequence[StudyContrasts]) -> int:
    """Degrees of freedom between designs: how many loops are closed by different designs.

    Zero means that no comparison has both direct and independent indirect evidence.
    """
    per_design = sum(len(design) - 1 for design in designs(studies))
    parts = connected_parts(studies)
    return per_design - (sum(len(part) for part in parts) - len(parts))
