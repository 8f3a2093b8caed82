"""One offline HTML page about the trials: questions, the claim of 2021, network, one person, what was left out."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from jinja2 import Environment
from markupsafe import Markup, escape

from trochlea import __version__
from trochlea.evidence.analysis import Analysis, no_network
from trochlea.evidence.claim import Claim
from trochlea.evidence.comparison import QUESTIONS, PairAnswer
from trochlea.evidence.dataset import Dataset
from trochlea.evidence.dose import CERT_ITEMS, NOT_SEEN, prescription
from trochlea.evidence.network_answer import NetworkAnswer
from trochlea.evidence.number_words import points, printed
from trochlea.evidence.standard_name import unit_words
from trochlea.report.bibliography import Reference, cited, keys_in, references
from trochlea.report.template import templates
from trochlea.report.trials.forest import slug
from trochlea.report.trials.network_graph import network_name
from trochlea.report.trials.picture import Picture
from trochlea.report.trials.study_text import bias_words
from trochlea.report.trials.text import heterogeneity_words, network_words, ranking_lines

METHOD_KEYS = ("nikolakopoulou-2020-cinema", "papakonstantinou-2020-cinema", "sterne-2019-rob2", "slade-2016-cert")
"""Sources of the domains and items that the page names."""


def evidence_page(data: Dataset, analysis: Analysis, claim: Claim, drawn: Sequence[Picture]) -> str:
    """The page as text; the same tables give the same text.

    Args:
        data: All tables.
        analysis: Every answer from them.
        claim: The page of the 2021 meta-analysis, shown as a section.
        drawn: Plots by name.
    """
    used = _references(data, analysis, claim)
    pooled = [answer for answer in analysis.answers if answer.common is not None]
    return (
        _environment()
        .get_template("trials.html.j2")
        .render(
            data=data,
            analysis=analysis,
            claim=claim,
            version=__version__,
            main=[answer for answer in pooled if (answer.class_a, answer.class_b) in QUESTIONS[:2]],
            others=[answer for answer in pooled if (answer.class_a, answer.class_b) not in QUESTIONS[:2]],
            empty=[a for a in analysis.answers if a.common is None and (a.class_a, a.class_b) in QUESTIONS[:2]],
            other_empty=[
                a for a in analysis.answers if a.common is None and (a.class_a, a.class_b) not in QUESTIONS[:2]
            ],
            pictures={picture.name: Markup(picture.inline()) for picture in drawn},
            slug=slug,
            findings=[_finding(answer) for answer in sorted(analysis.answers, key=lambda a: a.common is None)],
            network_pictures=[_network_names(network, drawn) for network in analysis.networks],
            no_network=no_network(analysis.settings),
            bias_words=bias_words,
            heterogeneity_words=heterogeneity_words,
            network_words=network_words,
            rank_lines=ranking_lines,
            programmes=[(arm, _known(data, arm.id)) for arm in data.arms],
            n_items=len(CERT_ITEMS),
            references=used,
            light_ramp=(),  # the style sheet's scale of pressure, which this page does not draw
            dark_ramp=(),
            numbers={reference.key: i + 1 for i, reference in enumerate(used)},
        )
    )


@cache
def _environment() -> Environment:
    """The report's templates; a missing name is an error."""
    return templates({"points": points, "printed": printed, "sources": _sources, "unit": unit_words})


def _sources(keys: Iterable[str], numbers: Mapping[str, int]) -> Markup:
    """Keys as numbered links; a key of a user's own table that is in no bibliography is printed as it is."""
    marks = []
    for key in keys:
        if key in numbers:
            marks.append(f'<a href="#{escape(key)}">[{numbers[key]}]</a>')
        elif key not in ("none", "assumed"):
            marks.append(f"({escape(key)})")
    return Markup("".join(marks))


def _finding(answer: PairAnswer) -> dict[str, str]:
    """One line of the summary of findings."""
    pool = answer.pooled
    row = {
        "question": f"{answer.class_a} v {answer.class_b}",
        "outcome": f"{answer.outcome}, {answer.timepoint}",
        "scale": answer.instrument or "none",
        "k": "0" if pool is None else str(pool.k),
        "n": "" if answer.n is None else str(answer.n),
        "effect": "no usable trial",
        "new_trial": "",
        "certainty": answer.certainty.level,
        "why": answer.certainty.sentence,
    }
    if pool is None:
        return row
    row["effect"] = f"{points(pool.estimate, 2)} ({points(pool.ci_low, 2)} to {points(pool.ci_high, 2)})"
    if answer.random is not None and answer.random.prediction_low is not None:
        row["new_trial"] = f"{points(answer.random.prediction_low)} to {points(answer.random.prediction_high or 0.0)}"
    elif answer.bayesian and answer.bayesian[0].informed:
        first = answer.bayesian[0]
        row["new_trial"] = f"{points(first.prediction_low)} to {points(first.prediction_high)} (Bayesian)"
    else:
        row["new_trial"] = "too few trials"
    return row


def _network_names(network: NetworkAnswer, drawn: Sequence[Picture]) -> list[str]:
    """Names of the plots of one network; withheld ranks are told in the text."""
    name = network_name(network)
    has_ranks = any(rank.score is not None for part in network.parts for rank in part.ranking.ranks)
    starts = tuple(name.replace("network", kind, 1) for kind in (("ranks", "tau") if has_ranks else ("tau",)))
    return [picture.name for picture in drawn if picture.name == name or picture.name.startswith(starts)]


def _known(data: Dataset, arm: str) -> list[tuple[str, str, str]]:
    """CERT items of an arm that were seen: number, name, value."""
    items = prescription(data.doses, arm)
    return [(item, CERT_ITEMS[item], value) for item, value in items.items() if value != NOT_SEEN]


def _references(data: Dataset, analysis: Analysis, claim: Claim) -> tuple[Reference, ...]:
    """Entries for every key that the page shows and the bibliography knows."""
    rows = (*data.studies, *data.arms, *data.instruments, *data.figures, *data.contrasts, *data.biases)
    keys = {key for row in (*rows, *data.reviews, *data.statements) for key in row.citations}
    keys |= {key for answer in analysis.answers for item in answer.bayesian for key in keys_in(item.citation)}
    keys |= {*claim.citations, *METHOD_KEYS}
    return cited(tuple(key for key in keys if key in references()))
