"""The `trochlea evidence` command: its options, and which part of the program each form of it calls."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trochlea.errors import InputError

if TYPE_CHECKING:
    from trochlea.evidence.analysis import Analysis
    from trochlea.evidence.dataset import Dataset

DEFAULT_TABLES = "the package's own"
FORMS = {
    "network": "the network of programme classes, and why a class is not in it",
    "forest": "draw forest, funnel, network and rank plots as SVG and PNG",
    "studies": "every study, its arms and programme, and why it does or does not enter",
    "claim": "the 2021 meta-analysis: what it reported, what can be checked, what trials found since",
    "new": "write a folder of tables to fill in, with their dictionary",
    "update": "add or correct rows, run everything again, print what changed and why",
}


def add_evidence(commands: Any, formatter: type[argparse.HelpFormatter]) -> None:
    """Add the command and its forms to the command line."""
    words = "what randomised trials say about hip, knee, and hip and knee exercises"
    parser = commands.add_parser("evidence", help=words, description=_sentence(words), formatter_class=formatter)
    _add_choices(parser, is_form=False)
    forms = parser.add_subparsers(dest="form", metavar="FORM", required=False)
    for name, what in FORMS.items():
        form = forms.add_parser(name, help=what, description=_sentence(what), formatter_class=formatter)
        if name == "new":
            form.add_argument("folder", type=Path, metavar="DIR")
            continue
        _add_choices(form, is_form=True)
        if name == "update":
            form.add_argument(
                "new", type=Path, nargs="+", metavar="NEW.csv", help="rows for one of the tables, with its header"
            )
        if name == "forest":
            form.add_argument("--no-prediction", action="store_true", help="leave out the interval for a new trial")
            form.add_argument("--subgroups", choices=("risk of bias", "randomised"), help="pool trials in groups too")


def run_evidence(arguments: argparse.Namespace) -> None:
    """Run one form of the command and print its answer.

    Raises:
        TrochleaError: If a table, an option or an output folder is refused.
    """
    if arguments.form == "new":
        _new(arguments.folder)
        return
    from trochlea.evidence.dataset import read_dataset
    from trochlea.evidence.tables import BUNDLED

    folder = arguments.data or BUNDLED
    data = read_dataset(folder)
    if arguments.form == "update":
        _update(arguments, data, folder)
        return
    with_networks = arguments.form in ("network", "forest") or arguments.out is not None
    analysis = _analyse(arguments, data, with_networks=with_networks)
    if arguments.form == "forest":
        _forest(arguments, data, analysis)
    elif arguments.out is not None:
        _pages(arguments, data, analysis)
    sys.stdout.write(_text(arguments, data, analysis))


def _text(arguments: argparse.Namespace, data: "Dataset", analysis: "Analysis") -> str:
    """What is printed on standard output."""
    from trochlea.report.trials import text

    if arguments.json:
        from trochlea.evidence.analysis_json import analysis_json

        return analysis_json(analysis)
    if arguments.form == "network":
        return text.network_text(analysis.networks)
    if arguments.form == "studies":
        from trochlea.report.trials.study_text import studies_text

        return studies_text(data, analysis)
    if arguments.form == "claim":
        from trochlea.evidence.claim import read_claim

        return text.claim_text(read_claim(data, analysis.answers))
    return text.analysis_text(analysis)


def _analyse(arguments: argparse.Namespace, data: "Dataset", *, with_networks: bool) -> "Analysis":
    """The analysis that the options ask for."""
    from trochlea.evidence.analysis import analyse, no_network, outcomes_of
    from trochlea.evidence.comparison import Settings
    from trochlea.evidence.timepoint import TIMEPOINTS

    settings = Settings(
        model=arguments.model,
        tau2_method=arguments.tau2,
        hartung_knapp=not arguments.no_hartung_knapp,
        measure=arguments.measure.upper(),
    )
    if arguments.form == "network" and no_network(settings):
        raise InputError(f"network: {no_network(settings)}")
    return analyse(
        data,
        outcomes=outcomes_of(data) if arguments.outcome is None else (arguments.outcome,),
        timepoints=tuple(TIMEPOINTS) if arguments.timepoint is None else (arguments.timepoint,),
        settings=settings,
        with_networks=with_networks,
    )


def _new(folder: Path) -> None:
    """Write the tables to fill in."""
    from trochlea.evidence.template import write_template

    write_template(folder)
    print(f"Wrote {folder}. Replace the invented trial, then: trochlea evidence --data {folder}")


def _update(arguments: argparse.Namespace, data: "Dataset", folder: Path) -> None:
    """Add rows, run again, print what changed; write the tables and pages where --out asks for them."""
    from dataclasses import asdict

    from trochlea.evidence.living import updated
    from trochlea.evidence.result_change import changed_results
    from trochlea.report.trials.text import update_text

    before = _analyse(arguments, data, with_networks=True)
    after_data, rows = updated(data, arguments.new, folder=folder)
    after = _analyse(arguments, after_data, with_networks=True)
    results = changed_results(before, after, rows)
    if arguments.out is not None:
        _pages(arguments, after_data, after)
    if arguments.json:
        document = {
            "schema": 1,
            "rows": [{"table": row.table, "id": row.id, "what": row.what} for row in rows],
            "results": [asdict(result) for result in results],
            "data_before": before.data_hash,
            "data_after": after.data_hash,
        }
        sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(update_text(rows, results, before, after))


def _forest(arguments: argparse.Namespace, data: "Dataset", analysis: "Analysis") -> None:
    """Draw every plot into the output folder."""
    from trochlea.report.trials.gallery import PlotChoices, write_gallery

    choices = PlotChoices(with_prediction=not arguments.no_prediction, subgroups=arguments.subgroups)
    out = arguments.out or Path("trochlea-evidence-plots")
    names = write_gallery(out, data, analysis, choices)
    print(f"  {len(names)} plots in {out}", file=sys.stderr)


def _pages(arguments: argparse.Namespace, data: "Dataset", analysis: "Analysis") -> None:
    """Write the pages, the plots, the tables and the JSON into the output folder."""
    from trochlea.report.trials.folder import write_evidence_folder

    write_evidence_folder(arguments.out, data, analysis)
    print(f"  open {arguments.out / 'evidence.html'}", file=sys.stderr)


def _add_choices(parser: argparse.ArgumentParser, *, is_form: bool) -> None:
    """Options that every form shares; a form does not overwrite what was written before its name."""

    def default(value: Any) -> Any:
        return argparse.SUPPRESS if is_form else value

    parser.add_argument(
        "--outcome", default=default(None), choices=("pain", "function"), help="only this outcome (default: both)"
    )
    parser.add_argument(
        "--timepoint",
        default=default(None),
        choices=("short", "long"),
        help="only this time: short is up to 13 weeks, long is 26 weeks and later (default: both)",
    )
    parser.add_argument(
        "--model",
        default=default("auto"),
        choices=("auto", "common", "random"),
        help="pool behind the sentence; auto: random effects from three trials on (default: auto)",
    )
    parser.add_argument(
        "--tau2",
        default=default("REML"),
        choices=("DL", "PM", "REML", "ML", "SJ", "HE"),
        help="estimator of the variance between trials (default: REML)",
    )
    parser.add_argument(
        "--measure",
        default=default("md"),
        choices=("md", "smd"),
        help="points of one scale, or standard deviations across scales, from arm means (default: md)",
    )
    parser.add_argument(
        "--no-hartung-knapp",
        action="store_true",
        default=default(False),
        help="normal instead of Hartung-Knapp interval",
    )
    parser.add_argument(
        "--data", type=Path, default=default(None), metavar="DIR", help=f"folder of tables (default: {DEFAULT_TABLES})"
    )
    parser.add_argument("--json", action="store_true", default=default(False), help="print the result as JSON")
    parser.add_argument(
        "--out", type=Path, default=default(None), metavar="DIR", help="write pages, plots, tables and JSON there"
    )


def _sentence(words: str) -> str:
    """Words as a sentence for the description."""
    return f"{words[0].upper()}{words[1:]}."
