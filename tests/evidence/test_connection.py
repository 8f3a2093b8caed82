"""Parts, designs and loops of a network."""

import numpy as np

from trochlea.evidence.connection import connected_parts, designs, direct_studies, inconsistency_df, split_network
from trochlea.evidence.network_input import StudyContrasts


def study(name, *treatments):
    m = len(treatments) - 1
    return StudyContrasts(study=name, treatments=treatments, estimates=np.zeros(m), covariance=np.eye(m) + 1.0)


STUDIES = [
    study("one", "hip", "knee", "control"),
    study("two", "knee", "hip"),
    study("three", "control", "hip+knee"),
    study("four", "hip", "hip+knee"),
    study("five", "control", "knee", "hip"),
]


def test_parts_grow_together_when_a_later_study_links_them():
    apart = [study("a", "w", "x"), study("b", "y", "z")]
    assert connected_parts(apart) == (("w", "x"), ("y", "z"))
    assert connected_parts([*apart, study("c", "x", "y")]) == (("w", "x", "y", "z"),)


def test_the_largest_part_comes_first_and_keeps_its_studies_in_order():
    large, small = split_network([study("six", "brace", "tape"), *STUDIES])
    assert [s.study for s in large] == ["one", "two", "three", "four", "five"]
    assert [s.study for s in small] == ["six"]


def test_designs_loops_and_direct_comparisons_are_counted():
    assert designs(STUDIES) == {
        ("control", "hip", "knee"): ("one", "five"),
        ("control", "hip+knee"): ("three",),
        ("hip", "hip+knee"): ("four",),
        ("hip", "knee"): ("two",),
    }
    assert inconsistency_df(STUDIES) == 5 - 3
    assert inconsistency_df(STUDIES[:1]) == 0
    assert direct_studies(STUDIES[:2]) == {
        ("control", "hip"): ("one",),
        ("control", "knee"): ("one",),
        ("hip", "knee"): ("one", "two"),
    }
