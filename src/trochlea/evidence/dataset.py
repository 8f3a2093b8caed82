"""All tables of evidence of one folder, checked against each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trochlea.errors import FormatError
from trochlea.evidence.arm import Arm
from trochlea.evidence.bias import Bias
from trochlea.evidence.closure import check_closure
from trochlea.evidence.consistency import check_arms, check_links, check_repeats, check_scales
from trochlea.evidence.contrast import Contrast
from trochlea.evidence.dose import Dose
from trochlea.evidence.figure import Figure
from trochlea.evidence.fingerprint import data_hash
from trochlea.evidence.instrument import Instrument
from trochlea.evidence.judgement import Judgement
from trochlea.evidence.review import Review
from trochlea.evidence.statement import Statement
from trochlea.evidence.study import Study
from trochlea.evidence.tables import BUNDLED, FILES, read_contrasts, read_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """Trials, published pooled estimates, and guidelines and votes: three levels, never pooled together.

    Attributes:
        studies: Trials and reports of trials.
        arms: Their arms.
        doses: What is known of the arms' programmes.
        instruments: Scales.
        figures: Numbers of single arms.
        contrasts: Differences between arms as reported.
        biases: Risk of bias.
        reviews: Published pooled estimates.
        statements: Guidelines and consensus votes.
        judgements: The reviewer's judgements of certainty.
        name: "bundled", or the folder.
        sha256: Hash of all rows.
    """

    studies: tuple[Study, ...]
    arms: tuple[Arm, ...]
    doses: tuple[Dose, ...]
    instruments: tuple[Instrument, ...]
    figures: tuple[Figure, ...]
    contrasts: tuple[Contrast, ...]
    biases: tuple[Bias, ...]
    reviews: tuple[Review, ...]
    statements: tuple[Statement, ...]
    judgements: tuple[Judgement, ...]
    name: str
    sha256: str

    def table(self, file: str) -> tuple[Any, ...]:
        """Rows of one file."""
        return getattr(self, "biases" if file == "bias.csv" else file.removesuffix(".csv"))

    def study(self, id: str) -> Study:
        """One study by its id."""
        return next(study for study in self.studies if study.id == id)

    def instrument(self, id: str) -> Instrument:
        """One scale by its id."""
        return next(instrument for instrument in self.instruments if instrument.id == id)


def read_dataset(folder: Path = BUNDLED) -> Dataset:
    """Read a folder of tables and check each row, and the rows against each other.

    Raises:
        FormatError: Naming the file, the row and the column, with what was expected and the remedy.
    """
    if not folder.is_dir():
        raise FormatError(folder, None, "is not a folder; 'trochlea evidence new DIR' writes one with all tables")
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise FormatError(folder, None, f"lacks {', '.join(missing)}; 'trochlea evidence new DIR' writes all tables")
    tables = {name: _read(folder / name, name) for name in FILES}
    return build_dataset(tables, folder=folder, name="bundled" if folder == BUNDLED else str(folder))


def build_dataset(tables: Mapping[str, tuple[Any, ...]], *, folder: Path, name: str) -> Dataset:
    """A dataset from the rows of every table, checked against each other.

    Args:
        tables: Rows of each file of `tables.FILES`.
        folder: Where the files lie, for the errors.
        name: "bundled", or the folder.

    Raises:
        FormatError: If rows of two tables contradict each other.
    """
    dataset = Dataset(
        studies=tables["studies.csv"],
        arms=tables["arms.csv"],
        doses=tables["doses.csv"],
        instruments=tables["instruments.csv"],
        figures=tables["figures.csv"],
        contrasts=tables["contrasts.csv"],
        biases=tables["bias.csv"],
        reviews=tables["reviews.csv"],
        statements=tables["statements.csv"],
        judgements=tables["judgements.csv"],
        name=name,
        sha256=data_hash(*(tables[file] for file in FILES)),
    )
    check_links(folder, dataset)
    check_scales(folder, dataset)
    check_repeats(folder, dataset)
    check_arms(folder, dataset)
    check_closure(folder / "contrasts.csv", dataset.contrasts)
    return dataset


def _read(path: Path, name: str) -> tuple[Any, ...]:
    """One table; contrasts have a check of their own."""
    return read_contrasts(path) if name == "contrasts.csv" else read_table(path, FILES[name])
