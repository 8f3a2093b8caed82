"""BibTeX entries come out as a reader expects them."""

import pytest

from trochlea.errors import FormatError, InputError
from trochlea.report.bibliography import cited, keys_in, linked, parse_bibliography, references

ENTRY = r"""
@article{sahin-2016-x,
  title   = {Hip {and} knee: 5 \% more},
  author  = {{\c{S}}ahin, M{\"u}ge and Brush{\o}j, C. and Manojlovi{\'c}, Ana-Maria},
  journal = {Journal of Things \& Parts},
  year    = 2016,
  volume  = {46},
  number  = {2},
  pages   = {265--277},
  doi     = {10.1/x}
}
@misc{body-2019-si,
  title  = {The units.},
  author = {{Bureau International des Poids et Mesures}},
  year   = {2019}
}
@misc{long-nd-y,
  title = {T},
  author = {A, B and C, D and E, F and G, H}
}
"""


def test_an_article_is_parsed_with_its_accents():
    entry = parse_bibliography(ENTRY)["sahin-2016-x"]
    assert entry.authors == "Şahin M, Brushøj C and Manojlović AM"
    assert entry.title == "Hip and knee: 5 % more"
    assert entry.where == "Journal of Things & Parts 46(2): 265–277"
    assert entry.link == "https://doi.org/10.1/x"
    assert entry.year == "2016"
    assert entry.short == "Şahin et al. 2016"


def test_a_body_is_not_split_into_names():
    entry = parse_bibliography(ENTRY)["body-2019-si"]
    assert entry.authors == "Bureau International des Poids et Mesures"
    assert entry.title == "The units"
    assert entry.short == "Bureau International des Poids et Mesures 2019"


def test_many_authors_are_shortened_and_a_missing_year_is_said():
    entry = parse_bibliography(ENTRY)["long-nd-y"]
    assert entry.authors == "A B, C D, E F et al."
    assert entry.year == "no year seen"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("@misc{a-2000-b,\n title = {T\n", "line 1: a brace is not closed"),
        ('\n@misc{a-2000-b,\n title = "T"\n}', "line 2: entry a-2000-b does not end in a brace"),
        ("@misc{a-2000-b,\n year = {2000}\n}", "entry a-2000-b has no title"),
        ("@misc{a-2000-b,\n title = {T}\n}\n@misc{a-2000-b,\n title = {T}\n}", "line 4: .*stands twice"),
    ],
)
def test_a_faulty_entry_is_refused(text, reason):
    with pytest.raises(FormatError, match=reason):
        parse_bibliography(text)


def test_the_bibliography_of_the_package_is_read_whole():
    for key, entry in references().items():
        assert entry.title, key
        assert "{" not in entry.title + entry.authors + entry.where
        assert "\\" not in entry.title + entry.authors + entry.where + entry.note, key


def test_entries_are_sorted_and_once_each():
    entries = cited(("hott-2020-one-year", "hansen-2023-equivalence", "hott-2019-three-arms", "hott-2020-one-year"))
    assert [e.key for e in entries] == ["hansen-2023-equivalence", "hott-2019-three-arms", "hott-2020-one-year"]


def test_an_unknown_key_is_refused():
    with pytest.raises(InputError, match="no entry nobody-1900-nothing"):
        cited(("nobody-1900-nothing",))


def test_keys_inside_a_text_become_numbered_links_and_the_rest_is_escaped():
    text = "a < b (hott-2019-three-arms), see nobody-1900-nothing"
    assert keys_in(text) == ("hott-2019-three-arms",)
    expected = 'a &lt; b <a href="#hott-2019-three-arms">[3]</a>, see nobody-1900-nothing'
    assert linked(text, {"hott-2019-three-arms": 3}) == expected
