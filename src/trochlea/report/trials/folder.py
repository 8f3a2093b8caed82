"""The output folder of `trochlea evidence --out`: page, plots, tables and JSON, whole or not at all."""

from pathlib import Path

from trochlea.evidence.analysis import Analysis
from trochlea.evidence.analysis_json import analysis_json
from trochlea.evidence.claim import read_claim
from trochlea.evidence.dataset import Dataset
from trochlea.evidence.tables import FILES
from trochlea.evidence.template import write_table
from trochlea.report.folder import whole_folder
from trochlea.report.trials.gallery import PlotChoices, pictures, write_pictures
from trochlea.report.trials.page import evidence_page

OUTPUTS = frozenset({"evidence.html", "evidence.json", "plots", "tables"})
"""What an earlier run may have left; a folder that holds anything else is not replaced."""


def write_evidence_folder(folder: Path, data: Dataset, analysis: Analysis) -> None:
    """Write the page, every plot as SVG and PNG, the tables and the JSON.

    Raises:
        InputError: If the folder holds other files or cannot be written.
    """
    drawn = pictures(data, analysis, PlotChoices())
    page = evidence_page(data, analysis, read_claim(data, analysis.answers), drawn)
    with whole_folder(folder, OUTPUTS) as new:
        if drawn:
            write_pictures(new / "plots", drawn)
        (new / "evidence.html").write_text(page, encoding="utf-8")
        (new / "evidence.json").write_text(analysis_json(analysis), encoding="utf-8")
        (new / "tables").mkdir()
        for name, kind in FILES.items():
            write_table(new / "tables" / name, kind, data.table(name))
